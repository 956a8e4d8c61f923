//! Running clocks: every ticket waits for its first answer.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use super::agents::UNDONE;
use super::scale::Scale;
use crate::bench::Measure;
use crate::bench::load::ask;
use crate::bench::session::Session;
use crate::bench::world::World;
use crate::server::Server;
use crate::shell::Outcome;

/// The kernel counts a process's time in hundredths of a second, whatever the machine.
const TICKS: f64 = 100.0;

pub fn measure(scale: Scale, measures: &mut Vec<Measure>) -> Outcome<()> {
    let world = World::fill(&[
        ("accounts", scale.contacts()),
        ("agents", 2),
        ("tickets", scale.tickets()),
        ("messages", scale.tickets()),
    ])?;
    world.with_server(|server| watched(server, scale, measures))
}

fn watched(server: &Server, scale: Scale, measures: &mut Vec<Measure>) -> Outcome<()> {
    let session = Session::begin(server, "agent1")?;
    let admin = Session::begin(server, "admin")?;
    let totals = admin.json("/api/tickets/totals?filter=not(due_at.empty)")?;
    let running = totals["lines"][0]["count"].as_f64().ok_or("nobody says how many clocks run")?;
    let list = |_: usize| session.get(format!("/api/tickets?limit=50&filter={UNDONE}&sort=due_at,last_message_at"));
    let figures = ask(server.address(), 1, list)?;
    // What the requests left behind is done before the server counts as idle.
    thread::sleep(Duration::from_secs(2));
    let share = idle_share(server.id(), scale.span() / 3)?;
    measures.extend([
        Measure::told("clocks that run", running, ""),
        Measure::told(format!("list 50 by what is due first, {running} clocks, p50"), figures.p50, "ms"),
        Measure::at_most(format!("list 50 by what is due first, {running} clocks, p95"), figures.p95, "ms", 5.0, 2.5),
        Measure::at_most(format!("processor time of an idle server, {running} clocks"), share, "%", 5.0, 1.0),
    ]);
    Ok(())
}

/// Hundredths of one core that a process takes for so long.
fn idle_share(process: u32, span: Duration) -> Outcome<f64> {
    let (start, before) = (Instant::now(), ticks(process)?);
    thread::sleep(span);
    Ok((ticks(process)? - before) / TICKS / start.elapsed().as_secs_f64() * 100.0)
}

fn ticks(process: u32) -> Outcome<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    Ok(used(&stat).ok_or("the kernel does not tell a process's time")?)
}

/// User and system time. The program's name, in brackets, may hold anything.
fn used(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(11).map(str::parse::<f64>);
    Some(times.next()?.ok()? + times.next()?.ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processs_time_is_read_behind_its_name() {
        let stat = "42 (ki) th 1) S 1 42 42 0 -1 4194560 900 0 0 0 250 50 0 0 20 0 9 0 100 1 2";

        assert_eq!(used(stat), Some(300.0));
        assert_eq!(used("42 (kith) S 1"), None);
    }
}
