//! The service desk at its size: many agents at once, search over everything
//! that was said, open streams, running clocks.
//!
//! The data set of the bar has 100,000 tickets with 1,000,000 messages, 50,000
//! contacts and 200 agents. A tenth of it is measured unless `KITH_BENCH_SCALE`
//! says otherwise: `KITH_BENCH_SCALE=1 cargo xtask bench service`.

mod agents;
mod clocks;
mod mix;
mod scale;
mod search;
mod streams;

use super::Measure;
use super::world::World;
use crate::server::Server;
use crate::shell::Outcome;
use scale::Scale;

pub fn measure() -> Outcome<Vec<Measure>> {
    let scale = Scale::of_environment()?;
    let mut measures = Vec::new();
    let small = world(scale.tenth(), &mut measures, agents::measure)?;
    let large = world(scale, &mut measures, |server, scale, measures| {
        search::measure(server, scale, measures)?;
        let p95 = agents::measure(server, scale, measures)?;
        streams::measure(server, scale, measures)?;
        Ok(p95)
    })?;
    measures.push(Measure::at_most("agents at work: p95 at 10× the data", large / small, "×", 2.0, 1.5));
    clocks::measure(scale, &mut measures)?;
    Ok(measures)
}

/// Lends a desk of this size, with its articles and agents.
fn world<T>(
    scale: Scale,
    measures: &mut Vec<Measure>,
    work: impl FnOnce(&Server, Scale, &mut Vec<Measure>) -> Outcome<T>,
) -> Outcome<T> {
    let world = World::fill(&[
        ("accounts", scale.contacts()),
        ("articles", scale.articles()),
        ("agents", scale.agents()),
        ("tickets", scale.tickets()),
        ("messages", scale.messages()),
    ])?;
    let what = format!("writing {} tickets with {} messages", scale.tickets(), scale.messages());
    measures.push(Measure::told(what, world.seconds, "s"));
    world.with_server(|server| work(server, scale, measures))
}
