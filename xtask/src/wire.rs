//! Write spin.toml and spin-demo.toml from wiring.toml.

use crate::sh;
use anyhow::{Context, Result, bail};
use contraflow_wiring::Wiring;
use std::fs;

/// What `cargo xtask wire` may be told.
#[derive(clap::Args)]
pub struct Args {
    /// Write nothing; fail when a manifest is not what wiring.toml gives
    #[arg(long)]
    check: bool,
}

/// Writes it, or compares it.
pub fn run(args: &Args) -> Result<()> {
    if args.check { check() } else { write() }
}

fn write() -> Result<()> {
    for (name, wanted) in Wiring::load(&sh::root())?.files(&sh::root())? {
        let path = sh::root().join(name);
        if fs::read_to_string(&path).is_ok_and(|there| there == wanted) {
            println!("{name} is what wiring.toml gives.");
        } else {
            fs::write(&path, wanted).with_context(|| format!("writing {name}"))?;
            println!("{name} is written.");
        }
    }
    Ok(())
}

/// Fails where a committed manifest differs, and shows the first line that does.
pub fn check() -> Result<()> {
    for (name, wanted) in Wiring::load(&sh::root())?.files(&sh::root())? {
        let there = fs::read_to_string(sh::root().join(name)).with_context(|| format!("reading {name}"))?;
        if let Some(difference) = contraflow_wiring::first_difference(name, &there, &wanted) {
            bail!("{difference}");
        }
    }
    Ok(())
}
