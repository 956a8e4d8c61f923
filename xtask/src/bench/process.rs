//! The server as a process: how soon it is ready, and how much memory it holds.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use super::{Measure, median};
use crate::paths;
use crate::server::{self, Server};
use crate::shell::Outcome;

const STARTS: usize = 7;

/// Data of a run's own, gone at its end.
struct Data(PathBuf);

impl Data {
    fn new() -> Outcome<Self> {
        let folder = paths::host_target().join(format!("bench-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("kith: {} stays: {error}", self.0.display());
        }
    }
}

/// Lends a server of the release build, with an empty database.
pub fn with_server<T>(work: impl FnOnce(&Server) -> Outcome<T>) -> Outcome<T> {
    let data = Data::new()?;
    let server = Server::start(&server::program("release"), &data.0)?;
    let result = work(&server);
    server.stop()?;
    result
}

pub fn measure() -> Outcome<Vec<Measure>> {
    let data = Data::new()?;
    let program = server::program("release");
    // The first start migrates, which later ones do not.
    let first = Instant::now();
    Server::start(&program, &data.0)?.stop()?;
    let first = first.elapsed().as_secs_f64();
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let start = Instant::now();
        let server = Server::start(&program, &data.0)?;
        starts.push(start.elapsed().as_secs_f64());
        server.stop()?;
    }
    let server = Server::start(&program, &data.0)?;
    thread::sleep(Duration::from_secs(2));
    let idle = proportional_memory(server.id())?;
    server.stop()?;
    Ok(vec![
        Measure::told("first start, migrations included", first, "s"),
        Measure::at_most("cold start, migrated database", median(starts), "s", 0.2, 0.08),
        Measure::at_most("idle memory, PSS", idle, "MiB", 100.0, 64.0),
    ])
}

/// The process's share of memory in MiB: pages shared with others count in part.
pub fn proportional_memory(process: u32) -> Outcome<f64> {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let kibibytes = pss(&rollup).ok_or("the kernel does not tell a PSS")?;
    Ok(f64::from(kibibytes) / 1_024.0)
}

fn pss(rollup: &str) -> Option<u32> {
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_memory_is_told_apart_from_its_parts() {
        let rollup = "Rss:  9000 kB\nPss_Anon:  10 kB\nPss:               5120 kB\n";

        assert_eq!(pss(rollup), Some(5_120));
    }
}
