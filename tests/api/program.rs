//! The program as a company runs it: started, asked, killed and started again.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use uuid::Uuid;

const ADMIN: &str = "admin@kith.demo";
const PASSWORD: &str = "kith-demo-2026";

/// Each cycle kills the server once, in the middle of writes.
const KILLS: usize = 4;
const WRITERS: usize = 6;

#[tokio::test]
async fn what_was_answered_outlives_a_kill_and_counts_once() {
    let place = Place::new().await;
    let told = place.kith(&["demo"]);
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let mut kept = HashSet::new();
    for cycle in 0..KILLS {
        let mut server = place.serve();
        let cookie = sign_in(server.address);
        let (done, unsure) = write_until_killed(&mut server, &cookie, Duration::from_millis(300 + 250 * cycle as u64));
        assert!(!done.is_empty(), "nothing was written in cycle {cycle}");
        kept.extend(done);

        let server = place.serve();
        // What got no answer is asked again under its key, and then stands once.
        for id in unsure {
            let (status, body) = create(server.address, &cookie, id);
            assert_eq!(status, 200, "{body}");
            kept.insert(id);
        }
        for id in &kept {
            let (status, body) = ask(server.address, "GET", &format!("/api/accounts/{id}"), &cookie, None, None);
            assert_eq!(status, 200, "an answered write is gone: {id} {body}");
        }
        let (_, totals) = ask(server.address, "GET", "/api/accounts/totals?filter=name.is.Kept", &cookie, None, None);
        assert_eq!(totals["lines"][0]["count"], json!(kept.len()), "{totals}");
    }
    let looked = place.kith(&["doctor"]);
    assert!(looked.status.success(), "{}", String::from_utf8_lossy(&looked.stdout));
}

#[tokio::test]
async fn the_doctor_finds_a_line_of_the_log_that_was_altered() {
    let place = Place::new().await;
    assert!(place.kith(&["demo"]).status.success());
    let well = place.kith(&["doctor"]);

    let database = sea_orm::Database::connect(place.url()).await.unwrap();
    database.execute_unprepared("UPDATE changes SET \"after\" = '{}' WHERE seq = 7").await.unwrap();
    database.close().await.unwrap();
    let ill = place.kith(&["doctor"]);

    assert!(well.status.success(), "{}", String::from_utf8_lossy(&well.stdout));
    assert_eq!(ill.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ill.stdout).contains('7'), "{}", String::from_utf8_lossy(&ill.stdout));
}

#[tokio::test]
async fn demo_data_comes_once_and_says_who_may_sign_in() {
    let place = Place::new().await;

    let first = String::from_utf8(place.kith(&["demo"]).stdout).unwrap();
    let second = String::from_utf8(place.kith(&["demo"]).stdout).unwrap();

    assert!(first.contains(ADMIN) && first.contains(PASSWORD), "{first}");
    assert!(!second.contains(ADMIN), "{second}");
}

#[tokio::test]
async fn the_environment_wins_over_the_file() {
    let place = Place::new().await;
    let file = place.folder.join("kith.toml");
    std::fs::write(&file, "time_zone = \"Mars/Olympus\"\n").unwrap();
    let doctor = |zone: &str| {
        let mut kith = place.command(&["--config", file.to_str().unwrap(), "doctor"]);
        kith.env("KITH_TIME_ZONE", zone).output().unwrap()
    };

    let from_file = doctor("");
    let from_environment = doctor("Europe/Berlin");

    assert!(String::from_utf8_lossy(&from_file.stderr).contains("Mars/Olympus"));
    assert!(!String::from_utf8_lossy(&from_environment.stderr).contains("Mars/Olympus"));
}

#[tokio::test]
async fn a_log_in_json_carries_the_request_and_a_stop_is_orderly() {
    let place = Place::new().await;
    assert!(place.kith(&["demo"]).status.success());
    let mut server = place.serve();
    let refused = raw(server.address, "GET", "/api/accounts", "", None, None).unwrap();
    let id = refused.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap().trim().to_owned();

    let asked = Command::new("kill").arg(server.process.id().to_string()).status().unwrap();
    let status = server.process.wait().unwrap();

    assert!(asked.success() && status.success(), "{status}");
    let log = std::fs::read_to_string(place.log()).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    assert!(lines.iter().any(|line| line["span"]["id"] == json!(id)), "{log}");
}

/// A data folder of its own, or a database of the test's PostgreSQL.
struct Place {
    folder: PathBuf,
    database: Option<String>,
}

