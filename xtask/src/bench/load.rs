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
    let Answers { mut times, refused } = answers(server, connections, SPAN, question)?;
    if let Some(refused) = refused.into_iter().next() {
        return Err(refused.into());
    }
    #[expect(clippy::cast_precision_loss, reason = "far fewer answers than 2^52")]
    let per_second = times.len() as f64 / SPAN.as_secs_f64();
    Ok(Figures { p50: percentile(&mut times, 0.5), p95: percentile(&mut times, 0.95), per_second })
}

/// Milliseconds per good answer, and the others in words.
#[derive(Default)]
pub struct Answers {
    pub times: Vec<f64>,
    pub refused: Vec<String>,
}

/// How often is asked.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// Again as soon as it is answered.
    Free,
    /// So often by all connections together. An answer's time counts from when
    /// its question was due: a slow server is not asked less often for it.
    PerSecond(f64),
}

impl Pace {
    /// When a question is due, after the start.
    #[expect(clippy::cast_precision_loss, reason = "far fewer questions than 2^52")]
    fn due(self, connections: usize, number: usize, turn: usize) -> Option<Duration> {
        match self {
            Self::Free => None,
            Self::PerSecond(rate) => Some(Duration::from_secs_f64((turn * connections + number) as f64 / rate)),
        }
    }
}

/// As `ask`, for as long as told; what is refused is kept.
pub fn answers<F>(server: SocketAddr, connections: usize, span: Duration, question: F) -> Outcome<Answers>
where
    F: Fn(usize) -> Request + Sync,
{
    paced(server, connections, span, Pace::Free, question)
}

/// As `answers`, at a pace.
pub fn paced<F>(server: SocketAddr, connections: usize, span: Duration, pace: Pace, question: F) -> Outcome<Answers>
where
    F: Fn(usize) -> Request + Sync,
{
    let question = &question;
    let start = Instant::now();
    let heard: Outcome<Vec<Answers>> = thread::scope(|scope| {
        let askers: Vec<_> = (0..connections)
            .map(|number| {
                let due = move |turn| pace.due(connections, number, turn);
                scope.spawn(move || one(server, start, span, due, |turn| question(turn * connections + number)))
            })
            .collect();
        askers.into_iter().map(|asker| asker.join().map_err(|_| "a connection panicked")?).collect()
    });
    let mut all = Answers::default();
    for heard in heard? {
        all.times.extend(heard.times);
        all.refused.extend(heard.refused);
    }
    Ok(all)
}

/// What one connection is answered after the warm-up.
fn one(
    server: SocketAddr,
    start: Instant,
    span: Duration,
    due: impl Fn(usize) -> Option<Duration>,
    question: impl Fn(usize) -> Request,
) -> Outcome<Answers> {
    let mut connection = Connection::open(server)?;
    let mut heard = Answers::default();
    for turn in 0.. {
        let request = question(turn);
        let asked = due(turn).map_or_else(Instant::now, |due| start + due);
        thread::sleep(asked.saturating_duration_since(Instant::now()));
        let answer = connection.send(&request)?;
        let answered = start.elapsed();
        if answered > WARM_UP + span {
            break;
        }
        match answer.check(&request) {
            Err(refused) => heard.refused.push(refused.to_string()),
            Ok(()) if answered > WARM_UP => heard.times.push(asked.elapsed().as_secs_f64() * 1_000.0),
            Ok(()) => {}
        }
    }
    Ok(heard)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_share_a_pace_and_take_turns() {
        let due = |number, turn| Pace::PerSecond(100.0).due(10, number, turn);

        let after = |ms| Some(Duration::from_millis(ms));
        assert_eq!((due(0, 0), due(3, 0), due(0, 1)), (after(0), after(30), after(100)));
        assert_eq!(Pace::Free.due(10, 3, 7), None);
    }
}
