//! Imports: files of many asks. A file is cut into parts while it comes in; each row becomes a request of its own, in
//! the order of the file, and what became of it is kept.

mod cut;
mod import;
mod repeated;
mod row;
mod template;

pub use crate::request::imported::ImportedRow;
pub use cut::{Cut, CutError, Cutter};
pub use import::{Cancelled, Counts, Import, ImportState, Requests, Shown, Sum};
pub use repeated::{Repeated, Said};
pub use row::{FileRow, Part, RowState, cell};
pub use template::{Template, TemplateFields, is_template_name};

use serde::{Deserialize, Serialize};

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A table whose first row names the columns.
    Csv,
    /// A JSON object in each line.
    Ndjson,
}

impl Format {
    /// Reads the format from a media type; `None` for any other than those that are taken.
    #[must_use]
    pub fn of(media_type: &str) -> Option<Self> {
        let name = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match name.as_str() {
            "text/csv" => Some(Self::Csv),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Some(Self::Ndjson),
            _ => None,
        }
    }
}
