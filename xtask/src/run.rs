//! `cargo xtask run`: Kith as a company would run it, from this checkout.

use std::os::unix::process::CommandExt;
use std::time::Instant;

use crate::shell::{Outcome, cargo, command, say, span, succeed, timed};
use crate::{app, server};

pub fn run(arguments: &[String]) -> Outcome {
    let start = Instant::now();
    build()?;
    say(&format!("ready to start after {}", span(start.elapsed())));
    let error = command(server::program("release")).arg("serve").args(arguments).exec();
    Err(format!("cannot start the server: {error}").into())
}

/// The server with the app inside it.
pub fn build() -> Outcome {
    let app = app::build()?;
    timed("building the server", || {
        succeed(
            cargo(["build", "--release", "--package", "server", "--bin", "kith"])
                // The compiler sees that the embedded app is another one by this.
                .env("KITH_APP_BUILD", app),
        )
    })
}
