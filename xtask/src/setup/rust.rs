//! What comes from rustup and from cargo.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use crate::paths;
use crate::shell::{Outcome, cargo, command, read, succeed};

const WASM: &str = "wasm32-unknown-unknown";

/// A program built by `cargo install`, kept outside the checkout.
pub struct CargoTool {
    krate: &'static str,
    program: &'static str,
    version: Cow<'static, str>,
    /// What else `cargo install` is told.
    arguments: &'static [&'static str],
}

pub const TRUNK: CargoTool = CargoTool {
    krate: "trunk",
    program: "trunk",
    version: Cow::Borrowed("0.21.14"),
    arguments: &["--locked", "--no-default-features", "--features", "rustls"],
};

/// Cuts the app into parts; the library that marks where is leptos's.
pub const WASM_SPLIT: CargoTool = CargoTool {
    krate: "wasm_split_cli_support",
    program: "wasm-split-cli",
    version: Cow::Borrowed("0.2.4"),
    arguments: &["--locked", "--features", "build-binary"],
};

pub const CARGO_DENY: CargoTool = CargoTool {
    krate: "cargo-deny",
    program: "cargo-deny",
    version: Cow::Borrowed("0.20.2"),
    arguments: &["--locked"],
};

/// The one program that must be of exactly the version of the library that the app uses.
/// Not `--locked`: the lock file it ships names a release that was withdrawn.
pub fn wasm_bindgen() -> Outcome<CargoTool> {
    let lock = fs::read_to_string(paths::root().join("Cargo.lock"))?;
    let version = locked_version(&lock, "wasm-bindgen").ok_or("Cargo.lock does not name wasm-bindgen")?;
    Ok(CargoTool {
        krate: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version: Cow::Owned(version.to_owned()),
        arguments: &[],
    })
}

fn locked_version<'lock>(lock: &'lock str, krate: &str) -> Option<&'lock str> {
    let (_, after) = lock.split_once(&format!("name = \"{krate}\"\nversion = \""))?;
    let (version, _) = after.split_once('"')?;
    Some(version)
}

impl CargoTool {
    /// Some programs do not tell their version; cargo's own list does.
    pub fn is_ready(&self) -> bool {
        let answer = read(command(self.program).arg("--version")).unwrap_or_default();
        let installed = fs::read_to_string(paths::tools().join(".crates.toml")).unwrap_or_default();
        answer.trim() == format!("{} {}", self.program, self.version)
            || installed.contains(&format!("\"{} {} (", self.krate, self.version))
    }

    /// Built without optimisation: they run for seconds, and building them well takes minutes.
    pub fn install(&self) -> Outcome {
        let tools = paths::tools();
        succeed(
            cargo(["install", self.krate, "--version", &self.version, "--force", "--root"])
                .arg(&tools)
                .args(self.arguments)
                // Away from the workspace, whose settings are not meant for other people's crates.
                .current_dir(existing(&tools)?)
                .env("CARGO_TARGET_DIR", tools.join("target"))
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
        )?;
        // A tool is installed once; what its build leaves is hundreds of megabytes.
        fs::remove_dir_all(tools.join("target"))?;
        Ok(())
    }
}

fn existing(folder: &Path) -> Outcome<&Path> {
    fs::create_dir_all(folder)?;
    Ok(folder)
}

pub fn has_wasm_target() -> Outcome<bool> {
    let sysroot = read(command("rustc").args(["--print", "sysroot"]))?;
    let library = Path::new(sysroot.trim()).join("lib/rustlib").join(WASM);
    Ok(library.join("lib").is_dir())
}

pub fn add_wasm_target() -> Outcome {
    if paths::find_program("rustup").is_none() {
        return Err(format!("this Rust is not rustup's: install its {WASM} library as you installed Rust").into());
    }
    succeed(command("rustup").args(["target", "add", WASM]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_the_crates_own_and_not_a_namesakes() {
        let lock = "\
[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n
[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
