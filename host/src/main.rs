//! Runs the `contraflow` command.

mod cli;

use std::process::ExitCode;

/// Gives memory back to the system after a burst: the C library's allocator keeps what many connections at once took.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // With RUST_BACKTRACE set, wasmtime walks the stack for every error it makes, which takes 0.2 s each time. SAFETY:
    // this is the first thing that the process does, and no other thread runs yet.
    #[allow(unsafe_code)]
    unsafe {
        std::env::set_var("RUST_LIB_BACKTRACE", "0");
    }
    cli::run()
}
