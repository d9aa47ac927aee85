//! The components and the host. What is up to date takes no time.

use crate::components::{self, Component, Which};
use crate::sh;
use crate::toolchain::{self, TARGET, Toolchain};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// The profile that the host, its tests and the bench share, so that wasmtime is compiled once.
pub const HOST_PROFILE: &str = "host";

/// Sets up, builds the components and the host, and answers with the host's program.
pub fn everything(sets: &[Which]) -> Result<PathBuf> {
    components_of(toolchain::set_up()?, sets)?;
    sh::stage("host", host)?;
    Ok(host_binary())
}

/// Builds the components. One set after the other, for cargo would give each of them the library features that any of
/// them wants: then the tests would run other components than people do, and whoever goes from one to the other would
/// build all of them anew.
pub fn components_of(toolchain: Toolchain, sets: &[Which]) -> Result<()> {
    sets.iter().try_for_each(|which| sh::stage(which.name(), || components(toolchain, *which)))
}

/// Returns the host's program.
pub fn host_binary() -> PathBuf {
    sh::root().join("target").join(HOST_PROFILE).join("contraflow")
}

fn host() -> Result<()> {
    sh::run(sh::cargo().args(["build", "--profile", HOST_PROFILE, "--package", "contraflow-host"]))
}

fn components(toolchain: Toolchain, which: Which) -> Result<()> {
    let components = components::find(which)?;
    let mut cargo = toolchain.cargo();
    cargo.args(["build", "--release", "--target", TARGET]).args(toolchain.build_flags());
    cargo.arg("--target-dir").arg(toolchain.target_dir());
    for component in &components {
        cargo.args(["--package", &component.package]);
    }
    sh::run(&mut cargo)?;
    publish(&components, &release_dir(&toolchain.target_dir()))
}

/// Puts the files where spin.toml looks for them, whichever compiler made them.
fn publish(components: &[Component], from: &Path) -> Result<()> {
    let to = release_dir(&sh::root().join("target"));
    if from == to {
        return Ok(());
    }
    fs::create_dir_all(&to)?;
    for Component { file, .. } in components {
        let (made, wanted) = (from.join(file), to.join(file));
        // A new name first: whoever reads the old file meanwhile reads all of it.
        let fresh = wanted.with_extension("wasm.new");
        fs::copy(&made, &fresh).with_context(|| format!("copying {}", made.display()))?;
        fs::rename(&fresh, &wanted)?;
    }
    Ok(())
}

fn release_dir(target: &Path) -> PathBuf {
    target.join(TARGET).join("release")
}
