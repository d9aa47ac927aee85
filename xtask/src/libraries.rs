//! Which libraries the workspace may use: `deny.toml`, checked without anything but cargo.
//!
//! `cargo deny check` checks the same file and more, but takes minutes to compile. This reads only what the file says
//! of licences, versions and registries.

use crate::sh;
use anyhow::{Context, Result, bail};
use semver::{Version, VersionReq};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
struct Deny {
    graph: Graph,
    licenses: Licenses,
    bans: Bans,
    sources: Sources,
}

#[derive(Deserialize)]
struct Graph {
    targets: Vec<String>,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    skip: Vec<Skip>,
}

/// Versions that may be there besides another.
#[derive(Deserialize)]
struct Skip {
    /// The library and the versions: `base64:0.21`.
    #[serde(rename = "crate")]
    library: String,
}

impl Skip {
    fn takes(&self, package: &Package) -> bool {
        self.library.split_once(':').is_some_and(|(name, versions)| {
            let versions = versions.parse::<VersionReq>();
            name == package.name && versions.is_ok_and(|versions| versions.matches(&package.version))
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

/// A package that is built for one of the targets.
#[derive(Deserialize)]
struct Node {
    id: String,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: Version,
    license: Option<String>,
    /// The registry; our own crates have none.
    source: Option<String>,
}

/// Fails with everything that `deny.toml` does not allow.
pub fn check() -> Result<()> {
    let text = std::fs::read_to_string(sh::root().join("deny.toml")).context("deny.toml")?;
    let deny: Deny = toml::from_str(&text).context("deny.toml")?;
    let packages = used(&deny.graph.targets)?;
    let mut wrong = licences(&packages, &deny.licenses.allow)?;
    wrong.extend(versions(&packages, &deny.bans.skip));
    wrong.extend(sources(&packages, &deny.sources.allow_registry));
    if !wrong.is_empty() {
        bail!("deny.toml does not allow:\n{}", wrong.join("\n"));
    }
    Ok(())
}

/// Returns the packages that are built for these targets.
fn used(targets: &[String]) -> Result<Vec<Package>> {
    let mut cargo = sh::cargo();
    cargo.args(["metadata", "--format-version", "1", "--locked", "--all-features"]);
    cargo.args(targets.iter().flat_map(|target| ["--filter-platform", target]));
    let metadata: Metadata = serde_json::from_str(&sh::output(&mut cargo)?).context("cargo metadata")?;
    let built: BTreeSet<String> = metadata.resolve.nodes.into_iter().map(|node| node.id).collect();
    Ok(metadata.packages.into_iter().filter(|package| built.contains(&package.id)).collect())
}

fn licences(packages: &[Package], allowed: &[String]) -> Result<Vec<String>> {
    let allowed: Vec<_> = allowed
        .iter()
        .map(|name| spdx::Licensee::parse(name).with_context(|| format!("deny.toml: {name} is no licence")))
        .collect::<Result<_>>()?;
    let fits = |package: &Package| {
        let licence = package.license.as_deref().unwrap_or_default();
        // Older crates write `MIT/Apache-2.0`.
        let expression = spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX);
        expression.is_ok_and(|expression| expression.evaluate(|wanted| allowed.iter().any(|one| one.satisfies(wanted))))
    };
    let tell = |package: &Package| {
        let licence = package.license.as_deref().unwrap_or("none in its manifest");
        format!("- {} {}: the licence is {licence}", package.name, package.version)
    };
    Ok(packages.iter().filter(|package| !fits(package)).map(tell).collect())
}

/// Libraries that are there in more versions than `deny.toml` knows of, and what it knows of that is gone.
fn versions(packages: &[Package], skip: &[Skip]) -> Vec<String> {
    let mut left: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for package in packages.iter().filter(|package| !skip.iter().any(|skip| skip.takes(package))) {
        left.entry(&package.name).or_default().push(package.version.to_string());
    }
    let several = left.into_iter().filter(|(_, versions)| versions.len() > 1);
    let several = several.map(|(name, versions)| format!("- {name} in several versions: {}", versions.join(", ")));
    let gone = skip.iter().filter(|skip| !packages.iter().any(|package| skip.takes(package)));
    several.chain(gone.map(|skip| format!("- {} is to be skipped, but is not used", skip.library))).collect()
}

fn sources(packages: &[Package], allowed: &[String]) -> Vec<String> {
    let foreign = |package: &&Package| {
        let source = package.source.as_deref();
        source.is_some_and(|source| {
            source.strip_prefix("registry+").is_none_or(|url| !allowed.iter().any(|one| one == url))
        })
    };
    let tell = |package: &Package| format!("- {} {}: from {:?}", package.name, package.version, package.source);
    packages.iter().filter(foreign).map(tell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: u64, license: Option<&str>) -> Package {
        Package {
            id: format!("{name}@{version}"),
            name: name.to_owned(),
            version: Version::new(version, 0, 0),
            license: license.map(str::to_owned),
            source: Some("registry+https://example.com/index".to_owned()),
        }
    }

    #[test]
    fn a_licence_is_allowed_where_one_of_its_choices_is() -> Result<()> {
        let allowed = ["MIT".to_owned(), "ISC".to_owned()];
        let fits = |licence| licences(&[package("one", 1, licence)], &allowed).map(|wrong| wrong.is_empty());
        assert!(fits(Some("MIT/Apache-2.0"))?);
        assert!(fits(Some("MIT AND ISC"))?);
        assert!(!fits(Some("MIT AND GPL-3.0-only"))?);
        assert!(!fits(Some("Apache-2.0 WITH LLVM-exception"))?);
        assert!(!fits(None)?);
        Ok(())
    }

    #[test]
    fn a_second_version_must_be_known_and_a_known_one_must_be_there() {
        let packages = [package("one", 1, None), package("one", 2, None), package("two", 1, None)];
        let skip = |library: &str| Skip { library: library.to_owned() };
        assert_eq!(versions(&packages, &[]), ["- one in several versions: 1.0.0, 2.0.0"]);
        assert!(versions(&packages, &[skip("one:1")]).is_empty());
        let gone = versions(&packages, &[skip("one:1"), skip("two:3")]);
        assert_eq!(gone, ["- two:3 is to be skipped, but is not used"]);
    }

    #[test]
    fn a_library_comes_from_a_registry_that_is_named() {
        let packages = [package("one", 1, None)];
        assert!(sources(&packages, &["https://example.com/index".to_owned()]).is_empty());
        assert_eq!(sources(&packages, &[]).len(), 1);
    }
}
