//! Compiled dependencies, kept outside of the clone: a fresh clone takes them instead of compiling wasmtime and 300
//! more.
//!
//! CI says where, with `CONTRAFLOW_DEPENDENCIES`. Whoever works here has a target folder that stays, and needs none of
//! it.
//!
//! Only crates of the registry are kept; our own are always compiled from the clone. Nothing rests on what is kept: an
//! archive that is damaged never reaches the target folder, and cargo asks of each crate that is in it, as ever,
//! whether compiler, features, profile and flags are still the same. An archive is written under a name of its own and
//! renamed when it is whole, so two clones may use the folder at once.

mod archive;
mod units;

use crate::sh;
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Names the folder; unset or empty: nothing is kept.
const FOLDER: &str = "CONTRAFLOW_DEPENDENCIES";
/// What changes what rustc makes, besides what cargo knows.
const FLAGS: [&str; 4] = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_HOME", "RUSTUP_TOOLCHAIN"];

/// What is kept, and what a clone has of it.
pub struct Dependencies {
    target: PathBuf,
    archive: PathBuf,
    /// The names of the crates that are kept.
    registry: BTreeSet<String>,
    /// What was in the archive; `None` when the target folder is older than this run, which then adds nothing to it.
    taken: Option<BTreeSet<PathBuf>>,
}

impl Dependencies {
    /// Takes what is kept for this lock file and this compiler into a fresh clone. None where nothing is to be kept.
    pub fn take() -> Result<Option<Self>> {
        let Some(folder) = env::var_os(FOLDER).filter(|folder| !folder.is_empty()) else { return Ok(None) };
        let lock = fs::read_to_string(sh::root().join("Cargo.lock"))?;
        let manifest = fs::read_to_string(sh::root().join("Cargo.toml"))?;
        let compiler = sh::output(sh::program("rustc").arg("-vV"))?;
        let flags = FLAGS.map(|name| env::var(name).unwrap_or_default());
        let registry = units::registry(&lock)?;
        let key = key(&[&packages(&lock), &profiles(&manifest), &compiler, &flags.join("\n")]);
        let archive = Path::new(&folder).join(format!("{key}{}", archive::SUFFIX));
        let mut dependencies = Self { target: sh::root().join("target"), archive, registry, taken: None };
        sh::stage("dependencies: taken", || dependencies.unpack())?;
        Ok(Some(dependencies))
    }

    fn unpack(&mut self) -> Result<()> {
        if units::is_used(&self.target) {
            println!("the target folder is in use already");
            return Ok(());
        }
        if self.archive.exists() {
            // Whatever is wrong with it: without it they are compiled.
            match archive::unpack(&self.archive, &self.target) {
                Ok(()) => println!("from {}", self.archive.display()),
                Err(error) => println!("compiled anew: {error:#}"),
            }
        }
        self.taken = Some(units::of(&self.target, &self.registry)?);
        Ok(())
    }

    /// Keeps what this run compiled for the first time. That it fails costs nobody but the next run.
    pub fn keep(&self) -> Result<()> {
        let Some(taken) = &self.taken else { return Ok(()) };
        let now = units::of(&self.target, &self.registry)?;
        if now.is_subset(taken) {
            return Ok(());
        }
        sh::stage("dependencies: kept", || {
            let kept = archive::pack(&self.archive, &self.target, &units::files(&self.target, &now)?);
            if let Err(error) = kept.context("not kept") {
                println!("{error:#}");
            }
            Ok(())
        })
    }
}

