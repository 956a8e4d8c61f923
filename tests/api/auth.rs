//! Signing in and out, sessions, passwords, and what keeps strangers from all of it.

mod pages;
mod refresh;
mod tokens;

use std::time::{Duration, Instant};

use axum::body::Body;
use http::{Method, Request, StatusCode};
use sea_orm::ConnectionTrait as _;
use serde_json::json;
use server::ground::outbox::{self, Waiting};
use shared::api::ApiError;
use shared::auth::*;
use shared::change::Patch;
use shared::time::{DAY, HOUR, MINUTE, SECOND};
use shared::users::UpdateUser;
use tests::{Answer, Caller, PASSWORD, TestApp};

pub const NEW_PASSWORD: &str = "tram leaves at nine";

async fn sign_in_as(app: &TestApp, email: &str, password: &str) -> Answer {
    app.stranger().post_json(SignIn::PATH_TEXT, &json!({ "email": email, "password": password })).await
}

/// Refusals as a person could compare them: without the request's own id.
fn told(answer: &Answer) -> ApiError {
    ApiError { request_id: None, ..answer.error() }
}

/// The paths of the calls that are sent as a browser would.
trait PathText {
    const PATH_TEXT: &'static str;
}

impl<E: shared::api::Endpoint> PathText for E {
    const PATH_TEXT: &'static str = E::PATH;
}

