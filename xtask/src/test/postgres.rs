//! A PostgreSQL cluster of our own: in a temporary folder, on a free port, gone at the end.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use crate::server::free_port;
use crate::setup::{is_root, postgres_programs};
use crate::shell::{Outcome, command, read, succeed};

/// Who runs it when we are root, which PostgreSQL refuses.
const POSTGRES: &str = "postgres";

/// What a test's data need not survive, and what many tests at once need.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=400",
    "log_min_messages=fatal",
];

const MEMORY: &str = "/dev/shm";

/// In gibibytes.
const PLENTY: u64 = 6;

pub struct Cluster {
    process: Child,
    folder: PathBuf,
    url: String,
}

impl Cluster {
    pub fn start() -> Outcome<Self> {
        let programs = postgres_programs().ok_or("PostgreSQL is not installed")?;
        let pattern = roomy_folder().join("kith-postgres.XXXXXX");
        let folder = read(unprivileged()?.args(["mktemp", "-d"]).arg(pattern))?;
        let folder = PathBuf::from(folder.trim());
        let port = free_port()?;
        create(&programs, &folder)?;
        let process = serve(&programs, &folder, port)?;
        let url = format!("postgres://postgres@127.0.0.1:{port}");
        let mut cluster = Self { process, folder, url };
        cluster.wait_until_open(port)?;
        Ok(cluster)
    }

    /// Its address, to which a test adds the name of its database.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn wait_until_open(&mut self, port: u16) -> Outcome {
        let start = Instant::now();
        while start.elapsed() < Duration::from_mins(1) {
            if let Some(status) = self.process.try_wait()? {
                return Err(format!("PostgreSQL ended at once, with {status}").into());
            }
            // Its port opens when it can answer, also while it still looks after its files.
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err("PostgreSQL did not open its port within a minute".into())
    }

    pub fn stop(mut self) -> Outcome {
        self.end()
    }

    fn end(&mut self) -> Outcome {
        if self.process.try_wait()?.is_none() {
            // An immediate shutdown: the folder goes anyway.
            let asked = Command::new("kill").args(["-QUIT", &self.process.id().to_string()]).status()?;
            if !asked.success() {
                self.process.kill()?;
            }
            self.process.wait()?;
        }
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        Ok(())
    }
}

/// A test run that panics or fails early leaves nothing behind either.
impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            eprintln!("kith: PostgreSQL could not be stopped: {error}");
        }
    }
}

/// Memory if there is plenty: each test makes a database of hundreds of files, gone minutes later.
fn roomy_folder() -> &'static Path {
    let free = read(command("df").args(["--output=avail", "--block-size=1G", MEMORY]));
    let free = free.ok().and_then(|table| table.lines().last()?.trim().parse::<u64>().ok());
    Path::new(if free.is_some_and(|gibibytes| gibibytes >= PLENTY) { MEMORY } else { "/tmp" })
}

fn create(programs: &Path, folder: &Path) -> Outcome {
    succeed(
        unprivileged()?
            .arg(programs.join("initdb"))
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C.UTF-8"])
            .arg("--pgdata")
            .arg(folder.join("data")),
    )
}

fn serve(programs: &Path, folder: &Path, port: u16) -> Outcome<Child> {
    let mut server = unprivileged()?;
    server.arg(programs.join("postgres")).arg("-D").arg(folder.join("data"));
    server.args(["-p", &port.to_string(), "-k"]).arg(folder);
    for setting in SETTINGS {
        server.args(["-c", setting]);
    }
    Ok(server.spawn()?)
}

/// What follows runs as an ordinary user, and ends when we do.
fn unprivileged() -> Outcome<Command> {
    let mut command = command("setpriv");
    if is_root()? {
        command.args(["--reuid", POSTGRES, "--regid", POSTGRES, "--init-groups"]);
    }
    command.args(["--pdeathsig", "QUIT", "--"]).current_dir("/tmp");
    Ok(command)
}
