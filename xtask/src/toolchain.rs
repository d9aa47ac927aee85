//! The compiler for `wasm32-wasip2`: rustup's target, or Debian's packages where rustup reaches no network.

mod debian;
mod rustup;

use crate::sh;
use anyhow::{Context, Result, bail};
use std::env;
use std::path::PathBuf;
use std::process::Command;

/// What the components are compiled for.
pub const TARGET: &str = "wasm32-wasip2";

/// Forces one way: `rustup` or `debian`.
const CHOICE: &str = "CONTRAFLOW_TOOLCHAIN";

/// A compiler that is ready to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The cargo in use has the target.
    Rustup,
    /// Debian's cargo, which compiles the standard library too.
    Debian,
}

impl Toolchain {
    /// Returns a cargo that can compile components, without its sub-command.
    pub fn cargo(self) -> Command {
        match self {
            Toolchain::Rustup => sh::cargo(),
            Toolchain::Debian => debian::cargo(),
        }
    }

    /// Returns what has to follow `--target` on its command line.
    pub fn build_flags(self) -> &'static [&'static str] {
        match self {
            Toolchain::Rustup => &[],
            Toolchain::Debian => debian::BUILD_FLAGS,
        }
    }

    /// Returns the target folder of its own: two compilers in one folder rebuild each other's work.
    pub fn target_dir(self) -> PathBuf {
        match self {
            Toolchain::Rustup => sh::root().join("target"),
            Toolchain::Debian => sh::root().join("target/wasi-debian"),
        }
    }
}

/// Finds a toolchain, or gets one; instant when one is there.
pub fn set_up() -> Result<Toolchain> {
    match env::var(CHOICE).unwrap_or_default().as_str() {
        "" => any(),
        "rustup" => by_rustup(),
        "debian" => by_debian(),
        other => bail!("{CHOICE} is {other:?}: it may be \"rustup\", \"debian\" or unset"),
    }
}

fn any() -> Result<Toolchain> {
    if rustup::ready() {
        return Ok(Toolchain::Rustup);
    }
    if debian::missing().is_empty() {
        return Ok(Toolchain::Debian);
    }
    let refused = match by_rustup() {
        Ok(toolchain) => return Ok(toolchain),
        Err(error) => error,
    };
    println!("rustup could not get the target: {refused:#}\nTrying Debian's packages instead.");
    by_debian().with_context(|| {
        format!("there is no compiler for {TARGET}: rustup could not get it ({refused:#}), and neither could Debian's packages")
    })
}

fn by_rustup() -> Result<Toolchain> {
    if !rustup::ready() {
        sh::stage("toolchain: rustup", rustup::install)?;
    }
    Ok(Toolchain::Rustup)
}

fn by_debian() -> Result<Toolchain> {
    if !debian::missing().is_empty() {
        sh::stage("toolchain: Debian's packages", debian::install)?;
    }
    Ok(Toolchain::Debian)
}
