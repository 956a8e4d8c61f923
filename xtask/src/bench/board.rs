//! The app in a browser: how soon its board can be worked, how a drag feels,
//! how soon a search answers and another page is there.

use serde_json::Value;

use super::Measure;
use super::world::World;
use crate::paths;
use crate::setup::{self, Tool};
use crate::shell::{Outcome, command, read};

/// A bound and a goal.
type Bar = (f64, f64);

/// A figure of the script, and its bar at one and at ten thousand deals.
struct Figure {
    name: &'static str,
    what: &'static str,
    unit: &'static str,
    bars: [Bar; 2],
}

/// The larger board is that of a company with so many accounts: what is
/// searched and listed there is that many.
const BOARDS: [(usize, usize); 2] = [(1_000, 1_000), (100_000, 10_000)];

const fn figure(name: &'static str, what: &'static str, unit: &'static str, bars: [Bar; 2]) -> Figure {
    Figure { name, what, unit, bars }
}

const FIGURES: [Figure; 13] = [
    figure("lcp", "largest paint (LCP)", "ms", [(1_000.0, 600.0); 2]),
    figure("interactive", "interactive", "ms", [(1_200.0, 700.0), (1_800.0, 1_000.0)]),
    // The bar names no goal for a slow processor.
    figure("slow_interactive", "interactive, processor 4× slower", "ms", [(4_000.0, 4_000.0), (6_000.0, 6_000.0)]),
    figure("navigation", "back to it in a warm app", "ms", [(100.0, 50.0); 2]),
    figure("record", "list to record in a warm app", "ms", [(100.0, 50.0); 2]),
    figure("back", "record to list in a warm app", "ms", [(100.0, 50.0); 2]),
    figure("key", "key press to search result, p95", "ms", [(100.0, 50.0); 2]),
    figure("inp", "slowest answer to a press (INP)", "ms", [(100.0, 50.0), (150.0, 80.0)]),
    figure("frame_p95", "drag frames, p95", "ms", [(34.0, 17.0), (50.0, 17.0)]),
    figure("frame_max", "drag frames, longest", "ms", [(100.0, 50.0), (150.0, 60.0)]),
    figure("dom", "elements", "", [(2_500.0, 1_500.0); 2]),
    figure("memory", "memory, JS heap and Wasm", "MB", [(96.0, 48.0); 2]),
    figure("shift", "layout shift", "", [(0.02, 0.0); 2]),
];

pub fn measure() -> Outcome<Vec<Measure>> {
    setup::prepare(&[Tool::Chromium, Tool::Playwright])?;
    let mut measures = Vec::new();
    for (at, (accounts, deals)) in BOARDS.into_iter().enumerate() {
        let world = World::fill(&[("accounts", accounts), ("deals", deals)])?;
        let figures = world.with_server(|server| visit(&format!("http://{}", server.address())))?;
        for figure in &FIGURES {
            let (bound, goal) = figure.bars[at];
            let value = figures[figure.name].as_f64().ok_or_else(|| format!("the visit tells no {}", figure.name))?;
            let what = format!("{deals} deals, {accounts} accounts: {}", figure.what);
            measures.push(Measure::at_most(what, value, figure.unit, bound, goal));
        }
    }
    Ok(measures)
}

fn visit(address: &str) -> Outcome<Value> {
    let folder = paths::browser_tests();
    let told = read(
        command("node")
            .args(["board.bench.mjs", address])
            .current_dir(folder)
            .env("KITH_CHROMIUM", paths::find_program("chromium").ok_or("chromium is not on the path")?),
    )?;
    Ok(serde_json::from_str(told.trim())?)
}
