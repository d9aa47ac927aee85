//! Measure contraflow on this machine.

use crate::components::Which;
use crate::{build, sh};
use anyhow::Result;

/// What `cargo xtask bench` may be told.
#[derive(clap::Args)]
pub struct Args {
    /// How many automatic requests each run takes
    #[arg(long)]
    requests: Option<usize>,
    /// How many rows the large file has, and how many requests the long queue
    #[arg(long)]
    rows: Option<usize>,
    /// A short run, for a first impression
    #[arg(long)]
    quick: bool,
    /// One part of the measurement alone: start, idle, load, import, queue or sizes
    #[arg(long)]
    only: Option<String>,
}

/// Builds what is stale, then measures; the numbers are printed and written to target/bench.json.
pub fn run(args: &Args) -> Result<()> {
    build::everything(&[Which::Application])?;
    let mut bench = sh::cargo();
    bench.args(["run", "--profile", build::HOST_PROFILE, "--package", "contraflow-bench", "--"]);
    if let Some(requests) = args.requests {
        bench.args(["--requests", &requests.to_string()]);
    }
    if let Some(rows) = args.rows {
        bench.args(["--rows", &rows.to_string()]);
    }
    if args.quick {
        bench.arg("--quick");
    }
    if let Some(only) = &args.only {
        bench.args(["--only", only]);
    }
    sh::run(&mut bench)
}
