//! `cargo xtask dev`: Trunk rebuilds the app, and this loop the server, on every change.

use std::path::Path;
use std::process::Child;
use std::thread;
use std::time::{Duration, SystemTime};

use crate::app::{files_in, trunk};
use crate::setup::{self, Tool};
use crate::shell::{Outcome, cargo, say, succeed};
use crate::{paths, server};

/// What the server is made of. The app it serves is read from `dist` at each request.
const SOURCES: &[&str] = &["server", "shared", "migrations", "locales", "Cargo.toml", "Cargo.lock"];

pub fn watch() -> Outcome {
    setup::prepare(Tool::FOR_APP)?;
    let mut app = trunk(["watch"], &paths::dist()).spawn()?;
    let mut running: Option<Child> = None;
    let mut built: Option<SystemTime> = None;
    loop {
        if let Some(status) = app.try_wait()? {
            return Err(format!("trunk ended with {status}").into());
        }
        let changed = last_change()?;
        if changed == built {
            thread::sleep(Duration::from_millis(500));
            continue;
        }
        built = changed;
        match succeed(&mut cargo(["build", "--package", "server", "--bin", "kith"])) {
            Ok(()) => running = Some(restart(running)?),
            Err(error) => say(&format!("{error}; the last good server stays")),
        }
    }
}

fn restart(running: Option<Child>) -> Outcome<Child> {
    if let Some(mut old) = running {
        old.kill()?;
        old.wait()?;
    }
    Ok(server::bound_to_us(&server::program("debug")).arg("serve").spawn()?)
}

fn last_change() -> Outcome<Option<SystemTime>> {
    let mut newest = None;
    for source in SOURCES {
        for file in files_in(&paths::root().join(source))? {
            newest = newest.max(modified(&file)?);
        }
    }
    Ok(newest)
}

fn modified(file: &Path) -> Outcome<Option<SystemTime>> {
    match file.metadata() {
        Ok(metadata) => Ok(Some(metadata.modified()?)),
        // An editor that saves by renaming leaves gaps of a moment.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
