//! The rooms under load: list, open, board, search, create and move over ten
//! thousand deals, then over ten times as many.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::Measure;
use super::http::{Connection, Request};
use super::load::{Figures, ask};
use crate::paths;
use crate::server::{self, Server};
use crate::shell::Outcome;

/// Deals, and accounts beside them.
const SMALL: usize = 10_000;
const LARGE: usize = 100_000;

/// What is asked, its bound and goal for p95 in ms with one connection and for
/// answers a second with sixteen.
struct Question {
    what: &'static str,
    p95: (f64, f64),
    per_second: (f64, f64),
    scaling: (f64, f64),
}

const QUESTIONS: [Question; 6] = [
    Question { what: "list 50 by stage", p95: (5.0, 2.5), per_second: (1_000.0, 2_900.0), scaling: (1.5, 1.2) },
    Question { what: "open one", p95: (3.0, 1.5), per_second: (2_000.0, 5_000.0), scaling: (1.5, 1.2) },
    Question { what: "find by name", p95: (5.0, 2.0), per_second: (1_000.0, 3_200.0), scaling: (1.5, 1.2) },
    Question { what: "board, 6 × 100 cards", p95: (15.0, 6.0), per_second: (100.0, 300.0), scaling: (1.5, 1.2) },
    Question { what: "create one", p95: (3.0, 1.5), per_second: (1_160.0, 3_000.0), scaling: (1.5, 1.2) },
    Question { what: "move a card", p95: (5.0, 2.5), per_second: (1.0, 1.0), scaling: (1.5, 1.2) },
];

pub fn measure() -> Outcome<Vec<Measure>> {
    let mut measures = Vec::new();
    let small = world(SMALL, &mut measures)?;
    let large = world(LARGE, &mut measures)?;
    for (question, (small, large)) in QUESTIONS.iter().zip(small.iter().zip(&large)) {
        let what = format!("{}: p95 at 10× the deals", question.what);
        measures.push(Measure::at_most(what, large / small, "×", question.scaling.0, question.scaling.1));
    }
    Ok(measures)
}

/// Measures every question over so many deals; the p95 of each.
fn world(deals: usize, measures: &mut Vec<Measure>) -> Outcome<Vec<f64>> {
    let world = World::fill(deals)?;
    let what = format!("writing {deals} deals and as many accounts and contacts");
    measures.push(Measure::told(what, world.seconds, "s"));
    world.with_server(|server| asked(server, deals, measures))
}

fn asked(server: &Server, deals: usize, measures: &mut Vec<Measure>) -> Outcome<Vec<f64>> {
    let visit = Visit::begin(server)?;
    let mut p95s = Vec::new();
    for question in &QUESTIONS {
        let request = |turn: usize| visit.request(question.what, turn);
        let alone = ask(server.address(), 1, request)?;
        let crowd = ask(server.address(), 16, request)?;
        tell(measures, question, deals, &alone, &crowd);
        p95s.push(alone.p95);
    }
    let list = visit.bytes("list 50 by stage")?;
    measures.push(Measure::at_most(format!("bytes of a 50-row list, {deals} deals"), list, "kB", 25.0, 12.0));
    Ok(p95s)
}

fn tell(measures: &mut Vec<Measure>, question: &Question, deals: usize, alone: &Figures, crowd: &Figures) {
    let what = question.what;
    measures.push(Measure::told(format!("{what}, {deals} deals, p50"), alone.p50, "ms"));
    let (bound, goal) = question.p95;
    measures.push(Measure::at_most(format!("{what}, {deals} deals, p95"), alone.p95, "ms", bound, goal));
    let (bound, goal) = question.per_second;
    measures.push(Measure::at_least(format!("{what}, {deals} deals, 16 at once"), crowd.per_second, "/s", bound, goal));
}

/// The demo company and its crowd in a database of its own, gone with it.
pub struct World {
    data: PathBuf,
    /// How long writing it took.
    seconds: f64,
}

impl World {
    pub fn fill(deals: usize) -> Outcome<Self> {
        let data = paths::host_target().join(format!("bench-{deals}"));
        if data.exists() {
            fs::remove_dir_all(&data)?;
        }
        fs::create_dir_all(&data)?;
        let start = Instant::now();
        let done = Command::new(server::program("release"))
            .args(["demo", "--accounts", &deals.to_string(), "--deals", &deals.to_string()])
            .env("KITH_DATA", &data)
            .env_remove("KITH_DATABASE_URL")
            .output()?;
        if !done.status.success() {
            return Err(format!("kith demo failed: {}", String::from_utf8_lossy(&done.stderr)).into());
        }
        Ok(Self { data, seconds: start.elapsed().as_secs_f64() })
    }

