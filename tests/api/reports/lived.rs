//! What is kept beside a ticket for reports: when it becomes certain, and that
//! it is what the log says.

use sea_orm::ConnectionTrait as _;
use serde_json::json;
use shared::calendars::{Calendar, CreateCalendar, DAY as MINUTES, WeekHours};
use shared::change::{AsOf, New, UndoBatch};
use shared::sla::*;
use shared::tickets::*;
use shared::time::MINUTE;
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::tickets::{heard, put, reply, solve, thread, ticket, with};

/// An answer within ten minutes, a solution within an hour, whenever it is.
async fn promise(caller: &Caller<'_>) {
    let week = (1..=7).map(|day| WeekHours { day, start: 0, end: MINUTES }).collect();
    let calendar = Calendar { name: "Always".into(), zone: "Asia/Shanghai".into(), week, ..Calendar::default() };
    let calendar = caller.call::<CreateCalendar>((), New::of(Uuid::now_v7(), &calendar)).await.unwrap().record.id;
    let target = |metric, seconds| Target { metric, priority: Priority::Normal, seconds, ..Target::default() };
    let policy = SlaPolicy {
        name: "Promise".into(),
        is_active: true,
        calendar_id: calendar,
        targets: vec![
            target(Metric::FirstResponse, 600),
            target(Metric::NextResponse, 600),
            target(Metric::FirstResolution, 3_600),
            target(Metric::TotalResolution, 3_600),
        ],
        ..SlaPolicy::default()
    };
    caller.call::<CreateSlaPolicy>((), New::of(Uuid::now_v7(), &policy)).await.unwrap();
}

/// After so many minutes; by then one has signed in again.
async fn later<'a>(app: &'a TestApp, who: Caller<'a>, minutes: i64) -> Caller<'a> {
    app.app.clock.advance(minutes * MINUTE);
    app.sign_in(who.id, "ada.admin@test.example").await
}

async fn now(caller: &Caller<'_>, ticket: &Ticket) -> Ticket {
    caller.call::<GetTicket>(ticket.id, AsOf::default()).await.unwrap()
}

/// Minutes, as near as the seconds that a test takes.
fn minutes(seconds: Option<i64>) -> Option<i64> {
    seconds.map(|seconds| (seconds + 20) / 60)
}

#[tokio::test]
async fn a_reply_and_a_solution_are_measured_when_they_happen() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    promise(&ann).await;
    let mail = with(&ann, json!({ "name": "Printer", "channel": "mail" })).await;

    let ann = later(&app, ann, 20).await;
    let sent = reply(&ann, mail.id, "Which one?").await;
    let late = now(&ann, &mail).await;
    assert_eq!((minutes(late.response_secs), minutes(late.response_work), late.replies), (Some(20), Some(20), 1));
    assert_eq!((late.response_sla, late.resolution_sla), (Some(Verdict::Missed), None));

    ann.call::<UndoBatch>(sent.batch, ()).await.unwrap();
    let back = now(&ann, &mail).await;
    assert_eq!((back.response_secs, back.response_sla, back.replies), (None, None, 0));

    let ann = later(&app, ann, 10).await;
    reply(&ann, mail.id, "Which one?").await;
    let solved = solve(&ann, mail.id).await;
    assert_eq!((minutes(solved.response_secs), minutes(solved.first_resolution_work)), (Some(30), Some(30)));
    assert_eq!(solved.first_solved_at, solved.solved_at);
    assert_eq!((solved.first_resolution_sla, solved.resolution_sla), (Some(Verdict::Met), Some(Verdict::Met)));

    let ann = later(&app, ann, 50).await;
    ann.call::<RecordMessage>(mail.id, heard("It is back")).await.unwrap();
    assert_eq!((now(&ann, &mail).await.reopened, now(&ann, &mail).await.resolution_sla), (1, None));
    let ann = later(&app, ann, 40).await;
    let again = put(&ann, mail.id, Category::Solved).await.unwrap();

    // The fifty minutes that it stood solved are nobody's.
    assert_eq!((minutes(again.resolution_secs), minutes(again.resolution_work)), (Some(70), Some(70)));
    assert_eq!((minutes(again.first_resolution_secs), again.first_solved_at), (Some(30), solved.first_solved_at));
    assert_eq!((again.first_resolution_sla, again.resolution_sla), (Some(Verdict::Met), Some(Verdict::Missed)));
    // Solved without an answer, long after one was due.
    assert_eq!(again.next_response_sla, Some(Verdict::Missed));
}

