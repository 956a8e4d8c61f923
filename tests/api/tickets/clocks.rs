//! What was promised of a ticket, and when it is due.

use serde_json::json;
use shared::calendars::ListCalendars;
use shared::change::{New, Patch, UndoBatch};
use shared::query::ListQuery;
use shared::sla::*;
use shared::tickets::*;
use shared::time::{Instant, MINUTE};
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::{heard, put, reply, thread, ticket};

const HOUR: i64 = 3_600;

/// A promise around the clock: an answer within so many seconds, a solution within ten times as many.
pub async fn promise(caller: &Caller<'_>, position: i64, conditions: Option<&str>, seconds: i64) -> SlaPolicy {
    let calendar = caller.call::<ListCalendars>((), ListQuery::default()).await.unwrap().items[0].id;
    let target = |metric, priority, seconds, pauses: &[Category]| Target {
        metric,
        priority,
        seconds,
        counting: Counting::Always,
        pauses: pauses.to_vec(),
    };
    let targets = Priority::ALL.iter().flat_map(|priority| {
        [
            target(Metric::FirstResponse, *priority, seconds, &[]),
            target(Metric::NextResponse, *priority, seconds, &[]),
            target(Metric::TotalResolution, *priority, 10 * seconds, &[Category::WaitingCustomer]),
        ]
    });
    let policy = SlaPolicy {
        name: format!("Promise {position}"),
        position,
        is_active: true,
        conditions: conditions.map(str::to_owned),
        calendar_id: calendar,
        targets: targets.collect(),
        ..SlaPolicy::default()
    };
    caller.call::<CreateSlaPolicy>((), New::of(Uuid::now_v7(), &policy)).await.unwrap().record
}

pub async fn clocks(caller: &Caller<'_>, ticket: &Ticket) -> Vec<Clock> {
    let told = caller.call::<GetTicketClocks>(ticket.id, ()).await.unwrap();
    assert!(told.iter().all(|one| one.trace.first().is_some_and(|line| line.kind == LineKind::Started)));
    told.into_iter().map(|one| one.clock).collect()
}

pub fn of(clocks: &[Clock], metric: Metric) -> &Clock {
    clocks.iter().rfind(|clock| clock.metric == metric).unwrap()
}

/// What is kept beside the ticket is what its clocks say, to the second.
pub async fn check_kept(caller: &Caller<'_>, ticket: &Ticket) {
    let clocks = clocks(caller, ticket).await;
    let due = clocks.iter().filter(|clock| clock.is_unfinished());
    let first = due.filter_map(|clock| Some((clock.due_at?, clock.metric))).min();
    let second = |at: Instant| at.0 / 1_000;
    assert_eq!(ticket.due_metric, first.map(|(_, metric)| metric));
    match (ticket.due_at.map(second), first.map(|(at, _)| second(at))) {
        (Some(kept), Some(told)) => assert!((kept - told).abs() <= 1, "{kept} {told}"),
        (kept, told) => assert_eq!(kept, told),
    }
}

#[tokio::test]
async fn a_ticket_written_down_with_what_was_said_is_promised_an_answer() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    promise(&ann, 1, None, HOUR).await;
    let values = serde_json::from_value(json!({ "name": "Printer", "channel": "phone" })).unwrap();
    let new = NewTicket { ticket: New::from_values(Uuid::now_v7(), values), heard: Some(heard("It does not print")) };

    let ticket = ann.call::<CreateTicket>((), new).await.unwrap().record;

    assert_eq!(ticket.due_metric, Some(Metric::FirstResponse));
    check_kept(&ann, &ticket).await;
}

#[tokio::test]
async fn a_message_starts_the_clock_and_an_answer_stops_it() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let policy = promise(&ann, 1, None, HOUR).await;
    let fresh = ticket(&ann, "Printer").await;
    assert_eq!((fresh.policy_id, fresh.due_metric), (Some(policy.id), Some(Metric::TotalResolution)));

    let said = ann.call::<RecordMessage>(fresh.id, heard("It does not print")).await.unwrap().record;
    let waiting = thread(&ann, fresh.id).await.ticket;
    assert_eq!(waiting.due_metric, Some(Metric::FirstResponse));
    let due = waiting.due_at.unwrap().0 / 1_000 - said.created_at.0 / 1_000;
    assert!((HOUR..=HOUR + 1).contains(&due), "{due}");
    check_kept(&ann, &waiting).await;

    app.app.clock.advance(5 * MINUTE);
    let sent = reply(&ann, fresh.id, "Have you tried turning it off?").await;
    let answered = thread(&ann, fresh.id).await.ticket;
    check_kept(&ann, &answered).await;
    let first = clocks(&ann, &answered).await;
    let first = of(&first, Metric::FirstResponse);
    assert_eq!((first.state, first.used / 60), (State::Met, 5));

    ann.call::<UndoBatch>(sent.batch, ()).await.unwrap();
    let back = thread(&ann, fresh.id).await.ticket;
    assert_eq!((back.due_at, back.due_metric), (waiting.due_at, waiting.due_metric));
    assert_eq!(of(&clocks(&ann, &back).await, Metric::FirstResponse).state, State::Running);
}

