//! An import may do what its owner may do, and not a row more.

use serde_json::json;
use shared::access::{Action, Grant, Object, Scope};
use shared::accounts::*;
use shared::change::Patch;
use shared::imports::*;
use shared::query::ListQuery;
use shared::users::UpdateUser;
use tests::TestApp;

use super::check::{account, accounts};
use super::wizard::{Wizard, numbers};

#[tokio::test]
async fn an_owner_one_may_not_assign_is_refused() {
    let app = TestApp::start().await;
    let rep = app.role("sales_rep").await;
    let (ann, _bob) = (app.staff("Ann", rep, None).await, app.staff("Bob", rep, None).await);
    let mut wizard = Wizard::read(&ann, Object::Account, "name,owner\nMine,Ann\nHis,Bob\nNobody's,\n");
    wizard.send().await.unwrap();

    assert_eq!(numbers(&wizard.check().await), (2, 0, 0, 1));
    assert_eq!(wizard.rows_of(Outcome::Wrong).await[0].errors["owner_id"].code, "may_not_assign");
    wizard.commit().await;

    let all = accounts(&ann).await;
    assert!(all.len() == 2 && all.iter().all(|account| account.owner_id == Some(ann.id)));
}

#[tokio::test]
async fn a_hidden_record_is_no_match_and_a_read_only_one_is_not_changed() {
    let app = TestApp::start().await;
    let rep = app.role("sales_rep").await;
    let (ann, ada) = (app.staff("Ann", rep, None).await, app.admin().await);
    account(&ada, json!({ "name": "Secret" })).await;
    let shown = account(&ada, json!({ "name": "Shown" })).await;
    let share = shared::users::Share {
        object: "account".into(),
        record_id: shown.id.0,
        user_id: Some(ann.id),
        ..Default::default()
    };
    ada.call::<shared::users::CreateShare>((), shared::change::New::of(uuid::Uuid::now_v7(), &share)).await.unwrap();
    let mut wizard = Wizard::read(&ann, Object::Account, "name,employees\nSecret,5\nShown,6\n");
    wizard.send().await.unwrap();

    assert_eq!(numbers(&wizard.check().await), (1, 0, 0, 1));
    assert_eq!(wizard.rows_of(Outcome::Wrong).await[0].errors["name"].code, "may_not_change");
    wizard.commit().await;

    let secrets =
        accounts(&ada).await.into_iter().filter(|account| account.name == "Secret").map(|account| account.employees);
    assert_eq!(secrets.collect::<Vec<_>>(), [None, Some(5)]);
}

#[tokio::test]
async fn nothing_is_created_on_the_way_that_one_may_not_create() {
    let app = TestApp::start().await;
    let rep = app.role("sales_rep").await;
    let ann = app.staff("Ann", rep, None).await;
    let mut wizard = Wizard::read(&ann, Object::Opportunity, "deal,product,stage\nOne,Gadget,需求确认\n");
    wizard.import.match_keys = "name".into();
    wizard.send().await.unwrap();

    assert_eq!(numbers(&wizard.check().await), (0, 0, 0, 1));
    assert_eq!(wizard.rows_of(Outcome::Wrong).await[0].errors["lines"].code, "may_not_create");
}

#[tokio::test]
async fn who_may_not_import_a_kind_cannot_begin() {
    let app = TestApp::start().await;
    let rep = app.role("sales_rep").await;
    let ann = app.staff("Ann", rep, None).await;
    let mut wizard = Wizard::read(&ann, Object::User, "name,email\nEve,eve@test.example\n");

    assert_eq!(wizard.send().await.unwrap_err().status, 403);
}

