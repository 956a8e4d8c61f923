//! A step that is begun while others run: much of the app's build keeps one
//! core busy, and the tests of the API often wait.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command};

use super::Step;
use crate::paths;
use crate::shell::{Outcome, say};

/// Which step is begun before which other one.
const AHEAD: &str = "app";
const BEFORE: &str = "sqlite";

/// The step at work in a process of its own, its words kept until it is its turn.
pub struct Ahead {
    process: Child,
    words: PathBuf,
}

impl Ahead {
    /// Begins if it is time to, and both steps are to be run.
    pub fn begin(now: &Step, steps: &[&Step]) -> Outcome<Option<Self>> {
        let is_wanted = steps.iter().any(|step| step.name == AHEAD);
        if now.name != BEFORE || !is_wanted {
            return Ok(None);
        }
        let words = paths::host_target().join("ahead.txt");
        let file = File::create(&words)?;
        // As it was just built: the file of this process may be gone by that.
        let process = Command::new(paths::host_target().join("debug/xtask"))
            .args(["test", "--only", AHEAD])
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()?;
        say(&format!("{AHEAD} is begun meanwhile"));
        Ok(Some(Self { process, words }))
    }

    /// Waits for it before the step's own turn, which finds the work done, or does what failed again.
    pub fn end(mut self, now: &Step) -> Outcome<Option<Self>> {
        if now.name != AHEAD {
            return Ok(Some(self));
        }
        self.process.wait()?;
        print!("{}", fs::read_to_string(self.words)?);
        Ok(None)
    }
}
