//! Run contraflow on this machine.

use crate::components::Which;
use crate::{build, sh};
use anyhow::{Context, Result};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Stdio;

/// What `cargo xtask up` may be told; anything after `--` goes to `contraflow up` as it is.
#[derive(clap::Args)]
pub struct Args {
    /// The address to listen on, like 127.0.0.1:3000
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// The folder that holds the state
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Run what was built before
    #[arg(long)]
    no_build: bool,
    /// More options of `contraflow up`
    #[arg(last = true)]
    more: Vec<String>,
}

/// Builds what is stale and becomes the host.
pub fn run(args: &Args) -> Result<()> {
    let binary = if args.no_build { build::host_binary() } else { build::everything(&[Which::Application])? };
    let mut host = sh::program(&binary);
    host.stdin(Stdio::inherit()).arg("up");
    // Without a word about the manifest it is tried here, where no vendor is set up.
    if !args.more.iter().any(|option| option.starts_with("--manifest")) {
        host.arg("--demo");
    }
    if let Some(listen) = &args.listen {
        host.args(["--listen", listen]);
    }
    if let Some(state) = &args.state {
        // A folder is meant as seen from where the command was given.
        host.arg("--state").arg(std::path::absolute(state)?);
    }
    let failed = host.args(&args.more).exec();
    Err(failed).with_context(|| format!("{} (not built yet? leave out --no-build)", binary.display()))
}
