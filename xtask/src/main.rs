//! Kith's developer commands: `cargo xtask run | dev | test | bench | setup`.
#![expect(clippy::print_stdout, reason = "these commands talk to a person")]

mod app;
mod bench;
mod dev;
mod paths;
mod run;
mod server;
mod setup;
mod shell;
mod test;

use std::process::ExitCode;

use shell::Outcome;

const HELP: &str = "\
Kith's developer commands

  cargo xtask run     build everything for real use and serve http://127.0.0.1:8080
  cargo xtask dev     the quick loop: rebuild app and server on every change
  cargo xtask test    every check a change must pass
  cargo xtask bench   the figures of the bar, each beside its bound
  cargo xtask setup   only prepare the tools that the others need

  cargo xtask test --only STEP [--only STEP] [-- ARGS]   some steps, with arguments for their runner
  cargo xtask test --list                                the steps
  cargo xtask bench SECTION...                           some sections

  The sections of bench:
{sections}

Each command first prepares what is missing and says what it does. Tools are
kept in ~/.cache/kith (KITH_CACHE), builds in target (CARGO_TARGET_DIR).";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match obey(&words) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("kith: {error}");
            ExitCode::FAILURE
        }
    }
}

fn help() -> String {
    HELP.replace("{sections}", &bench::sections())
}

fn obey(words: &[String]) -> Outcome<ExitCode> {
    let (command, rest) = match words.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", words),
    };
    match command {
        "run" => run::run(rest)?,
        "dev" => dev::watch()?,
        "test" => return test::test(rest),
        "bench" => return bench::bench(rest),
        "setup" => {
            setup::prepare(setup::Tool::ALL)?;
            shell::say("every tool is there");
        }
        "help" | "--help" | "-h" => println!("{}", help()),
        other => return Err(format!("there is no command `{other}`\n\n{}", help()).into()),
    }
    Ok(ExitCode::SUCCESS)
}
