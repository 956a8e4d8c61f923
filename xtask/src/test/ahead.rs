//! Steps that are begun while others run: building for the browser keeps one
//! core busy, and the tests of the API often wait.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command};

use super::Step;
use crate::paths;
use crate::shell::{Outcome, say};

/// Which step is begun before which other one.
const AHEAD: [(&str, &str); 2] = [("app", "sqlite"), ("wasm", "postgres")];

/// A step at work in a process of its own, its words kept until it is its turn.
pub struct Ahead {
    step: &'static str,
    process: Child,
    words: PathBuf,
}

impl Ahead {
    /// Begins what it is time for, if both steps are to be run.
    pub fn begin(now: &Step, steps: &[&Step]) -> Outcome<Option<Self>> {
        let is_wanted = |name: &str| steps.iter().any(|step| step.name == name);
        let Some((name, _)) = AHEAD.iter().find(|(name, before)| *before == now.name && is_wanted(name)) else {
            return Ok(None);
        };
        let words = paths::host_target().join(format!("ahead-{name}.txt"));
        let file = File::create(&words)?;
        // As it was just built: the file of this process may be gone by that.
        let process = Command::new(paths::host_target().join("debug/xtask"))
            .args(["test", "--only", name])
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()?;
        say(&format!("{name} is begun meanwhile"));
        Ok(Some(Self { step: name, process, words }))
    }

    /// Waits for a step before its own turn, which finds the work done, or does what failed again.
    pub fn end(ahead: Vec<Self>, now: &Step) -> Outcome<Vec<Self>> {
        let (ended, left): (Vec<Self>, Vec<Self>) = ahead.into_iter().partition(|one| one.step == now.name);
        for mut one in ended {
            one.process.wait()?;
            print!("{}", fs::read_to_string(one.words)?);
        }
        Ok(left)
    }
}
