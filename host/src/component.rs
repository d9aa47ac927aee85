//! Prepares one component of a running host: fills in its variables and decides its permissions.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};

use crate::allowed::AllowedHosts;
use crate::manifest::{ComponentSpec, FileMount, Manifest, environment_name};
use crate::template;

/// Holds a component's variables and what it may do. The variables may be secret, so it has no `Debug`.
pub struct ComponentConfig {
    /// The component's id in spin.toml.
    pub name: String,
    /// The component's variables with their values.
    pub variables: BTreeMap<String, String>,
    /// The hosts that it may reach.
    pub allowed_hosts: AllowedHosts,
    /// The labels of the databases that it may open.
    pub sqlite_databases: BTreeSet<String>,
    /// The labels of the key-value stores that it may open.
    pub key_value_stores: BTreeSet<String>,
    /// The folders that it may read.
    pub files: Vec<FileMount>,
}

impl ComponentConfig {
    pub(crate) fn new(name: &str, spec: &ComponentSpec, variables: &BTreeMap<String, String>) -> Result<Self> {
        let lookup = |name: &str| variables.get(name).cloned();
        let expand = |text: &String| template::expand(text, &lookup);
        let own = spec
            .variables
            .iter()
            .map(|(key, text)| Ok((key.clone(), expand(text).with_context(|| format!("variables.{key}"))?)));
        let hosts: Vec<String> =
            spec.allowed_outbound_hosts.iter().map(expand).collect::<Result<_>>().context("allowed_outbound_hosts")?;
        Ok(Self {
            name: name.to_owned(),
            variables: own.collect::<Result<_>>()?,
            allowed_hosts: AllowedHosts::parse(hosts)?,
            sqlite_databases: spec.sqlite_databases.iter().cloned().collect(),
            key_value_stores: spec.key_value_stores.iter().cloned().collect(),
            files: spec.files.clone(),
        })
    }
}

/// Returns the values of the application's variables: those `given`, then the environment's, then the manifest's
/// defaults.
///
/// # Errors
/// Names every required variable that has no value.
pub fn resolve_variables(manifest: &Manifest, given: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    let mut missing = Vec::new();
    for (name, spec) in &manifest.variables {
        let value = given
            .get(name)
            .cloned()
            .or_else(|| std::env::var(environment_name(name)).ok())
            .or_else(|| spec.default.clone());
        match value {
            Some(value) => _ = values.insert(name.clone(), value),
            None if spec.required => missing.push(name.as_str()),
            None => {}
        }
    }
    if !missing.is_empty() {
        let names: Vec<String> = missing.iter().map(|name| environment_name(name)).collect();
        bail!("{} requires {}: set {}", manifest.path.display(), missing.join(", "), names.join(", "));
    }
    Ok(values)
}
