//! Where a request came from that was made of a row of a file.

use serde::{Deserialize, Serialize};

/// Says which row of which import a request was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "RowOfImport"))]
pub struct ImportedRow {
    /// The import's id.
    pub id: String,
    /// The row's number in the file.
    pub row: u32,
}
