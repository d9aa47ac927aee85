//! One row of a file: what it asks for, and what became of it.

#![allow(clippy::disallowed_types, reason = "reading a flattened member names floats, and none is stored")]

use serde::{Deserialize, Serialize};

use crate::request::ask::Ask;
use crate::request::draft::FieldError;

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRow {
    /// Its number in the file: the first row of a table is its header.
    pub row: u32,
    /// Its own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What it asks for, or what became of it.
    #[serde(flatten)]
    pub state: RowState,
}

/// Says what a row asks for, or what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum RowState {
    /// It is to become a request.
    Waiting {
        /// What it asks for.
        ask: Box<Ask>,
        /// How many rows up to this one say the same, this one counted; 0 where its reference names it.
        times: u32,
        /// The same for the name that earlier versions gave it; 0 where that is the same name.
        #[serde(default, skip_serializing_if = "is_zero")]
        earlier: u32,
    },
    /// It became a new request.
    Accepted {
        /// The request's id.
        id: String,
    },
    /// It was a request already.
    AlreadyThere {
        /// The request's id.
        id: String,
    },
    /// It became no request.
    Failed {
        /// The stable name of the kind of mistake.
        code: String,
        /// What is wrong, and what would be right.
        detail: String,
        /// The same by column, where it is about some.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        errors: Vec<FieldError>,
    },
    /// The import was cancelled before it became a request.
    Cancelled,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Some rows of a file that are stored together, and become requests together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Part {
    /// The rows in their order.
    pub rows: Vec<FileRow>,
}

/// Writes a cell of a table that people open in a spreadsheet: quoted where it must be, and with an apostrophe in front
/// where a spreadsheet would take a text for a formula.
#[must_use]
pub fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r', ';', '\t']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn a_cell_is_no_formula_and_breaks_no_row() {
        assert_eq!(cell("R-7"), "R-7");
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("a \"b\", c\n"), "\"a \"\"b\"\", c\n\"");
        assert_eq!(cell("-5,00"), "\"'-5,00\"");
    }

    #[test]
    fn rows_are_read_as_they_were_stored() {
        for text in [
            r#"{"row":2,"reference":"R-1","status":"accepted","id":"0199"}"#,
            r#"{"row":3,"status":"failed","code":"invalid-request","detail":"x","errors":[{"pointer":"/amount","detail":"y"}]}"#,
            r#"{"row":4,"status":"cancelled"}"#,
        ] {
            let row: FileRow = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&row).unwrap(), text);
        }
    }
}
