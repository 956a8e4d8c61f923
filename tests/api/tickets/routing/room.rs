//! Nobody has more than they can take, whoever gives it to them.

use futures::future::join_all;
use serde_json::json;
use shared::change::{Bulk, Patch, UndoBatch};
use shared::sla::Category;
use shared::tickets::routing::*;
use shared::tickets::*;
use tests::TestApp;

use super::super::{heard, put, solve, ticket, with};
use super::{Desk, number};

#[tokio::test]
async fn nobody_is_given_more_than_they_can_take_by_hand_either() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "manual" })).await;
    let ann = desk.agent("Ann", 1).await;
    let (first, second) = (ticket(&desk.admin, "First").await, ticket(&desk.admin, "Second").await);
    let take = || Patch::set("owner_id", json!(ann.id));
    let taken = ann.call::<UpdateTicket>(first.id, take()).await.unwrap();

    let refused = ann.call::<UpdateTicket>(second.id, take()).await.unwrap_err();
    assert_eq!(refused.fields["owner_id"].code, "no_room");
    let both = Bulk { ids: vec![first.id.0, second.id.0], set: take().set, ..Bulk::default() };
    let refused = desk.admin.call::<BulkTickets>((), both).await.unwrap_err();
    assert_eq!(refused.fields["owner_id"].code, "no_room");

    let undone = ann.call::<UndoBatch>(taken.batch, ()).await.unwrap();
    ann.call::<UpdateTicket>(second.id, take()).await.unwrap();
    let refused = ann.call::<UndoBatch>(undone.batch, ()).await.unwrap_err();
    assert_eq!(refused.fields["owner_id"].code, "no_room");
}

#[tokio::test]
async fn who_solved_one_by_mistake_has_it_back_though_they_got_another() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "least_load" })).await;
    let ann = desk.agent("Ann", 1).await;
    let (first, second) = (desk.ticket("First").await, desk.ticket("Second").await);
    solve(&ann, first.id).await;
    desk.rest().await;
    assert_eq!(desk.owner(&second).await, Some(ann.id));

    let back = put(&ann, first.id, Category::Open).await.unwrap();

    assert_eq!(back.owner_id, Some(ann.id));
}

#[tokio::test]
async fn a_customer_who_comes_back_to_somebody_full_or_gone_finds_another() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "least_load", "stick": "last_agent" })).await;
    let ann = desk.agent("Ann", 1).await;
    let full = desk.ticket("Full").await;
    solve(&ann, full.id).await;
    let gone = desk.ticket("Gone").await;
    assert_eq!(gone.owner_id, Some(ann.id));
    desk.admin.call::<RecordMessage>(full.id, heard("Again")).await.unwrap();
    desk.rest().await;
    assert_eq!(desk.owner(&full).await, None);

    let bob = desk.agent("Bob", 2).await;
    desk.rest().await;
    assert_eq!(desk.owner(&full).await, Some(bob.id));

    solve(&ann, gone.id).await;
    desk.set(&ann, Patch::set("is_disabled", true)).await;
    desk.admin.call::<RecordMessage>(gone.id, heard("Again")).await.unwrap();
    desk.rest().await;
    assert_eq!(desk.owner(&gone).await, Some(bob.id));
}

#[tokio::test]
async fn a_customer_who_comes_back_to_somebody_with_room_finds_them() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "least_load" })).await;
    let ann = desk.agent("Ann", 1).await;
    let printer = desk.ticket("Printer").await;
    solve(&ann, printer.id).await;
    desk.agent("Bob", 9).await;

    desk.admin.call::<RecordMessage>(printer.id, heard("Again")).await.unwrap();

    assert_eq!(desk.owner(&printer).await, Some(ann.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_take_the_last_place_at_once_one_gets_it() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "manual" })).await;
    let ann = desk.agent("Ann", 3).await;
    let mut tickets = Vec::new();
    for n in 0..12 {
        tickets.push(ticket(&desk.admin, &format!("{n}")).await.id);
    }

    let takes = tickets.iter().map(|id| ann.call::<UpdateTicket>(*id, Patch::set("owner_id", json!(ann.id))));
    let taken = join_all(takes).await.into_iter().flatten().count();

    assert_eq!(taken, 3);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM tickets WHERE owner_id IS NOT NULL").await, 3);
}

#[tokio::test]
async fn everybody_says_for_themselves_whether_they_are_there() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "least_load" })).await;
    let rep = app.staff("Rita", app.role(server::demo::REP).await, Some(desk.team)).await;
    desk.set(&rep, Patch::set("capacity", 2)).await;
    let waits = with(&desk.admin, json!({ "name": "Waits", "queue_id": desk.queue.id })).await;
    assert_eq!(waits.owner_id, None);

    let said = rep.call::<SetPresence>((), PresenceChange { presence: Presence::Online }).await.unwrap();
    desk.rest().await;

    assert_eq!((said.record.presence, desk.owner(&waits).await), (Some(Presence::Online), Some(rep.id)));
    rep.call::<UndoBatch>(said.batch, ()).await.unwrap();
    let after = desk.ticket("Later").await;
    assert_eq!(after.owner_id, None);
}
