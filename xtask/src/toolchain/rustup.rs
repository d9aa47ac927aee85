//! The way of every Rust user: `rustup target add`.

use super::TARGET;
use crate::{limits, sh};
use anyhow::{Result, bail};
use std::path::Path;

/// Tells whether the compiler in use has the target's standard library, whoever installed it.
pub fn ready() -> bool {
    let libraries = sh::output(sh::program("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    libraries.is_ok_and(|dir| has_std(Path::new(dir.trim())))
}

fn has_std(dir: &Path) -> bool {
    let Ok(entries) = dir.read_dir() else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
}

/// Adds the target to the toolchain in use.
pub fn install() -> Result<()> {
    if !sh::on_path("rustup") {
        bail!("rustup is not on the PATH (https://rustup.rs has it; then: rustup target add {TARGET})");
    }
    sh::run_within(limits::RUSTUP, sh::program("rustup").args(["target", "add", TARGET]))?;
    if !ready() {
        bail!("rustup added {TARGET}, but the rustc on the PATH is another one and does not have it");
    }
    Ok(())
}