#[tokio::test]
async fn who_has_not_asked_waits_for_no_first_reply() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let by_phone = ticket(&ann, "Printer").await;
    let ann = later(&app, ann, 5).await;
    reply(&ann, by_phone.id, "As we said").await;
    let told = now(&ann, &by_phone).await;
    assert_eq!((told.replies, told.response_secs, told.response_sla), (1, None, None));

    let asked = ticket(&ann, "Mouse").await;
    let ann = later(&app, ann, 5).await;
    ann.call::<RecordMessage>(asked.id, heard("It squeaks")).await.unwrap();
    let ann = later(&app, ann, 7).await;
    reply(&ann, asked.id, "Feed it").await;
    let answered = now(&ann, &asked).await;
    assert_eq!(minutes(answered.response_secs), Some(7));
    assert!(answered.response_work <= answered.response_secs && answered.response_work.is_some());
}

#[tokio::test]
async fn tickets_that_were_there_before_are_measured_from_their_log() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    promise(&ann).await;
    let mut ann = ann;
    let mut all = Vec::new();
    for n in 0..4_i64 {
        let one = with(&ann, json!({ "name": "Printer", "channel": "mail" })).await;
        ann = later(&app, ann, 3 + 9 * n).await;
        if n > 0 {
            reply(&ann, one.id, "Which one?").await;
        }
        if n > 1 {
            solve(&ann, one.id).await;
        }
        if n > 2 {
            ann = later(&app, ann, 9).await;
            ann.call::<RecordMessage>(one.id, heard("It is back")).await.unwrap();
            reply(&ann, one.id, "Again?").await;
            put(&ann, one.id, Category::Solved).await.unwrap();
        }
        all.push(thread(&ann, one.id).await.ticket);
    }
    let forget = "UPDATE tickets SET replies = 0, first_solved_at = NULL, response_secs = NULL, response_work = NULL, \
        first_resolution_secs = NULL, first_resolution_work = NULL, resolution_secs = NULL, resolution_work = NULL, \
        response_sla = NULL, next_response_sla = NULL, first_resolution_sla = NULL, resolution_sla = NULL";
    app.app.db.for_migrations().execute_unprepared(forget).await.unwrap();

    let measure = serde_json::from_value(json!({ "after": null })).unwrap();
    server::tickets::run_measure(&app.app, measure).await.unwrap();

    for before in all {
        let mut after = now(&ann, &before).await;
        let near = |a: Option<i64>, b: Option<i64>| a.zip(b).map_or(a == b, |(a, b)| (a - b).abs() <= 2);
        assert!(near(after.response_secs, before.response_secs), "{after:?} {before:?}");
        assert!(near(after.first_resolution_work, before.first_resolution_work), "{after:?} {before:?}");
        assert!(near(after.resolution_secs, before.resolution_secs), "{after:?} {before:?}");
        assert!(near(after.first_solved_at.map(|at| at.0 / 1_000), before.first_solved_at.map(|at| at.0 / 1_000)));
        // As near as a second; the rest is the same.
        (after.version, after.updated_at) = (before.version, before.updated_at);
        (after.response_secs, after.response_work) = (before.response_secs, before.response_work);
        (after.first_resolution_secs, after.first_resolution_work, after.first_solved_at) =
            (before.first_resolution_secs, before.first_resolution_work, before.first_solved_at);
        (after.resolution_secs, after.resolution_work) = (before.resolution_secs, before.resolution_work);
        assert_eq!(after, before);
    }
}
