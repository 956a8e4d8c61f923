//! Where a ticket stands, and how it gets there.

use serde_json::json;
use shared::change::{Archive, New, Patch, UndoBatch};
use shared::query::ListQuery;
use shared::sla::{Category, Priority};
use shared::tickets::*;
use shared::time::DAY;
use tests::TestApp;
use uuid::Uuid;

use super::{category, heard, put, reply, solve, status, thread, ticket, with};

#[tokio::test]
async fn whoever_takes_a_ticket_begins_with_it() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket(&ann, "Printer").await.id;

    let taken = ann.call::<UpdateTicket>(id, Patch::set("owner_id", json!(ann.id))).await.unwrap();

    assert_eq!(taken.record.state, Category::Open);
    ann.call::<UndoBatch>(taken.batch, ()).await.unwrap();
    let back = thread(&ann, id).await.ticket;
    assert_eq!((back.state, back.owner_id), (Category::New, None));
}

#[tokio::test]
async fn nothing_is_solved_before_it_is_said_what_it_was_and_came_to() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket(&ann, "Printer").await.id;

    let refused = put(&ann, id, Category::Solved).await.unwrap_err();

    let fields: Vec<_> = refused.fields.iter().map(|(key, error)| (key.as_str(), error.code.as_str())).collect();
    assert_eq!(fields, [("category_id", "required_to_solve"), ("resolution", "required_to_solve")]);
    let solved = solve(&ann, id).await;
    assert_eq!((solved.state, solved.solved_at.is_some()), (Category::Solved, true));
}

#[tokio::test]
async fn a_customer_opens_a_solved_ticket_again_within_a_week_and_begins_another_later() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket(&ann, "Printer").await.id;
    solve(&ann, id).await;

    ann.call::<RecordMessage>(id, heard("It is back")).await.unwrap();
    let again = thread(&ann, id).await.ticket;
    assert_eq!((again.state, again.reopened, again.solved_at), (Category::Open, 1, None));

    solve(&ann, id).await;
    app.app.clock.advance(8 * DAY);
    let ann = app.sign_in(ann.id, "ada.admin@test.example").await;
    let said = ann.call::<RecordMessage>(id, heard("It is back once more")).await.unwrap().record;
    let next = thread(&ann, said.ticket_id).await.ticket;
    assert_ne!(next.id, id);
    assert_eq!((next.follows_id, next.state, next.name.as_str()), (Some(id), Category::New, "Printer"));
    assert!(next.waiting_since.is_some() && next.resolution.is_none() && next.number > again.number);
    assert_eq!(thread(&ann, id).await.ticket.state, Category::Solved);
}

#[tokio::test]
async fn what_is_closed_is_read_only_and_a_message_goes_on_in_another() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket(&ann, "Printer").await.id;
    solve(&ann, id).await;
    let closed = put(&ann, id, Category::Closed).await.unwrap();
    assert!(closed.closed_at.is_some());

    let renamed = ann.call::<UpdateTicket>(id, Patch::set("name", "Other")).await.unwrap_err();
    let answered = ann.call::<ReplyToTicket>(id, super::answer(closed.version, "Hello")).await.unwrap_err();
    let said = ann.call::<RecordMessage>(id, heard("One more thing")).await.unwrap();

    assert_eq!((renamed.code.as_str(), answered.code.as_str()), ("ticket_closed", "ticket_closed"));
    assert_eq!(thread(&ann, said.record.ticket_id).await.ticket.follows_id, Some(id));
    ann.call::<UndoBatch>(said.batch, ()).await.unwrap();
    assert_eq!(ann.call::<ListTickets>((), ListQuery::default()).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn nothing_becomes_new_again() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket(&ann, "Printer").await.id;
    reply(&ann, id, "Hello").await;

    let refused = put(&ann, id, Category::New).await.unwrap_err();

    assert_eq!(refused.fields["status_id"].code, "not_from_here");
}

#[tokio::test]
async fn what_waits_wakes_with_the_customer() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket(&ann, "Printer").await.id;
    let held = status(&ann, Category::OnHold).await;
    let until = app.app.clock.now().plus(DAY);
    let patch = Patch::set("status_id", json!(held)).and("wake_at", json!(until));
    assert_eq!(ann.call::<UpdateTicket>(id, patch).await.unwrap().record.wake_at, Some(until));

    ann.call::<RecordMessage>(id, heard("Any news?")).await.unwrap();

    let now = thread(&ann, id).await.ticket;
    assert_eq!((now.state, now.wake_at), (Category::Open, None));
}

#[tokio::test]
async fn a_category_says_how_urgent_and_whose_unless_somebody_does() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let team = app.team("Support", None).await;
    let queue = Queue { name: "Support".into(), team_id: Some(team), ..Queue::default() };
    let queue = ann.call::<CreateQueue>((), New::of(Uuid::now_v7(), &queue)).await.unwrap().record.id;
    let category = category(&ann, "Hardware").await;
    ann.call::<UpdateTicketCategory>(category, Patch::set("queue_id", json!(queue))).await.unwrap();

    let silent = with(&ann, json!({ "name": "Printer", "category_id": category })).await;
    let said = with(&ann, json!({ "name": "Mouse", "category_id": category, "priority": "low" })).await;

    assert_eq!((silent.priority, silent.queue_id, silent.team_id), (Priority::High, Some(queue), Some(team)));
    assert_eq!((said.priority, said.queue_id), (Priority::Low, Some(queue)));
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_given_once() {
    let app = TestApp::start().await;
    let ann = app.admin().await;

    let made = futures::future::join_all((0..12).map(|n| {
        let ann = &ann;
        async move { ticket(ann, &format!("Ticket {n}")).await.number }
    }));

    let mut numbers = made.await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1_001..1_013).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_status_stays_while_tickets_stand_in_it_and_each_meaning_keeps_one() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    ticket(&ann, "Printer").await;
    let new = status(&ann, Category::New).await;
    let away = |id: shared::id::TicketStatusId| Archive { ids: vec![id.0], archived: true };

    let used = ann.call::<ArchiveTicketStatuses>((), away(new)).await.unwrap_err();
    let last = ann.call::<ArchiveTicketStatuses>((), away(status(&ann, Category::OnHold).await)).await.unwrap_err();
    let other = ann.call::<UpdateTicketStatus>(new, Patch::set("category", "open")).await.unwrap_err();

    assert_eq!([used.code, last.code, other.code], ["tickets_here", "last_status", "tickets_here"]);
}
