//! Bad input is refused with a status, a code and the field, and leaves nothing.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::accounts::*;
use shared::change::AsOf;
use shared::query::TotalsQuery;
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::access::account;

async fn refused(caller: &Caller<'_>, values: Value) -> (u16, Vec<(String, String)>) {
    let body = json!({ "id": Uuid::now_v7(), "values": values });
    let error = caller.post_json("/api/accounts", &body).await.error();
    assert!(!error.message.is_empty() && !error.message.contains("error."), "{}", error.message);
    assert!(
        error.fields.values().all(|field| !field.message.is_empty() && !field.message.starts_with("error.")),
        "{:?}",
        error.fields
    );
    (error.status, error.fields.into_iter().map(|(key, field)| (key, field.code)).collect())
}

#[tokio::test]
async fn each_wrong_field_is_told() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let cases = [
        (json!({}), "name", "required"),
        (json!({ "name": "  " }), "name", "required"),
        (json!({ "name": 7 }), "name", "not_text"),
        (json!({ "name": "x".repeat(201) }), "name", "too_long"),
        (json!({ "name": "a\u{0}b" }), "name", "control_character"),
        (json!({ "name": "a", "colour": "red" }), "colour", "unknown"),
        (json!({ "name": "a", "version": 9 }), "version", "read_only"),
        (json!({ "name": "a", "industry": "magic" }), "industry", "not_offered"),
        (json!({ "name": "a", "currency": "XXX" }), "currency", "not_offered"),
        (json!({ "name": "a", "employees": 1.5 }), "employees", "not_whole_number"),
        (json!({ "name": "a", "employees": -1 }), "employees", "out_of_range"),
        (json!({ "name": "a", "annual_revenue": 1e300 }), "annual_revenue", "not_whole_number"),
        (json!({ "name": "a", "founded_on": "2026-02-30" }), "founded_on", "not_date"),
        (json!({ "name": "a", "founded_on": "0001-01-01" }), "founded_on", "date_out_of_range"),
        (json!({ "name": "a", "owner_id": "me" }), "owner_id", "not_id"),
        (json!({ "name": "a", "owner_id": Uuid::now_v7() }), "owner_id", "no_such_record"),
        (json!({ "name": "a", "points": "x" }), "points", "not_list"),
        (json!({ "name": "a", "points": [{ "kind": "pigeon", "value": "x" }] }), "points", "wrong_shape"),
        (json!({ "name": "a", "points": [{ "kind": "phone", "value": "12" }] }), "points.0", "not_phone"),
        (json!({ "name": "a", "points": [{ "kind": "email", "value": "x@" }] }), "points.0", "not_email"),
        (json!({ "name": "a", "points": [{ "kind": "wechat", "value": "a\u{0}" }] }), "points.0", "control_character"),
        (json!({ "name": "a", "tags": ["x".repeat(41)] }), "tags", "bad_tag"),
        (json!({ "name": "a", "tags": ["a\u{7}"] }), "tags", "bad_tag"),
    ];
    for (values, field, code) in cases {
        let answer = refused(&admin, values.clone()).await;
        assert_eq!(answer, (422, vec![(field.to_owned(), code.to_owned())]), "{values}");
    }
    assert_eq!(admin.call::<CountAccounts>((), TotalsQuery::default()).await.unwrap().count(), 0);
}

#[tokio::test]
async fn what_is_no_request_is_refused_and_never_a_500() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let deep = format!("{{\"id\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000)).into_bytes();
    let bodies: [(&[u8], u16); 7] = [
        (b"", 400),
        (b"{", 400),
        (b"null", 422),
        (b"[1]", 422),
        (b"{\"id\":\"\xff\xfe\"}", 400),
        (b"{\"id\":\"x\",\"values\":{}} trailing", 422),
        (&deep, 422),
    ];
    for (body, status) in bodies {
        let answer = admin.send(Method::POST, "/api/accounts", Some(body.to_vec())).await;
        assert_eq!(answer.status.as_u16(), status, "{:?}", String::from_utf8_lossy(&body[..body.len().min(40)]));
    }
    let large = vec![b' '; 1024 * 1024 + 1];
    assert_eq!(admin.send(Method::POST, "/api/accounts", Some(large)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn questions_that_make_no_sense_are_refused() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let cases = [
        ("filter=name.like.x", 422),
        ("filter=colour.is.red", 422),
        ("filter=name.gt.x", 422),
        ("filter=employees.is.many", 422),
        ("filter=founded_on.during.%40me", 422),
        ("filter=name%3Eregion.is.x", 422),
        ("sort=colour", 422),
        ("sort=tags", 422),
        ("after=nonsense", 400),
        ("limit=many", 422),
        ("colour=red", 422),
        ("sort=name,-name,id,created_at,updated_at", 422),
        ("limit=100000", 200),
    ];
    for (query, status) in cases {
        let answer = admin.get_json(&format!("/api/accounts?{query}")).await;
        assert_eq!(answer.status.as_u16(), status, "{query}: {}", answer.text());
    }
    let hostile = ["name.is.'; DROP TABLE accounts; --'", "name.has.%", "name.has.'''", "name.starts.\\"];
    for filter in hostile {
        let query = shared::api::percent_encode(filter);
        let answer = admin.get_json(&format!("/api/accounts?filter={query}")).await;
        assert!(answer.status.as_u16() < 500, "{filter}: {}", answer.text());
    }
}

#[tokio::test]
async fn refusals_speak_the_readers_language() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let mut told = Vec::new();
    for locale in ["zh-CN", "en"] {
        let request = http::Request::builder()
            .method(Method::POST)
            .uri("/api/accounts")
            .header("host", "127.0.0.1:8080")
            .header("cookie", admin.cookie.clone().unwrap())
            .header("content-type", "application/json")
            .header("x-kith-locale", locale)
            .body(axum::body::Body::from(json!({ "id": Uuid::now_v7(), "values": {} }).to_string()))
            .unwrap();
        told.push(app.raw(request).await.error().fields["name"].message.clone());
    }
    assert_ne!(told[0], told[1]);
    assert!(told[1].is_ascii(), "{}", told[1]);
}

#[tokio::test]
async fn an_owner_one_may_not_assign_is_refused() {
    let app = TestApp::start().await;
    let role = app.role(server::demo::REP).await;
    let (ann, bob) = (app.staff("Ann", role, None).await, app.staff("Bob", role, None).await);
    let id = account(&ann, "Acme").await;

    let patch = shared::change::Patch::set("owner_id", bob.id.to_string());
    let refused = ann.call::<UpdateAccount>(id, patch).await.unwrap_err();

    assert_eq!((refused.status, refused.fields["owner_id"].code.as_str()), (422, "may_not_assign"));
    assert_eq!(ann.call::<GetAccount>(id, AsOf::default()).await.unwrap().owner_id, Some(ann.id));
}