#[tokio::test]
async fn a_note_answers_nobody_and_a_late_answer_is_late_whenever_it_is_looked_at() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    promise(&ann, 1, None, 60).await;
    let id = ticket(&ann, "Printer").await.id;
    ann.call::<RecordMessage>(id, heard("It does not print")).await.unwrap();
    let note = Note { id: shared::id::MessageId(Uuid::now_v7()), body: "Again".into(), files: Vec::new() };
    ann.call::<AddNote>(id, note).await.unwrap();

    app.app.clock.advance(2 * MINUTE);
    let overdue = thread(&ann, id).await.ticket;
    assert_eq!(of(&clocks(&ann, &overdue).await, Metric::FirstResponse).state, State::BreachedRunning);
    reply(&ann, id, "Here I am").await;

    let late = thread(&ann, id).await.ticket;
    let clocks = clocks(&ann, &late).await;
    let first = of(&clocks, Metric::FirstResponse);
    assert_eq!((first.state, first.breached_at), (State::BreachedMet, overdue.due_at));
    check_kept(&ann, &late).await;
}

#[tokio::test]
async fn who_waits_for_the_customer_loses_no_time() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    promise(&ann, 1, None, HOUR).await;
    let id = ticket(&ann, "Printer").await.id;
    ann.call::<RecordMessage>(id, heard("It does not print")).await.unwrap();
    reply(&ann, id, "Which one?").await;

    let paused = put(&ann, id, Category::WaitingCustomer).await.unwrap();
    assert_eq!(paused.due_at, None);
    app.app.clock.advance(8 * MINUTE);
    ann.call::<RecordMessage>(id, heard("The one upstairs")).await.unwrap();

    let goes_on = thread(&ann, id).await.ticket;
    let clocks = clocks(&ann, &goes_on).await;
    let total = of(&clocks, Metric::TotalResolution);
    assert_eq!((goes_on.state, total.state, total.used / 60), (Category::Open, State::Running, 0));
    assert_eq!(goes_on.due_metric, Some(Metric::NextResponse));
    check_kept(&ann, &goes_on).await;
}

#[tokio::test]
async fn the_first_promise_that_fits_holds_until_something_that_decides_changes() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let urgent = promise(&ann, 1, Some("all(priority.is.urgent,account_id>level.is.A)"), HOUR).await;
    let usual = promise(&ann, 2, None, 8 * HOUR).await;
    let account = json!({ "id": Uuid::now_v7(), "values": { "name": "Acme", "level": "A" } });
    let account = ann.post_json("/api/accounts", &account).await.json()["record"]["id"].clone();
    let fresh = super::with(&ann, json!({ "name": "Printer", "account_id": account })).await;
    assert_eq!(fresh.policy_id, Some(usual.id));

    ann.call::<UpdateSlaPolicy>(usual.id, Patch::set("name", "Usual")).await.unwrap();
    let renamed = ann.call::<UpdateTicket>(fresh.id, Patch::set("name", "Printer, again")).await.unwrap().record;
    assert_eq!((renamed.policy_id, renamed.policy_version), (Some(usual.id), Some(usual.version)));

    let raised = ann.call::<UpdateTicket>(fresh.id, Patch::set("priority", "urgent")).await.unwrap().record;
    assert_eq!((raised.policy_id, raised.policy_version), (Some(urgent.id), Some(urgent.version)));
    check_kept(&ann, &raised).await;
}

#[tokio::test]
async fn what_was_promised_is_not_changed_by_an_edit_of_the_promise() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let policy = promise(&ann, 1, None, HOUR).await;
    let id = ticket(&ann, "Printer").await.id;
    ann.call::<RecordMessage>(id, heard("It does not print")).await.unwrap();
    let before = thread(&ann, id).await.ticket;

    let tighter: Vec<Target> = policy.targets.iter().map(|target| Target { seconds: 60, ..target.clone() }).collect();
    ann.call::<UpdateSlaPolicy>(policy.id, Patch::set("targets", json!(tighter))).await.unwrap();

    check_kept(&ann, &before).await;
    let other = ticket(&ann, "Mouse").await;
    assert_eq!(other.policy_version, Some(policy.version + 1));
}
