//! The customers' portal: one small program in a folder of its own.

use std::fs;

use super::parts::{SHRINK, without_script};
use super::tidy::{join_styles, minify};
use super::{compress, files_in, trunk};
use crate::paths;
use crate::shell::{Outcome, command, succeed, timed};

/// Where it lies in `dist`, and in addresses.
pub const FOLDER: &str = "portal";

/// What it is made of.
pub const SOURCES: &[&str] = &[
    "portal",
    "shared",
    "style/tokens.css",
    "style/base.css",
    "style/portal.css",
    "locales",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "xtask/src/app",
    ".cargo/config.toml",
];

/// What begins it, by a name that changes with what it begins.
const START: &str = "start";

pub fn build() -> Outcome {
    let dist = paths::dist().join(FOLDER);
    timed("building the portal", || {
        let page = paths::root().join("portal/index.html");
        let mut trunk = trunk(["build", "--release"], &dist);
        succeed(trunk.args(["--public-url", "/portal/"]).arg(page))
    })?;
    timed("making it small", shrink)?;
    join_styles(&dist, "/portal/")?;
    timed("compressing it", || compress(&dist))
}

fn shrink() -> Outcome {
    let dist = paths::dist().join(FOLDER);
    let page_file = dist.join("index.html");
    let page = fs::read_to_string(&page_file)?;
    let (_, after) = page.split_once("from '/portal/portal-").ok_or("Trunk's page does not import the portal")?;
    let (hash, _) = after.split_once(".js'").ok_or("Trunk's page does not name the portal")?;
    let start = format!("{START}-{hash}.js");
    let (page, script) = without_script(&page, &format!("/portal/{start}"))?;
    fs::write(page_file, page)?;
    fs::write(dist.join(start), script)?;
    for file in files_in(&dist)? {
        match file.extension().and_then(|ending| ending.to_str()) {
            Some("wasm") => succeed(command("wasm-opt").args(SHRINK).arg(&file).arg("--output").arg(&file))?,
            Some("js") => minify(&file)?,
            _ => {}
        }
    }
    Ok(())
}
