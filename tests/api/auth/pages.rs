//! The pages that stand before the app.

use axum::body::Body;
use http::{Request, StatusCode};
use shared::auth::{AskReset, ResetRequest, WhoAmI};
use tests::{Answer, Caller, PASSWORD, TestApp};

use super::{NEW_PASSWORD, link_token, mails};

async fn page(app: &TestApp, path: &str, language: &str) -> Answer {
    app.raw(Request::get(path).header("accept-language", language).body(Body::empty()).unwrap()).await
}

async fn post(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = shared::api::query_string(&fields.iter().copied().collect::<std::collections::BTreeMap<_, _>>());
    let request = Request::post(path)
        .header("host", "127.0.0.1:8080")
        .header("origin", "http://127.0.0.1:8080")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    app.raw(request).await
}

#[tokio::test]
async fn the_sign_in_page_speaks_both_languages_without_a_script() {
    let app = TestApp::start().await;

    let chinese = page(&app, "/sign-in?next=/deals", "zh-CN").await;
    let english = page(&app, "/sign-in?lang=en", "zh-CN").await;

    assert_eq!(chinese.status, StatusCode::OK);
    assert!(chinese.text().contains("<html lang=\"zh-CN\">") && chinese.text().contains(">登录</button>"));
    assert!(chinese.text().contains("name=\"next\" value=\"/deals\""));
    assert!(english.text().contains("<html lang=\"en\">") && english.text().contains(">Sign in</button>"));
    for page in [&chinese, &english] {
        assert!(!page.text().contains("<script") && !page.text().contains(" style="));
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self';") && !policy.contains("unsafe"), "{policy}");
    }
}

#[tokio::test]
async fn the_form_signs_in_and_leads_to_where_one_wanted_to_go() {
    let app = TestApp::start().await;
    app.admin().await;

    let fields = [("email", "ada.admin@test.example"), ("password", PASSWORD), ("next", "/deals?view=board")];
    let answer = post(&app, "/sign-in", &fields).await;
    let elsewhere = [("email", "ada.admin@test.example"), ("password", PASSWORD), ("next", "//evil.example")];
    let elsewhere = post(&app, "/sign-in", &elsewhere).await;

    assert_eq!(
        (answer.status, &answer.headers["location"]),
        (StatusCode::SEE_OTHER, &"/deals?view=board".parse().unwrap())
    );
    assert_eq!(elsewhere.headers["location"], "/");
    let caller = Caller { cookie: Some(answer.cookies()), ..app.stranger() };
    caller.call::<WhoAmI>((), ()).await.unwrap();
    let again = caller.get_json("/sign-in?next=/accounts").await;
    assert_eq!((again.status, &again.headers["location"]), (StatusCode::SEE_OTHER, &"/accounts".parse().unwrap()));
}

#[tokio::test]
async fn a_refused_form_keeps_the_address_and_says_why() {
    let app = TestApp::start().await;
    let fields = [("email", "a\"><b>@test.example"), ("password", "a wrong guess"), ("lang", "zh-CN")];

    let refused = post(&app, "/sign-in", &fields).await;
    let empty = post(&app, "/sign-in", &[]).await;

    assert_eq!((refused.status, empty.status), (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED));
    assert!(refused.text().contains("role=\"alert\">邮箱或密码不正确。</p>"), "{}", refused.text());
    assert!(refused.text().contains("value=\"a&quot;&gt;&lt;b&gt;@test.example\""));
    assert!(!refused.text().contains("a wrong guess"));
    assert!(!refused.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let app = TestApp::start().await;
    let request = Request::post("/sign-in")
        .header("host", "127.0.0.1:8080")
        .header("origin", "https://evil.example")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("email=a%40b.example&password=x"))
        .unwrap();

    let answer = app.raw(request).await;

    assert_eq!((answer.status, answer.error().code.as_str()), (StatusCode::FORBIDDEN, "cross_site"));
}

#[tokio::test]
async fn the_demos_people_sign_in_with_one_press_and_only_there() {
    let demo = TestApp::start_with(|settings| settings.demo = true).await;
    let plain = TestApp::start().await;

    let shown = page(&demo, "/sign-in", "en").await.text();
    let fields = [("email", server::demo::SIGN_INS[0].0), ("password", server::demo::PASSWORD)];
    let answer = post(&demo, "/sign-in", &fields).await;

    for (email, name, ..) in server::demo::SIGN_INS {
        assert!(shown.contains(email) && shown.contains(name), "{email}");
    }
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(!page(&plain, "/sign-in", "en").await.text().contains("kith.demo"));
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_two_pages() {
    let app = TestApp::start().await;
    app.admin().await;

    let asked = post(&app, "/reset", &[("email", "ada.admin@test.example")]).await;
    let token = link_token(&mails(&app, 1).await[0]);
    let form = page(&app, &format!("/reset?token={token}"), "en").await;
    let weak = post(&app, "/reset", &[("token", &token), ("password", "short")]).await;
    let set = post(&app, "/reset", &[("token", &token), ("password", NEW_PASSWORD)]).await;
    let used = page(&app, &format!("/reset?token={token}"), "en").await;
    let signed_in = post(&app, "/sign-in", &[("email", "ada.admin@test.example"), ("password", NEW_PASSWORD)]).await;

    assert!(asked.text().contains("role=\"status\">If this address belongs to an account"), "{}", asked.text());
    assert!(form.text().contains("autocomplete=\"new-password\""));
    assert!(weak.status == StatusCode::UNPROCESSABLE_ENTITY && weak.text().contains("at least 10 characters"));
    assert_eq!(
        (set.status, &set.headers["location"]),
        (StatusCode::SEE_OTHER, &"/sign-in?done=reset&lang=en".parse().unwrap())
    );
    assert!(used.text().contains("This link was used or is older than 30 minutes."));
    assert_eq!(signed_in.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_page_and_the_call_share_one_limit() {
    let app = TestApp::start().await;
    for _ in 0..3 {
        let asked = ResetRequest { email: "nobody@test.example".into() };
        app.stranger().call::<AskReset>((), asked).await.unwrap();
    }

    let answer = post(&app, "/reset", &[("email", "nobody@test.example"), ("lang", "zh-CN")]).await;

    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.text().contains("尝试次数过多"), "{}", answer.text());
}
