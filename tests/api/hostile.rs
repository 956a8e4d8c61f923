//! No input is answered by a 500: every call of the contract with a sound
//! request, and then with each part of it replaced by what nobody should send.

mod sound;

use futures::StreamExt as _;
use http::Method;
use serde_json::{Value, json};
use shared::api::Route;
use shared::events;
use tests::{Answer, TestApp};
use uuid::Uuid;

use sound::World;

/// Signing out would end the test; the others of these cost a password hash each.
const LEFT_OUT: [&str; 3] = ["SignOut", "Refresh", "SignOutCustomer"];

#[tokio::test]
async fn no_body_is_answered_by_a_500() {
    let app = TestApp::start().await;
    let world = World::build(&app).await;
    for route in shared::endpoints().filter(|route| route.method != Method::GET && !LEFT_OUT.contains(&route.name)) {
        let sound = world.body(route);
        // Patches and bulks pass the same checks of fields as new records.
        let every = if matches!(route.input, "Patch" | "Bulk") { 4 } else { 1 };
        for body in spoilt(&sound, every) {
            world.send(route, body.to_string().into_bytes()).await;
        }
        for body in torn(&sound) {
            world.send(route, body).await;
        }
    }
    // Nor does what was taken break a page for everybody.
    for path in ["/api/board", "/api/accounts", "/api/opportunities", "/api/users", "/api/views", "/api/auth/me"] {
        assert_eq!(world.admin.get_json(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn no_question_is_answered_by_a_500() {
    let app = TestApp::start().await;
    let world = World::build(&app).await;
    // The stream of events does not end: it has a test of its own.
    let calls = shared::endpoints().filter(|route| route.method == Method::GET && route.path != events::STREAM);
    let asked = calls.map(|route| (world.path(route), parameters(route)));
    let files = [("/api/export/%FF", &["filter"] as &[_]), ("/api/imports/x/wrong.csv", &["filter"])];
    for (path, keys) in asked.chain(files.map(|(path, keys)| (path.to_owned(), keys))) {
        for key in keys.iter().chain(&["colour"]) {
            for value in QUESTIONS {
                let query = if value.contains('%') { (*value).to_owned() } else { shared::api::percent_encode(value) };
                let uri = format!("{path}?{key}={query}");
                told(&uri, &world.admin.get_json(&uri).await);
            }
        }
        let many = format!("{path}?sort={}", "id,".repeat(2_100));
        told(&many[..40], &world.admin.get_json(&many).await);
        let twice = format!("{path}?filter=a&filter=b&limit=1&limit=2");
        told(&twice, &world.admin.get_json(&twice).await);
    }
}

/// What a question takes. A new shape wants a line here.
fn parameters(route: &Route) -> &'static [&'static str] {
    match route.input {
        "" => &[],
        "AsOf" => &["as_of"],
        "ListQuery" => &["filter", "search", "sort", "archived", "after", "skip", "limit", "as_of"],
        "TotalsQuery" => &["filter", "search", "archived", "group", "sum", "as_of"],
        "IdsQuery" => &["object", "filter", "search", "sort", "archived"],
        "BoardQuery" => &["pipeline", "filter", "search", "sort", "lanes", "cards", "as_of"],
        "CardQuery" => &["stage", "lane", "lanes", "filter", "search", "sort", "skip", "limit", "as_of"],
        "SinceQuery" => &["since", "pipeline", "filter"],
        "SurveyTotalsQuery" => &["filter", "by"],
        "SearchQuery" => &["q", "object", "limit"],
        "ExportQuery" => &["filter", "search", "sort", "archived", "columns", "headings", "bom"],
        "ShareQuery" => &["object", "record_id"],
        "ChangeQuery" => &["object", "id", "after", "limit"],
        "HealthQuery" => &["after", "limit"],
        "DiffQuery" => &["from", "to"],
        "ReadQuery" => &["slug", "locale"],
        "KnowledgeQuery" => &["q", "locale", "limit", "is_typing"],
        "GapQuery" => &["state", "limit"],
        "MergeInto" => &["into_id"],
        "ThreadQuery" => &["before", "limit"],
        "TicketsAsked" => &["whose", "is_done", "after"],
        "ShelfQuery" => &["q", "limit", "is_typing"],
        "ShelfAsked" => &["locale"],
        "ReportQuery" => &["period", "from", "to", "group", "filter"],
        "RowQuery" => &["outcome", "after", "limit"],
        other => panic!("no parameters are known for {other} of {}", route.name),
    }
}

#[tokio::test]
async fn a_stream_from_nowhere_is_refused_or_begins_anew() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for (since, status) in [("x", 422), ("1e400", 422), ("9223372036854775807", 200), ("-9223372036854775808", 200)] {
        let request = http::Request::get(format!("{}?since={since}", events::STREAM))
            .header("host", "127.0.0.1:8080")
            .header("cookie", admin.cookie.clone().unwrap())
            .body(axum::body::Body::empty())
            .unwrap();
        let response = app.stream(request).await;
        assert_eq!(response.status().as_u16(), status, "{since}");
        if status == 200 {
            let mut frames = response.into_body().into_data_stream();
            let mut heard = String::new();
            while !heard.contains(events::RESET) {
                heard += &String::from_utf8_lossy(&frames.next().await.unwrap().unwrap());
            }
        }
    }
}

#[tokio::test]
async fn a_method_that_no_path_takes_is_refused_in_words() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    let answer = admin.send(Method::DELETE, "/api/accounts", None).await;

    assert_eq!((answer.status.as_u16(), answer.error().code.as_str()), (405, "no_such_method"));
}

#[tokio::test]
async fn a_stranger_with_an_impossible_address_is_a_stranger() {
    let app = TestApp::start().await;
    let body = json!({ "email": "a\u{0}@b.example", "password": "correct horse battery" });

    let answer = app.stranger().post_json("/api/auth/sign-in", &body).await;

    assert_eq!((answer.status.as_u16(), answer.error().code.as_str()), (401, "wrong_credentials"));
}

#[tokio::test]
async fn what_does_not_fit_is_told_with_its_place() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let id = Uuid::now_v7();
    let bodies = [
        ("/api/accounts/archive", json!({ "ids": 7, "archived": true }), "ids", "wrong_type"),
        ("/api/accounts/archive", json!({ "ids": ["x"], "archived": true }), "ids[0]", "wrong_type"),
        ("/api/accounts/archive", json!({ "ids": [id] }), "archived", "required"),
        ("/api/accounts/archive", json!({ "ids": [id], "archived": true, "why": "" }), "why", "unknown"),
        ("/api/imports/names", json!({ "object": "spaceship", "names": [] }), "object", "not_offered"),
        ("/api/accounts", json!([]), "body", "wrong_type"),
    ];
    for (path, body, field, code) in bodies {
        let error = admin.post_json(path, &body).await.error();
        let told: Vec<_> = error.fields.iter().map(|(key, error)| (key.as_str(), error.code.as_str())).collect();
        assert_eq!((error.status, told), (422, vec![(field, code)]), "{path} {body}");
    }
    let queries = [
        ("limit=many", "limit", "wrong_type"),
        ("colour=red", "colour", "unknown"),
        ("as_of=1e99", "as_of", "wrong_type"),
        ("as_of=8210266876799999", "as_of", "date_out_of_range"),
        ("archived=perhaps", "archived", "not_offered"),
    ];
    for (query, field, code) in queries {
        let error = admin.get_json(&format!("/api/accounts?{query}")).await.error();
        let told: Vec<_> = error.fields.iter().map(|(key, error)| (key.as_str(), error.code.as_str())).collect();
        assert_eq!((error.status, told), (422, vec![(field, code)]), "{query}");
    }
}

