//! What is put away is led to by nothing new; what led to it before goes on.

use serde_json::json;
use shared::access::Scope;
use shared::accounts::*;
use shared::change::*;
use shared::contacts::*;
use shared::id::BatchId;
use shared::users::UpdateUser;
use tests::TestApp;
use uuid::Uuid;

use crate::access::account;

fn at(account_id: shared::id::AccountId) -> Contact {
    let link = AccountLink { account_id, role: None, is_primary: true, has_left: false };
    Contact { name: "Ann".into(), accounts: vec![link], ..Contact::default() }
}

#[tokio::test]
async fn nothing_new_leads_to_an_archived_record_but_what_did_stays_editable() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (away, other) = (account(&admin, "Away").await, account(&admin, "Other").await);
    let ann = admin.call::<CreateContact>((), New::of(Uuid::now_v7(), &at(away))).await.unwrap().record.id;
    admin.call::<ArchiveAccounts>((), Archive { ids: vec![away.0], archived: true }).await.unwrap();

    let created = admin.call::<CreateContact>((), New::of(Uuid::now_v7(), &at(away))).await.unwrap_err();
    let below = admin.call::<UpdateAccount>(other, Patch::set("parent_id", away.to_string())).await.unwrap_err();
    let renamed = admin.call::<UpdateContact>(ann, Patch::set("name", "Anna")).await.unwrap();

    assert_eq!(created.fields["accounts"].code, "archived_record");
    assert_eq!(below.fields["parent_id"].code, "archived_record");
    assert_eq!(renamed.record.accounts[0].account_id, away);
}

#[tokio::test]
async fn nothing_new_is_given_to_who_was_disabled_but_an_undo_gives_it_back() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let bob = app.staff("Bob", app.role_of(Scope::All).await, None).await;
    let id = account(&bob, "His").await;
    let batch = BatchId(Uuid::now_v7());
    admin.with_key(batch).call::<UpdateAccount>(id, Patch::set("owner_id", admin.id.to_string())).await.unwrap();
    admin.call::<UpdateUser>(bob.id, Patch::set("is_disabled", true)).await.unwrap();

    let given = admin.call::<UpdateAccount>(id, Patch::set("owner_id", bob.id.to_string())).await.unwrap_err();
    admin.call::<UndoBatch>(batch, ()).await.unwrap();

    assert_eq!(given.fields["owner_id"].code, "disabled_user");
    let now = admin.call::<GetAccount>(id, AsOf::default()).await.unwrap();
    assert_eq!(json!(now.owner_id), json!(bob.id));
}