#[tokio::test]
async fn an_import_is_its_owners_alone() {
    let app = TestApp::start().await;
    let all = app.role_of(Scope::All).await;
    let (ann, bob) = (app.staff("Ann", all, None).await, app.staff("Bob", all, None).await);
    let mut wizard = Wizard::read(&ann, Object::Account, "name\nAcme\n");
    wizard.send().await.unwrap();

    let slice = RowSlice { rows: wizard.rows(), restart: true };
    let refusals = [
        bob.call::<GetImport>(wizard.id, ()).await.unwrap_err(),
        bob.call::<ListRows>(wizard.id, RowQuery::default()).await.unwrap_err(),
        bob.call::<GetSummary>(wizard.id, ()).await.unwrap_err(),
        bob.call::<PutRows>(wizard.id, slice).await.unwrap_err(),
        bob.call::<DryRun>(wizard.id, ()).await.unwrap_err(),
        bob.call::<Commit>(wizard.id, ()).await.unwrap_err(),
        bob.call::<UndoImport>(wizard.id, ()).await.unwrap_err(),
        bob.call::<RedoImport>(wizard.id, ()).await.unwrap_err(),
    ];
    assert_eq!(refusals.map(|refusal| refusal.status), [404; 8]);
    assert_eq!(bob.get_json(&WRONG_ROWS.replace("{id}", &wizard.id.to_string())).await.status, 404);
    assert!(bob.call::<ListImports>((), ListQuery::default()).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn rights_count_at_the_moment_of_writing() {
    let app = TestApp::start().await;
    let (ada, rep) = (app.admin().await, app.role("sales_rep").await);
    let ann = app.staff("Ann", app.role("admin").await, None).await;
    let mut wizard = Wizard::read(&ann, Object::Account, "name,owner\nHis,Ada Admin\nMine,Ann\n");
    wizard.send().await.unwrap();
    assert_eq!(numbers(&wizard.check().await), (2, 0, 0, 0));

    let roles = Patch::set("roles", json!([rep]));
    ada.call::<UpdateUser>(ann.id, roles).await.unwrap();
    let import = wizard.commit().await;

    assert_eq!((import.created, import.wrong), (1, 1));
    assert_eq!(ada.call::<ListAccounts>((), ListQuery::default()).await.unwrap().items[0].name, "Mine");
}

/// A role that brings accounts in and writes them out; or does so no more.
async fn carrier(app: &TestApp, carries: bool) -> shared::id::RoleId {
    let grants = Object::ALL.iter().flat_map(|object| Action::ALL.iter().map(|action| (*object, *action)));
    let held = grants.filter(|(_, action)| carries || !matches!(action, Action::Import | Action::Export));
    app.role_with(held.map(|(object, action)| Grant { object, action, scope: Scope::All }).collect()).await
}

#[tokio::test]
async fn an_import_goes_no_further_than_its_right() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (may, may_not) = (carrier(&app, true).await, carrier(&app, false).await);
    let ann = app.staff("Ann", may, None).await;
    let file: String =
        std::iter::once("name\n".to_owned()).chain((0..6_000).map(|n| format!("Company {n}\n"))).collect();
    let mut wizard = Wizard::read(&ann, Object::Account, &file);
    wizard.send().await.unwrap();
    wizard.check().await;

    ann.call::<Commit>(wizard.id, ()).await.unwrap();
    admin.call::<UpdateUser>(ann.id, Patch::set("roles", json!([may_not]))).await.unwrap();
    let then = ann.call::<GetImport>(wizard.id, ()).await.unwrap().created;
    let import = wizard.settled().await;

    assert_eq!((import.state, import.problem.as_deref()), (ImportState::Failed, Some("forbidden")));
    // The command of 500 rows that was on its way may still have come through.
    assert!(import.created <= then + 500, "{} after {then}", import.created);
}

#[tokio::test]
async fn an_export_goes_no_further_than_its_right() {
    use futures::StreamExt as _;
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (may, may_not) = (carrier(&app, true).await, carrier(&app, false).await);
    let ann = app.staff("Ann", may, None).await;
    let file: String =
        std::iter::once("name\n".to_owned()).chain((0..1_200).map(|n| format!("Company {n}\n"))).collect();
    Wizard::read(&ann, Object::Account, &file).bring_in().await;
    let request = http::Request::builder().uri("/api/export/account?columns=name").header("host", "127.0.0.1:8080");
    let request = request.header("cookie", ann.cookie.clone().unwrap()).body(axum::body::Body::empty()).unwrap();
    let mut rows = app.stream(request).await.into_body().into_data_stream();
    let first = rows.next().await.unwrap().unwrap();

    admin.call::<UpdateUser>(ann.id, Patch::set("roles", json!([may_not]))).await.unwrap();

    assert_eq!(String::from_utf8_lossy(&first).lines().count(), 501);
    assert!(rows.next().await.unwrap().is_err());
}
