//! What the host remembers of the record beside the database: the last checkpoint that it signed.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use contraflow_audit::Checkpoint;

/// Names the file in the state folder that holds the last checkpoint.
const FILE: &str = "record_checkpoint.json";
/// Names the file whose lock lets one process sign at a time.
const LOCK: &str = "record_lock";

/// Holds the lock under which the last checkpoint is read and replaced, so that two processes sign one after the other.
pub(super) struct Note {
    file: PathBuf,
    _lock: File,
}

impl Note {
    /// Waits until no other process signs.
    pub fn take(state: &Path) -> Result<Self> {
        std::fs::create_dir_all(state).with_context(|| format!("cannot make the state folder {}", state.display()))?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(state.join(LOCK))?;
        lock.lock()?;
        Ok(Self { file: state.join(FILE), _lock: lock })
    }

    /// Returns the file's path, for whoever has to remove it.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Returns the last checkpoint that was signed here; `None` when there is none.
    pub fn read(&self) -> Result<Option<Checkpoint>> {
        match std::fs::read_to_string(&self.file) {
            Ok(text) => Ok(Some(
                serde_json::from_str(&text).with_context(|| format!("{} holds no checkpoint", self.file.display()))?,
            )),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", self.file.display())),
        }
    }

    /// Keeps a checkpoint, durably, before anybody else sees it.
    pub fn write(&self, checkpoint: &Checkpoint) -> Result<()> {
        let unfinished = self.file.with_extension("new");
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&unfinished)?;
        file.write_all(serde_json::to_string(checkpoint)?.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&unfinished, &self.file)?;
        if let Some(folder) = self.file.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}
