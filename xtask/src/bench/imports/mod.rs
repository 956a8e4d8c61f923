//! Imports through the API, as the app sends them: the published files, and a
//! hundred thousand accounts while somebody reads.

mod files;

use std::net::Shutdown;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::http::Connection;
use super::session::Session;
use super::world::{World, made_up_id};
use super::{Measure, percentile};
use crate::server::Server;
use crate::shell::{Outcome, say};
use files::File;

/// Rows of one slice, as in the app.
const SLICE: usize = 1_000;
const MANY: usize = 100_000;
/// The app asks less often; a measurement wants to know sooner.
const ASK_EVERY: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_mins(5);
/// How long somebody reads undisturbed, to compare with.
const QUIET: Duration = Duration::from_secs(4);

pub fn measure() -> Outcome<Vec<Measure>> {
    World::fill(&[("accounts", 10_000), ("deals", 10_000)])?.with_server(|server| {
        let session = Session::begin(server, "admin")?;
        let mut measures = published(&session)?;
        measures.extend(many(server, &session)?);
        Ok(measures)
    })
}

fn published(session: &Session) -> Outcome<Vec<Measure>> {
    let role = session.ids("/api/roles")?.into_iter().next().ok_or("there is no role")?;
    let mut commits = Vec::new();
    for file in files::maven(&role)? {
        let import = Import::send(session, file)?;
        let new = import.check()?;
        commits.push(import.commit(new)?);
    }
    let deals = commits.last().copied().unwrap_or(f64::NAN);
    Ok(vec![Measure::at_most("import of 8,800 deals, commit", deals, "s", 10.0, 2.0)])
}

fn many(server: &Server, session: &Session) -> Outcome<Vec<Measure>> {
    let start = Instant::now();
    let import = Import::send(session, files::companies(MANY))?;
    let upload = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let new = import.check()?;
    let check = start.elapsed().as_secs_f64();
    let reader = Reader::begin(Session::begin(server, "lead")?)?;
    let mut quiet = reader.read_during(|| {
        thread::sleep(QUIET);
        Ok(())
    })?;
    let mut commit = f64::NAN;
    let mut busy = reader.read_during(|| {
        commit = import.commit(new)?;
        Ok(())
    })?;
    let start = Instant::now();
    import.undo()?;
    let undo = start.elapsed().as_secs_f64();
    let mut measures = vec![
        Measure::told("import of 100,000 accounts, upload", upload, "s"),
        Measure::told("import of 100,000 accounts, dry run", check, "s"),
        Measure::at_most("import of 100,000 accounts, commit, with a reader", commit, "s", 60.0, 12.0),
        Measure::told("import of 100,000 accounts, undo", undo, "s"),
    ];
    for (what, quiet, busy) in
        [("list", &mut quiet.lists, &mut busy.lists), ("open", &mut quiet.opens, &mut busy.opens)]
    {
        let (quiet, busy) = (percentile(quiet, 0.95), percentile(busy, 0.95));
        measures.push(Measure::told(format!("{what} while nobody imports, p95"), quiet, "ms"));
        measures.push(Measure::told(format!("{what} during the commit, p95"), busy, "ms"));
        measures.push(Measure::at_most(format!("{what} during the commit: p95"), busy / quiet, "×", 2.0, 1.2));
    }
    Ok(measures)
}

/// An import on the server.
struct Import<'a> {
    session: &'a Session,
    path: String,
    object: &'static str,
}

impl<'a> Import<'a> {
    /// Creates it and sends its rows in slices.
    fn send(session: &'a Session, file: File) -> Outcome<Self> {
        let id = made_up_id();
        let values = json!({
            "name": format!("{}.csv", file.object),
            "object": file.object,
            "mode": "upsert",
            "match_keys": file.match_key,
            "create_missing": true,
            "plan": file.plan.to_string(),
        });
        session.told(&session.post("/api/imports", &json!({ "id": id, "values": values })))?;
        let import = Self { session, path: format!("/api/imports/{id}"), object: file.object };
        for (n, rows) in file.rows.chunks(SLICE).enumerate() {
            import.post("/rows", &json!({ "rows": rows, "restart": n == 0 }))?;
        }
        Ok(import)
    }

