//! Other programs, and what the reader is told about them.

use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::paths;

pub type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

pub fn say(what: &str) {
    println!("kith: {what}");
}

/// Says what is done and how long it took.
pub fn timed<T>(what: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    say(&format!("{what} …"));
    let start = Instant::now();
    let result = work().map_err(|error| format!("{what}: {error}"))?;
    say(&format!("{what}: done in {}", span(start.elapsed())));
    Ok(result)
}

/// A duration as a person says it.
pub fn span(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{} ms", time.as_millis()),
        seconds @ 1..60 => format!("{seconds}.{} s", time.subsec_millis() / 100),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// A program in the root of the workspace, with our tools first on its path.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(paths::root()).env("PATH", paths::search_path());
    // `cargo run` describes this crate to us; handed on, it would make other crates' builds look stale.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&*name);
        }
    }
    command
}

/// Cargo, building for this machine.
pub fn cargo<const N: usize>(arguments: [&str; N]) -> Command {
    let mut cargo = command("cargo");
    cargo.args(arguments).env("CARGO_TARGET_DIR", paths::host_target());
    cargo
}

/// Cargo, building for the browser.
pub fn wasm_cargo<const N: usize>(arguments: [&str; N]) -> Command {
    let mut cargo = cargo(arguments);
    cargo.args(["--target", "wasm32-unknown-unknown"]).env("CARGO_TARGET_DIR", paths::wasm_target());
    cargo
}

pub fn succeed(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| format!("cannot start {}: {error}", line(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", line(command)).into()) }
}

/// What a program prints, if it ends well.
pub fn read(command: &mut Command) -> Outcome<String> {
    let output = command.output().map_err(|error| format!("cannot start {}: {error}", line(command)))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} ended with {}: {}", line(command), output.status, words.trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn line(command: &Command) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    format!("`{}`", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_told_in_the_unit_a_person_would_choose() {
        assert_eq!(span(Duration::from_millis(81)), "81 ms");
        assert_eq!(span(Duration::from_millis(4_260)), "4.2 s");
        assert_eq!(span(Duration::from_secs(125)), "2 min 05 s");
    }

    #[test]
    fn a_program_that_fails_is_an_error_with_its_words() {
        let error = read(command("sh").args(["-c", "echo no room >&2; exit 3"])).unwrap_err();
        assert!(error.to_string().ends_with("exit status: 3: no room"), "{error}");
    }
}
