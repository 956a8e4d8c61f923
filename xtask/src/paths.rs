//! Where things lie.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Builds for this machine.
pub fn host_target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(given) => root().join(given),
        None => root().join("target"),
    }
}

/// Builds for the browser. A place of its own, so that neither side throws the other's work away.
pub fn wasm_target() -> PathBuf {
    host_target().join("wasm")
}

/// The built app, as the server embeds it.
pub fn dist() -> PathBuf {
    root().join("dist")
}

pub fn browser_tests() -> PathBuf {
    root().join("tests/browser")
}

/// Tools of pinned versions, shared by all checkouts.
pub fn tools() -> PathBuf {
    let cache = env::var_os("KITH_CACHE").map_or_else(default_cache, PathBuf::from);
    root().join(cache).join("tools")
}

fn default_cache() -> PathBuf {
    let home = env::var_os("HOME").unwrap_or_default();
    PathBuf::from(home).join(".cache/kith")
}

/// Our tools come first: a `wasm-opt` of the system may be too old to keep the app working.
pub fn search_path() -> OsString {
    let ours = [tools().join("npm/node_modules/.bin"), tools().join("bin")];
    let theirs = env::var_os("PATH").unwrap_or_default();
    let all = ours.into_iter().chain(env::split_paths(&theirs));
    env::join_paths(all).unwrap_or(theirs)
}

/// The first program of this name on the search path.
pub fn find_program(name: &str) -> Option<PathBuf> {
    env::split_paths(&search_path()).map(|folder| folder.join(name)).find(|program| program.is_file())
}
