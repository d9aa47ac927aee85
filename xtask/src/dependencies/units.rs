//! What cargo leaves of each crate in a target folder, and which of it is the registry's.

use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Where cargo keeps what it knows about each crate that it compiled, in the folder of a profile.
const FINGERPRINTS: &str = ".fingerprint";
/// The profile of this program itself, which is compiled before anything can be taken.
const OWN_PROFILE: &str = "debug";
/// `target/wasi-debian/wasm32-wasip2/release` is the deepest folder of a profile.
const DEEPEST: usize = 3;

/// Returns the names of the crates of the registry, without those that one of ours has, too.
pub fn registry(lock: &str) -> Result<BTreeSet<String>> {
    let lock: toml::Table = lock.parse().context("Cargo.lock")?;
    let packages = lock.get("package").and_then(toml::Value::as_array).context("Cargo.lock names no package")?;
    let named = |foreign: bool| {
        let packages = packages.iter().filter(move |package| package.get("source").is_some() == foreign);
        packages.filter_map(|package| package.get("name")?.as_str()).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    Ok(&named(true) - &named(false))
}

/// Tells whether somebody compiled here before.
pub fn is_used(target: &Path) -> bool {
    !profiles(target).is_empty()
}

/// Returns every crate of these that is compiled, by its folder of fingerprints.
pub fn of(target: &Path, crates: &BTreeSet<String>) -> Result<BTreeSet<PathBuf>> {
    let mut units = BTreeSet::new();
    for profile in profiles(target) {
        for entry in fs::read_dir(profile.join(FINGERPRINTS))? {
            let folder = entry?.path();
            if name_and_hash(&folder).is_some_and(|(name, _)| crates.contains(name)) {
                units.insert(folder.strip_prefix(target)?.to_owned());
            }
        }
    }
    Ok(units)
}

/// Returns all folders and files of these crates, from the target folder.
pub fn files(target: &Path, units: &BTreeSet<PathBuf>) -> Result<BTreeSet<PathBuf>> {
    let mut files = units.clone();
    for profile in profiles(target) {
        let hashes: BTreeSet<_> = units
            .iter()
            .filter(|unit| profile.join(FINGERPRINTS) == target.join(unit).with_file_name(""))
            .filter_map(|unit| Some(name_and_hash(unit)?.1.to_owned()))
            .collect();
        for place in ["build", "deps"] {
            let Ok(entries) = fs::read_dir(profile.join(place)) else { continue };
            for entry in entries {
                let path = entry?.path();
                if name_and_hash(&path).is_some_and(|(_, hash)| hashes.contains(hash)) {
                    files.insert(path.strip_prefix(target)?.to_owned());
                }
            }
        }
    }
    Ok(files)
}

/// Returns the folders of profiles.
fn profiles(target: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![target.to_owned()];
    for _ in 0..DEEPEST {
        let below = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
        let below = below.map(|entry| entry.path()).filter(|path| path.is_dir() && !path.ends_with(OWN_PROFILE));
        let (profiles, others): (Vec<_>, Vec<_>) = below.partition(|path| path.join(FINGERPRINTS).is_dir());
        found.extend(profiles);
        folders = others;
    }
    found
}

/// Splits a file's name into crate and hash: `serde-0123456789abcdef`, `libserde-0123456789abcdef.rlib`.
fn name_and_hash(path: &Path) -> Option<(&str, &str)> {
    let name = path.file_name()?.to_str()?;
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    stem.rsplit_once('-')
}
