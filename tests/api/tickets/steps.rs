//! Steps of service policies: warnings and escalation at a share of the time promised.

use std::time::{Duration, Instant as Real};

use serde_json::json;
use shared::access::Object;
use shared::calendars::{ListCalendars, UpdateCalendar};
use shared::change::{AsOf, Cause, ChangeQuery, ListChanges, New, Patch, UndoBatch};
use shared::id::{TicketId, UserId};
use shared::query::ListQuery;
use shared::sla::*;
use shared::tickets::*;
use shared::time::{MINUTE, SECOND};
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::clocks::promise;
use super::routing::{Desk, number};
use super::{bodies, heard, put, reply, solve, thread, ticket, with};

/// A promise is an answer within sixty of these: short, so that nobody's session ends meanwhile.
const UNIT: i64 = 4 * SECOND;
/// In seconds.
const PROMISED: i64 = 60 * UNIT / SECOND;

fn step(metric: Metric, at_percent: i64, action: StepAction) -> Step {
    Step { metric, at_percent, action, ..Step::default() }
}

fn tag(metric: Metric, at_percent: i64, tag: &str) -> Step {
    Step { tag: Some(tag.into()), ..step(metric, at_percent, StepAction::Tag) }
}

async fn with_steps(caller: &Caller<'_>, policy: &SlaPolicy, steps: &[Step]) -> SlaPolicy {
    caller.call::<UpdateSlaPolicy>(policy.id, Patch::set("steps", json!(steps))).await.unwrap().record
}

/// A ticket whose customer waits for the first answer.
async fn asked(caller: &Caller<'_>) -> TicketId {
    let id = ticket(caller, "Printer").await.id;
    caller.call::<RecordMessage>(id, heard("It does not print")).await.unwrap();
    id
}

async fn get(caller: &Caller<'_>, id: TicketId) -> Ticket {
    caller.call::<GetTicket>(id, AsOf::default()).await.unwrap()
}

/// The steps that were taken, as its clocks tell them.
async fn taken(caller: &Caller<'_>, id: TicketId) -> Vec<StepTold> {
    let told = caller.call::<GetTicketClocks>(id, ()).await.unwrap();
    told.into_iter().flat_map(|clock| clock.steps).filter(|step| step.taken.is_some()).collect()
}

