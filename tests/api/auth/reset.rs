//! A forgotten password: a link by mail, once, for half an hour.

use http::StatusCode;
use serde_json::json;
use shared::api::ApiError;
use shared::auth::*;
use shared::time::MINUTE;
use tests::{Caller, TestApp};

use super::{NEW_PASSWORD, PathText as _, ask, link_token, mails, sign_in_as};

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
    let (one, other) =
        tokio::join!(confirm(&stranger, &token, NEW_PASSWORD), confirm(&stranger, &token, "another good password"),);

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
