//! One import: a file that somebody sent, how far it is, and what became of its rows.

#![allow(clippy::disallowed_types, reason = "reading a flattened member names floats, and none is stored")]

use serde::{Deserialize, Serialize};

use super::{FileRow, Format, Part, RowState};
use crate::identity::Identity;
use crate::limits::IMPORT_KEPT_MS;
use crate::money::Money;
use crate::request::ask::Ask;
use crate::time::Timestamp;

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Its file is still coming in, or broke off.
    Uploading,
    /// Its rows become requests, one after the other.
    Running,
    /// All of its rows are dealt with.
    Stored,
    /// Somebody has cancelled it: no further row becomes a request.
    Cancelled,
}

/// Counts rows by what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counts {
    /// Those that became new requests.
    pub accepted: u32,
    /// Those that were requests already.
    pub already_there: u32,
    /// Those that became none, because something is wrong with them.
    pub failed: u32,
}

impl Counts {
    fn dealt_with(self) -> u32 {
        self.accepted + self.already_there + self.failed
    }
}

/// What the new requests of an import ask for in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ImportedAmount"))]
pub struct Sum {
    /// How many requests name an amount in it.
    pub requests: u32,
    /// The amounts together.
    pub asked: Money,
}

/// Says who cancelled an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cancelled {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why, where it was not a person who wanted it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// An import, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// A UUID of version 7.
    pub id: String,
    /// Who sent the file: the requester of all its rows.
    pub by: String,
    /// When the file was there; of one that is still coming in, when it began.
    pub at: Timestamp,
    /// The file's format.
    pub format: Format,
    /// The template that it was read by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// How far it is.
    pub state: ImportState,
    /// The SHA-256 of the file; empty while it comes in.
    #[serde(default)]
    pub hash: String,
    /// The key that its sender gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The bytes of the file.
    pub bytes: u64,
    /// How many rows ask for something.
    pub rows: u32,
    /// How many parts it is stored in.
    pub parts: u32,
    /// The part whose rows come next.
    pub next: u32,
    /// What became of the rows so far.
    pub counts: Counts,
    /// What the new requests ask for, by currency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sums: Vec<Sum>,
    /// When it last changed.
    pub touched_at: Timestamp,
    /// When its last row was dealt with, or it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Who cancelled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<Cancelled>,
    /// When the clock goes on with it, or forgets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
}

impl Import {
    /// Tells whether somebody sent it.
    #[must_use]
    pub fn is_of(&self, person: &Identity) -> bool {
        Identity::read(&self.by).is(person)
    }

    /// Counts what became of a row, which asked for this before it became a request.
    pub fn count(&mut self, row: &FileRow, ask: Option<&Ask>) {
        match (&row.state, ask) {
            (RowState::Accepted { .. }, ask) => {
                self.counts.accepted += 1;
                if let Some(amount) = ask.and_then(asked) {
                    self.add(amount);
                }
            }
            (RowState::AlreadyThere { .. }, _) => self.counts.already_there += 1,
            (RowState::Failed { .. }, _) => self.counts.failed += 1,
            (RowState::Waiting { .. } | RowState::Cancelled, _) => {}
        }
    }

    fn add(&mut self, amount: Money) {
        let known = self.sums.iter_mut().find(|sum| sum.asked.currency == amount.currency);
        let Some(sum) = known else { return self.sums.push(Sum { requests: 1, asked: amount }) };
        // A sum beyond what an amount may be is told no further; each request has its own.
        if let Ok(more) = sum.asked.checked_add(amount) {
            (sum.requests, sum.asked) = (sum.requests + 1, more);
        }
    }

    /// Takes a part as done, and ends the import with its last.
    pub fn part_done(&mut self, at: Timestamp) {
        self.next += 1;
        self.touched_at = at;
        if self.next >= self.parts {
            self.state = ImportState::Stored;
            self.ended_at = Some(at);
        }
    }

    /// Ends it before all rows became requests.
    pub fn cancel(&mut self, by: &str, why: &str, at: Timestamp) {
        self.state = ImportState::Cancelled;
        self.ended_at = Some(at);
        self.touched_at = at;
        self.cancelled = Some(Cancelled { by: by.into(), at, why: why.into() });
    }

    /// Returns when it is forgotten; `None` while rows become requests.
    #[must_use]
    pub fn forgotten_at(&self) -> Option<Timestamp> {
        self.ended_at.map(|end| end.plus_ms(IMPORT_KEPT_MS))
    }

    /// Returns a part as it is shown: rows of a cancelled import that wait will wait for ever.
    #[must_use]
    pub fn shown_part(&self, mut part: Part) -> Part {
        if self.state == ImportState::Cancelled {
            for row in &mut part.rows {
                if matches!(row.state, RowState::Waiting { .. }) {
                    row.state = RowState::Cancelled;
                }
            }
        }
        part
    }
}

/// Returns how much an ask names, if it does, all in one currency.
fn asked(ask: &Ask) -> Option<Money> {
    let lines = || {
        let mut amounts = ask.lines.iter().map(|line| line.amount).collect::<Option<Vec<_>>>()?.into_iter();
        let first = amounts.next()?;
        amounts.try_fold(first, |sum, amount| sum.checked_add(amount).ok())
    };
    ask.amount.or_else(lines)
}

/// Counts the new requests of an import by where they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ImportedRequestsNow"))]
pub struct Requests {
    /// Those that go on by themselves.
    pub working: u32,
    /// Those that wait for a person.
    pub waiting_for_people: u32,
    /// Those that have come to their end, whatever it is.
    pub ended: u32,
}

