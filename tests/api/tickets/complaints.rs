//! Complaints: acknowledged in time, judged by nobody whom they are about, and
//! done once it is known why.

use serde_json::json;
use shared::calendars::ListCalendars;
use shared::change::{Bulk, New, Patch, UndoBatch};
use shared::fields::Row;
use shared::query::{ListQuery, TotalsQuery};
use shared::sla::*;
use shared::tickets::*;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::{category, heard, status, thread, ticket, with};

async fn set(caller: &Caller<'_>, id: shared::id::TicketId, patch: Patch) -> Result<Ticket, (String, String)> {
    let done = caller.call::<UpdateTicket>(id, patch).await;
    done.map(|done| done.record).map_err(|error| {
        let (key, error) = error.fields.into_iter().next().unwrap();
        (key, error.code)
    })
}

fn refused(key: &str, code: &str) -> Result<Ticket, (String, String)> {
    Err((key.into(), code.into()))
}

#[tokio::test]
async fn whom_a_complaint_is_about_never_has_it() {
    let app = TestApp::start().await;
    let (ann, role) = (app.admin().await, app.role(server::demo::ADMIN).await);
    let bob = app.staff("Bob", role, None).await;
    let about_bob = json!({ "name": "Rude", "kind": "complaint", "accused_id": bob.id });
    let id = with(&ann, about_bob).await.id;

    assert_eq!(set(&ann, id, Patch::set("owner_id", json!(bob.id))).await, refused("owner_id", "is_accused"));
    let both = Row::from_iter([("owner_id".to_owned(), json!(bob.id))]);
    let bulk = Bulk { ids: vec![id.0], set: both, add: Row::new() };
    assert_eq!(ann.call::<BulkTickets>((), bulk).await.unwrap_err().fields["owner_id"].code, "is_accused");
    // What a macro does for whoever uses it.
    assert_eq!(set(&bob, id, Patch::set("owner_id", json!(bob.id))).await, refused("owner_id", "is_accused"));

    // By way of the other field, and of the kind.
    let his = with(&ann, json!({ "name": "His", "owner_id": bob.id, "kind": "complaint" })).await.id;
    assert_eq!(set(&ann, his, Patch::set("accused_id", json!(bob.id))).await, refused("accused_id", "is_accused"));
    let plain = with(&ann, json!({ "name": "Plain", "owner_id": bob.id, "accused_id": bob.id })).await.id;
    assert_eq!(set(&ann, plain, Patch::set("kind", "complaint")).await, refused("accused_id", "is_accused"));
}

#[tokio::test]
async fn no_undo_gives_a_complaint_to_whom_it_is_about() {
    let app = TestApp::start().await;
    let (ann, role) = (app.admin().await, app.role(server::demo::ADMIN).await);
    let bob = app.staff("Bob", role, None).await;
    let id = with(&ann, json!({ "name": "Rude", "kind": "complaint", "owner_id": bob.id })).await.id;
    let given = ann.call::<UpdateTicket>(id, Patch::set("owner_id", json!(ann.id))).await.unwrap();
    ann.call::<UpdateTicket>(id, Patch::set("accused_id", json!(bob.id))).await.unwrap();

    let undone = ann.call::<UndoBatch>(given.batch, ()).await.unwrap_err();

    assert_eq!(undone.fields["owner_id"].code, "is_accused");
    assert_eq!(thread(&ann, id).await.ticket.owner_id, Some(ann.id));
}

#[tokio::test]
async fn a_late_message_about_a_closed_complaint_is_not_the_accuseds_either() {
    let app = TestApp::start().await;
    let (ann, role) = (app.admin().await, app.role(server::demo::ADMIN).await);
    let bob = app.staff("Bob", role, None).await;
    let id = with(&ann, json!({ "name": "Rude", "kind": "complaint", "accused_id": bob.id })).await.id;
    solved(&ann, id).await.unwrap();
    super::put(&ann, id, Category::Closed).await.unwrap();
    let late = ann.call::<RecordMessage>(id, heard("Again")).await.unwrap().record.ticket_id;
    assert_eq!(thread(&ann, late).await.ticket.accused_id, Some(bob.id));
    assert_eq!(set(&bob, late, Patch::set("owner_id", json!(bob.id))).await, refused("owner_id", "is_accused"));
}

