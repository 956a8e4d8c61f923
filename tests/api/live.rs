//! Live events: each reader hears what they may see, and nothing else.

use std::time::Duration;

use axum::body::Body;
use futures::StreamExt as _;
use http::Request;
use serde_json::json;
use shared::access::Scope;
use shared::accounts::*;
use shared::change::{Done, New, Patch};
use shared::events::{CHANGE, Event, SEQ_HEADER, STREAM};
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::access::account;

/// A reader's open stream.
pub struct Ear {
    body: axum::body::BodyDataStream,
    text: String,
}

impl Ear {
    pub async fn open(caller: &Caller<'_>, since: Option<i64>) -> Self {
        let uri = since.map_or_else(|| STREAM.to_owned(), |since| format!("{STREAM}?since={since}"));
        let request = Request::builder()
            .uri(uri)
            .header("host", "127.0.0.1:8080")
            .header("cookie", caller.cookie.clone().unwrap());
        let response = caller.test.stream(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 200);
        let mut ear = Self { body: response.into_body().into_data_stream(), text: String::new() };
        ear.read(Duration::from_secs(2), |text| text.contains(": here")).await;
        ear
    }

    async fn read(&mut self, patience: Duration, until: impl Fn(&str) -> bool) -> bool {
        let deadline = tokio::time::Instant::now() + patience;
        while !until(&self.text) {
            match tokio::time::timeout_at(deadline, self.body.next()).await {
                Ok(Some(Ok(bytes))) => self.text.push_str(&String::from_utf8_lossy(&bytes)),
                _ => return until(&self.text),
            }
        }
        true
    }

    /// What came since it was last asked, name and data, until the log's number
    /// is at least this; and all that has come after it.
    pub async fn up_to(&mut self, seq: i64) -> Vec<(String, String)> {
        let heard =
            |text: &str| frames(text).iter().any(|frame| field(frame, "id: ").parse().is_ok_and(|id: i64| id >= seq));
        assert!(self.read(Duration::from_secs(5), heard).await, "never heard of {seq}");
        self.read(Duration::from_millis(50), |_| false).await;
        let whole = self.text.rfind("\n\n").map_or(0, |at| at + 2);
        let told: String = self.text.drain(..whole).collect();
        frames(&told).iter().map(|frame| (field(frame, "event: "), field(frame, "data: "))).collect()
    }

    /// Waits for so many events.
    async fn hear(&mut self, count: usize) -> Vec<Event> {
        self.read(Duration::from_secs(3), |text| events(text).len() >= count).await;
        events(&self.text)
    }

    /// Waits for what comes next under a name, and says it.
    pub async fn next_of(&mut self, name: &str, patience: Duration) -> Option<String> {
        let is_there = |text: &str| frames(text).iter().any(|frame| field(frame, "event: ") == name);
        if !self.read(patience, is_there).await {
            return None;
        }
        let whole = self.text.rfind("\n\n").map_or(0, |at| at + 2);
        let told: String = self.text.drain(..whole).collect();
        frames(&told).iter().rev().find(|frame| field(frame, "event: ") == name).map(|frame| field(frame, "data: "))
    }

    /// Whether the stream was closed by the server within the time.
    async fn closes(&mut self, patience: Duration) -> bool {
        let deadline = tokio::time::Instant::now() + patience;
        loop {
            match tokio::time::timeout_at(deadline, self.body.next()).await {
                Ok(None) => return true,
                Ok(Some(_)) => {}
                Err(_) => return false,
            }
        }
    }
}

fn frames(text: &str) -> Vec<&str> {
    let whole = text.rsplit_once("\n\n").map_or("", |(whole, _)| whole);
    whole.split("\n\n").filter(|frame| frame.contains("event: ")).collect()
}

fn field(frame: &str, name: &str) -> String {
    frame.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_owned()
}

fn events(text: &str) -> Vec<Event> {
    let whole = text.rsplit_once("\n\n").map_or("", |(whole, _)| whole);
    let of_change = whole.split("\n\n").filter(|frame| frame.contains(&format!("event: {CHANGE}")));
    of_change.filter_map(|frame| serde_json::from_str(frame.split_once("data: ")?.1.lines().next()?).ok()).collect()
}

async fn created(caller: &Caller<'_>, name: &str) -> Done<Account> {
    let account = Account { name: name.into(), currency: "CNY".into(), ..Account::default() };
    caller.call::<CreateAccount>((), New::of(Uuid::now_v7(), &account)).await.unwrap()
}

