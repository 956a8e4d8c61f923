//! The demo company and its crowd in a database of its own, gone with it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::http::Request;
use super::session::{Session, strings};
use crate::paths;
use crate::server::{self, Server};
use crate::shell::Outcome;

pub struct World {
    data: PathBuf,
    /// How long writing it took.
    pub seconds: f64,
}

impl World {
    /// So many of each kind beside the demo company, as `kith demo --<kind> <number>` writes them.
    pub fn fill(wanted: &[(&str, usize)]) -> Outcome<Self> {
        let given: Vec<String> =
            wanted.iter().flat_map(|(kind, many)| [format!("--{kind}"), many.to_string()]).collect();
        let data = paths::host_target().join(format!("bench{}", given.concat()));
        if data.exists() {
            fs::remove_dir_all(&data)?;
        }
        fs::create_dir_all(&data)?;
        let start = Instant::now();
        let done = Command::new(server::program("release"))
            .arg("demo")
            .args(&given)
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

/// The administrator, with ids to ask for.
pub struct Visit {
    pub session: Session,
    pub stages: Vec<String>,
    pipeline: String,
    pub deals: Vec<String>,
}

impl Visit {
    pub fn begin(server: &Server) -> Outcome<Self> {
        let session = Session::begin(server, "admin")?;
        // A deal moves within its own pipeline, and is lost only with a reason.
        let pipelines = session.ids("/api/pipelines")?;
        let pipeline = pipelines.first().cloned().ok_or("there is no pipeline")?;
        let own = format!("pipeline_id.is.{pipeline}");
        let stages = session.json(&format!("/api/stages?filter=all({own},kind.is.open)"))?;
        let mut deals = Vec::new();
        for skip in [0, 500, 1_000, 1_500] {
            deals.extend(session.ids(&format!("/api/opportunities?limit=500&skip={skip}&filter={own}"))?);
        }
        Ok(Self { session, stages: strings(&stages["items"], "id"), pipeline, deals })
    }

    /// A question by its name, as the app asks it; the turn varies what is asked for.
    pub fn request(&self, what: &str, turn: usize) -> Request {
        let stage = &self.stages[turn % 3];
        let deal = &self.deals[turn % self.deals.len()];
        let session = &self.session;
        match what {
            "list 50 by stage" => {
                session.get(format!("/api/opportunities?limit=50&filter=stage_id.is.{stage}&sort=-close_date&shape=table"))
            }
            "open one" => session.get(format!("/api/opportunities/{deal}")),
            "find by name" => {
                session.get(format!("/api/search?q={}", ["nova%20sys", "%E8%BF%9C%E8%A7%81", "zw", "vertex"][turn % 4]))
            }
            "board, 6 × 100 cards" => session.get("/api/board?cards=100"),
            "create one" => session.post(
                "/api/opportunities",
                &serde_json::json!({
                    "id": made_up_id(),
                    "values": { "name": "Bench", "pipeline_id": self.pipeline, "stage_id": stage, "amount": 100_000, "currency": "CNY" },
                }),
            ),
            _ => session.post("/api/opportunities/move", &serde_json::json!({ "ids": [deal], "stage": stage })),
        }
    }
}

/// Ids as the app makes them, in order of their making.
pub fn made_up_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    let process = u64::from(std::process::id());
    format!("01a20000-{:04x}-7000-8000-{:012x}", process & 0xffff, n)
}
