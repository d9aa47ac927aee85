//! Play seeds of the simulation.

use crate::components::Which;
use crate::{build, sh};
use anyhow::Result;

/// What `cargo xtask simulate` may be told.
#[derive(clap::Args)]
pub struct Args {
    /// The first seed; the next ones follow
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How long to go on with further seeds; without it, that one seed
    #[arg(long, default_value_t = 0)]
    minutes: u64,
    /// How many requests each seed has; without it, 2000
    #[arg(long)]
    requests: Option<u64>,
}

/// Builds what is stale, then plays.
pub fn run(args: &Args) -> Result<()> {
    build::everything(&[Which::Application])?;
    let mut play = sh::cargo();
    play.args([
        "test",
        "--profile",
        build::HOST_PROFILE,
        "--package",
        "contraflow-chain-tests",
        "--test",
        "chain",
        "--",
    ])
    .args(["simulation::deep::seeds", "--nocapture"])
    .env("CONTRAFLOW_SIMULATE_SEED", args.seed.to_string())
    .env("CONTRAFLOW_SIMULATE_MINUTES", args.minutes.to_string());
    if let Some(requests) = args.requests {
        play.env("CONTRAFLOW_SIMULATE_REQUESTS", requests.to_string());
    }
    sh::run(&mut play)
}
