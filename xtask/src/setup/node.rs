//! What comes from npm.

use std::fs;

use crate::paths;
use crate::shell::{Outcome, command, read, succeed};

/// Older ones, Debian's among them, turn the app into one that does not start.
const BINARYEN: &str = "132";

/// Makes scripts and style sheets shorter; its program comes within the package.
const ESBUILD: &str = "0.25.12";

pub fn has_wasm_opt() -> bool {
    let answer = read(command("wasm-opt").arg("--version")).unwrap_or_default();
    answer.starts_with(&format!("wasm-opt version {BINARYEN} "))
        || answer.trim() == format!("wasm-opt version {BINARYEN}")
}

pub fn install_wasm_opt() -> Outcome {
    install(&format!("binaryen@{BINARYEN}.0.0"))
}

pub fn has_esbuild() -> bool {
    read(command("esbuild").arg("--version")).is_ok_and(|answer| answer.trim() == ESBUILD)
}

pub fn install_esbuild() -> Outcome {
    install(&format!("esbuild@{ESBUILD}"))
}

/// A program of a package, for all checkouts.
fn install(package: &str) -> Outcome {
    let folder = paths::tools().join("npm");
    fs::create_dir_all(&folder)?;
    npm_is_there()?;
    succeed(
        command("npm")
            .args(["install", "--no-audit", "--no-fund", "--save-exact", "--prefix"])
            .arg(&folder)
            .arg(package),
    )
}

/// The lock file that was last installed is kept beside the packages, to see when it changes.
pub fn has_playwright() -> Outcome<bool> {
    let folder = paths::browser_tests();
    let wanted = fs::read(folder.join("package-lock.json"))?;
    let installed = fs::read(folder.join("node_modules/.installed-lock.json"));
    Ok(installed.is_ok_and(|installed| installed == wanted))
}

pub fn install_playwright() -> Outcome {
    let folder = paths::browser_tests();
    npm_is_there()?;
    succeed(
        command("npm")
            .args(["ci", "--no-audit", "--no-fund"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .current_dir(&folder),
    )?;
    fs::copy(folder.join("package-lock.json"), folder.join("node_modules/.installed-lock.json"))?;
    Ok(())
}

fn npm_is_there() -> Outcome {
    if paths::find_program("npm").is_some() {
        return Ok(());
    }
    Err("Node 20 or later with npm is needed, and npm is not on the path".into())
}
