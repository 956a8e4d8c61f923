//! The same question, asked by one and by many; and the floor that all other answers stand on.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use super::http::{Connection, Request};
use super::process::with_server;
use super::{Measure, percentile};
use crate::shell::Outcome;

const WARM_UP: Duration = Duration::from_millis(500);
const SPAN: Duration = Duration::from_secs(3);

/// What a number of connections saw.
pub struct Figures {
    pub p50: f64,
    pub p95: f64,
    pub per_second: f64,
}

/// Every connection asks again as soon as it is answered. The question may differ by a running number.
/// An answer other than 2xx is an error: it would make the server look quick.
pub fn ask<F>(server: SocketAddr, connections: usize, question: F) -> Outcome<Figures>
where
    F: Fn(usize) -> Request + Sync,
{
    let question = &question;
    let start = Instant::now();
    let times: Outcome<Vec<Vec<f64>>> = thread::scope(|scope| {
        let askers: Vec<_> = (0..connections)
            .map(|number| scope.spawn(move || one(server, start, |turn| question(turn * connections + number))))
            .collect();
        askers.into_iter().map(|asker| asker.join().map_err(|_| "a connection panicked")?).collect()
    });
    let mut times = times?.concat();
    #[expect(clippy::cast_precision_loss, reason = "far fewer answers than 2^52")]
    let per_second = times.len() as f64 / SPAN.as_secs_f64();
    Ok(Figures { p50: percentile(&mut times, 0.5), p95: percentile(&mut times, 0.95), per_second })
}

/// Milliseconds per answer of one connection, after the warm-up.
fn one(server: SocketAddr, start: Instant, question: impl Fn(usize) -> Request) -> Outcome<Vec<f64>> {
    let mut connection = Connection::open(server)?;
    let mut times = Vec::new();
    for turn in 0.. {
        let request = question(turn);
        let asked = Instant::now();
        let answer = connection.send(&request)?;
        if !(200..300).contains(&answer.status) {
            let why = String::from_utf8_lossy(&answer.body);
            return Err(format!("{} {} answers {}: {why}", request.method, request.path, answer.status).into());
        }
        let answered = start.elapsed();
        if answered > WARM_UP + SPAN {
            break;
        }
        if answered > WARM_UP {
            times.push(asked.elapsed().as_secs_f64() * 1_000.0);
        }
    }
    Ok(times)
}

pub fn measure() -> Outcome<Vec<Measure>> {
    with_server(|server| {
        let live = |_| Request::get("/health/live");
        let alone = ask(server.address(), 1, live)?;
        let crowd = ask(server.address(), 16, live)?;
        Ok(vec![
            Measure::told("HTTP floor, 1 connection, p50", alone.p50, "ms"),
            Measure::told("HTTP floor, 1 connection, p95", alone.p95, "ms"),
            // No answer is quicker than this one, so it must reach the goal of the quickest.
            Measure::at_least("HTTP floor, 16", crowd.per_second, "/s", 5e3, 5e3),
        ])
    })
}
