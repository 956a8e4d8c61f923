//! `kith`: see `kith --help`.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Rows and answers are many small pieces, made by one thread and let go by
/// another: glibc's allocator spends a tenth of a board on them, and keeps what is free.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    server::cli::run()
}
