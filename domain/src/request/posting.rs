//! How a document gets into the ERP.

use serde::{Deserialize, Serialize};

/// Says whether the ERP posts a document at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Posting {
    /// A person posts the draft in the ERP.
    Draft,
    /// The ERP posts the document at once.
    #[default]
    Post,
}
