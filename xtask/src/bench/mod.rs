//! `cargo xtask bench`: each figure of the bar beside its bound and its goal.
//!
//! Timings are taken on whatever machine this is: compare figures of one run only.

mod board;
pub mod http;
mod imports;
mod knowledge;
mod live;
mod load;
mod machine;
mod mixed;
mod process;
mod rooms;
mod service;
mod session;
mod size;
mod world;

use std::process::ExitCode;

use crate::run;
use crate::shell::{Outcome, say};

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Better {
    Less,
    More,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Goal,
    Bound,
    Short,
    /// A figure for reference, without a bound.
    Told,
}

/// What the bar asks of a figure.
#[derive(Clone, Copy, Debug)]
struct Bar {
    bound: f64,
    goal: f64,
    better: Better,
}

/// One line of the table.
#[derive(Debug)]
pub struct Measure {
    what: String,
    figure: f64,
    unit: &'static str,
    bar: Option<Bar>,
}

struct Section {
    name: &'static str,
    what: &'static str,
    measure: fn() -> Outcome<Vec<Measure>>,
}

const SECTIONS: &[Section] = &[
    Section { name: "size", what: "bytes that a browser loads", measure: size::measure },
    Section { name: "process", what: "start and memory", measure: process::measure },
    Section { name: "http", what: "the floor that all answers stand on", measure: load::measure },
    Section { name: "rooms", what: "list, open, find, board, create, move; 10× the deals", measure: rooms::measure },
    Section { name: "mixed", what: "reading, searching and writing at once", measure: mixed::measure },
    Section { name: "live", what: "what other browsers hear, and how soon", measure: live::measure },
    Section { name: "imports", what: "8,800 deals; 100,000 accounts while others read", measure: imports::measure },
    Section { name: "knowledge", what: "search over 100,000 articles", measure: knowledge::measure },
    Section {
        name: "service",
        what: "a desk of 10,000 tickets: agents, search, streams, clocks",
        measure: service::measure,
    },
    Section { name: "board", what: "the app in Chromium: board, drag, search, pages", measure: board::measure },
];

/// The sections by name, a line each.
pub fn sections() -> String {
    let line = |section: &Section| format!("    {:<9} {}", section.name, section.what);
    SECTIONS.iter().map(line).collect::<Vec<_>>().join("\n")
}

impl Measure {
    /// A figure that should be small.
    pub fn at_most(what: impl Into<String>, figure: f64, unit: &'static str, bound: f64, goal: f64) -> Self {
        let bar = Some(Bar { bound, goal, better: Better::Less });
        Self { what: what.into(), figure, unit, bar }
    }

    /// A figure that should be large.
    pub fn at_least(what: impl Into<String>, figure: f64, unit: &'static str, bound: f64, goal: f64) -> Self {
        let bar = Some(Bar { bound, goal, better: Better::More });
        Self { what: what.into(), figure, unit, bar }
    }

    /// A figure that others are read against.
    pub fn told(what: impl Into<String>, figure: f64, unit: &'static str) -> Self {
        Self { what: what.into(), figure, unit, bar: None }
    }

    fn verdict(&self) -> Verdict {
        let Some(bar) = self.bar else {
            return Verdict::Told;
        };
        let reaches = |line: f64| match bar.better {
            Better::Less => self.figure <= line,
            Better::More => self.figure >= line,
        };
        if reaches(bar.goal) {
            Verdict::Goal
        } else if reaches(bar.bound) {
            Verdict::Bound
        } else {
            Verdict::Short
        }
    }

    fn print(&self) {
        let figure = format!("{} {}", round(self.figure), self.unit);
        let [bound, goal] = match self.bar {
            Some(Bar { bound, goal, better }) => [bound, goal].map(|line| format!("{} {}", sign(better), round(line))),
            None => [const { String::new() }; 2],
        };
        let verdict = match self.verdict() {
            Verdict::Goal => "goal reached",
            Verdict::Bound => "within bound",
            Verdict::Short => "FALLS SHORT",
            Verdict::Told => "",
        };
        println!("{:<64} {figure:>14}  {bound:>10}  {goal:>10}  {verdict}", self.what);
    }
}

pub fn bench(names: &[String]) -> Outcome<ExitCode> {
    if let Some(name) = names.iter().find(|name| !SECTIONS.iter().any(|section| section.name == **name)) {
        return Err(format!("there is no section `{name}`; there are\n{}", sections()).into());
    }
    run::build()?;
    println!("\n{}", machine::facts());
    println!("{:<64} {:>14}  {:>10}  {:>10}  verdict", "measure", "figure", "bound", "goal");
    let (mut measured, mut short, mut failed) = (0, 0, 0);
    for section in SECTIONS {
        if names.is_empty() || names.iter().any(|name| name == section.name) {
            say(&format!("measuring {} …", section.name));
            // One section that cannot be measured does not cost the figures of the others.
            match (section.measure)() {
                Ok(measures) => {
                    measures.iter().for_each(Measure::print);
                    measured += measures.len();
                    short += measures.iter().filter(|measure| measure.verdict() == Verdict::Short).count();
                }
                Err(error) => {
                    say(&format!("{} could not be measured: {error}", section.name));
                    failed += 1;
                }
            }
        }
    }
    println!("\n{measured} measured, {short} fall short; {failed} sections could not be measured");
    Ok(if short + failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn sign(better: Better) -> char {
    match better {
        Better::Less => '≤',
        Better::More => '≥',
    }
}

/// Three figures are as many as a timing is worth.
fn round(figure: f64) -> String {
    match figure.abs() {
        size if size >= 100.0 => format!("{figure:.0}"),
        size if size >= 10.0 => format!("{figure:.1}"),
        _ => format!("{figure:.2}"),
    }
}

/// The middle one of several runs.
fn median(mut figures: Vec<f64>) -> f64 {
    percentile(&mut figures, 0.5)
}

/// The smallest figure that this share of all does not exceed; sorts them.
fn percentile(figures: &mut [f64], share: f64) -> f64 {
    figures.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index"
    )]
    let rank = (figures.len() as f64 * share).ceil() as usize;
    figures.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_judged_on_its_better_side() {
        assert_eq!(Measure::at_most("start", 0.05, "s", 0.2, 0.08).verdict(), Verdict::Goal);
        assert_eq!(Measure::at_most("start", 0.2, "s", 0.2, 0.08).verdict(), Verdict::Bound);
        assert_eq!(Measure::at_least("list", 999.0, "/s", 1_000.0, 2_900.0).verdict(), Verdict::Short);
        assert_eq!(Measure::told("floor", 1.0, "ms").verdict(), Verdict::Told);
    }

    #[test]
    fn a_figure_that_could_not_be_taken_falls_short() {
        assert_eq!(Measure::at_most("start", f64::NAN, "s", 0.2, 0.08).verdict(), Verdict::Short);
    }

    #[test]
    fn a_percentile_is_one_of_the_figures() {
        let mut figures: Vec<f64> = (1..=100).rev().map(f64::from).collect();

        assert_eq!(percentile(&mut figures, 0.95).to_string(), "95");
        assert_eq!(median(vec![3.0, 1.0, 2.0]).to_string(), "2");
        assert!(median(Vec::new()).is_nan());
    }
}