/// Takes what is due, which the server does as well, until so many steps were taken.
async fn until(app: &TestApp, caller: &Caller<'_>, id: TicketId, percents: &[i64]) -> Vec<StepTold> {
    let begun = Real::now();
    loop {
        server::tickets::take_steps(&app.app).await.unwrap();
        let taken = taken(caller, id).await;
        if taken.len() >= percents.len() {
            assert_eq!(taken.iter().map(|one| one.step.at_percent).collect::<Vec<_>>(), percents);
            return taken;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{taken:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn each_step_is_taken_once_at_its_share_and_changes_no_promise() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let ben = app.staff("Ben", app.role(server::demo::ADMIN).await, None).await;
    let metric = Metric::FirstResponse;
    let policy = promise(&ann, 1, None, PROMISED).await;
    let steps = [
        tag(metric, 50, "half"),
        step(metric, 75, StepAction::RaisePriority),
        step(metric, 100, StepAction::Note),
        Step { user_id: Some(ben.id), ..step(metric, 150, StepAction::Assign) },
    ];
    with_steps(&ann, &policy, &steps).await;
    let id = asked(&ann).await;
    let due = get(&ann, id).await.due_at.unwrap();

    app.app.clock.advance(31 * UNIT);
    until(&app, &ann, id, &[50]).await;
    let half = get(&ann, id).await;
    assert_eq!((half.tags.as_slice(), half.priority), (["half".to_owned()].as_slice(), Priority::Normal));

    app.app.clock.advance(15 * UNIT);
    let told = until(&app, &ann, id, &[50, 75]).await;
    let raised = get(&ann, id).await;
    assert_eq!((raised.priority, raised.policy_id), (Priority::High, Some(policy.id)));
    assert!((raised.due_at.unwrap().0 - due.0).abs() <= SECOND);
    assert!((raised.near_at.unwrap().0 - (due.0 - 15 * UNIT)).abs() <= SECOND);
    let at = told[1].at.unwrap();
    assert!((at.0 - (due.0 - 15 * UNIT)).abs() <= SECOND, "when it was due does not hang on when it was taken");

    app.app.clock.advance(15 * UNIT);
    until(&app, &ann, id, &[50, 75, 100]).await;
    assert!(bodies(&ann, id).await[1].contains("First response"));
    let note = thread(&ann, id).await.messages.pop().unwrap().message;
    assert_eq!((note.kind, note.created_by), (MessageKind::Note, None));

    app.app.clock.advance(30 * UNIT);
    let all = until(&app, &ann, id, &[50, 75, 100, 150]).await;
    assert_eq!(get(&ann, id).await.owner_id, Some(ben.id));
    assert!(all.iter().all(|one| one.taken.unwrap().outcome == StepOutcome::Done));
    let query = ChangeQuery { object: Object::Ticket, id: id.0, after: None, limit: None };
    let log = ann.call::<ListChanges>((), query).await.unwrap();
    assert!(log.items.iter().filter(|change| change.cause == Cause::Rule).count() >= 4);

    // Taken back it stays taken back, for whoever may change the ticket.
    let batch = all[1].taken.unwrap().batch;
    ben.call::<UndoBatch>(batch, ()).await.unwrap();
    server::tickets::take_steps(&app.app).await.unwrap();
    assert_eq!(get(&ann, id).await.priority, Priority::Normal);
    assert_eq!(taken(&ann, id).await.len(), 4);
}

#[tokio::test]
async fn what_became_due_while_no_server_ran_is_made_up_for_in_its_order() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let metric = Metric::FirstResponse;
    let steps = [tag(metric, 150, "c"), tag(metric, 50, "a"), tag(metric, 100, "b")];
    with_steps(&ann, &promise(&ann, 1, None, PROMISED).await, &steps).await;
    let late = asked(&ann).await;
    let answered = asked(&ann).await;
    reply(&ann, answered, "Here I am").await;

    app.app.clock.advance(100 * UNIT);
    let told = until(&app, &ann, late, &[50, 100, 150]).await;

    assert_eq!(get(&ann, late).await.tags, ["a", "b", "c"]);
    assert_eq!(taken(&ann, answered).await, [], "its clock had stopped");
    let between = told[1].at.unwrap().0 - told[0].at.unwrap().0;
    assert_eq!(between, 30 * UNIT);
}

#[tokio::test]
async fn who_waits_for_the_customer_is_not_warned_and_a_reopened_ticket_goes_on() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let steps = [tag(Metric::TotalResolution, 50, "half")];
    // Ten minutes to a solution.
    with_steps(&ann, &promise(&ann, 1, None, 60).await, &steps).await;
    let (paused, reopened) = (ticket(&ann, "Printer").await.id, ticket(&ann, "Mouse").await.id);
    app.app.clock.advance(3 * MINUTE);
    put(&ann, paused, Category::WaitingCustomer).await.unwrap();
    solve(&ann, reopened).await;
    app.app.clock.advance(2 * MINUTE);
    server::tickets::take_steps(&app.app).await.unwrap();
    put(&ann, paused, Category::Open).await.unwrap();
    put(&ann, reopened, Category::Open).await.unwrap();
    app.app.clock.advance(MINUTE);
    server::tickets::take_steps(&app.app).await.unwrap();
    for id in [paused, reopened] {
        assert_eq!(taken(&ann, id).await, []);
    }

    app.app.clock.advance(70 * SECOND);

    for id in [paused, reopened] {
        until(&app, &ann, id, &[50]).await;
        assert_eq!(get(&ann, id).await.tags, ["half"]);
    }
}

#[tokio::test]
async fn another_promise_brings_its_own_steps_and_says_by_which_version_they_were_taken() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let metric = Metric::FirstResponse;
    let urgent = promise(&ann, 1, Some("priority.is.urgent"), PROMISED / 3).await;
    let urgent = with_steps(&ann, &urgent, &[tag(metric, 50, "hot")]).await;
    with_steps(&ann, &promise(&ann, 2, None, PROMISED).await, &[tag(metric, 50, "half")]).await;
    let id = asked(&ann).await;
    app.app.clock.advance(15 * UNIT);
    ann.call::<UpdateTicket>(id, Patch::set("priority", "urgent")).await.unwrap();

    let told = until(&app, &ann, id, &[50]).await;

    assert_eq!(get(&ann, id).await.tags, ["hot"]);
    let taken = told[0].taken.unwrap();
    assert_eq!(taken.policy, PolicyVersion { id: urgent.id, version: urgent.version });
    // What is changed of the promise later changes nothing of what was done.
    with_steps(&ann, &urgent, &[]).await;
    assert_eq!(self::taken(&ann, id).await, told);
}

