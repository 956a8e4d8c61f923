//! Bad input is refused with a status, a code and the field, and leaves nothing.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::accounts::*;
use shared::change::AsOf;
use shared::opportunities::GetOpportunity;
use shared::query::TotalsQuery;
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::access::account;
use crate::board::{deal, first_stage};

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

#[tokio::test]
async fn a_bulk_with_one_bad_record_leaves_all_as_they_were() {
    let app = TestApp::start().await;
    let role = app.role(server::demo::REP).await;
    let (ann, bob) = (app.staff("Ann", role, None).await, app.staff("Bob", role, None).await);
    let admin = app.admin().await;
    let (hers, his) = (account(&ann, "Hers").await, account(&bob, "His").await);
    let before = server::ground::live::last_seq(&app.app.db.read).await.unwrap();

    let bulk = json!({ "ids": [hers, his], "set": { "region": "华东" } });
    let refused = ann.post_json("/api/accounts/bulk", &bulk).await;
    let archived = ann.post_json("/api/accounts/archive", &json!({ "ids": [hers, his], "archived": true })).await;

    assert!(refused.status.is_client_error() && archived.status.is_client_error(), "{}", refused.text());
    assert_eq!(server::ground::live::last_seq(&app.app.db.read).await.unwrap(), before);
    let kept = admin.call::<GetAccount>(hers, AsOf::default()).await.unwrap();
    assert_eq!((kept.version, kept.region, kept.archived_at), (1, None, None));
}

#[tokio::test]
async fn a_stage_of_another_pipeline_is_refused_by_every_way_to_write() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let own = first_stage(&admin).await;
    let pipeline = Uuid::now_v7();
    let made = json!({ "id": pipeline, "values": { "name": "Renewals", "currency": "CNY" } });
    assert_eq!(admin.post_json("/api/pipelines", &made).await.status, StatusCode::OK);
    let foreign = Uuid::now_v7();
    let stage = json!({ "name": "Due", "pipeline_id": pipeline, "kind": "open", "probability": 10, "forecast_category": "pipeline" });
    let made = admin.post_json("/api/stages", &json!({ "id": foreign, "values": stage })).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    let good = deal(&admin, &own, "Good", 100).await;

    let values = json!({ "name": "New", "pipeline_id": own.pipeline_id, "stage_id": foreign, "currency": "CNY" });
    let ways = [
        ("/api/opportunities", json!({ "id": Uuid::now_v7(), "values": values }), "stage_id"),
        ("/api/opportunities/bulk", json!({ "ids": [good], "set": { "stage_id": foreign } }), "stage_id"),
        ("/api/opportunities/move", json!({ "ids": [good], "stage": foreign }), "stage"),
    ];
    for (path, body, field) in ways {
        let error = admin.post_json(path, &body).await.error();
        let code = error.fields.get(field).map(|error| error.code.as_str());
        assert_eq!((error.status, code), (422, Some("stage_of_another_pipeline")), "{path}: {error:?}");
    }
    let kept = admin.call::<GetOpportunity>(good, AsOf::default()).await.unwrap();
    assert_eq!((kept.stage_id, kept.version), (own.id, 1));
}

#[tokio::test]
async fn an_owner_one_may_not_assign_is_refused_by_every_way_to_write() {
    let app = TestApp::start().await;
    let role = app.role(server::demo::REP).await;
    let team = app.team("West", None).await;
    let (ann, bob) = (app.staff("Ann", role, None).await, app.staff("Bob", role, None).await);
    let stage = first_stage(&ann).await;
    let hers = deal(&ann, &stage, "Hers", 100).await;

    let values = json!({
        "name": "New", "pipeline_id": stage.pipeline_id, "stage_id": stage.id, "currency": "CNY", "owner_id": bob.id,
    });
    let ways = [
        ("/api/opportunities", json!({ "id": Uuid::now_v7(), "values": values }), "owner_id"),
        ("/api/opportunities/bulk", json!({ "ids": [hers], "set": { "owner_id": bob.id } }), "owner_id"),
        ("/api/opportunities/bulk", json!({ "ids": [hers], "set": { "team_id": team } }), "team_id"),
        ("/api/opportunities/move", json!({ "ids": [hers], "stage": stage.id, "owner_id": bob.id }), "owner_id"),
    ];
    for (path, body, field) in ways {
        let error = ann.post_json(path, &body).await.error();
        let code = error.fields.get(field).map(|error| error.code.as_str());
        assert_eq!((error.status, code), (422, Some("may_not_assign")), "{path} {body}: {error:?}");
    }
}

#[tokio::test]
async fn a_view_is_held_to_its_fields_and_is_nobody_elses_to_change() {
    let app = TestApp::start().await;
    let role = app.role(server::demo::REP).await;
    let (ann, bob) = (app.staff("Ann", role, None).await, app.staff("Bob", role, None).await);
    let view = |values: Value| json!({ "id": Uuid::now_v7(), "values": values });
    let wrong = [
        (json!({ "name": "a", "object": "account", "layout": "carousel" }), "layout", "not_offered"),
        (json!({ "name": "a", "object": "user", "layout": "table" }), "object", "not_offered"),
        (
            json!({ "name": "a", "object": "account", "layout": "table", "query": "x".repeat(8_001) }),
            "query",
            "too_long",
        ),
    ];
    for (values, field, code) in wrong {
        let error = ann.post_json("/api/views", &view(values.clone())).await.error();
        assert_eq!(error.fields.get(field).map(|error| error.code.as_str()), Some(code), "{values}");
    }
    let hers = view(json!({ "name": "Mine", "object": "account", "layout": "table" }));
    assert_eq!(ann.post_json("/api/views", &hers).await.status, StatusCode::OK);

    let path = format!("/api/views/{}", hers["id"].as_str().unwrap());
    let taken =
        bob.send(Method::PATCH, &path, Some(json!({ "set": { "name": "His" } }).to_string().into_bytes())).await;

    assert_eq!(taken.status, StatusCode::NOT_FOUND, "{}", taken.text());
}
