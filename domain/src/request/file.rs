//! Small files that are stored with a request: what is known of them. Their bytes stand beside the request.

use serde::{Deserialize, Serialize};

use super::Request;
use super::evidence::Evidence;
use crate::lifecycle::titled;
use crate::time::Timestamp;

titled! {
    /// What is known of whether a file is harmless.
    FileScan {
        /// Nobody looks for viruses here: it counts, and whoever opens it should know.
        NotScanned = "not_scanned": "Not scanned for viruses",
        /// It waits for the scanner. Until then it counts as nothing, and nobody gets it.
        Waiting = "waiting": "Waits for the virus scanner",
        /// The scanner found nothing.
        Clean = "clean": "Nothing found by the virus scanner",
        /// The scanner found something: its bytes are removed.
        Infected = "infected": "Infected: removed",
    }
}

/// A small file that is stored with a request. What is said of it stays when its bytes have gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StoredFile {
    /// The SHA-256 of its bytes, in hex. It is also its name in addresses.
    pub sha256: String,
    /// Its name, as whoever sent it says.
    pub name: String,
    /// What it is, as the policy names it: `photo`, `receipt`, …
    pub kind: String,
    /// Its media type, as it is given out.
    pub media_type: String,
    /// How many bytes it has.
    pub size: u64,
    /// Who sent it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What is known of whether it is harmless.
    pub scan: FileScan,
}

impl StoredFile {
    /// Returns the file as evidence.
    #[must_use]
    pub fn as_evidence(&self) -> Evidence {
        Evidence {
            kind: self.kind.clone(),
            url: None,
            name: Some(self.name.clone()),
            media_type: Some(self.media_type.clone()),
            size: Some(self.size),
            sha256: Some(self.sha256.clone()),
            stored: true,
            by: Some(self.by.clone()),
            at: Some(self.at),
        }
    }
}

impl StoredFile {
    /// Tells whether its bytes are given to whoever may read the request.
    #[must_use]
    pub const fn is_given_out(&self) -> bool {
        matches!(self.scan, FileScan::NotScanned | FileScan::Clean)
    }
}

impl Request {
    /// Tells whether a file of it waits for the scanner.
    #[must_use]
    pub fn awaits_scan(&self) -> bool {
        self.files.iter().any(|file| file.scan == FileScan::Waiting)
    }

    /// Returns the stored file of that SHA-256.
    #[must_use]
    pub fn file(&self, sha256: &str) -> Option<&StoredFile> {
        self.files.iter().find(|file| file.sha256 == sha256)
    }
}
