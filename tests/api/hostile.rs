//! No input is answered by a 500: every call of the contract with a sound
//! request, and then with each part of it replaced by what nobody should send.

use futures::StreamExt as _;
use http::Method;
use serde_json::{Map, Value, json};
use shared::access::Object;
use shared::api::Route;
use shared::events;
use shared::fields::{Field, FieldKind, ListKind};
use shared::pipelines::Stage;
use tests::{Answer, Caller, TestApp};
use uuid::Uuid;

use crate::access::account;
use crate::board::first_stage;

/// Signing out would end the test; the others of these cost a password hash each.
const LEFT_OUT: [&str; 2] = ["SignOut", "Refresh"];

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
        "SearchQuery" => &["q", "object", "limit"],
        "ExportQuery" => &["filter", "search", "sort", "archived", "columns", "headings", "bom"],
        "ShareQuery" => &["object", "record_id"],
        "ChangeQuery" => &["object", "id", "after", "limit"],
        "HealthQuery" => &["after", "limit"],
        "DiffQuery" => &["from", "to"],
        "ReadQuery" => &["slug", "locale"],
        "KnowledgeQuery" => &["q", "locale", "limit", "is_typing"],
        "GapQuery" => &["state", "limit"],
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

struct World<'a> {
    admin: Caller<'a>,
    stage: Stage,
    account: Uuid,
    /// One id of each kind that calls name in their path.
    import: Uuid,
}

impl<'a> World<'a> {
    async fn build(app: &'a TestApp) -> Self {
        let admin = app.admin().await;
        let stage = first_stage(&admin).await;
        let account = account(&admin, "Acme").await.0;
        let import = Uuid::now_v7();
        let values = json!({ "name": "a.csv", "object": "account", "mode": "upsert", "match_keys": "name" });
        let made = admin.post_json("/api/imports", &json!({ "id": import, "values": values })).await;
        assert_eq!(made.status, 200, "{}", made.text());
        Self { admin, stage, account, import }
    }

    async fn send(&self, route: &Route, body: Vec<u8>) {
        let shown = format!("{} {}", route.name, String::from_utf8_lossy(&body[..body.len().min(400)]));
        told(&shown, &self.admin.send(route.method.clone(), &self.path(route), Some(body)).await);
    }

    fn path(&self, route: &Route) -> String {
        let id = if route.path.starts_with("/api/imports") { self.import } else { self.account };
        route.path.replace("{id}", &id.to_string()).replace("{object}", "account")
    }

    /// A sound body of a call. A new shape wants a line here.
    fn body(&self, route: &Route) -> Value {
        let object = || object_of(route);
        match route.input {
            "" => Value::Null,
            input if input.starts_with("New<") => json!({ "id": Uuid::now_v7(), "values": self.values(object()) }),
            "Patch" => json!({ "set": self.values(object()), "base": { "name": "Acme" } }),
            "Bulk" => json!({ "ids": [self.account], "set": self.values(object()), "add": { "tags": ["new"] } }),
            "DaysFile" => json!({ "text": "BEGIN:VCALENDAR\nEND:VCALENDAR\n", "is_rehearsal": true }),
            "Trial" => json!({ "start": 1_900_000_000_000_i64, "seconds": 3_600 }),
            "Decision" => json!({ "to": "scheduled", "at": 1_900_000_000_000_i64, "note": "n" }),
            "Restore" => json!({ "id": Uuid::now_v7() }),
            "Preview" => json!({ "body": "# Printer\n\n[other](/knowledge/other)" }),
            "GapDecision" => json!({ "norm": "printer", "state": "ignored" }),
            "GapDraft" => json!({
                "norm": "printer", "article_id": Uuid::now_v7(), "version_id": Uuid::now_v7(),
                "category_id": self.account, "locale": "en",
            }),
            "ChangeUndo" => json!({ "seq": 1 }),
            "StageArchive" => json!({ "ids": [self.account], "archived": true, "to": self.stage.id }),
            "ExportChosen" => json!({ "ids": [self.account], "columns": "name", "headings": "keys", "bom": true }),
            "Archive" => json!({ "ids": [self.account], "archived": true }),
            "Move" => json!({
                "ids": [self.account], "stage": self.stage.id, "after": self.account, "before": self.account,
                "from": self.stage.id, "owner_id": self.admin.id, "team_id": null, "lost_reason": "price", "lost_note": "n",
            }),
            "StageOrder" => json!({ "pipeline_id": self.stage.pipeline_id, "stages": [self.stage.id] }),
            "RowSlice" => json!({ "rows": [row()], "restart": false }),
            "NewRow" => row(),
            "NamesAsked" => json!({ "object": "account", "names": ["Acme"], "pipeline": self.stage.pipeline_id }),
            "Credentials" => json!({ "email": "nobody@test.example", "password": "correct horse battery" }),
            "Preferences" => json!({ "locale": "en", "theme": "dark" }),
            "PasswordChange" => json!({ "current": "not this one at all", "new": "another long password" }),
            "ResetRequest" => json!({ "email": "nobody@test.example" }),
            "NewPassword" => json!({ "token": "none", "password": "another long password" }),
            other => panic!("no sound body is known for {other} of {}", route.name),
        }
    }

    fn values(&self, object: Object) -> Value {
        let settable = object.schema().fields.iter().filter(|field| !field.read_only && !field.secret);
        let values: Map<String, Value> =
            settable.map(|field| (field.key.to_owned(), self.value(object, field))).collect();
        Value::Object(values)
    }

    fn value(&self, object: Object, field: &Field) -> Value {
        match field.kind {
            FieldKind::Text { .. } if field.key == "email" => {
                json!(format!("{}@test.example", Uuid::now_v7().simple()))
            }
            FieldKind::Text { .. } | FieldKind::LongText { .. } => json!(object.word()),
            FieldKind::Int { min, .. } => json!(min.max(1)),
            FieldKind::Money => json!(100),
            FieldKind::Currency => json!("CNY"),
            FieldKind::Bool => json!(false),
            FieldKind::Date => json!("2026-11-22"),
            FieldKind::Time => json!(1_900_000_000_000_i64),
            FieldKind::Choice(words) => json!(words[0]),
            FieldKind::Ref(Object::Stage) => json!(self.stage.id),
            FieldKind::Ref(Object::Pipeline) => json!(self.stage.pipeline_id),
            FieldKind::Ref(Object::Account) => json!(self.account),
            FieldKind::Ref(Object::User) => json!(self.admin.id),
            FieldKind::Rank => json!("V"),
            FieldKind::List(ListKind::Tags) => json!(["vip"]),
            FieldKind::List(ListKind::Points) => json!([{ "kind": "phone", "value": "138 0000 5678" }]),
            FieldKind::List(ListKind::Accounts) => json!([{ "account_id": self.account, "role": "buyer" }]),
            FieldKind::List(ListKind::Grants) => json!([{ "object": "account", "action": "read", "scope": "own" }]),
            FieldKind::Id | FieldKind::Ref(_) => Value::Null,
            FieldKind::List(_) => json!([]),
        }
    }
}

fn row() -> Value {
    json!({ "line": 2, "cells": ["Acme"], "values": { "name": "Acme", "tags": ["vip"], "note": "n" }, "errors": {} })
}

/// The kind of record that a call writes, by the noun of its path.
fn object_of(route: &Route) -> Object {
    let noun = route.path.split('/').nth(2).unwrap_or_default();
    let found = Object::ALL.iter().copied().find(|object| object.schema().table == noun.replace('-', "_"));
    found.unwrap_or_else(|| panic!("{} writes no kind of record that is known", route.path))
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
