//! `cargo xtask …`: from a fresh checkout to a running, tested contraflow in one command.

mod bench;
mod browser;
mod build;
mod check;
mod ci;
mod components;
mod dependencies;
mod junit;
mod libraries;
mod limits;
mod new;
mod openapi;
mod peers;
mod runner;
mod sh;
mod simulate;
mod test;
mod timings;
mod toolchain;
mod tree;
mod up;
mod wire;

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use std::time::Instant;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Set up, build, run and test contraflow")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Get the WebAssembly toolchain, if it is not there yet
    Setup,
    /// Set up, then build the components and the host
    Build,
    /// Build what is stale, then run contraflow on this machine
    Up(up::Args),
    /// Set up, build, then run all tests, or those whose name contains a filter
    Test(test::Args),
    /// Build, then measure contraflow beside the same chain as plain native functions
    Bench(bench::Args),
    /// Build, then play seeds of the simulation: random requests, faults and crashes, over which the money must come
    /// right
    Simulate(simulate::Args),
    /// Write the schemas that are made from types into the API's reference
    Openapi,
    /// Write spin.toml from wiring.toml and what the adapters say they need
    Wire(wire::Args),
    /// Begin something new: `new adapter gateway paypal`
    New(new::Args),
    /// Formatting, lints, documentation and libraries, as strict as CI
    Check,
    /// What a commit has to pass: all tests, then everything that is checked
    Ci,
}

fn main() -> ExitCode {
    let begun = Instant::now();
    let done = match Cli::parse().task {
        Task::Setup => toolchain::set_up().map(drop),
        Task::Build => build::everything(&[components::Which::Application]).map(drop),
        Task::Up(args) => up::run(&args),
        Task::Test(args) => test::run(&args),
        Task::Bench(args) => bench::run(&args),
        Task::Simulate(args) => simulate::run(&args),
        Task::Openapi => openapi::run(),
        Task::Wire(args) => wire::run(&args),
        Task::New(args) => new::run(&args),
        Task::Check => check::run(),
        Task::Ci => ci::run(),
    };
    timings::print(begun);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
