//! Taking back goes through the checks of any other write.

use serde_json::json;
use shared::access::{Action, Grant, Object, Scope};
use shared::accounts::*;
use shared::auth::{Preferences, UpdateMe, WhoAmI};
use shared::change::*;
use shared::contacts::*;
use shared::opportunities::*;
use shared::pipelines::*;
use shared::users::*;
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::access::account;
use crate::board::stages;

async fn deal(caller: &Caller<'_>, stage: &Stage) -> Done<Opportunity> {
    let deal = Opportunity {
        name: "Deal".into(),
        pipeline_id: stage.pipeline_id,
        stage_id: stage.id,
        ..Opportunity::default()
    };
    caller.call::<CreateOpportunity>((), New::of(Uuid::now_v7(), &deal)).await.unwrap()
}

#[tokio::test]
async fn a_deal_does_not_go_back_to_a_stage_that_was_put_away() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let made = deal(&admin, &stages[0]).await;
    let moved = Move { ids: vec![made.record.id], stage: stages[1].id, ..Move::default() };
    let moved = admin.call::<MoveOpportunities>((), moved).await.unwrap();
    let away = StageArchive { ids: vec![stages[0].id.0], archived: true, to: None };
    let away = admin.call::<ArchiveStages>((), away).await.unwrap();

    let refused = admin.call::<UndoBatch>(moved.batch, ()).await.unwrap_err();
    admin.call::<UndoBatch>(away.batch, ()).await.unwrap();
    admin.call::<UndoBatch>(moved.batch, ()).await.unwrap();

    assert_eq!((refused.status, refused.code.as_str()), (409, "stage_gone"));
    let now = admin.call::<GetOpportunity>(made.record.id, AsOf::default()).await.unwrap();
    assert_eq!(now.stage_id, stages[0].id);
}

#[tokio::test]
async fn an_archived_deal_does_not_come_back_to_a_stage_that_was_put_away() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let id = deal(&admin, &stages[0]).await.record.id;
    let archive = |archived| Archive { ids: vec![id.0], archived };
    admin.call::<ArchiveOpportunities>((), archive(true)).await.unwrap();
    admin
        .call::<ArchiveStages>((), StageArchive { ids: vec![stages[0].id.0], archived: true, to: None })
        .await
        .unwrap();

    let refused = admin.call::<ArchiveOpportunities>((), archive(false)).await.unwrap_err();

    assert_eq!((refused.status, refused.code.as_str()), (409, "stage_gone"));
}

#[tokio::test]
async fn a_stage_with_deals_is_not_put_away_by_an_undo_either() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let archive = |archived| StageArchive { ids: vec![stages[0].id.0], archived, to: None };
    admin.call::<ArchiveStages>((), archive(true)).await.unwrap();
    let back = admin.call::<ArchiveStages>((), archive(false)).await.unwrap();
    deal(&admin, &stages[0]).await;

    let refused = admin.call::<UndoBatch>(back.batch, ()).await.unwrap_err();

    assert_eq!((refused.status, refused.code.as_str()), (409, "stage_in_use"));
}

#[tokio::test]
async fn one_takes_back_what_one_set_of_oneself() {
    let app = TestApp::start().await;
    let rep = app.role(server::demo::REP).await;
    let ann = app.staff("Ann", rep, None).await;
    let key = shared::id::BatchId(Uuid::now_v7());
    let dark = Preferences { theme: Some("dark".into()), ..Preferences::default() };
    ann.with_key(key).call::<UpdateMe>((), dark).await.unwrap();

    ann.call::<UndoBatch>(key, ()).await.unwrap();

    assert_eq!(ann.call::<WhoAmI>((), ()).await.unwrap().theme, None);
}

#[tokio::test]
async fn roles_and_owners_come_back_only_by_who_may_give_them() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let bob = app.staff("Bob", app.role(server::demo::ADMIN).await, None).await;
    let own = app.role_of(Scope::Own).await;
    let ann = app.staff("Ann", own, None).await;
    let mine = account(&bob, "Acme").await;
    let given = bob.call::<UpdateAccount>(mine, Patch::set("owner_id", ann.id.to_string())).await.unwrap();
    let admins = app.role(server::demo::ADMIN).await;
    bob.call::<UpdateUser>(ann.id, Patch::set("roles", json!([admins]))).await.unwrap();
    let lowered = bob.call::<UpdateUser>(ann.id, Patch::set("roles", json!([own]))).await.unwrap();
    // Bob keeps writing everything, but hands nothing on any more.
    let less = Object::ALL.iter().flat_map(|object| {
        [Action::Read, Action::Write].map(|action| Grant { object: *object, action, scope: Scope::All })
    });
    let less = app.role_with(less.collect()).await;
    admin.call::<UpdateUser>(bob.id, Patch::set("roles", json!([less]))).await.unwrap();

    let owner = bob.call::<UndoBatch>(given.batch, ()).await.unwrap_err();
    let roles = bob.call::<UndoBatch>(lowered.batch, ()).await.unwrap_err();

    assert_eq!((owner.status, owner.fields["owner_id"].code.as_str()), (422, "may_not_assign"));
    assert_eq!((roles.status, roles.fields["roles"].code.as_str()), (422, "more_than_yours"));
}

#[tokio::test]
async fn what_others_lead_to_is_not_unmade() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let new = New::of(Uuid::now_v7(), &Account { name: "Acme".into(), ..Account::default() });
    let made = admin.call::<CreateAccount>((), new).await.unwrap();
    let person = Contact {
        name: "Ann".into(),
        accounts: vec![AccountLink { account_id: made.record.id, ..AccountLink::default() }],
        ..Contact::default()
    };
    let person = admin.call::<CreateContact>((), New::of(Uuid::now_v7(), &person)).await.unwrap();

    let refused = admin.call::<UndoBatch>(made.batch, ()).await.unwrap_err();
    admin.call::<UndoBatch>(person.batch, ()).await.unwrap();
    admin.call::<UndoBatch>(made.batch, ()).await.unwrap();

    assert_eq!((refused.status, refused.code.as_str()), (409, "in_use"));
}

#[tokio::test]
async fn a_list_with_a_hidden_reference_stays_editable() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let own = app.role_of(Scope::Own).await;
    let ann = app.staff("Ann", own, None).await;
    let (hidden, hers) = (account(&admin, "Hidden").await, account(&ann, "Hers").await);
    let another = account(&admin, "Another").await;
    let link = |id| AccountLink { account_id: id, ..AccountLink::default() };
    let person =
        Contact { name: "Zoe".into(), accounts: vec![link(hidden)], owner_id: Some(ann.id), ..Contact::default() };
    let id = admin.call::<CreateContact>((), New::of(Uuid::now_v7(), &person)).await.unwrap().record.id;

    let added = ann.call::<UpdateContact>(id, Patch::set("accounts", json!([link(hidden), link(hers)]))).await;
    let guessed = ann.call::<UpdateContact>(id, Patch::set("accounts", json!([link(another)]))).await.unwrap_err();

    assert_eq!(added.unwrap().record.accounts.len(), 2);
    assert_eq!(guessed.fields["accounts"].code, "no_such_record");
}
