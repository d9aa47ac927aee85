//! Writes the databases of a state folder anew, while no host uses them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::services::DATABASE_FILES;
use crate::sql::sqlite;

/// Says what became of a database file.
#[derive(Clone, Debug)]
pub struct Compacted {
    /// The file.
    pub path: PathBuf,
    /// Its bytes before.
    pub before: u64,
    /// Its bytes now.
    pub after: u64,
}

/// Writes the databases in a state folder anew without what nothing uses any more. No host may use them meanwhile.
///
/// # Errors
/// The database's words; it is as it was then.
pub fn compact(state: &Path) -> Result<Vec<Compacted>> {
    let size = |path: &Path| std::fs::metadata(path).map(|file| file.len());
    let mut compacted = Vec::new();
    for path in DATABASE_FILES.iter().map(|name| state.join(name)).filter(|path| path.is_file()) {
        let before = size(&path)?;
        sqlite::compact(&path).with_context(|| format!("cannot write {} anew; it is as it was", path.display()))?;
        let after = size(&path)?;
        compacted.push(Compacted { path, before, after });
    }
    Ok(compacted)
}
