//! Signing in: what it sets, and what it tells nobody.

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::json;
use shared::auth::*;
use shared::change::Patch;
use shared::time::MINUTE;
use shared::users::UpdateUser;
use tests::{PASSWORD, TestApp};

use super::{PathText as _, sign_in_as, told};

#[tokio::test]
async fn signing_in_sets_two_cookies_that_no_script_reads() {
    let app = TestApp::start().await;
    let ada = app.admin().await;

    let answer = sign_in_as(&app, " ADA.Admin@test.example", PASSWORD).await;

    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    assert_eq!(cookies.len(), 2);
    assert!(
        cookies[0].starts_with("kith=ey") && cookies[0].ends_with("; Path=/; Max-Age=600; HttpOnly; SameSite=Strict")
    );
    assert!(cookies[1].starts_with("kith-refresh="));
    assert!(cookies[1].ends_with("; Path=/api/auth; Max-Age=43200; HttpOnly; SameSite=Strict"));
    assert_eq!(answer.json()["actor"]["id"], ada.id.to_string());
    assert_eq!(answer.json()["currency"], "CNY");
    assert!(!answer.text().contains("argon2"));
}

#[tokio::test]
async fn behind_https_the_cookies_are_bound_to_the_host() {
    let app = TestApp::start_with(|settings| settings.public_url = "https://crm.example.com".into()).await;
    app.admin().await;

    let answer = sign_in_as(&app, "ada.admin@test.example", PASSWORD).await;

    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    assert!(cookies[0].starts_with("__Host-kith=") && cookies[0].ends_with("; Secure"), "{cookies:?}");
    assert!(cookies[1].starts_with("__Secure-kith-refresh=") && cookies[1].ends_with("; Secure"), "{cookies:?}");
    assert!(answer.headers["strict-transport-security"].to_str().unwrap().starts_with("max-age="));
}

#[tokio::test]
async fn a_wrong_address_and_a_wrong_password_look_alike() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let bob = app.staff("Bob", app.role("sales_rep").await, None).await;
    ada.call::<UpdateUser>(bob.id, Patch::set("is_disabled", true)).await.unwrap();

    let unknown = sign_in_as(&app, "nobody@test.example", PASSWORD).await;
    let wrong = sign_in_as(&app, "ada.admin@test.example", "another password").await;
    let disabled = sign_in_as(&app, "bob@test.example", PASSWORD).await;
    let endless = sign_in_as(&app, "ada.admin@test.example", &"x".repeat(100_000)).await;

    assert_eq!((unknown.status, told(&unknown).code.as_str()), (StatusCode::UNAUTHORIZED, "wrong_credentials"));
    for answer in [&wrong, &disabled, &endless] {
        assert_eq!((answer.status, told(answer)), (unknown.status, told(&unknown)));
        assert!(!answer.headers.contains_key("set-cookie"));
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_but_the_owner_gets_in_from_where_they_were_before() {
    let app = TestApp::start_with(|settings| settings.trusted_proxies = 1).await;
    app.admin().await;
    let attempt = |password: &'static str, from: String| {
        let body = json!({ "email": "ada.admin@test.example", "password": password }).to_string();
        let request = Request::post(SignIn::PATH_TEXT)
            .header("content-type", "application/json")
            .header("x-forwarded-for", from)
            .body(Body::from(body))
            .unwrap();
        app.raw(request)
    };
    assert_eq!(attempt(PASSWORD, "192.0.2.1".into()).await.status, StatusCode::OK);

    let mut statuses = Vec::new();
    for n in 0..12 {
        statuses.push(attempt("a wrong guess", format!("198.51.100.{n}")).await.status);
    }
    let refused = attempt(PASSWORD, "198.51.100.99".into()).await;
    let owner = attempt(PASSWORD, "192.0.2.1".into()).await;
    app.app.clock.advance(MINUTE);
    let later = attempt(PASSWORD, "198.51.100.99".into()).await;

    assert_eq!(statuses.iter().filter(|status| **status == StatusCode::UNAUTHORIZED).count(), 10);
    assert_eq!((refused.status, refused.error().code.as_str()), (StatusCode::TOO_MANY_REQUESTS, "too_many"));
    let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((55..=60).contains(&wait), "{wait}");
    assert_eq!((owner.status, later.status), (StatusCode::OK, StatusCode::OK));
}

#[tokio::test]
async fn one_network_cannot_try_many_accounts() {
    let app = TestApp::start().await;

    let mut statuses = Vec::new();
    for n in 0..40 {
        statuses.push(sign_in_as(&app, &format!("user{n}@test.example"), PASSWORD).await.status);
    }

    let tried = statuses.iter().filter(|status| **status == StatusCode::UNAUTHORIZED).count();
    assert!((30..=32).contains(&tried), "{tried}");
    assert_eq!(statuses[39], StatusCode::TOO_MANY_REQUESTS);
}