/// With everything that a complaint must say.
async fn solved(caller: &Caller<'_>, id: shared::id::TicketId) -> Result<Ticket, (String, String)> {
    let patch = Patch::set("status_id", json!(status(caller, Category::Solved).await))
        .and("category_id", json!(category(caller, "Behaviour").await))
        .and("resolution", "answered")
        .and("root_cause", "attitude")
        .and("remedy", "We apologised")
        .and("remedy_cost", 5_000);
    set(caller, id, patch).await
}

#[tokio::test]
async fn a_complaint_is_done_once_its_cause_and_remedy_are_known() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = with(&ann, json!({ "name": "Rude", "kind": "complaint" })).await.id;
    let early = Patch::set("status_id", json!(status(&ann, Category::Solved).await))
        .and("category_id", json!(category(&ann, "Anything").await))
        .and("resolution", "answered");
    let error = ann.call::<UpdateTicket>(id, early.clone()).await.unwrap_err();
    let told: Vec<_> = error.fields.iter().map(|(key, error)| (key.as_str(), error.code.as_str())).collect();
    assert_eq!(told, [("remedy", "required_to_solve"), ("root_cause", "required_to_solve")]);
    let plain = ticket(&ann, "Question").await.id;
    ann.call::<UpdateTicket>(plain, early).await.unwrap();

    let done = solved(&ann, id).await.unwrap();
    assert_eq!((done.state, done.remedy_cost, done.currency.as_str()), (Category::Solved, Some(5_000), "CNY"));
    let follow_up = Patch::set("follow_up_on", "2026-12-01").and("follow_up", "Content");
    assert_eq!(set(&ann, id, follow_up).await.unwrap().follow_up.as_deref(), Some("Content"));

    let costs = TotalsQuery {
        filter: Some("kind.is.complaint".into()),
        group: Some("root_cause".into()),
        sum: Some("remedy_cost".into()),
        ..TotalsQuery::default()
    };
    let lines = ann.call::<TicketTotals>((), costs).await.unwrap().lines;
    assert_eq!((lines.len(), lines[0].group[0].as_deref(), lines[0].sum), (1, Some("attitude"), 5_000));
}

#[tokio::test]
async fn a_complaint_has_its_own_time_to_be_acknowledged() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let calendar = ann.call::<ListCalendars>((), ListQuery::default()).await.unwrap().items[0].id;
    for (position, conditions, seconds) in [(1, Some("kind.is.complaint".to_owned()), 3_600), (2, None, 86_400)] {
        let target = Target {
            metric: Metric::FirstResponse,
            priority: Priority::Normal,
            seconds,
            counting: Counting::Always,
            ..Target::default()
        };
        let policy = SlaPolicy {
            name: format!("Promise {position}"),
            position,
            is_active: true,
            conditions,
            calendar_id: calendar,
            targets: vec![target],
            ..SlaPolicy::default()
        };
        ann.call::<CreateSlaPolicy>((), New::of(Uuid::now_v7(), &policy)).await.unwrap();
    }
    let due = async |id| thread(&ann, id).await.ticket.due_at.unwrap().0 - app.app.clock.now().0;
    let id = ticket(&ann, "Rude").await.id;
    ann.call::<RecordMessage>(id, heard("He was rude")).await.unwrap();
    assert!(due(id).await > 80_000_000, "{}", due(id).await);

    set(&ann, id, Patch::set("kind", "complaint")).await.unwrap();

    assert!((3_500_000..=3_600_000).contains(&due(id).await), "{}", due(id).await);
}