fn key(parts: &[&str]) -> String {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Returns what the lock file says of the registry's crates: our own change without changing them.
fn packages(lock: &str) -> String {
    lock.split("[[package]]").filter(|package| package.contains("\nsource = ")).collect()
}

/// Returns the profiles of the root's manifest.
fn profiles(manifest: &str) -> String {
    let mut inside = false;
    let lines = manifest.lines().filter(|line| {
        if line.starts_with('[') {
            inside = line.starts_with("[profile.");
        }
        inside && !line.starts_with('#')
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"console\"\nversion = \"0.1.0\"\n\n\
                        [[package]]\nname = \"serde\"\nversion = \"1.0.1\"\nsource = \"registry\"\n";

    #[test]
    fn what_is_kept_is_for_these_crates_profiles_and_this_compiler() {
        let manifest =
            "[workspace]\nmembers = []\n\n[profile.host]\n# Why.\nopt-level = 3\n\n[workspace.lints]\na = 1\n";
        let of = |lock: &str, manifest: &str, compiler: &str| key(&[&packages(lock), &profiles(manifest), compiler]);
        let known = of(LOCK, manifest, "rustc 1.95");
        assert_eq!(known, of(&LOCK.replace("0.1.0", "0.2.0"), &manifest.replace("a = 1", "a = 2"), "rustc 1.95"));
        assert_ne!(known, of(&LOCK.replace("1.0.1", "1.0.2"), manifest, "rustc 1.95"));
        assert_ne!(known, of(LOCK, &manifest.replace("opt-level = 3", "opt-level = 2"), "rustc 1.95"));
        assert_ne!(known, of(LOCK, manifest, "rustc 1.96"));
    }

    struct Clone {
        folder: tempfile::TempDir,
        dependencies: Dependencies,
    }

    /// Returns a clone with an empty target folder, over a folder that is shared.
    fn clone(shared: &Path) -> Clone {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("target");
        let archive = shared.join(format!("key{}", archive::SUFFIX));
        let registry = units::registry(LOCK).expect("a lock file");
        let dependencies = Dependencies { target, archive, registry, taken: None };
        Clone { folder, dependencies }
    }

    /// What cargo leaves of a crate.
    fn compile(clone: &Clone, package: &str, hash: &str) {
        let host = clone.folder.path().join("target/host");
        for (path, text) in [
            (format!(".fingerprint/{package}-{hash}/lib-{package}"), "fingerprint"),
            (format!("deps/lib{package}-{hash}.rlib"), "code"),
            (format!("build/{package}-{hash}/out/made.rs"), "made"),
            (format!("incremental/{package}-1/x"), "scratch"),
        ] {
            let file = host.join(path);
            fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
            fs::write(file, text).expect("a file");
        }
    }

    fn has(clone: &Clone, path: &str) -> bool {
        clone.folder.path().join("target").join(path).exists()
    }

    #[test]
    fn a_fresh_clone_has_the_registrys_crates_of_the_one_before_and_no_others() {
        let shared = tempfile::tempdir().expect("a folder");
        let mut first = clone(shared.path());
        first.dependencies.unpack().expect("nothing is there yet");
        compile(&first, "serde", "0123456789abcdef");
        compile(&first, "console", "fedcba9876543210");
        first.dependencies.keep().expect("kept");

        let mut second = clone(shared.path());
        second.dependencies.unpack().expect("taken");
        assert!(has(&second, "host/.fingerprint/serde-0123456789abcdef/lib-serde"));
        assert!(has(&second, "host/deps/libserde-0123456789abcdef.rlib"));
        assert!(has(&second, "host/build/serde-0123456789abcdef/out/made.rs"));
        assert!(!has(&second, "host/.fingerprint/console-fedcba9876543210"));
        assert!(!has(&second, "host/deps/libconsole-fedcba9876543210.rlib"));
        assert!(!has(&second, "host/incremental"));

        let written = || fs::metadata(&second.dependencies.archive).and_then(|file| file.modified()).expect("a time");
        let before = written();
        compile(&second, "console", "fedcba9876543210");
        second.dependencies.keep().expect("nothing new");
        assert_eq!(written(), before, "what was taken is not kept once more");
    }

    #[test]
    fn a_damaged_archive_leaves_the_clone_as_it_was_and_is_replaced() {
        let shared = tempfile::tempdir().expect("a folder");
        let mut first = clone(shared.path());
        first.dependencies.unpack().expect("nothing is there yet");
        compile(&first, "serde", "0123456789abcdef");
        first.dependencies.keep().expect("kept");
        let archive = &first.dependencies.archive;
        let good = fs::read(archive).expect("an archive");
        let mut flipped = good.clone();
        flipped[good.len() / 2] ^= 1;
        for damage in [&good[..good.len() - 3], b"no archive", &[good.as_slice(), b"more"].concat(), &flipped] {
            fs::write(archive, damage).expect("damaged");
            let mut second = clone(shared.path());
            second.dependencies.unpack().expect("it is compiled anew");
            assert!(!has(&second, "host"));
            compile(&second, "serde", "0123456789abcdef");
            second.dependencies.keep().expect("kept");
            let mut third = clone(shared.path());
            third.dependencies.unpack().expect("taken");
            assert!(has(&third, "host/deps/libserde-0123456789abcdef.rlib"));
        }
    }

    #[test]
    fn a_target_folder_in_use_takes_nothing_and_adds_nothing() {
        let shared = tempfile::tempdir().expect("a folder");
        let mut used = clone(shared.path());
        compile(&used, "serde", "0123456789abcdef");
        used.dependencies.unpack().expect("in use");
        used.dependencies.keep().expect("not kept");
        assert!(!used.dependencies.archive.exists());
    }
}