const QUESTIONS: &[&str] = &[
    "",
    "x",
    "-1",
    "0",
    "18446744073709551615",
    "9223372036854775807",
    "-9223372036854775808",
    "8210266876799999",
    "1e400",
    "%00",
    "%FF%FE",
    "name.is.%00",
    "name.has.%00",
    "name.is.@me",
    "employees.is.@today",
    "owner_id.is.@today",
    "owner_id.is.@my_team",
    "team_id.is.@me",
    "created_at.is.@today-40000",
    "close_date.is.@today-2147483648",
    "founded_on.is.0001-01-01",
    "founded_on.during.@last_year",
    "tags.is.'%00'",
    "account_id>name.is.x",
    "[\"a\\u0000\",\"00000000-0000-0000-0000-000000000000\"]",
    "[1,2]",
    "[null,null]",
    "[]",
    "id,id,id,id,id",
    "name",
    "stage_id,close_date:month",
    "中中中",
];

/// What stands where something else should.
fn hostile() -> Vec<Value> {
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    vec![
        Value::Null,
        json!(true),
        json!(7),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(""),
        json!("a\u{0}b"),
        json!("\u{202e}\u{feff}"),
        json!("x".repeat(3_000)),
        json!("中".repeat(900)),
        json!("0001-01-01"),
        json!("9999-12-31"),
        json!("0"),
        json!("V0"),
        json!("00000000-0000-0000-0000-000000000000"),
        json!([]),
        json!({}),
        json!([null]),
        json!([{}]),
        json!(["a\u{0}"]),
        json!([{ "kind": "wechat", "value": "a\u{0}" }]),
        json!([{ "product_id": Uuid::nil(), "quantity": 1_000_000, "price": 1_000_000_000_000_i64 }]),
        json!(vec![1; 5_000]),
        deep,
    ]
}

