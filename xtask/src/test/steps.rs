//! The steps of `cargo xtask test`, in order.

use std::process::Command;

use super::Step;
use super::postgres::Cluster;
use crate::setup::Tool;
use crate::shell::{Outcome, cargo, command, read, succeed, wasm_cargo};
use crate::{app, paths, server};

/// What a browser fetches before the board can be worked, in bytes of brotli.
const FIRST_LOAD_BOUND: u64 = 440_000;

/// What a customer's browser fetches before it shows the portal.
const PORTAL_BOUND: u64 = 200_000;

/// What is built for this machine; the rest is for browsers.
const HOST: [&str; 5] = ["--workspace", "--exclude", "app", "--exclude", "portal"];

/// Crates of the server that must never reach the browser.
const SERVER_ONLY: &[&str] = &["sea-orm", "sqlx", "tokio", "axum"];

pub const STEPS: &[Step] = &[
    Step { name: "format", what: "rustfmt has nothing to change", tools: &[], needs: &[], work: format },
    Step { name: "clippy", what: "clippy on server, tests and tools", tools: &[], needs: &[], work: clippy },
    Step {
        name: "clippy-app",
        what: "clippy on the app, for wasm",
        tools: &[Tool::WasmTarget],
        needs: &[],
        work: clippy_app,
    },
    Step { name: "build", what: "everything for this machine compiles", tools: &[], needs: &[], work: build },
    Step { name: "unit", what: "unit tests", tools: &[], needs: &["build"], work: unit },
    Step { name: "sqlite", what: "API tests on SQLite", tools: &[], needs: &["build"], work: api_on_sqlite },
    Step {
        name: "postgres",
        what: "API tests on PostgreSQL",
        tools: &[Tool::PostgreSql],
        needs: &["build"],
        work: api_on_postgres,
    },
    Step {
        name: "wasm",
        what: "the app's own tests, in Chromium",
        tools: &[Tool::WasmTarget, Tool::WasmBindgen, Tool::Chromium],
        needs: &[],
        work: wasm,
    },
    Step { name: "borders", what: "no crate of the server reaches the browser", tools: &[], needs: &[], work: borders },
    Step {
        name: "deny",
        what: "licences, bans and sources of all crates",
        tools: &[Tool::CargoDeny],
        needs: &[],
        work: deny,
    },
    Step { name: "app", what: "the app builds within its size", tools: Tool::FOR_APP, needs: &[], work: build_app },
    Step {
        name: "browser",
        what: "journeys in Chromium, desktop and phone",
        tools: &[Tool::Chromium, Tool::ChineseFonts, Tool::Playwright],
        needs: &["build", "app"],
        work: browser,
    },
];

fn format(_: &[String]) -> Outcome<String> {
    succeed(&mut cargo(["fmt", "--all", "--check"]))?;
    Ok(String::new())
}

/// Warnings are denied here and not by RUSTFLAGS, which would compile every crate anew.
fn clippy(_: &[String]) -> Outcome<String> {
    succeed(cargo(["clippy"]).args(HOST).args(["--all-targets", "--locked"]).args(["--", "-D", "warnings"]))?;
    Ok(String::new())
}

fn clippy_app(_: &[String]) -> Outcome<String> {
    for package in ["app", "portal"] {
        let mut clippy = wasm_cargo(["clippy", "--package", package, "--all-targets", "--locked"]);
        succeed(clippy.args(["--", "-D", "warnings"]))?;
    }
    Ok(String::new())
}

fn build(_: &[String]) -> Outcome<String> {
    succeed(cargo(["build"]).args(HOST).args(["--bins", "--locked"]))?;
    succeed(&mut host_tests(["--no-run"]))?;
    Ok(String::new())
}

/// All host builds name the same packages: with others, cargo would choose other features and compile anew.
fn host_tests<const N: usize>(which: [&str; N]) -> Command {
    let mut tests = cargo(["test"]);
    tests.args(HOST).args(["--no-fail-fast", "--locked"]).args(which);
    tests
}

