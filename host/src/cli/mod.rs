//! Holds the commands of the `contraflow` binary, one file for each.

mod archive;
mod audit;
mod bounds;
mod cache;
mod clock;
mod compact;
mod demo;
mod doctor;
mod public_key;
mod store;
mod stored;
mod token;
mod up;

use std::io::IsTerminal;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};
use contraflow_host::local_auth::{CLOCK, sign};
use tracing_subscriber::EnvFilter;

/// Credit memos, refunds and account adjustments, on one machine.
#[derive(Parser)]
#[command(
    name = "contraflow",
    version,
    about,
    after_help = "Variables of the application come from the environment, as on Spin: SPIN_VARIABLE_STRIPE_SECRET_KEY=…"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the application until ctrl-C.
    Up(up::Up),
    /// Prints a bearer token for a local user.
    Token(token::Token),
    /// Prints the public key that checks tokens: what Spin is given as `auth_public_key`.
    PublicKey(public_key::PublicKey),
    /// Exports the record, and checks an export.
    Audit(audit::Audit),
    /// Writes requests that ended long ago into a file, and removes them.
    Archive(archive::Archive),
    /// Writes the databases anew without what nothing uses any more, while no host runs.
    Compact(compact::Compact),
    /// Works every balance out a second time and tells what does not agree.
    Doctor(doctor::Doctor),
}

/// Says how log lines are written.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogFormat {
    /// Lines for people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Up(up) => up.run(),
        Command::Token(token) => token.run(),
        Command::PublicKey(public_key) => public_key.run(),
        Command::Audit(audit) => return audit.run().unwrap_or_else(failed),
        Command::Archive(archive) => archive.run(),
        Command::Compact(compact) => compact.run(),
        Command::Doctor(doctor) => doctor.run(),
    };
    done.map_or_else(failed, |()| ExitCode::SUCCESS)
}

fn failed(error: anyhow::Error) -> ExitCode {
    eprintln!("contraflow: {error:#}");
    ExitCode::FAILURE
}

/// Returns the bearer token of the machine user that seals the record.
fn record_token(key: &str) -> Result<String> {
    sign(key, &CLOCK, 1)
}

/// Starts logging to stderr; `RUST_LOG` chooses what is logged.
fn start_logging(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Human => logs.init(),
        LogFormat::Json => logs.json().flatten_event(true).init(),
    }
}
