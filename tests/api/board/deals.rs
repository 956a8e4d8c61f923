//! A deal's own parts: who is in it, what is sold, how likely it is.

use serde_json::json;
use shared::change::{AsOf, New, Patch, UndoBatch};
use shared::contacts::{Contact, CreateContact};
use shared::id::{ContactId, OpportunityId, ProductId};
use shared::opportunities::*;
use shared::pipelines::UpdateStage;
use shared::products::{CreateProduct, Product};
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::{deal, first_stage, moved, stages};

async fn read(caller: &Caller<'_>, id: OpportunityId) -> Opportunity {
    caller.call::<GetOpportunity>(id, AsOf::default()).await.unwrap()
}

async fn set(caller: &Caller<'_>, id: OpportunityId, patch: Patch) -> Opportunity {
    caller.call::<UpdateOpportunity>(id, patch).await.unwrap().record
}

async fn contact(caller: &Caller<'_>, name: &str) -> ContactId {
    let contact = Contact { name: name.into(), ..Contact::default() };
    caller.call::<CreateContact>((), New::of(Uuid::now_v7(), &contact)).await.unwrap().record.id
}

async fn product(caller: &Caller<'_>, name: &str) -> ProductId {
    let product = Product { name: name.into(), ..Product::default() };
    caller.call::<CreateProduct>((), New::of(Uuid::now_v7(), &product)).await.unwrap().record.id
}

#[tokio::test]
async fn a_deal_keeps_its_contacts_with_their_roles_and_is_found_by_them() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let card = deal(&admin, &first_stage(&admin).await, "a", 100).await;
    let (buyer, user) = (contact(&admin, "Wang Li").await, contact(&admin, "Chen Yu").await);
    let roles = [
        DealContact { contact_id: buyer, role: DealRole::DecisionMaker },
        DealContact { contact_id: user, role: DealRole::User },
    ];

    set(&admin, card, Patch::set("contacts", json!(roles))).await;

    assert_eq!(read(&admin, card).await.contacts, roles);
    let query = shared::query::ListQuery { filter: Some(format!("contacts.is.{user}")), ..Default::default() };
    let found = admin.call::<ListOpportunities>((), query).await.unwrap();
    assert_eq!(found.items.iter().map(|deal| deal.id).collect::<Vec<_>>(), [card]);
    let bad = Patch::set("contacts", json!([{ "contact_id": Uuid::now_v7(), "role": "user" }]));
    let refused = admin.call::<UpdateOpportunity>(card, bad).await.unwrap_err();
    assert_eq!(refused.fields["contacts"].code, "no_such_record");
}

#[tokio::test]
async fn the_amount_follows_the_products_until_it_is_said_otherwise() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let card = deal(&admin, &first_stage(&admin).await, "a", 100).await;
    let crane = product(&admin, "Crane").await;
    let lines = |quantity: i64, price: i64| json!([{ "product_id": crane, "quantity": quantity, "price": price }]);

    let followed = set(&admin, card, Patch::set("lines", lines(3, 2_500))).await;
    let said = set(&admin, card, Patch::set("lines", lines(4, 2_500)).and("amount", 9_000)).await;
    let bad = admin.call::<UpdateOpportunity>(card, Patch::set("lines", lines(0, 1))).await.unwrap_err();

    assert_eq!((followed.amount, said.amount), (Some(7_500), Some(9_000)));
    assert_eq!(bad.fields["lines.0.quantity"].code, "out_of_range");
}

#[tokio::test]
async fn a_probability_set_by_hand_stays_while_the_deal_is_open() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let follows = deal(&admin, &stages[0], "follows", 100).await;
    let manual = deal(&admin, &stages[0], "manual", 100).await;
    set(&admin, manual, Patch::set("probability", 35).and("is_probability_manual", true)).await;

    moved(&admin, Move { ids: vec![follows, manual], stage: stages[1].id, ..Move::default() }).await;
    let open = (read(&admin, follows).await.probability, read(&admin, manual).await.probability);
    moved(&admin, Move { ids: vec![manual], stage: stages[3].id, ..Move::default() }).await;

    assert_eq!((open, read(&admin, manual).await.probability), ((50, 35), 100));
}

#[tokio::test]
async fn deals_that_follow_a_stages_chance_change_with_it_and_come_back_with_one_undo() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let follows = deal(&admin, &stages[0], "follows", 1_000).await;
    let manual = deal(&admin, &stages[0], "manual", 1_000).await;
    set(&admin, manual, Patch::set("probability", 35).and("is_probability_manual", true)).await;
    let weighted = async || {
        let board = admin.call::<GetBoard>((), BoardQuery::default()).await.unwrap();
        board.columns[0].sums[0].weighted
    };
    let before = weighted().await;

    let done = admin.call::<UpdateStage>(stages[0].id, Patch::set("probability", 40)).await.unwrap();
    let after = (weighted().await, read(&admin, follows).await.probability, read(&admin, manual).await.probability);
    admin.call::<UndoBatch>(done.batch, ()).await.unwrap();

    assert_eq!((before, after, weighted().await), (200 + 350, (400 + 350, 40, 35), 550));
    assert_eq!(read(&admin, follows).await.probability, 20);
}

#[tokio::test]
async fn a_card_tells_its_chance_only_where_it_is_its_own() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stage = first_stage(&admin).await;
    deal(&admin, &stage, "follows", 100).await;
    let manual = deal(&admin, &stage, "manual", 100).await;
    set(&admin, manual, Patch::set("probability", 35).and("is_probability_manual", true)).await;
    app.app.clock.advance(1_000);
    let then = app.app.clock.now();
    app.app.clock.advance(1_000);

    for as_of in [None, Some(then)] {
        let board = admin.call::<GetBoard>((), BoardQuery { as_of, ..BoardQuery::default() }).await.unwrap();
        let own: Vec<_> = board.columns[0].cards.iter().map(|card| (card.name.as_str(), card.probability)).collect();
        assert_eq!(own, [("manual", Some(35)), ("follows", None)]);
    }
}
