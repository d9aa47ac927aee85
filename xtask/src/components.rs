//! Which crates of the workspace are components.

use crate::sh;
use anyhow::{Context, Result};
use serde::Deserialize;

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// A crate that compiles to one `.wasm` file.
pub struct Component {
    /// The crate.
    pub package: String,
    /// The file that it makes, in the release folder.
    pub file: String,
}

/// Every workspace member that is a `cdylib`.
pub fn all() -> Result<Vec<Component>> {
    let json = sh::output(sh::cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Metadata = serde_json::from_str(&json).context("cargo metadata")?;
    let components = metadata.packages.into_iter().filter_map(|package| {
        let library = package.targets.iter().find(|target| target.kind.iter().any(|kind| kind == "cdylib"))?;
        Some(Component { file: format!("{}.wasm", library.name.replace('-', "_")), package: package.name })
    });
    Ok(components.collect())
}