    fn post(&self, step: &str, body: &Value) -> Outcome<Value> {
        self.session.told(&self.session.post(format!("{}{step}", self.path), body))
    }

    /// Runs dry; how many records it would create. The demo company knows
    /// some accounts of the published files already, which is no fault.
    fn check(&self) -> Outcome<u64> {
        self.post("/dry-run", &Value::Null)?;
        self.settle("checked")?;
        let summary = self.session.json(&format!("{}/summary", self.path))?;
        if summary["wrong"] != 0 || summary["create"] == 0 {
            return Err(format!("the dry run of {} finds {summary}", self.object).into());
        }
        summary["create"].as_u64().ok_or_else(|| format!("the dry run of {} counts nothing", self.object).into())
    }

    /// Writes everything; the seconds it took.
    fn commit(&self, new: u64) -> Outcome<f64> {
        let start = Instant::now();
        self.post("/commit", &Value::Null)?;
        let import = self.settle("committed")?;
        let seconds = start.elapsed().as_secs_f64();
        if import["created"] != new {
            return Err(format!("the commit of {} created {}", self.object, import["created"]).into());
        }
        say(&format!("{new} records of {} written in {seconds:.1} s", self.object));
        Ok(seconds)
    }

    fn undo(&self) -> Outcome {
        self.post("/undo", &Value::Null)?;
        self.settle("undone")?;
        Ok(())
    }

    /// Waits until nothing is at work on it.
    fn settle(&self, wanted: &str) -> Outcome<Value> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let import = self.session.json(&self.path)?;
            match import["state"].as_str().unwrap_or_default() {
                "checking" | "committing" | "undoing" | "redoing" => thread::sleep(ASK_EVERY),
                state if state == wanted => return Ok(import),
                _ => return Err(format!("the import of {} ends as {import}", self.object).into()),
            }
        }
        Err(format!("the import of {} does not end", self.object).into())
    }
}

/// Somebody who lists accounts and opens one, again and again.
struct Reader {
    session: Session,
    accounts: Vec<String>,
}

/// Milliseconds of each.
#[derive(Default)]
struct Reads {
    lists: Vec<f64>,
    opens: Vec<f64>,
}

const LIST: &str = "/api/accounts?limit=50";

impl Reader {
    fn begin(session: Session) -> Outcome<Self> {
        let accounts = session.ids(LIST)?;
        Ok(Self { session, accounts })
    }

    /// What the reader waits while something else goes on. Their browser hears of it, as every open app does.
    fn read_during(&self, work: impl FnOnce() -> Outcome) -> Outcome<Reads> {
        let is_over = AtomicBool::new(false);
        let mut events = Connection::open(self.session.address)?.listen(&self.session.get("/api/events"))?;
        let ending = events.ending()?;
        thread::scope(|scope| {
            scope.spawn(move || while events.next().is_some() {});
            let reads = scope.spawn(|| self.read_until(&is_over));
            let outcome = work();
            is_over.store(true, Ordering::Relaxed);
            ending.shutdown(Shutdown::Both)?;
            let reads = reads.join().map_err(|_| "the reader panicked")?;
            outcome?;
            reads
        })
    }

    fn read_until(&self, is_over: &AtomicBool) -> Outcome<Reads> {
        let mut connection = Connection::open(self.session.address)?;
        let mut reads = Reads::default();
        let mut timed = |path: String, times: &mut Vec<f64>| {
            let request = self.session.get(path);
            let asked = Instant::now();
            connection.send(&request)?.check(&request)?;
            times.push(asked.elapsed().as_secs_f64() * 1_000.0);
            Outcome::Ok(())
        };
        for account in self.accounts.iter().cycle() {
            if is_over.load(Ordering::Relaxed) {
                break;
            }
            timed(LIST.to_owned(), &mut reads.lists)?;
            timed(format!("/api/accounts/{account}"), &mut reads.opens)?;
        }
        Ok(reads)
    }
}
