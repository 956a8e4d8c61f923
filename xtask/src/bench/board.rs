//! The board in a browser: how soon it can be worked, and how a drag feels.

use serde_json::Value;

use super::Measure;
use super::rooms::World;
use crate::paths;
use crate::setup::{self, Tool};
use crate::shell::{Outcome, command, read};

/// A figure of the script, and its bound and goal at one and at ten thousand deals.
struct Figure {
    name: &'static str,
    what: &'static str,
    unit: &'static str,
    at_1_000: (f64, f64),
    at_10_000: (f64, f64),
}

const FIGURES: [Figure; 8] = [
    Figure {
        name: "interactive",
        what: "interactive",
        unit: "ms",
        at_1_000: (1_200.0, 700.0),
        at_10_000: (1_800.0, 1_000.0),
    },
    Figure {
        name: "navigation",
        what: "back to it in a warm app",
        unit: "ms",
        at_1_000: (100.0, 50.0),
        at_10_000: (100.0, 50.0),
    },
    Figure {
        name: "inp",
        what: "slowest answer to a press (INP)",
        unit: "ms",
        at_1_000: (100.0, 50.0),
        at_10_000: (150.0, 80.0),
    },
    Figure { name: "frame_p95", what: "drag frames, p95", unit: "ms", at_1_000: (34.0, 17.0), at_10_000: (50.0, 17.0) },
    Figure {
        name: "frame_max",
        what: "drag frames, longest",
        unit: "ms",
        at_1_000: (100.0, 50.0),
        at_10_000: (150.0, 60.0),
    },
    Figure { name: "dom", what: "elements", unit: "", at_1_000: (2_500.0, 1_500.0), at_10_000: (2_500.0, 1_500.0) },
    Figure {
        name: "memory",
        what: "memory, JS heap and Wasm",
        unit: "MB",
        at_1_000: (96.0, 48.0),
        at_10_000: (96.0, 48.0),
    },
    Figure { name: "shift", what: "layout shift", unit: "", at_1_000: (0.02, 0.0), at_10_000: (0.02, 0.0) },
];

pub fn measure() -> Outcome<Vec<Measure>> {
    setup::prepare(&[Tool::Chromium, Tool::Playwright])?;
    let mut measures = Vec::new();
    for deals in [1_000, 10_000] {
        let world = World::fill(deals)?;
        let figures = world.with_server(|server| visit(&format!("http://{}", server.address())))?;
        for figure in &FIGURES {
            let (bound, goal) = if deals == 1_000 { figure.at_1_000 } else { figure.at_10_000 };
            let value = figures[figure.name].as_f64().ok_or_else(|| format!("the visit tells no {}", figure.name))?;
            let what = format!("board of {deals} deals: {}", figure.what);
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