    pub fn with_server<T>(self, work: impl FnOnce(&Server) -> Outcome<T>) -> Outcome<T> {
        let server = Server::start(&server::program("release"), &self.data)?;
        let result = work(&server);
        server.stop()?;
        fs::remove_dir_all(&self.data)?;
        result
    }
}

/// A signed-in session with ids to ask for.
struct Visit {
    address: std::net::SocketAddr,
    cookie: String,
    stages: Vec<String>,
    pipeline: String,
    deals: Vec<String>,
}

impl Visit {
    fn begin(server: &Server) -> Outcome<Self> {
        let mut visit = Self {
            address: server.address(),
            cookie: sign_in(server)?,
            stages: Vec::new(),
            pipeline: String::new(),
            deals: Vec::new(),
        };
        // A deal moves within its own pipeline, and is lost only with a reason.
        let pipelines = visit.json("/api/pipelines")?;
        visit.pipeline = strings(&pipelines["items"], "id").first().cloned().ok_or("there is no pipeline")?;
        let own = format!("pipeline_id.is.{}", visit.pipeline);
        let stages = visit.json(&format!("/api/stages?filter=all({own},kind.is.open)"))?;
        visit.stages = strings(&stages["items"], "id");
        for skip in [0, 500, 1_000, 1_500] {
            let page = visit.json(&format!("/api/opportunities?limit=500&skip={skip}&filter={own}"))?;
            visit.deals.extend(strings(&page["items"], "id"));
        }
        Ok(visit)
    }

    fn get(&self, path: impl Into<String>) -> Request {
        Request::get(path).header("Cookie", &self.cookie)
    }

    fn post(&self, path: &str, body: &serde_json::Value) -> Request {
        let mut request = self.get(path).header("Content-Type", "application/json");
        request.method = "POST";
        request.body = body.to_string().into_bytes();
        request
    }

    fn json(&self, path: &str) -> Outcome<serde_json::Value> {
        let answer = Connection::open(self.address)?.send(&self.get(path))?;
        Ok(serde_json::from_slice(&answer.body)?)
    }

    /// As the app asks.
    fn request(&self, what: &str, turn: usize) -> Request {
        let stage = &self.stages[turn % 3];
        let deal = &self.deals[turn % self.deals.len()];
        match what {
            "list 50 by stage" => self.get(format!("/api/opportunities?limit=50&filter=stage_id.is.{stage}&sort=-close_date&shape=table")),
            "open one" => self.get(format!("/api/opportunities/{deal}")),
            "find by name" => self.get(format!("/api/search?q={}", ["nova%20sys", "%E8%BF%9C%E8%A7%81", "zw", "vertex"][turn % 4])),
            "board, 6 × 100 cards" => self.get("/api/board?cards=100"),
            "create one" => self.post(
                "/api/opportunities",
                &serde_json::json!({
                    "id": made_up_id(),
                    "values": { "name": "Bench", "pipeline_id": self.pipeline, "stage_id": stage, "amount": 100_000, "currency": "CNY" },
                }),
            ),
            _ => self.post("/api/opportunities/move", &serde_json::json!({ "ids": [deal], "stage": stage })),
        }
    }

    /// What travels, uncompressed.
    #[expect(clippy::cast_precision_loss, reason = "kilobytes")]
    fn bytes(&self, what: &str) -> Outcome<f64> {
        let answer = Connection::open(self.address)?.send(&self.request(what, 0))?;
        Ok(answer.body.len() as f64 / 1_000.0)
    }
}

pub fn sign_in(server: &Server) -> Outcome<String> {
    let body = br#"{"email":"admin@kith.demo","password":"kith-demo-2026"}"#.to_vec();
    let mut request = Request::get("/api/auth/sign-in").header("Content-Type", "application/json");
    request.method = "POST";
    request.body = body;
    let answer = Connection::open(server.address())?.send(&request)?;
    if answer.status != 200 {
        return Err(format!("signing in answers {}", answer.status).into());
    }
    let cookies = answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    let pairs: Vec<&str> = cookies.filter_map(|(_, cookie)| cookie.split(';').next()).collect();
    Ok(pairs.join("; "))
}

fn strings(items: &serde_json::Value, key: &str) -> Vec<String> {
    let items = items.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| item[key].as_str().map(str::to_owned)).collect()
}

/// Ids as the app makes them, in order of their making.
fn made_up_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    let process = u64::from(std::process::id());
    format!("01a20000-{:04x}-7000-8000-{:012x}", process & 0xffff, n)
}