#[tokio::test]
async fn other_working_hours_put_steps_off() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let calendar = ann.call::<ListCalendars>((), ListQuery::default()).await.unwrap().items.remove(0);
    let hours = async |end: i64| {
        let week: Vec<_> = (1..=7).map(|day| json!({ "day": day, "start": 0, "end": end })).collect();
        let patch = Patch::set("week", json!(week)).and("days", json!([]));
        ann.call::<UpdateCalendar>(calendar.id, patch).await.unwrap()
    };
    hours(24 * 60).await;
    let policy = promise(&ann, 1, None, PROMISED).await;
    let targets: Vec<Target> =
        policy.targets.iter().map(|one| Target { counting: Counting::Business, ..one.clone() }).collect();
    let steps = [tag(Metric::FirstResponse, 50, "half")];
    let patch = Patch::set("targets", json!(targets)).and("steps", json!(steps));
    ann.call::<UpdateSlaPolicy>(policy.id, patch).await.unwrap();
    let id = asked(&ann).await;

    let change = hours(1).await;
    app.app.clock.advance(40 * UNIT);
    server::tickets::take_steps(&app.app).await.unwrap();
    assert_eq!(taken(&ann, id).await, []);

    ann.call::<UndoBatch>(change.batch, ()).await.unwrap();
    app.app.clock.advance(31 * UNIT);
    until(&app, &ann, id, &[50]).await;
}

#[tokio::test]
async fn what_the_rules_forbid_is_told_and_keeps_nothing_waiting() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "manual" })).await;
    let full = desk.agent("Full", 1).await;
    let (ann, metric) = (&desk.admin, Metric::FirstResponse);
    with(ann, json!({ "name": "Theirs", "owner_id": full.id })).await;
    let steps = [
        Step { user_id: Some(full.id), ..step(metric, 50, StepAction::Assign) },
        Step { queue_id: Some(desk.queue.id), ..step(metric, 75, StepAction::MoveTo) },
        Step { queue_id: Some(desk.queue.id), ..step(metric, 100, StepAction::MoveTo) },
    ];
    with_steps(ann, &promise(ann, 1, None, PROMISED).await, &steps).await;
    let id = with(ann, json!({ "name": "Printer", "owner_id": ann.id })).await.id;
    ann.call::<RecordMessage>(id, heard("It does not print")).await.unwrap();

    app.app.clock.advance(65 * UNIT);
    let told = until(&app, ann, id, &[50, 75, 100]).await;

    let outcomes: Vec<StepOutcome> = told.iter().map(|one| one.taken.unwrap().outcome).collect();
    assert_eq!(outcomes, [StepOutcome::Refused, StepOutcome::Done, StepOutcome::Nothing]);
    let moved = get(ann, id).await;
    assert_eq!((moved.queue_id, moved.team_id, moved.owner_id), (Some(desk.queue.id), Some(desk.team), None));
    assert!(moved.queued_at.is_some());
}

#[tokio::test]
async fn who_has_a_free_hand_in_the_queue_gets_what_a_step_brings_there() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "least_load" })).await;
    let bob = desk.agent("Bob", 4).await;
    let ann = &desk.admin;
    let to_queue = Step { queue_id: Some(desk.queue.id), ..step(Metric::FirstResponse, 50, StepAction::MoveTo) };
    with_steps(ann, &promise(ann, 1, None, PROMISED).await, &[to_queue]).await;
    let id = asked(ann).await;

    app.app.clock.advance(31 * UNIT);
    until(&app, ann, id, &[50]).await;
    desk.rest().await;

    assert_eq!(get(ann, id).await.owner_id, Some(bob.id));
}