/// An import, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Import"))]
pub struct Shown {
    /// Its id.
    pub id: String,
    /// Who sent the file: the requester of all its rows.
    pub by: String,
    /// When the file was there.
    pub at: Timestamp,
    /// The file's format.
    pub format: Format,
    /// The template that it was read by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// How far it is.
    pub state: ImportState,
    /// The SHA-256 of the file, in hex.
    pub sha256: String,
    /// The bytes of the file.
    pub bytes: u64,
    /// How many rows of the file ask for something.
    pub rows: u32,
    /// How many of them are not dealt with yet; of a cancelled import, how many never will be.
    pub left: u32,
    /// What became of the others.
    #[serde(flatten)]
    pub counts: Counts,
    /// Where the new requests stand now; left out in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<Requests>,
    /// Whether nothing of it is under way any more, and nothing waits for a person; left out in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_done: Option<bool>,
    /// What the new requests ask for, by currency.
    pub amounts: Vec<Sum>,
    /// How many rows it deals with in a second, in tenths; left out where it does not run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenths_per_second: Option<u64>,
    /// When all rows are dealt with, at this pace; left out where it does not run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_at: Option<Timestamp>,
    /// When its last row was dealt with, or it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Who cancelled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<Cancelled>,
    /// Until when it is kept, with its result; left out where rows are still dealt with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_until: Option<Timestamp>,
    /// The address of what became of each row.
    pub result: String,
}

impl Shown {
    /// Shows an import at an instant, with where its requests stand if that was counted.
    #[must_use]
    pub fn of(import: Import, requests: Option<Requests>, now: Timestamp) -> Self {
        let dealt_with = import.counts.dealt_with();
        let left = import.rows.saturating_sub(dealt_with);
        let runs = import.state == ImportState::Running;
        let passed = now.ms_since(import.at);
        let pace = runs && dealt_with > 0 && passed > 0;
        let expected = || passed.saturating_mul(u64::from(left)).checked_div(u64::from(dealt_with));
        Self {
            result: format!("/v1/imports/{}/result", import.id),
            left,
            is_done: requests.map(|now| !runs && now.working == 0 && now.waiting_for_people == 0),
            requests,
            tenths_per_second: pace.then(|| (u64::from(dealt_with) * 10_000).checked_div(passed)).flatten(),
            expected_at: pace.then(expected).flatten().map(|more| now.plus_ms(more)),
            kept_until: import.forgotten_at(),
            id: import.id,
            by: import.by,
            at: import.at,
            format: import.format,
            template: import.template,
            state: import.state,
            sha256: import.hash,
            bytes: import.bytes,
            rows: import.rows,
            counts: import.counts,
            amounts: import.sums,
            ended_at: import.ended_at,
            cancelled: import.cancelled,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix_ms(1_795_262_400_000 + seconds * 1000)
    }

    /// An import as this version stores it.
    const STORED: &str = r#"{"id":"0199","by":"alice","at":"2026-11-21T12:00:00.000Z","format":"csv","state":"running",
        "hash":"ab","bytes":90,"rows":40,"parts":2,"next":0,"counts":{"accepted":0,"already_there":0,"failed":0},
        "touched_at":"2026-11-21T12:00:00.000Z","due":"2026-11-21T12:00:20.000Z"}"#;

    fn row(state: RowState) -> FileRow {
        FileRow { row: 2, reference: None, state }
    }

    fn ask(text: &str) -> Ask {
        let amount = format!(r#"{{"value":"{text}","currency":"EUR"}}"#);
        let ask = format!(
            r#"{{"kind":"goodwill_credit","customer":"C","reason":"","note":"","amount":{amount},"destination":"auto"}}"#
        );
        serde_json::from_str(&ask).unwrap()
    }

    #[test]
    fn rows_are_counted_and_new_amounts_added_up() {
        let mut import: Import = serde_json::from_str(STORED).unwrap();
        let accepted = row(RowState::Accepted { id: "1".into() });
        import.count(&accepted, Some(&ask("1.50")));
        import.count(&accepted, Some(&ask("2.00")));
        import.count(&row(RowState::AlreadyThere { id: "1".into() }), Some(&ask("9.00")));
        import.count(&row(RowState::Failed { code: "x".into(), detail: String::new(), errors: Vec::new() }), None);
        assert_eq!(import.counts, Counts { accepted: 2, already_there: 1, failed: 1 });
        assert_eq!((import.sums[0].requests, import.sums[0].asked.to_string()), (2, "3.50".to_owned()));
        import.part_done(at(2));
        assert_eq!((import.state, import.ended_at), (ImportState::Running, None));
        let shown = Shown::of(import.clone(), None, at(2));
        assert_eq!((shown.left, shown.tenths_per_second, shown.expected_at), (36, Some(20), Some(at(20))));
        import.part_done(at(4));
        assert_eq!((import.state, import.ended_at), (ImportState::Stored, Some(at(4))));
        assert_eq!(import.forgotten_at(), Some(at(4).plus_ms(IMPORT_KEPT_MS)));
        let waits = Requests { working: 0, waiting_for_people: 1, ended: 1 };
        assert_eq!(Shown::of(import.clone(), Some(waits), at(9)).is_done, Some(false));
        assert_eq!(Shown::of(import, Some(Requests::default()), at(9)).is_done, Some(true));
    }

    #[test]
    fn rows_that_were_left_when_an_import_was_cancelled_are_shown_as_cancelled() {
        let mut import: Import = serde_json::from_str(STORED).unwrap();
        let part = Part { rows: vec![row(RowState::Waiting { ask: Box::new(ask("1.00")), times: 1, earlier: 0 })] };
        assert_eq!(import.shown_part(part.clone()), part);
        import.cancel("bob", "", at(3));
        assert_eq!(import.shown_part(part).rows[0].state, RowState::Cancelled);
        assert_eq!(Shown::of(import, None, at(4)).tenths_per_second, None);
    }
}