/// The body with each of its parts replaced in turn, by every so-many-th of what is hostile.
fn spoilt(sound: &Value, every: usize) -> Vec<Value> {
    let mut bodies = hostile();
    bodies.push(sound.clone());
    for (n, place) in places(sound, String::new()).into_iter().enumerate() {
        for value in hostile().into_iter().skip(n % every).step_by(every) {
            let mut body = sound.clone();
            if let Some(slot) = body.pointer_mut(&place) {
                *slot = value;
            }
            bodies.push(body);
        }
    }
    bodies
}

/// Pointers to all parts of a value, its own parts included.
fn places(value: &Value, here: String) -> Vec<String> {
    let parts: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items.iter().take(1).map(|item| ("0".to_owned(), item)).collect(),
        _ => Vec::new(),
    };
    let mut all = Vec::new();
    for (key, value) in parts {
        let place = format!("{here}/{key}");
        all.extend(places(value, place.clone()));
        all.push(place);
    }
    all
}

/// What is no JSON, or barely.
fn torn(sound: &Value) -> Vec<Vec<u8>> {
    let text = sound.to_string();
    let doubled = text.replacen('{', "{\"id\":1,\"id\":2,", 1);
    vec![
        text.as_bytes()[..text.len() / 2].to_vec(),
        doubled.into_bytes(),
        text.replacen('"', "\"\\ud800", 1).into_bytes(),
        b"{\"id\":1e400}".to_vec(),
        b"\xff\xfe".to_vec(),
        b"".to_vec(),
    ]
}

/// An answer is never ours to mend, and a refusal has a code and words.
fn told(what: &str, answer: &Answer) {
    let status = answer.status.as_u16();
    assert!(status < 500, "{what}\n{status} {}", answer.text());
    if status >= 400 {
        let error = answer.error();
        assert!(!error.code.is_empty() && !error.message.is_empty(), "{what}\n{}", answer.text());
        let worded = |message: &str| !message.is_empty() && !message.starts_with("error.");
        assert!(worded(&error.message), "{what}\n{}", answer.text());
        assert!(error.fields.values().all(|field| worded(&field.message)), "{what}\n{}", answer.text());
    }
}
