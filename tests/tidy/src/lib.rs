//! What the tests of the tree share: where its files and crates are.

pub mod modules;

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Returns the root of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Returns every file below `folder` that git does not ignore, by its path from the root, with `/` between folders.
///
/// # Errors
/// A folder that cannot be read.
pub fn files(folder: &str) -> Result<Vec<String>> {
    let root = root();
    let walk = ignore::WalkBuilder::new(root.join(folder)).hidden(false).require_git(false).build();
    let mut files = Vec::new();
    for entry in walk {
        let entry = entry?;
        let path = entry.path().strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        let path = path.trim_start_matches("./");
        if entry.file_type().is_some_and(|kind| kind.is_file()) && !path.starts_with(".git/") {
            files.push(path.to_owned());
        }
    }
    files.sort();
    Ok(files)
}

/// Returns a file's text, by its path from the root.
///
/// # Errors
/// A file that is not there, or is not UTF-8.
pub fn text(path: &str) -> Result<String> {
    fs::read_to_string(root().join(path)).with_context(|| path.to_owned())
}

/// Returns a TOML file, by its path from the root.
///
/// # Errors
/// A file that is not there, or is not TOML.
pub fn toml(path: &str) -> Result<toml::Table> {
    text(path)?.parse().with_context(|| path.to_owned())
}

/// A crate of the workspace.
pub struct Crate {
    /// Its folder, from the root.
    pub folder: String,
    /// Its `Cargo.toml`.
    pub manifest: toml::Table,
}

impl Crate {
    /// Returns the package's name.
    pub fn name(&self) -> &str {
        self.manifest.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str).unwrap_or("")
    }

    /// Tells whether it compiles to one `.wasm` file.
    pub fn is_component(&self) -> bool {
        let kinds = self.manifest.get("lib").and_then(|lib| lib.get("crate-type")).and_then(toml::Value::as_array);
        kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind.as_str() == Some("cdylib")))
    }

    /// Tells whether nobody runs the tests of its library.
    pub fn is_untested(&self) -> bool {
        self.manifest.get("lib").and_then(|lib| lib.get("test")).and_then(toml::Value::as_bool) == Some(false)
    }

    /// Returns the names of all crates that it depends on, in whatever section.
    pub fn dependencies(&self) -> Vec<String> {
        let sections = ["dependencies", "dev-dependencies", "build-dependencies"];
        let targets = self.manifest.get("target").and_then(toml::Value::as_table);
        let tables = std::iter::once(&self.manifest)
            .chain(targets.into_iter().flat_map(|targets| targets.values()).filter_map(toml::Value::as_table));
        let mut names = Vec::new();
        for table in tables {
            let found = sections.iter().filter_map(|section| table.get(*section)).filter_map(toml::Value::as_table);
            for (name, value) in found.flatten() {
                let real = value.get("package").and_then(toml::Value::as_str);
                names.push(real.unwrap_or(name).to_owned());
            }
        }
        names
    }
}

/// Returns every crate of the tree.
///
/// # Errors
/// A `Cargo.toml` that cannot be read.
pub fn crates() -> Result<Vec<Crate>> {
    let manifests = files("")?.into_iter().filter_map(|path| path.strip_suffix("/Cargo.toml").map(str::to_owned));
    manifests.map(|folder| Ok(Crate { manifest: toml(&format!("{folder}/Cargo.toml"))?, folder })).collect()
}
