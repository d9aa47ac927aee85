//! spin.toml, version 2: what this host reads of it.

mod check;
mod raw;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// An application as its spin.toml describes it, with paths made absolute.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The file itself.
    pub path: PathBuf,
    /// The application's name.
    pub name: String,
    /// The application's variables.
    pub variables: BTreeMap<String, VariableSpec>,
    /// The HTTP triggers, in the order of the file.
    pub routes: Vec<RouteSpec>,
    /// The components by their id.
    pub components: BTreeMap<String, ComponentSpec>,
}

/// A variable of the application.
#[derive(Clone, Debug)]
pub struct VariableSpec {
    /// The value where none is given.
    pub default: Option<String>,
    /// Whether a value must be given.
    pub required: bool,
    /// Whether the value must never be shown.
    pub secret: bool,
}

/// An HTTP trigger.
#[derive(Clone, Debug)]
pub struct RouteSpec {
    /// The path, `/...` at its end for all below; `None` for a private route, which only chaining reaches.
    pub path: Option<String>,
    /// The component that answers.
    pub component: String,
}

/// A component of the application.
#[derive(Clone, Debug, Default)]
pub struct ComponentSpec {
    /// The `.wasm` file.
    pub source: PathBuf,
    /// Folders that it may read.
    pub files: Vec<FileMount>,
    /// Hosts that it may reach, possibly with `{{ variables }}`.
    pub allowed_outbound_hosts: Vec<String>,
    /// Databases that it may open.
    pub sqlite_databases: Vec<String>,
    /// Key-value stores that it may open.
    pub key_value_stores: Vec<String>,
    /// Its own variables, as templates over the application's.
    pub variables: BTreeMap<String, String>,
    /// The components that fill its imports.
    pub dependencies: BTreeMap<String, DependencySpec>,
    /// Keys that neither Spin nor this host knows.
    pub unknown_keys: Vec<String>,
}

/// A folder that a component may read.
#[derive(Clone, Debug)]
pub struct FileMount {
    /// On this machine.
    pub source: PathBuf,
    /// As the component sees it.
    pub destination: String,
}

/// A component that fills an import of another.
#[derive(Clone, Debug)]
pub struct DependencySpec {
    /// The `.wasm` file.
    pub path: PathBuf,
    /// The capabilities of the outer component that it may use.
    pub inherit_configuration: Vec<String>,
    /// Whether it inherits everything by `true`, which the check refuses.
    pub inherits_everything: bool,
}

impl Manifest {
    /// Reads a spin.toml.
    ///
    /// # Errors
    /// A file that cannot be read, is not TOML, or lacks what this host needs: the message names the file, the
    /// component and the key.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}: pass the path of a spin.toml with --manifest", path.display()))?;
        let path = std::path::absolute(path)?;
        raw::parse(&text, &path)
            .with_context(|| format!("{} is not a manifest that this host understands", path.display()))
    }

    /// Everything in the manifest that would surprise its author: capabilities nobody knows, missing targets, open
    /// doors. Empty is good.
    pub fn check(&self) -> Vec<String> {
        check::check(self)
    }

    /// The component behind `http://<component>.spin.internal`.
    pub fn component(&self, id: &str) -> Option<&ComponentSpec> {
        self.components.get(id)
    }
}
