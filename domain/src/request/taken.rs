//! Taken: somebody is looking at a request that waits for a decision, so that no second person does it all again.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Who is looking at a request. It keeps nobody from deciding, and is over by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Taken {
    /// The name of the person.
    pub by: String,
    /// Since when.
    pub at: Timestamp,
    /// Until when it holds, unless they take it again or give it back.
    pub until: Timestamp,
}
