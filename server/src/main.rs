//! `kith`: see `kith --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::run()
}