impl Place {
    async fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("kith-program-{}", Uuid::now_v7().simple()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder, database: tests::own_database().await }
    }

    fn url(&self) -> String {
        self.database.clone().unwrap_or_else(|| format!("sqlite://{}", self.folder.join("kith.db").display()))
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut kith = Command::new(program());
        kith.args(words).env("KITH_DATA", &self.folder).env("KITH_LOG_FORMAT", "json").env("LANG", "en");
        match &self.database {
            Some(url) => kith.env("KITH_DATABASE_URL", url),
            None => kith.env_remove("KITH_DATABASE_URL"),
        };
        kith
    }

    fn kith(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    fn log(&self) -> PathBuf {
        self.folder.join("kith.log")
    }

    /// Starts the server and waits until it is ready.
    fn serve(&self) -> Server {
        let address = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
        let mut kith = self.command(&["serve"]);
        kith.env("KITH_LISTEN", address.to_string()).env("KITH_PUBLIC_URL", format!("http://{address}"));
        // A file: a pipe that nobody reads would stop the server once it is full.
        let log = File::create(self.log()).unwrap();
        let process = kith.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let mut server = Server { process, address };
        let begun = Instant::now();
        while ask_quietly(address, "/health/ready") != Some(200) {
            assert!(server.process.try_wait().unwrap().is_none(), "the server ended at once");
            assert!(begun.elapsed() < Duration::from_mins(1), "the server is not ready within a minute");
            thread::sleep(Duration::from_millis(10));
        }
        server
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

struct Server {
    process: Child,
    address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The program that was built beside these tests.
fn program() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let program = here.parent().and_then(Path::parent).unwrap().join("kith");
    assert!(program.is_file(), "{} is missing: `cargo build --bins`", program.display());
    program
}

/// Creates accounts from several sides until the server is killed. The ids that
/// were answered, and those that were asked for in vain.
fn write_until_killed(server: &mut Server, cookie: &str, after: Duration) -> (Vec<Uuid>, Vec<Uuid>) {
    let (done, unsure) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let is_killed = AtomicBool::new(false);
    let address = server.address;
    thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                while !is_killed.load(Ordering::Relaxed) {
                    let id = Uuid::now_v7();
                    match raw(address, "POST", "/api/accounts", cookie, Some(id), Some(&account(id))) {
                        Some(answer) if answer.starts_with("HTTP/1.1 200") => done.lock().unwrap().push(id),
                        Some(answer) => panic!("{answer}"),
                        None => unsure.lock().unwrap().push(id),
                    }
                }
            });
        }
        thread::sleep(after);
        server.process.kill().unwrap();
        is_killed.store(true, Ordering::Relaxed);
    });
    (done.into_inner().unwrap(), unsure.into_inner().unwrap())
}

fn account(id: Uuid) -> Value {
    json!({ "id": id, "values": { "name": "Kept" } })
}

fn create(address: SocketAddr, cookie: &str, id: Uuid) -> (u16, Value) {
    ask(address, "POST", "/api/accounts", cookie, Some(id), Some(&account(id)))
}

fn sign_in(address: SocketAddr) -> String {
    let credentials = json!({ "email": ADMIN, "password": PASSWORD });
    let answer = raw(address, "POST", "/api/auth/sign-in", "", None, Some(&credentials)).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let cookies = answer.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
    cookies.filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ")
}

fn ask_quietly(address: SocketAddr, path: &str) -> Option<u16> {
    raw(address, "GET", path, "", None, None)?.split(' ').nth(1)?.parse().ok()
}

fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    cookie: &str,
    key: Option<Uuid>,
    body: Option<&Value>,
) -> (u16, Value) {
    let answer = raw(address, method, path, cookie, key, body).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

/// The whole answer as text; none when the server does not answer to the end.
fn raw(
    address: SocketAddr,
    method: &str,
    path: &str,
    cookie: &str,
    key: Option<Uuid>,
    body: Option<&Value>,
) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let body = body.map(Value::to_string).unwrap_or_default();
    let key = key.map_or_else(String::new, |key| format!("Idempotency-Key: {key}\r\n"));
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Cookie: {cookie}\r\n{key}Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).ok()?;
    whole_answer(BufReader::new(stream))
}

fn whole_answer(mut stream: BufReader<TcpStream>) -> Option<String> {
    let mut answer = String::new();
    while !answer.ends_with("\r\n\r\n") {
        (stream.read_line(&mut answer).ok()? > 0).then_some(())?;
    }
    let length = answer.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(answer + &String::from_utf8(body).ok()?)
}
