//! The search over a hundred thousand articles, half of its questions in common words.

use std::fs;
use std::process::Command;
use std::time::Instant;

use super::Measure;
use super::http::{Connection, Request};
use super::load::ask;
use super::rooms::sign_in;
use crate::paths;
use crate::server::{self, Server};
use crate::shell::Outcome;

const ARTICLES: usize = 100_000;

pub fn measure() -> Outcome<Vec<Measure>> {
    let data = paths::host_target().join("bench-knowledge");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    fs::create_dir_all(&data)?;
    let start = Instant::now();
    let done = Command::new(server::program("release"))
        .args(["demo", "--articles", &ARTICLES.to_string()])
        .env("KITH_DATA", &data)
        .env_remove("KITH_DATABASE_URL")
        .output()?;
    if !done.status.success() {
        return Err(format!("kith demo failed: {}", String::from_utf8_lossy(&done.stderr)).into());
    }
    let written = Measure::told(format!("writing {ARTICLES} articles"), start.elapsed().as_secs_f64(), "s");
    let server = Server::start(&server::program("release"), &data)?;
    let asked = asked(&server);
    server.stop()?;
    fs::remove_dir_all(&data)?;
    let mut measures = vec![written];
    measures.extend(asked?);
    Ok(measures)
}

fn asked(server: &Server) -> Outcome<Vec<Measure>> {
    let cookie = sign_in(server)?;
    let questions = questions(server, &cookie)?;
    let request = |turn: usize| {
        let question = percent_encoded(&questions[turn % questions.len()]);
        Request::get(format!("/api/knowledge/search?q={question}&is_typing=true")).header("Cookie", &cookie)
    };
    let alone = ask(server.address(), 1, request)?;
    let crowd = ask(server.address(), 16, request)?;
    let what = format!("search + snippet, {ARTICLES} articles");
    Ok(vec![
        Measure::told(format!("{what}, p50"), alone.p50, "ms"),
        Measure::at_most(format!("{what}, p95"), alone.p95, "ms", 50.0, 20.0),
        Measure::at_least(format!("{what}, 16 at once"), crowd.per_second, "/s", 150.0, 750.0),
    ])
}

/// Two words and one of titles in turn: what is common in titles is common in questions.
fn questions(server: &Server, cookie: &str) -> Outcome<Vec<String>> {
    let list = Request::get("/api/articles?limit=200&sort=-updated_at").header("Cookie", cookie);
    let answer = Connection::open(server.address())?.send(&list)?;
    let page: serde_json::Value = serde_json::from_slice(&answer.body)?;
    let titles = page["items"].as_array().into_iter().flatten().filter_map(|item| item["name"].as_str());
    let questions: Vec<String> =
        titles.enumerate().map(|(n, title)| title.chars().take(if n % 2 == 0 { 4 } else { 2 }).collect()).collect();
    if questions.is_empty() { Err("there are no articles".into()) } else { Ok(questions) }
}

fn percent_encoded(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    bytes.concat()
}
