//! Write spin.toml from wiring.toml.

use crate::sh;
use anyhow::{Context, Result, bail};
use contraflow_wiring::{MANIFEST, Wiring};
use std::fs;

/// What `cargo xtask wire` may be told.
#[derive(clap::Args)]
pub struct Args {
    /// Write nothing; fail when spin.toml is not what wiring.toml gives
    #[arg(long)]
    check: bool,
}

/// Writes it, or compares it.
pub fn run(args: &Args) -> Result<()> {
    if args.check { check() } else { write() }
}

fn write() -> Result<()> {
    let path = sh::root().join(MANIFEST);
    let wanted = Wiring::load(&sh::root())?.manifest(&sh::root())?;
    if fs::read_to_string(&path).is_ok_and(|there| there == wanted) {
        println!("{MANIFEST} is what wiring.toml gives.");
        return Ok(());
    }
    fs::write(&path, wanted).with_context(|| format!("writing {MANIFEST}"))?;
    println!("{MANIFEST} is written.");
    Ok(())
}

/// Fails where the committed manifest differs, and shows the first line that does.
pub fn check() -> Result<()> {
    let wanted = Wiring::load(&sh::root())?.manifest(&sh::root())?;
    let there = fs::read_to_string(sh::root().join(MANIFEST)).with_context(|| format!("reading {MANIFEST}"))?;
    match contraflow_wiring::first_difference(&there, &wanted) {
        None => Ok(()),
        Some(difference) => bail!("{difference}"),
    }
}
