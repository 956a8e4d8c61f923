//! What is refused, with a status, a code and the field, and leaves nothing behind.

use http::{Method, StatusCode};
use serde_json::json;
use shared::access::Object;
use shared::api::path_of;
use shared::change::Patch;
use shared::id::ImportId;
use shared::imports::*;
use tests::TestApp;
use uuid::Uuid;

use super::wizard::{Wizard, row};

#[tokio::test]
async fn rows_that_no_app_would_send_are_refused() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, "name\nAcme\n");
    wizard.send().await.unwrap();
    let put =
        async |rows: Vec<NewRow>| ada.call::<PutRows>(wizard.id, RowSlice { rows, restart: false }).await.unwrap_err();

    let unknown = put(vec![row(9, json!({ "name": "X", "colour": "red" }))]).await;
    assert_eq!((unknown.status, unknown.fields["rows.0.values.colour"].code.as_str()), (422, "unknown"));
    let read_only = put(vec![row(9, json!({ "version": 7 }))]).await;
    assert_eq!((read_only.status, read_only.fields["rows.0.values.version"].code.as_str()), (422, "unknown"));
    let line = put(vec![row(-4, json!({ "name": "X" }))]).await;
    assert_eq!((line.status, line.fields["rows.0.line"].code.as_str()), (422, "out_of_range"));
    let none = put(Vec::new()).await;
    assert_eq!((none.status, none.fields["rows"].code.as_str()), (422, "required"));
    assert_eq!(ada.call::<PutRows>(wizard.id, RowSlice { rows: wizard.rows(), restart: false }).await.unwrap().rows, 1);
}

#[tokio::test]
async fn more_rows_than_an_import_holds_are_refused_and_none_is_kept() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, "name\nAcme\n");
    wizard.send().await.unwrap();
    let rows = |from: i64, to: i64| (from..to).map(|line| row(line, json!({}))).collect::<Vec<_>>();
    for from in [2, 50_002, 100_002] {
        ada.call::<PutRows>(wizard.id, RowSlice { rows: rows(from, from + 50_000), restart: false }).await.unwrap();
    }

    let refused =
        ada.call::<PutRows>(wizard.id, RowSlice { rows: rows(150_002, 200_003), restart: false }).await.unwrap_err();

    assert_eq!((refused.status, refused.fields["rows"].code.as_str()), (422, "too_many"));
    assert_eq!(ada.call::<GetImport>(wizard.id, ()).await.unwrap().rows, 150_000);
}

#[tokio::test]
async fn a_slice_over_four_mebibytes_is_refused() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, "name\nAcme\n");
    wizard.send().await.unwrap();
    let long = json!({ "rows": [{ "line": 3, "values": { "note": "x".repeat(MAX_SLICE) } }] });

    let answer = ada.post_json(&path_of::<PutRows>(&wizard.id), &long).await;

    assert_eq!((answer.status, answer.error().code.as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
}

#[tokio::test]
async fn an_import_that_cannot_be_is_refused_at_its_field() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let create = async |values: serde_json::Value| {
        let body = json!({ "id": Uuid::now_v7(), "values": values });
        let answer = ada.post_json("/api/imports", &body).await;
        let error = answer.error();
        let (field, fault) = error.fields.into_iter().next().unwrap();
        (answer.status.as_u16(), field, fault.code)
    };
    let with = |key: &str, value: serde_json::Value| {
        let mut values = json!({ "name": "a.csv", "object": "account", "mode": "upsert", "match_keys": "name" });
        values[key] = value;
        values
    };

    assert_eq!(create(with("object", json!("stage"))).await, (422, "object".into(), "not_offered".into()));
    assert_eq!(create(with("mode", json!("replace"))).await, (422, "mode".into(), "not_offered".into()));
    assert_eq!(create(with("match_keys", json!("employees"))).await, (422, "match_keys".into(), "not_offered".into()));
    assert_eq!(create(with("plan", json!("{}}"))).await, (422, "plan".into(), "wrong_shape".into()));
    assert_eq!(create(with("state", json!("committed"))).await, (422, "state".into(), "read_only".into()));
    assert_eq!(create(with("name", json!("x".repeat(201)))).await, (422, "name".into(), "too_long".into()));
}

