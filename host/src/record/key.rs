//! Where the key that signs the record lies.

use std::path::Path;

use anyhow::{Context, Result};
use contraflow_audit::RecordKey;

use crate::secret_file::secret;

/// Names the variable that may hold the key. It is none of the application's, so no component can ask for it.
const VARIABLE: &str = "CONTRAFLOW_RECORD_KEY";
/// Names the key's file in the state folder.
const FILE: &str = "record_key";

/// Returns the key that signs the record: the one in the environment, or else the one in the state folder. That file is
/// made on first use, and only its owner may read it.
///
/// # Errors
/// The key is damaged, or its file can't be made or read.
pub fn record_key(state: &Path) -> Result<RecordKey> {
    if let Ok(key) = std::env::var(VARIABLE) {
        return RecordKey::read(key.trim()).with_context(|| format!("{VARIABLE} must be 64 digits of lower-case hex"));
    }
    let file = state.join(FILE);
    RecordKey::read(&secret(&file)?).with_context(|| {
        format!(
            "{} is damaged: get it back from a backup. A new key is made once it is gone, and auditors must be told of it",
            file.display()
        )
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_key_is_made_once_and_only_its_owner_may_read_it() {
        let folder = std::env::temp_dir().join(format!("contraflow-record-key-{}", std::process::id()));
        let key = record_key(&folder).unwrap().public();
        assert_eq!(record_key(&folder).unwrap().public(), key);
        assert_eq!(std::fs::metadata(folder.join(FILE)).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(folder.join(FILE), "short").unwrap();
        assert!(record_key(&folder).is_err(), "a damaged key is not replaced in silence");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