#[tokio::test]
async fn signing_in_sets_two_cookies_that_no_script_reads() {
    let app = TestApp::start().await;
    let ada = app.admin().await;

    let answer = sign_in_as(&app, " ADA.Admin@test.example", PASSWORD).await;

    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    assert_eq!(cookies.len(), 2);
    assert!(cookies[0].starts_with("kith=ey") && cookies[0].ends_with("; Path=/; Max-Age=600; HttpOnly; SameSite=Strict"));
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

#[tokio::test]
async fn a_sign_out_acts_at_once() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    ada.call::<WhoAmI>((), ()).await.unwrap();

    let answer = ada.send(Method::POST, SignOut::PATH_TEXT, None).await;
    let after = ada.call::<WhoAmI>((), ()).await.unwrap_err();
    let refreshed = ada.call::<Refresh>((), ()).await.unwrap_err();

    assert_eq!(answer.cookies(), "kith=; kith-refresh=");
    assert_eq!((after.status, refreshed.status), (401, 401));
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner_alone() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let phone = app.sign_in(ada.id, "ada.admin@test.example").await;
    let bob = app.staff("Bob", app.role("sales_rep").await, None).await;
    phone.call::<WhoAmI>((), ()).await.unwrap();

    let sessions = ada.call::<ListSessions>((), ()).await.unwrap();
    let other = sessions.iter().find(|session| !session.is_current).unwrap().id;
    let foreign = bob.call::<EndSession>(other, ()).await.unwrap_err();
    ada.call::<EndSession>(other, ()).await.unwrap();
    let ended = phone.call::<WhoAmI>((), ()).await.unwrap_err();
    let twice = ada.call::<EndSession>(other, ()).await.unwrap_err();

    assert_eq!(sessions.len(), 2);
    assert_eq!((foreign.status, ended.status, twice.status), (404, 401, 404));
    assert_eq!(ada.call::<ListSessions>((), ()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_disabled_user_is_out_with_the_next_request() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let bob = app.staff("Bob", app.role("sales_rep").await, None).await;
    bob.call::<WhoAmI>((), ()).await.unwrap();

    ada.call::<UpdateUser>(bob.id, Patch::set("is_disabled", true)).await.unwrap();

    assert_eq!(bob.call::<WhoAmI>((), ()).await.unwrap_err().status, 401);
    assert_eq!(bob.call::<Refresh>((), ()).await.unwrap_err().status, 401);
}

#[tokio::test]
async fn a_session_another_server_ended_is_out_within_a_second() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    ada.call::<WhoAmI>((), ()).await.unwrap();

    let write = app.app.db.begin().await.unwrap();
    write.tx.execute_unprepared("UPDATE sessions SET ended_at = 1").await.unwrap();
    write.commit().await.unwrap();
    app.app.clock.advance(SECOND);

    assert_eq!(ada.call::<WhoAmI>((), ()).await.unwrap_err().status, 401);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let phone = app.sign_in(ada.id, "ada.admin@test.example").await;

    let change = |current: &str, new: &str| PasswordChange { current: current.into(), new: new.into() };
    let wrong = ada.call::<ChangePassword>((), change("not this one", NEW_PASSWORD)).await.unwrap_err();
    let short = ada.call::<ChangePassword>((), change(PASSWORD, "short")).await.unwrap_err();
    let common = ada.call::<ChangePassword>((), change(PASSWORD, "Password123")).await.unwrap_err();
    ada.call::<ChangePassword>((), change(PASSWORD, NEW_PASSWORD)).await.unwrap();

    assert_eq!(wrong.fields["current"].code, "wrong_password");
    assert_eq!(short.fields["new"].message, "Use at least 10 characters. A short sentence is easy to remember.");
    assert_eq!(common.fields["new"].code, "password_too_common");
    ada.call::<WhoAmI>((), ()).await.unwrap();
    assert_eq!(phone.call::<WhoAmI>((), ()).await.unwrap_err().status, 401);
    assert_eq!(sign_in_as(&app, "ada.admin@test.example", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in_as(&app, "ada.admin@test.example", NEW_PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn language_and_theme_are_everybodys_own() {
    let app = TestApp::start().await;
    let bob = app.staff("Bob", app.role("auditor").await, None).await;

    let wish = Preferences { locale: Some("zh-CN".into()), theme: Some("dark".into()) };
    let me = bob.call::<UpdateMe>((), wish).await.unwrap();
    let unknown = Preferences { locale: Some("tlh".into()), theme: None };
    let refused = bob.call::<UpdateMe>((), unknown).await.unwrap_err();

    assert_eq!((me.locale.as_deref(), me.theme.as_deref()), (Some("zh-CN"), Some("dark")));
    assert_eq!(bob.call::<WhoAmI>((), ()).await.unwrap(), me);
    assert_eq!((refused.status, refused.fields["locale"].code.as_str()), (422, "not_offered"));
}

/// The mails that were written by the time `n` are there.
pub async fn mails(app: &TestApp, n: usize) -> Vec<Waiting> {
    let begun = Instant::now();
    loop {
        let waiting = outbox::waiting(&app.app.db.read, app.app.clock.now()).await.unwrap();
        if waiting.len() >= n || begun.elapsed() > Duration::from_secs(10) {
            return waiting;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub fn link_token(mail: &Waiting) -> String {
    let (_, after) = mail.mail.body.split_once("/reset?token=").expect("a link");
    after.chars().take_while(char::is_ascii_alphanumeric).collect()
}

async fn ask(app: &TestApp, email: &str) -> Result<(), ApiError> {
    app.stranger().call::<AskReset>((), ResetRequest { email: email.into() }).await
}

async fn confirm(caller: &Caller<'_>, token: &str, password: &str) -> Result<(), ApiError> {
    caller.call::<Reset>((), NewPassword { token: token.into(), password: password.into() }).await
}

#[tokio::test]
async fn a_reset_link_sets_a_password_once_and_ends_every_session() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let stranger = app.stranger();

    ask(&app, "Ada.Admin@test.example").await.unwrap();
    let mails = mails(&app, 1).await;
    let token = link_token(&mails[0]);
    let weak = confirm(&stranger, &token, "short").await.unwrap_err();
    confirm(&stranger, &token, NEW_PASSWORD).await.unwrap();
    let again = confirm(&stranger, &token, "another good password").await.unwrap_err();

    assert_eq!((mails.len(), mails[0].mail.recipient.as_str()), (1, "ada.admin@test.example"));
    assert_eq!(mails[0].mail.subject, "Set a new password for Kith");
    assert!(mails[0].mail.body.contains("Hello Ada Admin,"));
    assert_eq!(weak.fields["password"].code, "password_too_short");
    assert_eq!(again.fields["token"].code, "expired_link");
    assert_eq!(ada.call::<WhoAmI>((), ()).await.unwrap_err().status, 401);
    assert_eq!(sign_in_as(&app, "ada.admin@test.example", NEW_PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_reset_link_is_good_for_half_an_hour() {
    let app = TestApp::start().await;
    app.admin().await;
    ask(&app, "ada.admin@test.example").await.unwrap();
    let token = link_token(&mails(&app, 1).await[0]);

    app.app.clock.advance(30 * MINUTE);

    let late = confirm(&app.stranger(), &token, NEW_PASSWORD).await.unwrap_err();
    assert_eq!((late.status, late.fields["token"].code.as_str()), (422, "expired_link"));
    assert_eq!(mails(&app, 0).await, []);
}

#[tokio::test]
async fn of_two_who_use_one_link_at_once_one_succeeds() {
    let app = TestApp::start().await;
    app.admin().await;
    ask(&app, "ada.admin@test.example").await.unwrap();
    let token = link_token(&mails(&app, 1).await[0]);

    let stranger = app.stranger();
    let (one, other) = tokio::join!(
        confirm(&stranger, &token, NEW_PASSWORD),
        confirm(&stranger, &token, "another good password"),
    );

    assert_eq!([one, other].iter().filter(|outcome| outcome.is_ok()).count(), 1);
}

#[tokio::test]
async fn asking_for_a_link_tells_nothing_about_who_is_here() {
    let app = TestApp::start().await;
    app.admin().await;

    let known = app.stranger().post_json(AskReset::PATH_TEXT, &json!({ "email": "ada.admin@test.example" })).await;
    let unknown = app.stranger().post_json(AskReset::PATH_TEXT, &json!({ "email": "nobody@test.example" })).await;
    let mut refused = Vec::new();
    for email in ["ada.admin@test.example", "nobody@test.example"] {
        for _ in 0..3 {
            refused.push(ask(&app, email).await);
        }
    }
    app.app.clock.advance(20 * MINUTE);

    assert_eq!((known.status, known.text()), (unknown.status, unknown.text()));
    let codes: Vec<_> = refused.into_iter().map(|outcome| outcome.err().map(|error| error.code)).collect();
    let too_many = Some("too_many".to_owned());
    assert_eq!(codes, [None, None, too_many.clone(), None, None, too_many]);
    ask(&app, "nobody@test.example").await.unwrap();
    assert_eq!(ask(&app, "no address").await.unwrap_err().fields["email"].code, "email");
}

#[tokio::test]
async fn a_reset_mail_speaks_its_readers_language() {
    let app = TestApp::start().await;
    let bob = app.staff("Bob", app.role("auditor").await, None).await;
    bob.call::<UpdateMe>((), Preferences { locale: Some("zh-CN".into()), theme: None }).await.unwrap();

    ask(&app, "bob@test.example").await.unwrap();

    let mail = &mails(&app, 1).await[0].mail;
    assert_eq!(mail.subject, "重设知客的密码");
    assert!(mail.body.starts_with("Bob，您好："), "{}", mail.body);
}

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

#[tokio::test]
async fn what_is_past_use_is_purged() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    ask(&app, "ada.admin@test.example").await.unwrap();
    mails(&app, 1).await;
    sign_in_as(&app, "ada.admin@test.example", "a wrong guess").await;

    app.app.clock.advance(12 * HOUR);
    server::auth::purge(&app.app).await.unwrap();
    let kept = counts(&app).await;
    app.app.clock.advance(38 * DAY);
    server::auth::purge(&app.app).await.unwrap();

    assert_eq!(kept, [("sessions", 1), ("refresh_tokens", 0), ("reset_tokens", 0), ("rate_limits", 0)]);
    assert_eq!(counts(&app).await[0], ("sessions", 0));
    assert_eq!(ada.call::<WhoAmI>((), ()).await.unwrap_err().status, 401);
}

async fn counts(app: &TestApp) -> [(&'static str, i64); 4] {
    let mut counts = [("sessions", 0), ("refresh_tokens", 0), ("reset_tokens", 0), ("rate_limits", 0)];
    for (table, count) in &mut counts {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let statement = sea_orm::Statement::from_string(app.app.db.backend(), sql);
        let row = app.app.db.read.query_one_raw(statement).await.unwrap().unwrap();
        *count = row.try_get_by_index(0).unwrap();
    }
    counts
}
