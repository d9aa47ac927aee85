//! Keeps files for the account that runs the host: nobody else may read a state folder or what is in it.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::{Context, Result};

use crate::limits::OTHERS_BITS;

/// Makes a folder that only its owner may enter, and closes it and the files in it to others when they are not.
///
/// # Errors
/// The folder can't be made or read.
pub fn private_folder(folder: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    close_to_others(folder, 0o700);
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read the folder {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        // A link is not followed: what it leads to may be meant for others.
        match entry.file_type()? {
            kind if kind.is_dir() => close_to_others(&entry.path(), 0o700),
            kind if kind.is_file() => close_to_others(&entry.path(), 0o600),
            _ => {}
        }
    }
    Ok(())
}

/// Makes an empty file that only its owner may read, unless there is one already.
pub(crate) fn private_file(path: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Writes a file that only its owner may read, in place of what was there.
///
/// # Errors
/// The file can't be written.
pub fn write_private(path: &Path, text: &str) -> Result<()> {
    let write = || -> io::Result<()> {
        // A file that is there may be open to others, or open in somebody's hands.
        if let Err(error) = std::fs::remove_file(path)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error);
        }
        let mut file: File = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

fn close_to_others(path: &Path, mode: u32) {
    let Ok(metadata) = std::fs::symlink_metadata(path) else { return };
    if metadata.permissions().mode() & OTHERS_BITS == 0 {
        return;
    }
    if let Err(error) = std::fs::set_permissions(path, Permissions::from_mode(mode)) {
        tracing::warn!("others may read {}: {error}; take it away from them (chmod go=)", path.display());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_folder_that_was_open_to_others_is_closed_with_all_that_is_in_it() {
        let folder = std::env::temp_dir().join(format!("contraflow-private-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("below")).unwrap();
        let files =
            ["sqlite_default.db", "sqlite_default.db-wal", "sqlite_default.db-shm"].map(|name| folder.join(name));
        for file in &files {
            std::fs::write(file, "x").unwrap();
            std::fs::set_permissions(file, Permissions::from_mode(0o644)).unwrap();
        }
        std::fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        private_folder(&folder).unwrap();
        assert_eq!([mode(&folder), mode(&folder.join("below"))], [0o700; 2]);
        assert_eq!(files.each_ref().map(|file| mode(file)), [0o600; 3]);
        let secret = folder.join("secret");
        std::fs::write(&secret, "old").unwrap();
        std::fs::set_permissions(&secret, Permissions::from_mode(0o666)).unwrap();
        write_private(&secret, "new").unwrap();
        assert_eq!((mode(&secret), std::fs::read_to_string(&secret).unwrap().as_str()), (0o600, "new"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
