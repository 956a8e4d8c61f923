//! Sessions: who has which, and how soon they end.

use http::{Method, StatusCode};
use sea_orm::ConnectionTrait as _;
use shared::auth::*;
use shared::change::Patch;
use shared::time::{DAY, HOUR, SECOND};
use shared::users::UpdateUser;
use tests::{PASSWORD, TestApp};

use super::{NEW_PASSWORD, PathText as _, ask, mails, sign_in_as};

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
