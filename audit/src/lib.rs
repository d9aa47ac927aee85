//! Links the events of a request's record by SHA-256 over their canonical JSON (RFC 8785), and checks the links.
//!
//! Every event carries `previous` (the hash of the event before it, empty for the first) and `hash`, the SHA-256 of the
//! event without its `hash` member. Whoever has an export can check it without the system that wrote it.

#![deny(clippy::indexing_slicing)]

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// Returns the SHA-256 of a value's canonical JSON, in lower-case hex.
///
/// # Errors
/// When the value cannot be serialised as JSON.
pub fn canonical_hash<T: serde::Serialize>(value: &T) -> Result<String, serde_json::Error> {
    let canonical = serde_json_canonicalizer::to_vec(value)?;
    Ok(hex(&Sha256::digest(canonical)))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().map_or('?', char::from);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Counts what a verified export holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// The number of requests whose chains were checked.
    pub requests: usize,
    /// The number of events of all these requests together.
    pub events: usize,
}

/// Names the first thing in an export that is not as it was written.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ChainError {
    /// A line is not an event.
    #[error("line {line}: not an event: {detail}")]
    Unreadable {
        /// The number of the line, counted from 1.
        line: usize,
        /// The reason why the line can't be read.
        detail: String,
    },
    /// The content of an event does not have the hash that it carries.
    #[error(
        "line {line}: event {sequence} of request {request} was changed: its content does not have the hash it carries"
    )]
    Changed {
        /// The number of the line, counted from 1.
        line: usize,
        /// The id of the request.
        request: String,
        /// The number of the event in its request's record.
        sequence: u64,
    },
    /// An event does not follow the one before it.
    #[error(
        "line {line}: request {request}: event {sequence} does not follow event {after}: one was removed, added or moved"
    )]
    Unlinked {
        /// The number of the line, counted from 1.
        line: usize,
        /// The id of the request.
        request: String,
        /// The number of the event in its request's record.
        sequence: u64,
        /// The number of the last event that is as it was written.
        after: u64,
    },
}

/// Checks an export: one JSON event a line, the events of one request in order, requests in any order.
///
/// # Errors
/// The first break found, by line.
pub fn verify<'a>(lines: impl IntoIterator<Item = &'a str>) -> Result<Verified, ChainError> {
    let mut heads: BTreeMap<String, (u64, String)> = BTreeMap::new();
    let mut events = 0;
    for (index, text) in lines.into_iter().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let line = index + 1;
        let unreadable = |detail: &str| ChainError::Unreadable { line, detail: detail.into() };
        let mut event: Value = serde_json::from_str(text).map_err(|error| unreadable(&error.to_string()))?;
        let fields = event.as_object_mut().ok_or_else(|| unreadable("not a JSON object"))?;
        let hash = match fields.remove("hash") {
            Some(Value::String(hash)) => hash,
            _ => return Err(unreadable("it has no `hash`")),
        };
        let text_of = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
        let request = text_of("request").ok_or_else(|| unreadable("it has no `request`"))?;
        let previous = text_of("previous").ok_or_else(|| unreadable("it has no `previous`"))?;
        let sequence =
            fields.get("sequence").and_then(Value::as_u64).ok_or_else(|| unreadable("it has no `sequence`"))?;
        let content = canonical_hash(&event).map_err(|error| unreadable(&error.to_string()))?;
        if content != hash {
            return Err(ChainError::Changed { line, request, sequence });
        }
        let (after, head) = heads.get(&request).cloned().unwrap_or_default();
        if sequence != after + 1 || previous != head {
            return Err(ChainError::Unlinked { line, request, sequence, after });
        }
        heads.insert(request, (sequence, hash));
        events += 1;
    }
    Ok(Verified { requests: heads.len(), events })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn export(amounts: &[&str]) -> Vec<String> {
        let mut previous = String::new();
        amounts
            .iter()
            .enumerate()
            .map(|(index, amount)| {
                let mut event = json!({"request": "r", "sequence": index + 1, "previous": previous, "amount": amount});
                previous = canonical_hash(&event).unwrap();
                event.as_object_mut().unwrap().insert("hash".into(), previous.clone().into());
                event.to_string()
            })
            .collect()
    }

    fn check(lines: &[String]) -> Result<Verified, ChainError> {
        verify(lines.iter().map(String::as_str))
    }

    #[test]
    fn an_untouched_export_holds() {
        assert_eq!(check(&export(&["1", "2", "3"])), Ok(Verified { requests: 1, events: 3 }));
    }

    #[test]
    fn a_changed_amount_is_found() {
        let mut lines = export(&["1", "2", "3"]);
        lines.get_mut(1).unwrap().push(' ');
        assert!(check(&lines).is_ok(), "white space is no change of content");
        *lines.get_mut(1).unwrap() = lines.get(1).unwrap().replace("\"2\"", "\"9\"");
        assert_eq!(check(&lines), Err(ChainError::Changed { line: 2, request: "r".into(), sequence: 2 }));
    }

    #[test]
    fn a_removed_event_is_found() {
        let mut lines = export(&["1", "2", "3"]);
        lines.remove(1);
        assert_eq!(check(&lines), Err(ChainError::Unlinked { line: 2, request: "r".into(), sequence: 3, after: 1 }));
    }

    #[test]
    fn canonical_json_is_that_of_rfc_8785() {
        // The sorting example of RFC 8785, section 3.2.3, reduced to its ASCII and Latin keys.
        assert_eq!(
            canonical_hash(&json!({"b": 1, "a": "\u{20ac}$\u{000F}\n"})).unwrap(),
            hex(&Sha256::digest("{\"a\":\"\u{20ac}$\\u000f\\n\",\"b\":1}".as_bytes()))
        );
    }
}
