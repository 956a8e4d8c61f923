//! A `kith serve` of our own, ended with us.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::bench::http::{Connection, Request};
use crate::paths;
use crate::shell::{Outcome, command};

const PATIENCE: Duration = Duration::from_mins(1);

pub struct Server {
    process: Child,
    address: SocketAddr,
}

/// The server's program in a build of this profile.
pub fn program(profile: &str) -> PathBuf {
    paths::host_target().join(profile).join("kith")
}

/// A program that ends when we do, even when we are killed.
pub fn bound_to_us(program: &Path) -> Command {
    let mut bound = command("setpriv");
    bound.args(["--pdeathsig", "TERM", "--"]).arg(program);
    bound
}

pub fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

impl Server {
    /// Starts it on a free port, and waits until it is ready.
    pub fn start(program: &Path, data: &Path) -> Outcome<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let process = bound_to_us(program)
            .arg("serve")
            .env("KITH_LISTEN", address.to_string())
            .env("KITH_PUBLIC_URL", format!("http://{address}"))
            .env("KITH_DATA", data)
            .env("KITH_DEMO", "false")
            .env_remove("KITH_DATABASE_URL")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut server = Self { process, address };
        server.wait_until_ready()?;
        Ok(server)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    fn wait_until_ready(&mut self) -> Outcome {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.process.try_wait()? {
                return Err(format!("the server ended at once, with {status}").into());
            }
            if is_ready(self.address) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(1));
        }
        Err("the server did not become ready within a minute".into())
    }

    /// Asks it to end, as a service manager does, and waits.
    pub fn stop(mut self) -> Outcome {
        self.end()
    }

    fn end(&mut self) -> Outcome {
        if self.process.try_wait()?.is_some() {
            return Ok(());
        }
        let asked = Command::new("kill").arg(self.id().to_string()).status()?;
        if !asked.success() {
            self.process.kill()?;
        }
        self.process.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            eprintln!("kith: the server could not be stopped: {error}");
        }
    }
}

fn is_ready(address: SocketAddr) -> bool {
    let answer = Connection::open(address).and_then(|mut server| server.send(&Request::get("/health/ready")));
    answer.is_ok_and(|answer| answer.status == 200)
}
