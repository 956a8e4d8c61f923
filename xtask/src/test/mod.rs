//! `cargo xtask test`: what a change must pass, in steps, with one summary at the end.

mod ahead;
mod postgres;
mod steps;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::setup::Tool;
use crate::shell::{Outcome, say, span};
use ahead::Ahead;
use steps::STEPS;

/// One thing that a change must pass.
struct Step {
    name: &'static str,
    what: &'static str,
    tools: &'static [Tool],
    /// Steps without which this one cannot run.
    needs: &'static [&'static str],
    /// Given what the reader wants to tell the step's runner, does it and answers a note for the summary.
    work: fn(&[String]) -> Outcome<String>,
}

struct Report {
    name: &'static str,
    what: &'static str,
    result: Outcome<String>,
    time: Duration,
}

#[derive(Debug, PartialEq, Eq)]
struct Wish {
    only: Vec<String>,
    arguments: Vec<String>,
}

pub fn test(words: &[String]) -> Outcome<ExitCode> {
    if words.iter().any(|word| word == "--list") {
        for step in STEPS {
            println!("{:<12} {}", step.name, step.what);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let wish = wish(words)?;
    let start = Instant::now();
    let steps = chosen(&wish.only);
    let mut reports = Vec::new();
    let lacking = set_up(&steps, &mut reports);
    let mut ahead = Vec::new();
    for step in &steps {
        ahead.extend(Ahead::begin(step, &steps)?);
        ahead = Ahead::end(ahead, step)?;
        let report = perform(step, &wish, &lacking, &reports);
        reports.push(report);
    }
    Ok(conclude(&reports, start.elapsed()))
}

fn wish(words: &[String]) -> Outcome<Wish> {
    let mut words = words.iter();
    let mut only = Vec::new();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--" => break,
            "--only" => {
                let name = words.next().ok_or("--only wants the name of a step")?;
                if !STEPS.iter().any(|step| step.name == name) {
                    return Err(format!("there is no step `{name}`; --list shows them").into());
                }
                only.push(name.clone());
            }
            other => return Err(format!("`cargo xtask test` does not know `{other}`").into()),
        }
    }
    let arguments: Vec<String> = words.cloned().collect();
    if !arguments.is_empty() && only.len() != 1 {
        return Err("arguments after -- go to one step: choose it with --only".into());
    }
    Ok(Wish { only, arguments })
}

/// All steps, or those asked for with what they need, in the order of the list.
fn chosen(only: &[String]) -> Vec<&'static Step> {
    if only.is_empty() {
        return STEPS.iter().collect();
    }
    let is_asked = |step: &Step| only.iter().any(|name| name == step.name);
    let is_needed = |step: &Step| STEPS.iter().any(|other| is_asked(other) && other.needs.contains(&step.name));
    STEPS.iter().filter(|step| is_asked(step) || is_needed(step)).collect()
}

/// Prepares the tools of all steps first, so that no step's time holds an installation.
fn set_up(steps: &[&Step], reports: &mut Vec<Report>) -> Vec<Tool> {
    let start = Instant::now();
    let mut lacking = Vec::new();
    let mut words = Vec::new();
    for &tool in Tool::ALL {
        if !steps.iter().any(|step| step.tools.contains(&tool)) {
            continue;
        }
        if let Err(error) = tool.prepare() {
            say(&error.to_string());
            lacking.push(tool);
            words.push(format!("{}: {error}", tool.name()));
        }
    }
    let result = if words.is_empty() { Ok(String::new()) } else { Err(words.join("; ").into()) };
    reports.push(Report { name: "set-up", what: "the tools of the steps below", result, time: start.elapsed() });
    lacking
}

fn perform(step: &'static Step, wish: &Wish, lacking: &[Tool], before: &[Report]) -> Report {
    let start = Instant::now();
    println!("\n=== {}: {}\n", step.name, step.what);
    let failed_need =
        step.needs.iter().find(|need| before.iter().any(|report| report.name == **need && report.result.is_err()));
    let lacking_tool = step.tools.iter().find(|tool| lacking.contains(tool));
    let result = match (failed_need, lacking_tool) {
        (Some(need), _) => Err(format!("not run, because `{need}` failed").into()),
        (None, Some(tool)) => Err(format!("not run, because {} is missing", tool.name()).into()),
        (None, None) => (step.work)(arguments_for(step, wish)),
    };
    if let Err(error) = &result {
        say(&format!("{} failed: {error}", step.name));
    }
    Report { name: step.name, what: step.what, result, time: start.elapsed() }
}

fn arguments_for<'wish>(step: &Step, wish: &'wish Wish) -> &'wish [String] {
    if wish.only == [step.name] { &wish.arguments } else { &[] }
}

fn conclude(reports: &[Report], total: Duration) -> ExitCode {
    println!("\n=== summary\n");
    println!("{:<12}  {:<6}  {:>12}  notes", "step", "result", "time");
    for Report { name, what, result, time } in reports {
        let (word, note) = match result {
            Ok(note) if note.is_empty() => ("pass", (*what).to_owned()),
            Ok(note) => ("pass", note.clone()),
            Err(error) => ("FAIL", error.to_string()),
        };
        println!("{name:<12}  {word:<6}  {:>12}  {note}", span(*time));
    }
    let failed = reports.iter().filter(|report| report.result.is_err()).count();
    println!("\nall steps: {}", span(total));
    println!("{} passed, {failed} failed", reports.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    fn report(name: &'static str, result: Outcome<String>) -> Report {
        Report { name, what: "", result, time: Duration::ZERO }
    }

    #[test]
    fn a_step_alone_brings_what_it_needs() {
        let steps: Vec<_> = chosen(&words("browser")).iter().map(|step| step.name).collect();

        assert_eq!(steps, ["build", "app", "browser"]);
    }

    #[test]
    fn what_a_step_needs_stands_before_it() {
        for (place, step) in STEPS.iter().enumerate() {
            for need in step.needs {
                assert!(STEPS[..place].iter().any(|other| other.name == *need), "{} needs {need}", step.name);
            }
        }
    }

    #[test]
    fn arguments_go_to_the_one_step_that_was_chosen() {
        let asked = wish(&words("--only browser -- board.spec.ts --headed")).unwrap();

        assert_eq!(asked.arguments, words("board.spec.ts --headed"));
        assert!(wish(&words("-- board.spec.ts")).is_err());
        assert!(wish(&words("--only nothing")).is_err());
        assert!(wish(&words("--quick")).is_err());
    }

    #[test]
    fn a_step_whose_need_failed_counts_as_failed() {
        let step = STEPS.iter().find(|step| step.name == "unit").unwrap();
        let wish = Wish { only: Vec::new(), arguments: Vec::new() };

        let report = perform(step, &wish, &[], &[report("build", Err("broken".into()))]);

        assert_eq!(report.result.unwrap_err().to_string(), "not run, because `build` failed");
    }
}
