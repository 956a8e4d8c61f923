//! Requests that other sites make a browser send.

use axum::body::Body;
use http::{Request, StatusCode};
use shared::auth::*;
use tests::TestApp;

use super::PathText as _;

#[tokio::test]
async fn other_sites_cannot_make_a_browser_act() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let send = async |headers: &[(&str, &str)]| {
        let mut request = Request::patch(UpdateMe::PATH_TEXT)
            .header("host", "127.0.0.1:8080")
            .header("cookie", ada.cookie.as_deref().unwrap())
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        app.raw(request.body(Body::from("{\"theme\":\"dark\"}")).unwrap()).await
    };

    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "same-origin"), ("origin", "http://127.0.0.1:8081")],
    ] {
        let answer = send(headers).await;
        assert_eq!((answer.status, answer.error().code.as_str()), (StatusCode::FORBIDDEN, "cross_site"), "{headers:?}");
        assert!(answer.headers.contains_key("content-security-policy"), "a refusal is guarded too");
    }
    let own = send(&[("sec-fetch-site", "same-origin"), ("origin", "http://127.0.0.1:8080")]).await;
    assert_eq!(own.status, StatusCode::OK, "{}", own.text());
}

#[tokio::test]
async fn a_form_of_another_site_cannot_even_send_what_the_calls_read() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let request = Request::patch(UpdateMe::PATH_TEXT)
        .header("cookie", ada.cookie.as_deref().unwrap())
        .header("content-type", "text/plain")
        .body(Body::from("{\"theme\":\"dark\"}"))
        .unwrap();

    let answer = app.raw(request).await;

    assert_eq!((answer.status, answer.error().code.as_str()), (StatusCode::BAD_REQUEST, "not_json"));
}

#[tokio::test]
async fn every_answer_carries_its_request_id() {
    let app = TestApp::start().await;

    let refused = app.stranger().get_json(WhoAmI::PATH_TEXT).await;
    let given = Request::get(WhoAmI::PATH_TEXT).header("x-request-id", "mine").body(Body::empty()).unwrap();
    let given = app.raw(given).await;

    assert_eq!(refused.error().request_id.as_deref(), refused.headers["x-request-id"].to_str().ok());
    assert_ne!(given.headers["x-request-id"], "mine");
}
