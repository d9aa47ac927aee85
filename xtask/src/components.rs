//! Which crates of the workspace are components.

use crate::sh;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::path::PathBuf;

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
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

/// Which components are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// What spin.toml is made of.
    Application,
    /// What only the tests run.
    Fixtures,
}

impl Which {
    /// Its name, for a person.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Application => "components",
            Self::Fixtures => "components of the tests",
        }
    }
}

/// Returns the workspace members that are a `cdylib`.
pub fn find(which: Which) -> Result<Vec<Component>> {
    let json = sh::output(sh::cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Metadata = serde_json::from_str(&json).context("cargo metadata")?;
    let components = metadata.packages.into_iter().filter_map(|package| {
        // The templates of new adapters are compiled to see that they do, and never run.
        if package.manifest_path.starts_with(sh::root().join("xtask")) {
            return None;
        }
        let fixture = package.manifest_path.starts_with(sh::root().join("tests"));
        if fixture != (which == Which::Fixtures) {
            return None;
        }
        let library = package.targets.iter().find(|target| target.kind.iter().any(|kind| kind == "cdylib"))?;
        Some(Component { file: format!("{}.wasm", library.name.replace('-', "_")), package: package.name })
    });
    Ok(components.collect())
}
