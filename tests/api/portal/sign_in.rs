//! Signing in on the portal: nothing tells whom Kith knows, and staff's door is another.

use http::{Method, StatusCode};
use serde_json::json;
use shared::api::Endpoint as _;
use shared::auth::{SignIn, WhoAmI};
use shared::change::{Archive, Patch};
use shared::portal::*;
use shared::query::ListQuery;
use shared::tickets::ListTickets;
use shared::time::{DAY, MINUTE};
use tests::TestApp;

use super::{code, contact, customer, mails};

#[tokio::test]
async fn a_mailed_code_lets_in_once_and_for_ten_minutes() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    let given = |code: &str| CodeGiven { email: "Zhou@acme.example ".into(), code: code.into(), as_token: false };
    stranger.call::<AskPortalCode>((), CodeAsked { email: "zhou@ACME.example".into() }).await.unwrap();
    let good = code(&app, "zhou@acme.example").await;
    let wrong = if good == "000000" { "000001" } else { "000000" };

    let refused = stranger.call::<SignInByCode>((), given(wrong)).await.unwrap_err();
    let home = stranger.call::<SignInByCode>((), given(&good)).await.unwrap();
    let again = stranger.call::<SignInByCode>((), given(&good)).await.unwrap_err();

    assert_eq!((refused.status, refused.fields["code"].code.as_str()), (422, "wrong_code"));
    assert_eq!(home.me.unwrap().email, "zhou@acme.example");
    assert_eq!(again.fields["code"].code, "wrong_code");
    stranger.call::<AskPortalCode>((), CodeAsked { email: "zhou@acme.example".into() }).await.unwrap();
    let late = code(&app, "zhou@acme.example").await;
    app.app.clock.advance(10 * MINUTE);
    assert_eq!(stranger.call::<SignInByCode>((), given(&late)).await.unwrap_err().status, 422);
}

#[tokio::test]
async fn of_a_code_five_guesses_are_taken() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    stranger.call::<AskPortalCode>((), CodeAsked { email: "li@acme.example".into() }).await.unwrap();
    let good = code(&app, "li@acme.example").await;
    let given = |code: String| CodeGiven { email: "li@acme.example".into(), code, as_token: false };
    let guesses = (0..).map(|n| format!("{n:06}")).filter(|guess| *guess != good).take(5);
    for guess in guesses {
        stranger.call::<SignInByCode>((), given(guess)).await.unwrap_err();
    }

    let spent = stranger.call::<SignInByCode>((), given(good)).await.unwrap_err();

    assert_eq!(spent.fields["code"].code, "wrong_code");
}

#[tokio::test]
async fn known_and_unknown_addresses_are_answered_alike() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    contact(&ada, "周总", "zhou@acme.example", &[]).await;
    customer(&app, "zhou@acme.example").await;
    let stranger = app.stranger();

    let mut answers = Vec::new();
    for email in ["zhou@acme.example", "nobody@nowhere.example", "ada.admin@test.example"] {
        let mut of_one = Vec::new();
        let calls = [
            ("/api/portal/codes", json!({ "email": email })),
            ("/api/portal/sign-in/code", json!({ "email": email, "code": "12345" })),
            ("/api/portal/sign-in/password", json!({ "email": email, "password": "correct horse" })),
        ];
        for (path, body) in calls {
            let answer = stranger.post_json(path, &body).await;
            let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
            names.sort();
            let mut body = answer.json();
            body["request_id"] = json!(null);
            of_one.push((answer.status, names, body));
        }
        assert_eq!(mails(&app, email).await.last().unwrap().subject.len(), "123456 is your code to sign in".len());
        answers.push(of_one);
    }

    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[1], answers[2]);
}

#[tokio::test]
async fn a_password_lets_in_and_guessing_is_slowed_down() {
    let app = TestApp::start().await;
    let zhou = customer(&app, "zhou@acme.example").await;
    let weak = MePatch { password: Some("123".into()), ..MePatch::default() };
    assert_eq!(zhou.call::<UpdatePortalMe>((), weak).await.unwrap_err().fields["password"].code, "password_too_short");
    let good = MePatch { password: Some(tests::PASSWORD.into()), locale: Some("zh-CN".into()) };
    let me = zhou.call::<UpdatePortalMe>((), good).await.unwrap().me.unwrap();
    assert!(me.has_password && me.locale.as_deref() == Some("zh-CN"));
    let stranger = app.stranger();
    let given =
        |password: &str| PasswordGiven { email: "zhou@acme.example".into(), password: password.into(), as_token: true };

    let token = stranger.call::<SignInCustomer>((), given(tests::PASSWORD)).await.unwrap().token.unwrap();
    let mut last = 0;
    for _ in 0..10 {
        last = stranger.call::<SignInCustomer>((), given("wrong password")).await.unwrap_err().status;
    }

    assert_eq!(last, 429);
    let request = http::Request::get("/api/portal")
        .header("host", "127.0.0.1:8080")
        .header("authorization", format!("Bearer {token}"))
        .body(axum::body::Body::empty())
        .unwrap();
    assert_eq!(app.raw(request).await.json()["me"]["email"], "zhou@acme.example");
}

