//! Refresh tokens: traded once, again when the answer was lost, never by a thief.

use shared::auth::*;
use shared::time::{DAY, HOUR, MINUTE, SECOND};
use tests::{Answer, Caller, TestApp};

use super::PathText as _;

async fn refresh(caller: &Caller<'_>) -> Answer {
    caller.send(http::Method::POST, Refresh::PATH_TEXT, None).await
}

/// The caller as the browser is after this answer.
fn with<'a>(caller: &Caller<'a>, answer: &Answer) -> Caller<'a> {
    Caller { cookie: Some(answer.cookies()), ..caller.clone() }
}

#[tokio::test]
async fn a_session_goes_on_by_its_refresh_token() {
    let app = TestApp::start().await;
    let ada = app.admin().await;

    app.app.clock.advance(11 * MINUTE);
    let expired = ada.call::<WhoAmI>((), ()).await.unwrap_err();
    let answer = refresh(&ada).await;
    let ada = with(&ada, &answer);

    assert_eq!((expired.status, answer.status.as_u16()), (401, 200));
    assert_eq!(answer.json()["email"], "ada.admin@test.example");
    ada.call::<WhoAmI>((), ()).await.unwrap();
}

#[tokio::test]
async fn a_lost_answer_is_made_good() {
    let app = TestApp::start().await;
    let ada = app.admin().await;

    refresh(&ada).await;
    app.app.clock.advance(HOUR);
    let again = refresh(&ada).await;
    let ada = with(&ada, &again);
    let next = refresh(&ada).await;

    assert_eq!((again.status.as_u16(), next.status.as_u16()), (200, 200));
}

#[tokio::test]
async fn a_used_token_that_comes_back_ends_the_session() {
    let app = TestApp::start().await;
    let ada = app.admin().await;

    let second = with(&ada, &refresh(&ada).await);
    let third = with(&second, &refresh(&second).await);
    third.call::<WhoAmI>((), ()).await.unwrap();
    let replay = refresh(&ada).await;

    assert_eq!((replay.status.as_u16(), replay.cookies().as_str()), (401, "kith=; kith-refresh="));
    assert_eq!(third.call::<WhoAmI>((), ()).await.unwrap_err().status, 401);
    assert_eq!(refresh(&third).await.status.as_u16(), 401);
}

#[tokio::test]
async fn a_thief_who_comes_first_is_found_out_when_both_go_on() {
    let app = TestApp::start().await;
    let ada = app.admin().await;

    let thief = with(&ada, &refresh(&ada).await);
    app.app.clock.advance(MINUTE);
    let owner = with(&ada, &refresh(&ada).await);
    let stolen = refresh(&thief).await;

    assert_ne!(thief.cookie, owner.cookie);
    assert_eq!(stolen.status.as_u16(), 401);
    assert_eq!(owner.call::<WhoAmI>((), ()).await.unwrap_err().status, 401);
}

#[tokio::test]
async fn fifty_tabs_at_once_are_given_one_pair() {
    let app = TestApp::start().await;
    let ada = app.admin().await;

    let answers = futures::future::join_all((0..50).map(|_| refresh(&ada))).await;

    let tokens: std::collections::BTreeSet<String> = answers
        .iter()
        .map(|answer| answer.cookies().split("kith-refresh=").nth(1).expect("a refresh token").to_owned())
        .collect();
    assert!(answers.iter().all(|answer| answer.status.as_u16() == 200));
    assert_eq!(tokens.len(), 1);
    let ada = with(&ada, &answers[49]);
    assert_eq!(refresh(&ada).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let app = TestApp::start().await;
    let (idle, mut busy) = (app.admin().await, app.staff("Bob", app.role("auditor").await, None).await);

    app.app.clock.advance(12 * HOUR);
    let slept = refresh(&idle).await;
    assert_eq!(slept.status.as_u16(), 401);

    let mut busy_for = 0;
    busy = app.sign_in(busy.id, "bob@test.example").await;
    loop {
        app.app.clock.advance(11 * HOUR);
        let answer = refresh(&busy).await;
        if answer.status.as_u16() != 200 {
            break;
        }
        busy_for += 11 * HOUR;
        busy = with(&busy, &answer);
    }
    assert!((6 * DAY..7 * DAY).contains(&busy_for), "{} h", busy_for / HOUR);
}

#[tokio::test]
async fn what_is_no_refresh_token_is_nobodys() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let access = ada.cookie.as_deref().unwrap().split([';', '=']).nth(1).unwrap().to_owned();

    for value in ["", "x", &access, &"0".repeat(64), &"f".repeat(9_000)] {
        let caller = Caller { cookie: Some(format!("kith-refresh={value}")), ..app.stranger() };
        assert_eq!(refresh(&caller).await.status.as_u16(), 401, "{value}");
    }
    let refresh_as_access = ada.cookie.as_deref().unwrap().replace("kith=", "old=").replace("kith-refresh=", "kith=");
    let caller = Caller { cookie: Some(refresh_as_access), ..app.stranger() };
    assert_eq!(caller.call::<WhoAmI>((), ()).await.unwrap_err().status, 401);
    app.app.clock.advance(SECOND);
}