/// From where to listen, once the streams were told of this: a moment after its answer.
async fn known(caller: &Caller<'_>, seq: i64) -> i64 {
    loop {
        let answer = caller.get_json("/api/accounts").await;
        let known = answer.headers[SEQ_HEADER].to_str().unwrap().parse().unwrap();
        if known >= seq {
            return known;
        }
    }
}

#[tokio::test]
async fn an_answer_says_from_where_to_listen_so_that_nothing_is_missed() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let known = known(&admin, created(&admin, "Acme").await.seq).await;
    let later = account(&admin, "Betatech").await;
    let mut ear = Ear::open(&admin, Some(known)).await;

    assert!(ear.read(Duration::from_secs(2), |text| text.contains(&later.to_string())).await, "{}", ear.text);
    let stranger = app.stranger().get_json("/api/auth/me").await;
    assert!(stranger.status == 401 && !stranger.headers.contains_key(SEQ_HEADER));
}

#[tokio::test]
async fn each_hears_their_own_and_not_anothers() {
    let app = TestApp::start().await;
    let own = app.role_of(Scope::Own).await;
    let (ann, bob) = (app.staff("Ann", own, None).await, app.staff("Bob", own, None).await);
    let (mut anns, mut bobs) = (Ear::open(&ann, None).await, Ear::open(&bob, None).await);

    let hers = account(&ann, "Hers").await;
    let his = account(&bob, "His").await;

    let heard: Vec<_> = anns.hear(1).await.iter().map(|event| event.id).collect();
    assert_eq!(heard, [hers.0]);
    let heard: Vec<_> = bobs.hear(1).await.iter().map(|event| event.id).collect();
    assert_eq!(heard, [his.0]);
}

#[tokio::test]
async fn a_record_that_leaves_ones_sight_is_told_as_gone() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let own = app.role_of(Scope::Own).await;
    let (ann, bob) = (app.staff("Ann", own, None).await, app.staff("Bob", own, None).await);
    let id = account(&ann, "Acme").await;
    let (mut anns, mut bobs) = (Ear::open(&ann, None).await, Ear::open(&bob, None).await);

    admin.call::<UpdateAccount>(id, Patch::set("owner_id", bob.id.to_string())).await.unwrap();

    let gone = anns.hear(1).await.remove(0);
    let came = bobs.hear(1).await.remove(0);
    assert_eq!((gone.id, gone.row), (id.0, None));
    assert_eq!(came.row.unwrap()["name"], json!("Acme"));
}

#[tokio::test]
async fn a_record_that_went_on_to_a_third_is_told_as_gone_to_the_first() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let own = app.role_of(Scope::Own).await;
    let (ann, bob) = (app.staff("Ann", own, None).await, app.staff("Bob", own, None).await);
    let cid = app.staff("Cid", own, None).await;
    let made = created(&ann, "Acme").await;
    let (id, since) = (made.record.id, known(&ann, made.seq).await);
    for owner in [&bob, &cid] {
        admin.call::<UpdateAccount>(id, Patch::set("owner_id", owner.id.to_string())).await.unwrap();
    }

    // Both changes are read in one breath.
    let mut anns = Ear::open(&ann, Some(since)).await;

    let gone = anns.hear(1).await.remove(0);
    assert_eq!((gone.id, gone.row), (id.0, None));
}

#[tokio::test]
async fn a_stream_resumes_where_it_broke_off() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let mut ear = Ear::open(&admin, None).await;
    account(&admin, "A").await;
    let last = ear.hear(1).await[0].seq;
    drop(ear);
    let (b, c) = (account(&admin, "B").await, account(&admin, "C").await);

    let mut ear = Ear::open(&admin, Some(last)).await;

    let heard: Vec<_> = ear.hear(2).await.iter().map(|event| event.id).collect();
    assert_eq!(heard, [b.0, c.0]);
}

#[tokio::test]
async fn a_stream_ends_with_its_readers_sign_in() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let own = app.role_of(Scope::Own).await;
    let ann = app.staff("Ann", own, None).await;
    let mut ear = Ear::open(&ann, None).await;

    admin.call::<shared::users::UpdateUser>(ann.id, Patch::set("is_disabled", true)).await.unwrap();

    assert!(ear.closes(Duration::from_secs(2)).await);
    assert_eq!(ann.call::<shared::auth::WhoAmI>((), ()).await.unwrap_err().status, 401);
}