#[tokio::test]
async fn what_was_done_on_a_merged_ticket_is_not_done_again() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let metric = Metric::FirstResponse;
    let steps = [tag(metric, 50, "half"), tag(metric, 100, "over")];
    with_steps(&ann, &promise(&ann, 1, None, PROMISED).await, &steps).await;
    let one = asked(&ann).await;
    app.app.clock.advance(35 * UNIT);
    until(&app, &ann, one, &[50]).await;
    let into = asked(&ann).await;
    ann.call::<MergeTicket>(one, Merge { into_id: into, is_confirmed: true }).await.unwrap();
    server::tickets::take_steps(&app.app).await.unwrap();
    assert_eq!(get(&ann, into).await.tags, Vec::<String>::new());

    app.app.clock.advance(26 * UNIT);
    until(&app, &ann, into, &[50, 100]).await;

    assert_eq!(get(&ann, into).await.tags, ["over"]);
    assert_eq!(get(&ann, one).await.tags, ["half"]);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM sla_steps_done").await, 2);
}

#[tokio::test]
async fn two_servers_take_each_step_once() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    with_steps(&ann, &promise(&ann, 1, None, PROMISED).await, &[step(Metric::FirstResponse, 50, StepAction::Note)])
        .await;
    let mut ids = Vec::new();
    for _ in 0..12 {
        ids.push(asked(&ann).await);
    }
    let other = app.beside().await;
    app.app.clock.advance(31 * UNIT);
    other.app.clock.advance(31 * UNIT);

    let (one, two) = tokio::join!(server::tickets::take_steps(&app.app), server::tickets::take_steps(&other.app));
    one.unwrap();
    two.unwrap();

    for id in ids {
        until(&app, &ann, id, &[50]).await;
        assert_eq!(bodies(&ann, id).await.len(), 2);
    }
    assert_eq!(number(&app, "SELECT COUNT(*) FROM messages WHERE kind = 'note'").await, 12);
}

#[tokio::test]
async fn a_thousand_steps_that_are_due_at_once_are_taken_in_seconds() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let policy = promise(&ann, 1, None, 3_600).await;
    with_steps(&ann, &policy, &[tag(Metric::TotalResolution, 1, "soon")]).await;
    let mut write = app.app.write(Cause::Demo).await.unwrap();
    for n in 0..1_000 {
        let values = serde_json::from_value(json!({ "name": format!("Printer {n}") })).unwrap();
        let new = NewTicket { ticket: New::from_values(Uuid::now_v7(), values), heard: None };
        server::tickets::begin(&mut write, new).await.unwrap();
    }
    write.commit(|_| ()).await.unwrap();
    app.app.clock.advance(7 * MINUTE);

    let begun = Real::now();
    let tagged = "SELECT COUNT(*) FROM sla_steps_done";
    while number(&app, tagged).await < 1_000 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        // Unoptimised on a machine that is busy with others; optimised it is a tenth of this.
        assert!(begun.elapsed() < Duration::from_secs(50), "{}", number(&app, tagged).await);
    }
    let untagged = "SELECT COUNT(*) FROM tickets WHERE tags NOT LIKE '%soon%'";
    assert_eq!(number(&app, untagged).await, 0);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM sla_steps_due").await, 0);
}

#[tokio::test]
async fn a_step_names_who_and_where_it_says_so_of_those_that_are_there() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let policy = promise(&ann, 1, None, PROMISED).await;
    let nobody = Step { user_id: Some(UserId(Uuid::now_v7())), ..step(Metric::FirstResponse, 50, StepAction::Assign) };
    let steps = [nobody, step(Metric::FirstResponse, 501, StepAction::Note), tag(Metric::FirstResponse, 9, " ")];
    for (steps, field, code) in [
        (&steps[..1], "steps.0.user_id", "no_such_record"),
        (&steps[1..2], "steps.0.at_percent", "out_of_range"),
        (&steps[2..], "steps.0.tag", "required"),
    ] {
        let refused = ann.call::<UpdateSlaPolicy>(policy.id, Patch::set("steps", json!(steps))).await.unwrap_err();
        assert_eq!(refused.fields[field].code, code);
    }
}
