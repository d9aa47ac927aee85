//! The log of heads: where the chains of requests ended, in the order in which that was sealed.

use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::tree::{Frontier, leaf};

/// Says how far the record of a request went: the newest event of its chain. Its hash stands for all events before it,
/// too. In JSON it is `[request, sequence, hash]`, and the canonical JSON of that is a leaf of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(String, u64, Hash)", into = "(String, u64, Hash)")]
pub struct Head {
    /// The id of the request.
    pub request: String,
    /// The number of the event in its request's record.
    pub sequence: u64,
    /// The hash of the event.
    pub hash: Hash,
}

impl From<(String, u64, Hash)> for Head {
    fn from((request, sequence, hash): (String, u64, Hash)) -> Self {
        Self { request, sequence, hash }
    }
}

impl From<Head> for (String, u64, Hash) {
    fn from(head: Head) -> Self {
        (head.request, head.sequence, head.hash)
    }
}

impl Frontier {
    /// Appends a head to the log.
    ///
    /// # Errors
    /// When the head cannot be written as JSON.
    pub fn append(&mut self, head: &Head) -> Result<(), serde_json::Error> {
        self.push(leaf(&serde_json_canonicalizer::to_vec(head)?));
        Ok(())
    }
}

/// Marks a line of heads, and the version of its form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Form {
    #[default]
    #[serde(rename = "heads/1")]
    Heads,
}

/// Holds a stretch of the log, as it is stored and exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heads {
    record: Form,
    /// The place of the first of these heads in the log, counted from 0.
    pub first: u64,
    /// The heads, one behind the other.
    pub heads: Vec<Head>,
}

impl Heads {
    /// Makes a stretch of the log.
    #[must_use]
    pub fn new(first: u64, heads: Vec<Head>) -> Self {
        Self { record: Form::Heads, first, heads }
    }
}
