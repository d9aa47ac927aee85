//! Checks an export of the record, with no access to the system that wrote it.
//!
//! An export is lines of JSON in any order, but for the events of one request, which stand in theirs: events,
//! [`Heads`] and [`Checkpoint`]s. A line that stands there twice counts once, so that exports can be put together.

mod error;
mod proof;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;

pub use error::RecordError;
pub use proof::{Late, Proof, Trust};

use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::head::{Head, Heads};
use crate::key::PublicKey;

/// Holds what is needed of an event once its own chain is checked.
struct Link {
    hash: Hash,
    /// When it happened, as a number that later events exceed.
    at: u64,
}

/// Holds what was read of an export.
#[derive(Default)]
pub struct Export {
    /// The events of every request, in order.
    chains: BTreeMap<String, Vec<Link>>,
    /// The log of heads, by place.
    log: BTreeMap<u64, Head>,
    checkpoints: BTreeMap<u64, Checkpoint>,
}

impl Export {
    /// Reads the lines of an export.
    ///
    /// # Errors
    /// The first break found, by line.
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a str>) -> Result<Self, RecordError> {
        let mut export = Self::default();
        for (index, text) in lines.into_iter().enumerate() {
            export.read(index + 1, text)?;
        }
        Ok(export)
    }

    /// Reads one more line, whose number is for the reader of an error. An empty line is none.
    ///
    /// # Errors
    /// The line is not part of a record, or does not fit those that were read before.
    pub fn read(&mut self, line: usize, text: &str) -> Result<(), RecordError> {
        if text.trim().is_empty() {
            return Ok(());
        }
        let value: Value =
            serde_json::from_str(text).map_err(|error| RecordError::Unreadable { line, detail: error.to_string() })?;
        let form = value.get("record").and_then(Value::as_str).map(str::to_owned);
        match form.as_deref() {
            None => self.event(line, value),
            Some("heads/1") => self.heads(line, value),
            Some("checkpoint/1") => self.checkpoint(line, value),
            // An archived request as it was stored: what happened to it is proven by its events.
            Some("request/1") => Ok(()),
            Some(form) => Err(RecordError::Unreadable {
                line,
                detail: format!("`{form}` is a form that this version of contraflow does not know"),
            }),
        }
    }

    /// Returns the hash of a request's last event.
    #[must_use]
    pub fn last_hash(&self, request: &str) -> Option<Hash> {
        self.chains.get(request)?.last().map(|link| link.hash)
    }

    fn event(&mut self, line: usize, mut event: Value) -> Result<(), RecordError> {
        let unreadable = |detail: &str| RecordError::Unreadable { line, detail: detail.into() };
        let members = event.as_object_mut().ok_or_else(|| unreadable("not a JSON object"))?;
        let hash = match members.remove("hash") {
            Some(Value::String(hash)) => Hash::read(&hash).ok_or_else(|| unreadable("its `hash` is no SHA-256"))?,
            _ => return Err(unreadable("it has no `hash`")),
        };
        let text_of = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        let request = text_of("request").ok_or_else(|| unreadable("it has no `request`"))?;
        let previous = text_of("previous").ok_or_else(|| unreadable("it has no `previous`"))?;
        let at = text_of("at").map(|at| moment(&at)).unwrap_or_default();
        let sequence =
            members.get("sequence").and_then(Value::as_u64).ok_or_else(|| unreadable("it has no `sequence`"))?;
        let content = Hash::of_canonical(&event).map_err(|error| unreadable(&error.to_string()))?;
        if content != hash {
            return Err(RecordError::Changed { line, request, sequence });
        }
        let chain = self.chains.entry(request.clone()).or_default();
        let after = count(chain.len());
        if (1..=after).contains(&sequence) {
            let known = usize::try_from(sequence - 1).ok().and_then(|index| chain.get(index));
            let same = known.is_some_and(|known| known.hash == hash);
            return if same { Ok(()) } else { Err(RecordError::TwoEvents { line, request, sequence }) };
        }
        let head = chain.last().map(|last| last.hash.to_string()).unwrap_or_default();
        if sequence != after.saturating_add(1) || previous != head {
            return Err(RecordError::Unlinked { line, request, sequence, after });
        }
        chain.push(Link { hash, at });
        Ok(())
    }

    fn heads(&mut self, line: usize, heads: Value) -> Result<(), RecordError> {
        let heads: Heads = serde_json::from_value(heads)
            .map_err(|error| RecordError::Unreadable { line, detail: error.to_string() })?;
        for (place, head) in (heads.first..).zip(heads.heads) {
            if self.log.get(&place).is_some_and(|known| *known != head) {
                return Err(RecordError::TwoHeads { line, place });
            }
            self.log.insert(place, head);
        }
        Ok(())
    }

    fn checkpoint(&mut self, line: usize, checkpoint: Value) -> Result<(), RecordError> {
        let checkpoint: Checkpoint = serde_json::from_value(checkpoint)
            .map_err(|error| RecordError::Unreadable { line, detail: error.to_string() })?;
        let number = checkpoint.number;
        if !is_signed(&checkpoint) {
            return Err(RecordError::Forged { line, number });
        }
        match self.checkpoints.insert(number, checkpoint.clone()) {
            Some(known) if known != checkpoint => Err(RecordError::TwoCheckpoints { line, number }),
            _ => Ok(()),
        }
    }
}

/// Tells whether the key that a checkpoint names signed it.
fn is_signed(checkpoint: &Checkpoint) -> bool {
    checkpoint.key.parse().is_ok_and(|key: PublicKey| key.signed(checkpoint))
}

/// Turns a time as the record writes it, `2026-11-25T10:00:00.000Z`, into a number that later times exceed.
fn moment(at: &str) -> u64 {
    at.bytes().filter(u8::is_ascii_digit).take(17).fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'))
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
