//! Keeps the files of compiled components, for all state folders and all hosts of one account.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest as _, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::engine::plain_error;
use crate::limits::{ARTIFACT_CACHE_BYTES, OTHERS_BITS, OTHERS_MAY_WRITE_BITS};

/// Keeps compiled components, each in a file named by what it was made from.
///
/// What is compiled is run without a further look, so nothing is taken from a folder or a file that somebody else owns
/// or may write.
pub struct ArtifactCache {
    folder: PathBuf,
}

impl ArtifactCache {
    /// Opens a cache in `folder`, which is made when it is missing.
    ///
    /// # Errors
    /// The folder can't be made, or it is not this account's alone.
    pub fn new(folder: &Path) -> Result<Self> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let metadata = std::fs::metadata(folder)?;
        ensure!(
            is_ours(&metadata),
            "{} belongs to another account, so what is compiled there is not run: name a folder of your own with --cache",
            folder.display()
        );
        if metadata.mode() & OTHERS_BITS != 0 {
            std::fs::set_permissions(folder, Permissions::from_mode(0o700))
                .with_context(|| format!("cannot close {} to others", folder.display()))?;
        }
        Ok(Self { folder: folder.to_owned() })
    }

    /// Returns the file name for what this engine makes of `inputs`: it changes with wasmtime's version, with the
    /// engine's settings, and with every byte of the inputs.
    pub fn key<'a>(engine: &Engine, inputs: impl IntoIterator<Item = &'a [u8]>) -> String {
        let mut hash = Sha256::new();
        for input in inputs {
            hash.update((input.len() as u64).to_le_bytes());
            hash.update(input);
        }
        let mut compatibility = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut compatibility);
        hash.update(compatibility.finish().to_le_bytes());
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Loads the component compiled earlier; `None` when there is none, or when its file can't be used.
    pub fn load(&self, engine: &Engine, key: &str) -> Option<Component> {
        let path = self.file(key);
        let file = match open_ours(&path) {
            Ok(file) => file,
            Err(error) if error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::NotFound) => {
                return None;
            }
            Err(error) => {
                tracing::warn!(file = %path.display(), "not used: {error:#}");
                return None;
            }
        };
        // Whoever makes room removes what was not used for the longest time.
        _ = file.set_modified(SystemTime::now());
        // SAFETY: only this account may write the folder and the file, and `store` puts nothing there but what
        // `Component::serialize` made, renamed into place when complete. Whoever can change these files can change the
        // host's own binary.
        #[allow(unsafe_code)]
        let loaded = unsafe { Component::deserialize_file(engine, &path) };
        match loaded {
            Ok(component) => Some(component),
            Err(error) => {
                tracing::debug!(file = %path.display(), "compiled anew: {error:#}");
                None
            }
        }
    }

    /// Waits for whoever compiles the same at this moment, in this process or another, and then lets others wait until
    /// the returned claim is dropped. Returns `None` when no file can be made in the folder: then two may do the same
    /// work.
    pub fn claim(&self, key: &str) -> Option<Claim> {
        let path = self.folder.join(format!("{key}.lock"));
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path).ok()?;
        file.lock().ok()?;
        Some(Claim { _file: file, path })
    }

    /// Stores a compiled component. It ignores failures, such as a full disk: the next start only has to compile again.
    pub fn store(&self, key: &str, component: &Component) {
        let file = self.file(key);
        let partial = self.folder.join(format!("{key}.{}.partial", std::process::id()));
        let written = component.serialize().map_err(plain_error).and_then(|bytes| {
            _ = std::fs::remove_file(&partial);
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial)?.write_all(&bytes)?;
            Ok(std::fs::rename(&partial, &file)?)
        });
        if let Err(error) = written {
            tracing::warn!(file = %file.display(), "cannot keep a compiled component: {error:#}");
            _ = std::fs::remove_file(&partial);
        }
        if let Err(error) = self.make_room(ARTIFACT_CACHE_BYTES) {
            tracing::debug!("cannot look through {}: {error:#}", self.folder.display());
        }
    }

    /// Removes what was not used for the longest time, until at most `most` bytes are kept.
    fn make_room(&self, most: u64) -> Result<()> {
        let mut kept = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            let entry = entry?;
            // Another host may make room at the same time.
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_file() {
                kept.push((metadata.modified()?, metadata.len(), entry.path()));
            }
        }
        kept.sort();
        let mut bytes: u64 = kept.iter().map(|(_, length, _)| length).sum();
        for (_, length, path) in kept {
            if bytes <= most {
                break;
            }
            // A host that runs from this file goes on: the system keeps it until then.
            _ = std::fs::remove_file(path);
            bytes = bytes.saturating_sub(length);
        }
        Ok(())
    }

    fn file(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.cwasm"))
    }
}

/// Opens a file that only this account may have written.
fn open_ours(path: &Path) -> Result<File> {
    let flags = rustix::fs::OFlags::NOFOLLOW.bits();
    let file = OpenOptions::new().read(true).custom_flags(i32::try_from(flags)?).open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() || !is_ours(&metadata) || metadata.mode() & OTHERS_MAY_WRITE_BITS != 0 {
        bail!("another account may have written it: remove it, and the component is compiled anew");
    }
    Ok(file)
}

fn is_ours(metadata: &std::fs::Metadata) -> bool {
    metadata.uid() == rustix::process::geteuid().as_raw()
}

/// Holds the right to compile something; its file is locked for as long as it is open.
pub struct Claim {
    _file: File,
    path: PathBuf,
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Whoever waits has the file open already, and will find the compiled component.
        _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::engine::engine;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("contraflow-artifacts-{name}-{}", std::process::id()));
        _ = std::fs::remove_dir_all(&folder);
        folder
    }

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn what_is_compiled_is_kept_for_its_owner_alone() {
        let folder = folder("owner");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        let (engine, cache) = (engine().unwrap(), ArtifactCache::new(&folder).unwrap());
        assert_eq!(mode(&folder), 0o700);
        // The smallest component there is.
        let component = Component::new(&engine, b"\0asm\x0d\0\x01\0").unwrap();
        cache.store("k", &component);
        assert_eq!(mode(&cache.file("k")), 0o600);
        assert!(cache.load(&engine, "k").is_some());
        std::fs::set_permissions(cache.file("k"), Permissions::from_mode(0o666)).unwrap();
        assert!(cache.load(&engine, "k").is_none(), "others may have written it");
        std::fs::remove_file(cache.file("k")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", cache.file("k")).unwrap();
        assert!(cache.load(&engine, "k").is_none(), "a link leads elsewhere");
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_cache_is_bounded_and_keeps_what_was_used_last() {
        let folder = folder("room");
        let cache = ArtifactCache::new(&folder).unwrap();
        for (age, name) in [(3, "old"), (1, "new"), (2, "middle")] {
            std::fs::write(cache.file(name), [0; 100]).unwrap();
            let file = File::options().write(true).open(cache.file(name)).unwrap();
            file.set_modified(SystemTime::now() - std::time::Duration::from_secs(age * 60)).unwrap();
        }
        cache.make_room(250).unwrap();
        assert!(!cache.file("old").exists() && cache.file("middle").exists() && cache.file("new").exists());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