fn unit(arguments: &[String]) -> Outcome<String> {
    succeed(host_tests(["--lib", "--bins"]).args(arguments))?;
    succeed(host_tests(["--doc"]).args(arguments))?;
    Ok(String::new())
}

fn api_on_sqlite(arguments: &[String]) -> Outcome<String> {
    api(None, arguments)
}

fn api_on_postgres(arguments: &[String]) -> Outcome<String> {
    let cluster = Cluster::start()?;
    let result = api(Some(cluster.url()), arguments);
    cluster.stop()?;
    result
}

/// The tests take their database from the environment; without one, each has an SQLite file of its own.
fn api(database: Option<&str>, arguments: &[String]) -> Outcome<String> {
    let mut tests = host_tests(["--test", "*"]);
    match database {
        Some(url) => tests.env("KITH_TEST_DATABASE_URL", url),
        None => tests.env_remove("KITH_TEST_DATABASE_URL"),
    };
    succeed(tests.args(arguments))?;
    Ok(String::new())
}

fn wasm(arguments: &[String]) -> Outcome<String> {
    let driver = paths::find_program("chromedriver").ok_or("chromedriver is not on the path")?;
    succeed(
        wasm_cargo(["test", "--package", "app", "--locked"])
            .args(arguments)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
            .env("CHROMEDRIVER", driver)
            .env("WASM_BINDGEN_USE_BROWSER", "1"),
    )?;
    Ok(String::new())
}

fn borders(_: &[String]) -> Outcome<String> {
    let tree = read(wasm_cargo(["tree", "--package", "app", "--package", "portal", "--locked"]).args([
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
    ]))?;
    let strayed = strayed(&tree);
    if strayed.is_empty() {
        return Ok(format!("{} crates in the app", crates(&tree).len()));
    }
    Err(format!("the app depends on {}", strayed.join(", ")).into())
}

fn crates(tree: &str) -> std::collections::BTreeSet<&str> {
    tree.lines().filter_map(|line| line.split_whitespace().next()).collect()
}

fn strayed(tree: &str) -> Vec<&str> {
    let is_servers =
        |krate: &&str| SERVER_ONLY.contains(krate) || krate.starts_with("sea-orm-") || krate.starts_with("sqlx-");
    crates(tree).into_iter().filter(is_servers).collect()
}

fn deny(_: &[String]) -> Outcome<String> {
    succeed(&mut cargo(["deny", "--locked", "check", "licenses", "bans", "sources"]))?;
    Ok(String::new())
}

fn build_app(_: &[String]) -> Outcome<String> {
    app::build()?;
    let (load, portal) = (app::first_load()?, app::portal_load()?);
    for (file, bytes) in load.files.iter().chain(&portal.files) {
        println!("{bytes:>9}  {file}");
    }
    let note = format!(
        "first load {} of {FIRST_LOAD_BOUND} bytes, the portal's {} of {PORTAL_BOUND}",
        load.bytes(),
        portal.bytes()
    );
    if load.bytes() > FIRST_LOAD_BOUND || portal.bytes() > PORTAL_BOUND {
        return Err(note.into());
    }
    Ok(note)
}

fn browser(arguments: &[String]) -> Outcome<String> {
    let folder = paths::browser_tests();
    succeed(
        command("node")
            .arg(folder.join("node_modules/@playwright/test/cli.js"))
            .arg("test")
            .args(arguments)
            .current_dir(&folder)
            .env("KITH_BIN", server::program("debug"))
            .env("KITH_CHROMIUM", paths::find_program("chromium").ok_or("chromium is not on the path")?),
    )?;
    Ok(String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_of_the_server_in_the_app_is_found_by_its_whole_name() {
        let tree = "app v0.1.0 (/kith/app)\nleptos v0.8.23\ntokio-util-like v1.0.0\nsea-orm-macros v2.0.4\ntokio v1.54.0 (*)\n";

        assert_eq!(strayed(tree), ["sea-orm-macros", "tokio"]);
    }
}
