//! The time that tickets took.

use serde_json::json;
use shared::access::Scope;
use shared::api::ApiError;
use shared::change::{Archive, Done, New, Patch, UndoBatch};
use shared::id::TicketId;
use shared::query::ListQuery;
use shared::tickets::*;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::access::agent;
use super::{contact, thread, with};

async fn spend(caller: &Caller<'_>, ticket: TicketId, minutes: i64) -> Result<Done<TimeEntry>, ApiError> {
    let values = serde_json::from_value(json!({ "ticket_id": ticket, "minutes": minutes, "note": "Call" })).unwrap();
    caller.call::<CreateTimeEntry>((), New::from_values(Uuid::now_v7(), values)).await
}

#[tokio::test]
async fn time_is_summed_also_over_what_was_merged() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let li = contact(&ann, "Li").await;
    let one = with(&ann, json!({ "name": "One", "contact_id": li })).await.id;
    let other = with(&ann, json!({ "name": "Other", "contact_id": li })).await.id;
    let first = spend(&ann, one, 30).await.unwrap();
    spend(&ann, one, 15).await.unwrap();
    spend(&ann, other, 5).await.unwrap();
    assert_eq!(thread(&ann, one).await.minutes, Some(45));
    assert_eq!(first.record.day, Some(app.app.clock.day_of(app.app.clock.now())));

    ann.call::<MergeTicket>(other, Merge { into_id: one, is_confirmed: false }).await.unwrap();
    assert_eq!(thread(&ann, one).await.minutes, Some(50));
    ann.call::<UndoBatch>(first.batch, ()).await.unwrap();
    assert_eq!(thread(&ann, one).await.minutes, Some(20));
    assert_eq!(spend(&ann, one, 0).await.unwrap_err().fields["minutes"].code, "out_of_range");
}

#[tokio::test]
async fn what_somebody_wrote_down_nobody_else_changes() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let team = app.team("Support", None).await;
    let (ann, bob) =
        (agent(&app, "Ann", Scope::Team, Some(team)).await, agent(&app, "Bob", Scope::Team, Some(team)).await);
    let own = agent(&app, "Own", Scope::Own, None).await;
    let id = with(&admin, json!({ "name": "Printer", "team_id": team })).await.id;
    let hers = spend(&ann, id, 30).await.unwrap().record.id;

    let changed = bob.call::<UpdateTimeEntry>(hers, Patch::set("minutes", 5)).await.unwrap_err();
    let put_away = bob.call::<ArchiveTimeEntries>((), Archive { ids: vec![hers.0], archived: true }).await.unwrap_err();
    let unseen = own.call::<UpdateTimeEntry>(hers, Patch::set("minutes", 5)).await.unwrap_err();
    let elsewhere = spend(&own, id, 5).await.unwrap_err();

    assert_eq!((changed.status, put_away.status, unseen.status, elsewhere.status), (403, 403, 404, 404));
    assert_eq!(bob.call::<ListTimeEntries>((), ListQuery::default()).await.unwrap().items.len(), 1);
    assert!(own.call::<ListTimeEntries>((), ListQuery::default()).await.unwrap().items.is_empty());
    let moved = with(&admin, json!({ "name": "Mouse", "team_id": team })).await.id;
    let moved = ann.call::<UpdateTimeEntry>(hers, Patch::set("ticket_id", json!(moved))).await.unwrap_err();
    assert_eq!(moved.fields["ticket_id"].code, "read_only");
    let hers = ann.call::<UpdateTimeEntry>(hers, Patch::set("minutes", 45)).await.unwrap().record;
    assert_eq!((hers.minutes, thread(&bob, id).await.minutes), (45, Some(45)));
}
