//! Tasks: what needs a person.

use serde::{Deserialize, Serialize};

use crate::catalogue::TaskCode;
use crate::time::Timestamp;

/// Something that only a person can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Task {
    /// What it is.
    pub code: TaskCode,
    /// What it is about: a leg's id, or empty for the whole request.
    pub subject: String,
    /// What happened, and what to do.
    pub detail: String,
    /// Since when.
    pub since: Timestamp,
}
