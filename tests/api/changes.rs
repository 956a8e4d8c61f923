//! One path for every write: keys, conflicts, history, the chain.

use sea_orm::ConnectionTrait as _;
use serde_json::json;
use server::ground::chain;
use shared::access::Object;
use shared::accounts::*;
use shared::change::*;
use shared::id::BatchId;
use shared::query::TotalsQuery;
use tests::TestApp;
use uuid::Uuid;

use crate::access::account;

fn acme() -> New<Account> {
    New::of(Uuid::now_v7(), &Account { name: "Acme".into(), ..Account::default() })
}

#[tokio::test]
async fn a_repeated_request_is_answered_once_more_and_done_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let keyed = admin.with_key(BatchId(Uuid::now_v7()));
    let new = acme();

    let first = keyed.call::<CreateAccount>((), new.clone()).await.unwrap();
    let again = keyed.call::<CreateAccount>((), new).await.unwrap();
    let other = keyed.call::<CreateAccount>((), acme()).await.unwrap_err();

    assert_eq!(first, again);
    assert_eq!((other.status, other.code.as_str()), (409, "idempotency_mismatch"));
    assert_eq!(admin.call::<CountAccounts>((), TotalsQuery::default()).await.unwrap().count(), 1);
}

#[tokio::test]
async fn writers_of_different_fields_do_not_meet() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let id = account(&admin, "Acme").await;
    let one = Patch::set("region", "华东").base("region", json!(null));
    let two = Patch::set("website", "acme.example").base("website", json!(null));

    admin.call::<UpdateAccount>(id, one).await.unwrap();
    let after = admin.call::<UpdateAccount>(id, two).await.unwrap().record;

    assert_eq!((after.region.as_deref(), after.website.as_deref()), (Some("华东"), Some("acme.example")));
}

#[tokio::test]
async fn a_conflict_names_the_field_and_who_changed_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let role = app.role(server::demo::ADMIN).await;
    let bob = app.staff("Bob", role, None).await;
    let id = account(&admin, "Acme").await;
    bob.call::<UpdateAccount>(id, Patch::set("region", "Berlin")).await.unwrap();

    let stale = Patch::set("region", "Paris").base("region", json!(null)).and("website", "acme.example");
    let refused = admin.call::<UpdateAccount>(id, stale).await.unwrap_err();
    let now = admin.call::<GetAccount>(id, AsOf::default()).await.unwrap();

    let conflict = &refused.conflicts[0];
    assert_eq!((refused.status, refused.conflicts.len(), conflict.field.as_str()), (409, 1, "region"));
    assert_eq!((&conflict.mine, &conflict.theirs), (&json!("Paris"), &json!("Berlin")));
    assert_eq!((conflict.by, conflict.by_name.as_str()), (Some(bob.id), "Bob"));
    assert_eq!(now.website, None, "nothing is half-written");
}

#[tokio::test]
async fn history_tells_what_became_of_each_field() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let id = account(&admin, "Acme").await;
    admin.call::<UpdateAccount>(id, Patch::set("name", "Acme Ltd")).await.unwrap();

    let asked = ChangeQuery { object: Object::Account, id: id.0, after: None, limit: None };
    let changes = admin.call::<ListChanges>((), asked).await.unwrap().items;

    assert_eq!(changes.iter().map(|change| change.op).collect::<Vec<_>>(), [Operation::Update, Operation::Create]);
    assert_eq!((&changes[0].before["name"], &changes[0].after["name"]), (&json!("Acme"), &json!("Acme Ltd")));
    assert_eq!((changes[0].actor, changes[0].actor_name.as_str()), (Some(admin.id), "Ada Admin"));
}

#[tokio::test]
async fn a_record_shows_as_it_was() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let before = app.app.clock.now().plus(-1_000);
    let id = account(&admin, "Acme").await;
    app.app.clock.advance(10_000);
    let then = app.app.clock.now();
    app.app.clock.advance(10_000);
    admin.call::<UpdateAccount>(id, Patch::set("name", "Acme Ltd")).await.unwrap();

    let was = admin.call::<GetAccount>(id, AsOf { as_of: Some(then) }).await.unwrap();
    let absent = admin.call::<GetAccount>(id, AsOf { as_of: Some(before) }).await.unwrap_err();

    assert_eq!((was.name.as_str(), absent.status), ("Acme", 404));
}

#[tokio::test]
async fn the_chain_notices_every_tampering() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for n in 0..20 {
        account(&admin, &format!("Account {n}")).await;
    }
    let db = app.app.db.begin().await.unwrap();
    assert_eq!(chain::verify(&db.tx).await.unwrap(), None);
    let last = chain::held_head(&db.tx).await.unwrap().seq;
    drop(db);
    let (early, later) = (last - 10, last - 8);
    let tamperings = [
        (later, format!("UPDATE changes SET \"after\" = '{{}}' WHERE seq = {later}")),
        (last, format!("UPDATE changes SET actor = NULL WHERE seq = {last}")),
        (early, format!("DELETE FROM changes WHERE seq = {early}")),
        (early, format!("DELETE FROM changes WHERE seq >= {early}")),
    ];
    for (line, tampering) in tamperings {
        let db = app.app.db.begin().await.unwrap();
        db.tx.execute_unprepared(&tampering).await.unwrap();
        assert_eq!(chain::verify(&db.tx).await.unwrap(), Some(line), "{tampering}");
    }
}

#[tokio::test]
async fn fifty_writers_at_once_lose_nothing() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let writes = (0..50).map(|n| {
        let admin = admin.clone();
        async move {
            let new = New::of(Uuid::now_v7(), &Account { name: format!("Account {n}"), ..Account::default() });
            admin.call::<CreateAccount>((), new).await
        }
    });
    let done = futures::future::join_all(writes).await;

    assert!(done.iter().all(Result::is_ok), "{done:?}");
    assert_eq!(admin.call::<CountAccounts>((), TotalsQuery::default()).await.unwrap().count(), 50);
    let db = app.app.db.begin().await.unwrap();
    assert_eq!(chain::verify(&db.tx).await.unwrap(), None);
}

#[tokio::test]
async fn who_saw_a_blank_list_is_in_no_conflict_with_an_empty_one() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let id = account(&admin, "Acme").await;

    let patch = Patch::set("tags", vec!["vip"]).base("tags", serde_json::Value::Null);
    let done = admin.call::<UpdateAccount>(id, patch.clone()).await.unwrap();
    let again = admin.call::<UpdateAccount>(id, Patch::set("tags", vec!["new"]).base("tags", serde_json::Value::Null));

    assert_eq!(done.record.tags, ["vip"]);
    assert_eq!(again.await.unwrap_err().conflicts[0].field, "tags");
}
