//! Keeps a secret in a file of the state folder that only its owner may read.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};

use crate::private_files::private_folder;

/// Returns the secret in the file; the file is made on first use, with 256 random bits in hex.
///
/// # Errors
/// When the file can't be made or read.
pub fn secret(file: &Path) -> Result<String> {
    if let Some(folder) = file.parent() {
        private_folder(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(mut created) => {
            let key: String = (0..2).map(|_| format!("{:032x}", rand::random::<u128>())).collect();
            created.write_all(key.as_bytes())?;
            created.sync_all()?;
            Ok(key)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let key = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            Ok(key.trim().to_owned())
        }
        Err(error) => Err(error).with_context(|| format!("cannot make {}", file.display())),
    }
}
