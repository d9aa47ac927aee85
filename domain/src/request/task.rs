//! Tasks: what needs a person.

use serde::{Deserialize, Serialize};

use crate::catalogue::TaskCode;
use crate::time::Timestamp;

/// A task: something that only a person can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Task {
    /// The code of what is to be done.
    pub code: TaskCode,
    /// What it is about: the id of a leg or a message, or the name of a dispute or a payment; empty for the whole
    /// request.
    pub subject: String,
    /// What happened, and what to do.
    pub detail: String,
    /// When it was raised.
    pub since: Timestamp,
}
