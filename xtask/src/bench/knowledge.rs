//! The search over a hundred thousand articles, half of its questions in common words.

use super::Measure;
use super::load::ask;
use super::session::Session;
use super::world::World;
use crate::server::Server;
use crate::shell::Outcome;

const ARTICLES: usize = 100_000;

pub fn measure() -> Outcome<Vec<Measure>> {
    let world = World::fill(&[("articles", ARTICLES)])?;
    let mut measures = vec![Measure::told(format!("writing {ARTICLES} articles"), world.seconds, "s")];
    measures.extend(world.with_server(asked)?);
    Ok(measures)
}

fn asked(server: &Server) -> Outcome<Vec<Measure>> {
    let session = Session::begin(server, "admin")?;
    let questions = questions(&session)?;
    let request = |turn: usize| {
        let question = percent_encoded(&questions[turn % questions.len()]);
        session.get(format!("/api/knowledge/search?q={question}&is_typing=true"))
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
fn questions(session: &Session) -> Outcome<Vec<String>> {
    let page = session.json("/api/articles?limit=200&sort=-updated_at")?;
    let titles = page["items"].as_array().into_iter().flatten().filter_map(|item| item["name"].as_str());
    let questions: Vec<String> =
        titles.enumerate().map(|(n, title)| title.chars().take(if n % 2 == 0 { 4 } else { 2 }).collect()).collect();
    if questions.is_empty() { Err("there are no articles".into()) } else { Ok(questions) }
}

fn percent_encoded(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    bytes.concat()
}
