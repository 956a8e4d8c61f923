//! A company at work: sixteen people who read, search and write at once.

use std::thread;
use std::time::Duration;

use super::http::Request;
use super::load::{Answers, answers};
use super::process::proportional_memory;
use super::world::{Visit, World};
use super::{Measure, percentile};
use crate::server::Server;
use crate::shell::{Outcome, say};

const CONNECTIONS: usize = 16;
const SPAN: Duration = Duration::from_secs(20);
const READS: [&str; 3] = ["list 50 by stage", "open one", "board, 6 × 100 cards"];
const WRITES: [&str; 2] = ["move a card", "create one"];

pub fn measure() -> Outcome<Vec<Measure>> {
    World::fill(&[("accounts", 10_000), ("deals", 20_000)])?.with_server(work)
}

fn work(server: &Server) -> Outcome<Vec<Measure>> {
    let visit = Visit::begin(server)?;
    let Answers { mut times, refused } = answers(server.address(), CONNECTIONS, SPAN, |turn| next(&visit, turn))?;
    if let Some(refused) = refused.first() {
        say(&format!("an error under mixed load: {refused}"));
    }
    // What only the requests needed is given back before the memory is looked at.
    thread::sleep(Duration::from_secs(2));
    let memory = proportional_memory(server.id())?;
    #[expect(clippy::cast_precision_loss, reason = "far fewer answers than 2^52")]
    let (answered, errors) = (times.len() as f64, refused.len() as f64);
    Ok(vec![
        Measure::told("mixed load, 16 at once, answers", answered / SPAN.as_secs_f64(), "/s"),
        Measure::told("mixed load, p50", percentile(&mut times, 0.5), "ms"),
        Measure::told("mixed load, p95", percentile(&mut times, 0.95), "ms"),
        Measure::at_most("mixed load, p99", percentile(&mut times, 0.99), "ms", 50.0, 20.0),
        Measure::at_most("mixed load, errors", errors, "", 0.0, 0.0),
        Measure::at_most("memory after the mixed load, PSS", memory, "MiB", 100.0, 64.0),
    ])
}

/// Of twenty questions sixteen read, three search and one writes.
fn next(visit: &Visit, turn: usize) -> Request {
    // The connections count alike: without a stride all of them would write at once.
    let (at, turn) = ((turn * 7 + turn / 20) % 20, turn / 3);
    let what = match at {
        0 => WRITES[turn % WRITES.len()],
        1..=3 => "find by name",
        _ => READS[at % READS.len()],
    };
    visit.request(what, turn)
}
