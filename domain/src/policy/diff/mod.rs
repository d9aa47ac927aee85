//! What two texts of the policy differ in: line by line, and in words. The words are made from the TOML itself, so a
//! section that the policy gets later is told of like any other.

mod lines;
mod tables;

use serde::{Deserialize, Serialize};

pub use lines::{DiffLine, LineChange, lines};
pub use tables::{Change, ChangeKind};

use crate::limits;

/// What two texts of the policy differ in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PolicyDiff"))]
pub struct PolicyDiff {
    /// What was added, removed and changed, in words. Comments and layout are no change.
    pub changes: Vec<Change>,
    /// How many changes there are besides those that are listed.
    pub more_changes: u32,
    /// The lines that are not the same, with three around each.
    pub lines: Vec<DiffLine>,
    /// How many lines there are besides those that are listed.
    pub more_lines: u32,
}

impl PolicyDiff {
    /// Compares two texts that are both TOML; one that is none counts as an empty one in the words.
    #[must_use]
    pub fn of(before: &str, after: &str) -> Self {
        let table = |text: &str| toml::from_str::<toml::Table>(text).unwrap_or_default();
        let (mut changes, mut lines) = (tables::changes(&table(before), &table(after)), lines(before, after));
        let more = |length: usize, most: usize| u32::try_from(length.saturating_sub(most)).unwrap_or(u32::MAX);
        let more_changes = more(changes.len(), limits::DIFF_CHANGES);
        let more_lines = more(lines.len(), limits::DIFF_LINES);
        changes.truncate(limits::DIFF_CHANGES);
        lines.truncate(limits::DIFF_LINES);
        Self { changes, more_changes, lines, more_lines }
    }
}
