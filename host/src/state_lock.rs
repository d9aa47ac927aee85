//! Makes sure that only one host uses a state folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::private_files::private_folder;

/// Holds the lock of a state folder for as long as it lives; the system frees the lock even when the process is killed.
pub struct StateLock {
    _file: File,
}

impl StateLock {
    /// Locks the folder, which is made when it is missing.
    ///
    /// # Errors
    /// Another process holds the lock.
    pub fn take(state: &Path) -> Result<Self> {
        private_folder(state)?;
        let path = state.join("lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => {
                bail!(
                    "another contraflow runs on {}: stop it first, or choose another folder with --state",
                    state.display()
                )
            }
            Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_second_host_on_the_same_state_is_turned_away() {
        let folder = std::env::temp_dir().join(format!("contraflow-lock-{}", std::process::id()));
        let held = StateLock::take(&folder).unwrap();
        assert!(StateLock::take(&folder).is_err_and(|error| error.to_string().contains("another contraflow")));
        drop(held);
        assert!(StateLock::take(&folder).is_ok());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
