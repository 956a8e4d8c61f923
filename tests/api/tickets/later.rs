//! What becomes of tickets by time alone, and by other working hours.

use std::time::Duration;

use serde_json::json;
use shared::calendars::{Calendar, ListCalendars, UpdateCalendar};
use shared::change::{New, Patch, UndoBatch};
use shared::query::ListQuery;
use shared::sla::*;
use shared::tickets::*;
use shared::time::{DAY, HOUR};
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::{heard, put, solve, status, thread, ticket};

#[tokio::test]
async fn what_was_put_off_comes_back_and_what_was_solved_is_closed() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let [later, soon, done] = ["later", "soon", "done"].map(|name| ticket(&ann, name));
    let (later, soon, done) = (later.await.id, soon.await.id, done.await.id);
    let now = app.app.clock.now();
    let hold = status(&ann, Category::OnHold).await;
    for (id, at) in [(later, now.plus(30 * DAY)), (soon, now.plus(DAY))] {
        let patch = Patch::set("status_id", json!(hold)).and("wake_at", at.0);
        ann.call::<UpdateTicket>(id, patch).await.unwrap();
    }
    solve(&ann, done).await;
    let states = async |caller: &Caller<'_>| {
        let mut states = Vec::new();
        for id in [later, soon, done] {
            states.push(thread(caller, id).await.ticket.state);
        }
        states
    };

    server::tickets::turn(&app.app).await.unwrap();
    assert_eq!(states(&ann).await, [Category::OnHold, Category::OnHold, Category::Solved]);

    app.app.clock.advance(CLOSE_AFTER + HOUR);
    server::tickets::turn(&app.app).await.unwrap();

    let ann = app.sign_in(ann.id, "ada.admin@test.example").await;
    assert_eq!(states(&ann).await, [Category::OnHold, Category::Open, Category::Closed]);
    let woken = thread(&ann, soon).await.ticket;
    assert_eq!((woken.wake_at, woken.closed_at), (None, None));
    // A late answer of the customer is not lost, and the closed one stays.
    ann.call::<RecordMessage>(done, heard("It is back")).await.unwrap();
    assert_eq!(states(&ann).await[2], Category::Closed);
}

/// Counts around the clock on every day, or never.
async fn hours(caller: &Caller<'_>, calendar: &Calendar, end: i64) -> shared::change::Done<Calendar> {
    let week: Vec<_> = (1..=7).map(|day| json!({ "day": day, "start": 0, "end": end })).collect();
    caller.call::<UpdateCalendar>(calendar.id, Patch::set("week", json!(week)).and("days", json!([]))).await.unwrap()
}

#[tokio::test]
async fn other_working_hours_move_what_is_due_and_their_undo_moves_it_back() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let calendar = ann.call::<ListCalendars>((), ListQuery::default()).await.unwrap().items.remove(0);
    hours(&ann, &calendar, 24 * 60).await;
    let target =
        Target { metric: Metric::FirstResponse, priority: Priority::Normal, seconds: 86_400, ..Target::default() };
    let policy = SlaPolicy {
        name: "Promise".into(),
        is_active: true,
        calendar_id: calendar.id,
        targets: vec![target],
        ..SlaPolicy::default()
    };
    ann.call::<CreateSlaPolicy>((), New::of(Uuid::now_v7(), &policy)).await.unwrap();
    let open = ticket(&ann, "Printer").await.id;
    ann.call::<RecordMessage>(open, heard("It does not print")).await.unwrap();
    let first = thread(&ann, open).await.ticket.due_at.unwrap();
    let ended = ticket(&ann, "Mouse").await.id;
    ann.call::<RecordMessage>(ended, heard("It does not click")).await.unwrap();
    put(&ann, ended, Category::WaitingCustomer).await.unwrap();

    let change = hours(&ann, &calendar, 12 * 60).await;
    let moved = until(&ann, open, |due| due > first).await;
    assert!(moved - first.0 >= 10 * HOUR, "{moved} {first:?}");

    ann.call::<UndoBatch>(change.batch, ()).await.unwrap();
    // What was used while other hours held stays used.
    let back = until(&ann, open, |due| due.0 < moved).await;
    assert!(back - first.0 < 2 * HOUR, "{back} {first:?}");
}

async fn until(caller: &Caller<'_>, id: shared::id::TicketId, holds: impl Fn(shared::time::Instant) -> bool) -> i64 {
    for _ in 0..500 {
        if let Some(due) = thread(caller, id).await.ticket.due_at.filter(|due| holds(*due)) {
            return due.0;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("what is due did not move: {:?}", thread(caller, id).await.ticket);
}
