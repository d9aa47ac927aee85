//! How large the components are that spin.toml names.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result};
use contraflow_host::Manifest;

use crate::report::Report;
use crate::world;

/// Adds each file's size, and their sum.
pub fn add_to(report: &mut Report) -> Result<()> {
    let manifest = Manifest::load(world::root().join("spin.toml"))?;
    let mut files: BTreeSet<PathBuf> = BTreeSet::new();
    for component in manifest.components.values() {
        files.insert(component.source.clone());
        files.extend(component.dependencies.values().map(|dependency| dependency.path.clone()));
    }
    let mut total = 0.0;
    for file in &files {
        let bytes = std::fs::metadata(file).with_context(|| format!("{}", file.display()))?.len();
        let kib = bytes as f64 / 1024.0;
        total += kib;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        report.add(format!("component {name}"), kib, "KiB");
    }
    report.add("components, together", total, "KiB");
    Ok(())
}
