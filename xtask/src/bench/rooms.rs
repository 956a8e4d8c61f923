//! The rooms under load: list, open, board, search, create and move over ten
//! thousand deals, then over ten times as many.

use super::Measure;
use super::load::{Figures, ask};
use super::world::{Visit, World};
use crate::server::Server;
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
    let world = World::fill(&[("accounts", deals), ("deals", deals)])?;
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
    let list = bytes(&visit, "list 50 by stage")?;
    measures.push(Measure::at_most(format!("bytes of a 50-row list, {deals} deals"), list, "kB", 25.0, 12.0));
    Ok(p95s)
}

/// What travels, uncompressed.
#[expect(clippy::cast_precision_loss, reason = "kilobytes")]
fn bytes(visit: &Visit, what: &str) -> Outcome<f64> {
    Ok(visit.session.ask(&visit.request(what, 0))?.body.len() as f64 / 1_000.0)
}

fn tell(measures: &mut Vec<Measure>, question: &Question, deals: usize, alone: &Figures, crowd: &Figures) {
    let what = question.what;
    measures.push(Measure::told(format!("{what}, {deals} deals, p50"), alone.p50, "ms"));
    let (bound, goal) = question.p95;
    measures.push(Measure::at_most(format!("{what}, {deals} deals, p95"), alone.p95, "ms", bound, goal));
    let (bound, goal) = question.per_second;
    measures.push(Measure::at_least(format!("{what}, {deals} deals, 16 at once"), crowd.per_second, "/s", bound, goal));
}
