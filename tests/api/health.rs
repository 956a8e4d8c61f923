//! What surrounds the calls: health, measures, limits, faults, and the API's description.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::routing::get;
use http::{Request, StatusCode};
use serde_json::json;
use server::router::surrounded;
use shared::auth::WhoAmI;
use tests::TestApp;
use tower::ServiceExt as _;

#[tokio::test]
async fn a_server_says_whether_it_lives_and_is_ready() {
    let app = TestApp::start().await;
    let stranger = app.stranger();

    let live = stranger.get_json("/health/live").await;
    let ready = stranger.get_json("/health/ready").await;
    app.app.closing.begin();
    let closing = stranger.get_json("/health/ready").await;

    assert_eq!((live.status, live.text().as_str()), (StatusCode::OK, "ok"));
    assert_eq!((ready.status, ready.json()), (StatusCode::OK, json!({ "database": "ready", "closing": false })));
    assert_eq!(closing.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn measures_are_told_to_this_machine_only() {
    let app = TestApp::start().await;
    app.admin().await.call::<WhoAmI>((), ()).await.unwrap();
    let ask = async |peer: &str, forwarded: Option<&str>| {
        let mut request = Request::get("/metrics");
        if let Some(forwarded) = forwarded {
            request = request.header("x-forwarded-for", forwarded);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        app.raw(request).await
    };

    let here = ask("127.0.0.1:5000", None).await;
    let there = ask("192.0.2.7:5000", None).await;
    let behind_a_proxy = ask("127.0.0.1:5000", Some("192.0.2.7")).await;

    assert_eq!(
        (here.status, there.status, behind_a_proxy.status),
        (StatusCode::OK, StatusCode::NOT_FOUND, StatusCode::NOT_FOUND)
    );
    for measure in [
        "kith_requests_total{method=\"GET\",route=\"/api/auth/me\",status=\"200\"}",
        "kith_request_seconds_bucket{method=\"GET\",route=\"/api/auth/me\",le=\"0.005\"}",
        "kith_db_connections{state=\"idle\"}",
        "kith_log_seq",
        "kith_jobs{state=\"dead\"} 0",
    ] {
        assert!(here.text().contains(measure), "{measure} is not in {}", here.text());
    }
}

async fn boom() -> &'static str {
    panic!("the roof is on fire")
}

#[tokio::test]
async fn a_panic_is_one_answer_and_no_more() {
    let app = TestApp::start().await;
    let router = surrounded(
        app.app.clone(),
        Router::new().route("/api/boom", get(boom)).route("/api/fine", get(async || "fine")),
    );

    let answer = router.clone().oneshot(Request::get("/api/boom").body(Body::empty()).unwrap()).await.unwrap();
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    let status = answer.status();
    let told = String::from_utf8(to_bytes(answer.into_body(), 10_000).await.unwrap().to_vec()).unwrap();
    let after = router.oneshot(Request::get("/api/fine").body(Body::empty()).unwrap()).await.unwrap();

    assert_eq!((status, after.status()), (StatusCode::INTERNAL_SERVER_ERROR, StatusCode::OK));
    assert!(told.contains(&id) && told.contains("\"internal\"") && !told.contains("roof"), "{told}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let big = |bytes: usize| Some(format!("\"{}\"", "x".repeat(bytes)).into_bytes());

    let call = ada.send(http::Method::POST, "/api/auth/password", big(1 << 20)).await;
    let fits = ada.send(http::Method::POST, "/api/auth/password", big((1 << 20) - 100)).await;
    let slice = ada.send(http::Method::POST, "/api/imports", big(2 << 20)).await;
    let file = ada.send(http::Method::POST, "/api/imports", big(4 << 20)).await;

    assert_eq!((call.status, call.error().code.as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
    assert_eq!((fits.status, slice.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY));
    assert_eq!(file.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_ask() {
    let app = TestApp::start().await;
    let ask = async |accepted: &str| {
        let request =
            Request::get("/api/openapi.json").header("accept-encoding", accepted).body(Body::empty()).unwrap();
        app.raw(request).await
    };

    let (plain, gzip, br) = (ask("identity").await, ask("gzip").await, ask("gzip, br").await);

    assert!(!plain.headers.contains_key("content-encoding"));
    assert_eq!(
        (&gzip.headers["content-encoding"], &br.headers["content-encoding"]),
        (&"gzip".parse().unwrap(), &"br".parse().unwrap())
    );
    assert!(br.body.len() * 5 < plain.body.len(), "{} of {}", br.body.len(), plain.body.len());
}

#[tokio::test]
async fn open_streams_end_when_the_server_stops() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let request = Request::get(shared::events::STREAM)
        .header("cookie", ada.cookie.as_deref().unwrap())
        .header("accept-encoding", "br")
        .body(Body::empty())
        .unwrap();
    let stream = app.stream(request).await;
    assert_eq!(stream.status(), StatusCode::OK);
    assert!(!stream.headers().contains_key("content-encoding"));

    app.app.closing.begin();

    let ended = tokio::time::timeout(Duration::from_secs(2), to_bytes(stream.into_body(), 100_000)).await;
    assert!(ended.expect("the stream ends").is_ok());
}

#[tokio::test]
async fn the_description_has_every_call_and_its_types() {
    let app = TestApp::start().await;

    let document = app.stranger().get_json("/api/openapi.json").await.json();

    assert_eq!(document["openapi"], "3.1.0");
    for route in shared::endpoints() {
        let operation = &document["paths"][route.path][route.method.as_str().to_lowercase()];
        assert_eq!(operation["operationId"], route.name);
    }
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["Credentials"]["required"], json!(["email", "password"]));
    assert_eq!(schemas["Account"]["properties"]["name"], json!({ "type": "string", "maxLength": 200 }));
    assert_eq!(schemas["Account"]["properties"]["version"]["readOnly"], true);
    assert_eq!(schemas["ApiError"]["properties"]["status"]["type"], "integer");
    let created = &document["paths"]["/api/accounts"]["post"];
    assert_eq!(
        created["requestBody"]["content"]["application/json"]["schema"]["properties"]["values"],
        json!({ "$ref": "#/components/schemas/Account" })
    );
    references(&document, &mut |name| assert!(schemas[name].is_object(), "{name} is described nowhere"));
}

fn references(value: &serde_json::Value, check: &mut dyn FnMut(&str)) {
    match value {
        serde_json::Value::Object(fields) => {
            if let Some(path) = fields.get("$ref").and_then(serde_json::Value::as_str) {
                check(path.rsplit('/').next().unwrap());
            }
            fields.values().for_each(|value| references(value, check));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|value| references(value, check)),
        _ => {}
    }
}

#[tokio::test]
async fn the_descriptions_page_is_readable_in_both_languages() {
    let app = TestApp::start().await;

    let english = app.stranger().get_json("/api/docs").await;
    let chinese = app.stranger().get_json("/api/docs?lang=zh-CN").await;

    assert_eq!((english.status, chinese.status), (StatusCode::OK, StatusCode::OK));
    for route in shared::endpoints() {
        let path = route.path;
        assert!(english.text().contains(&format!("<b>{}</b> {path}", route.method)), "{path}");
    }
    assert!(chinese.text().contains("谁可以调用") && !chinese.text().contains("Who may call"));
    assert!(!english.text().contains("<script") && !english.text().contains(" style="));
    assert_eq!(app.stranger().get_json("/api/docs.css").await.headers["content-type"], "text/css; charset=utf-8");
}
