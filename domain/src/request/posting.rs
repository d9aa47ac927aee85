//! How a document gets into the ERP: posted at once, or as a draft.

use serde::{Deserialize, Serialize};

/// The policy's choice of who posts a document in the ERP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Posting {
    /// A person posts the draft in the ERP.
    Draft,
    /// The ERP posts the document at once.
    #[default]
    Post,
}