#[tokio::test]
async fn staff_and_customers_share_no_door() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let zhou = customer(&app, "zhou@acme.example").await;
    let cookie = zhou.cookie.clone().unwrap();
    assert!(cookie.starts_with("kith-portal="), "{cookie}");

    // The customer's secret under every name that staff's cookies have.
    let secret = cookie.split_once('=').unwrap().1;
    for name in ["kith", "kith-refresh", "kith-portal"] {
        let mut forged = app.stranger();
        forged.cookie = Some(format!("{name}={secret}"));
        assert_eq!(forged.call::<WhoAmI>((), ()).await.unwrap_err().status, 401, "{name}");
        assert_eq!(forged.call::<ListTickets>((), ListQuery::default()).await.unwrap_err().status, 401, "{name}");
    }
    // Staff is nobody on the portal, by its own cookies and by its token under the portal's name.
    let own = ada.cookie.clone().unwrap();
    let token = own.split("; ").find_map(|pair| pair.strip_prefix("kith=")).unwrap().to_owned();
    for cookie in [own, format!("kith-portal={token}")] {
        let mut forged = app.stranger();
        forged.cookie = Some(cookie);
        assert_eq!(forged.call::<GetPortal>((), ()).await.unwrap().me, None);
        let refused = forged.call::<ListOwnTickets>((), TicketsAsked::default()).await.unwrap_err();
        assert_eq!(refused.status, 401);
    }
    // A password of the portal is none of staff's.
    zhou.call::<UpdatePortalMe>((), MePatch { password: Some(tests::PASSWORD.into()), ..MePatch::default() })
        .await
        .unwrap();
    let credentials = json!({ "email": "zhou@acme.example", "password": tests::PASSWORD });
    assert_eq!(app.stranger().post_json(SignIn::PATH, &credentials).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_cookie_goes_to_the_portal_alone_and_out_again() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    stranger.call::<AskPortalCode>((), CodeAsked { email: "zhou@acme.example".into() }).await.unwrap();
    let given = json!({ "email": "zhou@acme.example", "code": code(&app, "zhou@acme.example").await });
    let answer = stranger.post_json("/api/portal/sign-in/code", &given).await;
    let set = answer.headers["set-cookie"].to_str().unwrap();
    for flag in ["Path=/api/portal;", "HttpOnly", "SameSite=Strict"] {
        assert!(set.contains(flag), "{set}");
    }
    let mut zhou = app.stranger();
    zhou.cookie = Some(answer.cookies());
    assert!(zhou.call::<GetPortal>((), ()).await.unwrap().me.is_some());

    zhou.send(Method::POST, "/api/portal/sign-out", None).await;

    assert_eq!(zhou.call::<GetPortal>((), ()).await.unwrap().me, None);
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_or_its_user_is_barred() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let zhou = customer(&app, "zhou@acme.example").await;
    let is_in = async || zhou.call::<GetPortal>((), ()).await.unwrap().me.is_some();
    for _ in 0..3 {
        app.app.clock.advance(29 * DAY);
        assert!(is_in().await);
    }
    let ada = app.sign_in(ada.id, "ada.admin@test.example").await;
    let user = ada.call::<ListPortalUsers>((), ListQuery::default()).await.unwrap().items[0].clone();

    ada.call::<UpdatePortalUser>(user.id, Patch::set("is_disabled", true)).await.unwrap();
    assert!(!is_in().await);
    let stranger = app.stranger();
    stranger.call::<AskPortalCode>((), CodeAsked { email: "zhou@acme.example".into() }).await.unwrap();
    let given =
        CodeGiven { email: "zhou@acme.example".into(), code: code(&app, "zhou@acme.example").await, as_token: false };
    assert_eq!(stranger.call::<SignInByCode>((), given).await.unwrap_err().fields["code"].code, "wrong_code");
    ada.call::<UpdatePortalUser>(user.id, Patch::set("is_disabled", false)).await.unwrap();
    assert!(is_in().await);
    ada.call::<ArchivePortalUsers>((), Archive { ids: vec![user.id.0], archived: true }).await.unwrap();
    ada.call::<ArchivePortalUsers>((), Archive { ids: vec![user.id.0], archived: false }).await.unwrap();
    assert!(!is_in().await, "who was put away signs in anew");
}

#[tokio::test]
async fn an_address_has_one_user_whatever_its_letters() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let at = contact(&ada, "周总", "Zhou@Acme.example", &[]).await;
    let new = |email: &str| {
        shared::change::New::from_values(uuid::Uuid::now_v7(), super::row(json!({ "email": email, "sees": "own" })))
    };

    let first = ada.call::<CreatePortalUser>((), new("ZHOU@acme.example")).await.unwrap().record;
    let second = ada.call::<CreatePortalUser>((), new("zhou@ACME.example")).await.unwrap_err();

    assert_eq!((first.email.as_str(), first.contact_id), ("zhou@acme.example", Some(at)));
    assert_eq!(second.fields["email"].code, "taken");
}