#[tokio::test]
async fn each_step_has_its_time() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, "name\nAcme\n");
    let code = |error: shared::api::ApiError| (error.status, error.code);

    assert_eq!(ada.call::<DryRun>(ImportId(Uuid::now_v7()), ()).await.unwrap_err().status, 404);
    wizard.import.plan = Some(wizard.plan.text());
    ada.call::<CreateImport>((), shared::change::New::of(wizard.id.0, &wizard.import)).await.unwrap();
    assert_eq!(code(ada.call::<DryRun>(wizard.id, ()).await.unwrap_err()), (409, "import_empty".into()));
    wizard.put().await.unwrap();
    assert_eq!(code(ada.call::<Commit>(wizard.id, ()).await.unwrap_err()), (409, "import_unchecked".into()));
    assert_eq!(code(ada.call::<UndoImport>(wizard.id, ()).await.unwrap_err()), (409, "import_not_written".into()));
    assert_eq!(code(ada.call::<RedoImport>(wizard.id, ()).await.unwrap_err()), (409, "import_not_undone".into()));
    wizard.check().await;
    wizard.commit().await;
    assert_eq!(code(ada.call::<RedoImport>(wizard.id, ()).await.unwrap_err()), (409, "import_not_undone".into()));
    assert_eq!(code(wizard.put().await.unwrap_err()), (409, "import_closed".into()));
    assert_eq!(code(ada.call::<DryRun>(wizard.id, ()).await.unwrap_err()), (409, "import_closed".into()));
    assert_eq!(code(wizard.set(Patch::set("mode", "create")).await.unwrap_err()), (409, "import_closed".into()));
}

#[tokio::test]
async fn values_of_a_wrong_type_are_wrong_rows_not_a_broken_check() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut wizard = Wizard::read(&ada, Object::Account, "name\nAcme\n");
    wizard.send().await.unwrap();
    let odd = vec![
        row(3, json!({ "name": 7 })),
        row(4, json!({ "name": "A", "employees": "many" })),
        row(5, json!({ "name": "B", "owner_id": 12 })),
        row(6, json!({ "name": "C", "points": "x" })),
        row(7, json!({ "name": "D", "parent_id": { "nam": "x" } })),
        row(8, json!({ "name": "E", "founded_on": "0001-01-01" })),
        row(9, json!({ "name": "F", "points": [{ "kind": "smoke", "value": "x" }] })),
        row(10, json!({ "name": "G", "currency": "XXX" })),
    ];
    ada.call::<PutRows>(wizard.id, RowSlice { rows: odd, restart: true }).await.unwrap();

    assert_eq!(wizard.check().await.wrong, 8);
    let told: Vec<_> =
        wizard.rows_of(Outcome::Wrong).await.into_iter().map(|row| row.errors.into_keys().next().unwrap()).collect();
    assert_eq!(told, ["name", "employees", "owner_id", "points", "parent_id", "founded_on", "points", "currency"]);
}

#[tokio::test]
async fn an_export_that_cannot_be_is_refused() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let refused = async |uri: &str| {
        let answer = ada.send(Method::GET, uri, None).await;
        (answer.status.as_u16(), answer.error().code)
    };

    assert_eq!(refused("/api/export/spaceship").await, (404, "not_found".into()));
    assert_eq!(refused("/api/export/account?columns=name,colour").await, (422, "fields".into()));
    assert_eq!(refused("/api/export/account?filter=name.is").await, (422, "fields".into()));
    assert_eq!(refused("/api/export/account?colour=red").await, (422, "fields".into()));
}
