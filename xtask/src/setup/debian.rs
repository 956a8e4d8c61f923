//! What comes from Debian's packages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::paths;
use crate::shell::{Outcome, command, read, say, succeed};

pub fn has_chromium() -> bool {
    ["chromium", "chromedriver"].iter().all(|program| paths::find_program(program).is_some())
}

pub fn has_chinese_fonts() -> bool {
    let fonts = read(command("fc-list").args([":lang=zh-cn", "family"]));
    fonts.is_ok_and(|families| !families.trim().is_empty())
}

/// The folder with `initdb` and `postgres`, of the newest version that is installed.
pub fn postgres_programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .filter_map(|version| {
            let folder = version.ok()?.path();
            let number: u32 = folder.file_name()?.to_str()?.parse().ok()?;
            let programs = folder.join("bin");
            programs.join("initdb").is_file().then_some((number, programs))
        })
        .max()
        .map(|(_, programs)| programs)
}

pub fn install(packages: &[&str]) -> Outcome {
    if !Path::new("/usr/bin/apt-get").is_file() {
        return Err(format!(
            "this is not Debian or Ubuntu: install what its packages {} hold yourself",
            packages.join(", ")
        )
        .into());
    }
    say(&format!("installing Debian's {}", packages.join(", ")));
    succeed(as_root()?.args(["apt-get", "update", "--quiet"]))?;
    succeed(as_root()?.args(["apt-get", "install", "--yes", "--quiet", "--no-install-recommends"]).args(packages))
}

/// `env` as root, directly or by sudo; what follows is the command.
fn as_root() -> Outcome<Command> {
    let mut env = if is_root()? {
        command("env")
    } else if paths::find_program("sudo").is_some() {
        let mut sudo = command("sudo");
        sudo.arg("env");
        sudo
    } else {
        return Err("installing packages needs root or sudo, and there is neither".into());
    };
    env.arg("DEBIAN_FRONTEND=noninteractive");
    Ok(env)
}

pub fn is_root() -> Outcome<bool> {
    Ok(read(command("id").arg("-u"))?.trim() == "0")
}
