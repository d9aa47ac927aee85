//! Checks the contract's bounds and writes keys, checks and mutations down as the SQL reads them. Pure.

use std::collections::HashSet;

use serde_json::{Value as Json, json};

use crate::{Value, limits};

/// Why a call is refused before SQLite sees it.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A key, a value or a count is out of bounds.
    TooLarge(String),
    /// A key is empty, holds NUL, or stands twice among the mutations.
    InvalidKey(String),
}

/// One change of a commit.
#[derive(Debug)]
pub enum Change<'a> {
    /// Writes a key.
    Put(&'a str, &'a [u8]),
    /// Removes a key.
    Delete(&'a str),
}

/// The parameters of the commit statement.
#[derive(Debug)]
pub struct Commit {
    /// `[[key, version or 0], …]`.
    pub checks: String,
    /// `[[key, offset from 1, length] or [key], …]`.
    pub mutations: String,
    /// All values behind each other: no escaping, and any byte may stand in a value.
    pub bytes: Vec<u8>,
}

impl Commit {
    /// Returns them as the statement takes them.
    #[must_use]
    pub fn into_parameters(self) -> Vec<Value> {
        vec![Value::Text(self.checks), Value::Text(self.mutations), Value::Blob(self.bytes)]
    }
}

/// Returns the keys of a `get` as a JSON array.
///
/// # Errors
/// A bound that is not kept.
pub fn get(keys: &[String]) -> Result<String, Refusal> {
    count("keys", keys.len(), limits::GET_KEYS)?;
    for each in keys {
        key(each)?;
    }
    Ok(Json::from(keys).to_string())
}

/// Returns the parameters of a scan.
///
/// # Errors
/// A bound that is not kept.
pub fn scan(start: String, end: String, limit: u32) -> Result<Vec<Value>, Refusal> {
    if limit == 0 || limit > limits::SCAN_ENTRIES {
        return Err(Refusal::TooLarge(format!("a scan takes a limit of 1 to {}, not {limit}", limits::SCAN_ENTRIES)));
    }
    for bound in [&start, &end] {
        if bound.len() > limits::BOUND_BYTES {
            return Err(Refusal::TooLarge(format!(
                "an end of a range has at most {} bytes, not {}",
                limits::BOUND_BYTES,
                bound.len()
            )));
        }
        if bound.contains('\0') {
            return Err(Refusal::InvalidKey("an end of a range holds NUL".to_owned()));
        }
    }
    Ok(vec![Value::Text(start), Value::Text(end), Value::Integer(limit.into()), Value::Integer(limits::SCAN_BYTES)])
}

/// Returns the parameters of a commit. `checks` are keys with the version to be found there, none for "absent".
///
/// # Errors
/// A bound that is not kept.
pub fn commit(checks: &[(&str, Option<u64>)], changes: &[Change<'_>]) -> Result<Commit, Refusal> {
    count("checks", checks.len(), limits::CHECKS)?;
    count("mutations", changes.len(), limits::MUTATIONS)?;
    for (each, _) in checks {
        key(each)?;
    }
    let mut seen = HashSet::new();
    let mut bytes = Vec::new();
    let mut mutations = Vec::with_capacity(changes.len());
    for change in changes {
        let (Change::Put(name, _) | Change::Delete(name)) = change;
        key(name)?;
        if !seen.insert(*name) {
            return Err(Refusal::InvalidKey(format!("`{name}` stands twice among the mutations")));
        }
        mutations.push(match change {
            Change::Put(name, value) => {
                if value.len() > limits::VALUE_BYTES {
                    return Err(Refusal::TooLarge(format!(
                        "the value of `{name}` has {} bytes, more than {}",
                        value.len(),
                        limits::VALUE_BYTES
                    )));
                }
                let offset = bytes.len() + 1;
                bytes.extend_from_slice(value);
                json!([name, offset, value.len()])
            }
            Change::Delete(name) => json!([name]),
        });
    }
    // No commit ever has version 0, and one above the range of SQLite's integers was never given either: -1 fails too.
    let version = |version: &Option<u64>| match version {
        None => 0,
        Some(0) => -1,
        Some(version) => i64::try_from(*version).unwrap_or(-1),
    };
    let checks: Vec<Json> = checks.iter().map(|(key, at)| json!([key, version(at)])).collect();
    Ok(Commit { checks: Json::from(checks).to_string(), mutations: Json::from(mutations).to_string(), bytes })
}

fn count(what: &str, given: usize, most: usize) -> Result<(), Refusal> {
    if given > most {
        return Err(Refusal::TooLarge(format!("{given} {what}, more than {most}")));
    }
    Ok(())
}

fn key(key: &str) -> Result<(), Refusal> {
    if key.is_empty() {
        return Err(Refusal::InvalidKey("a key is empty".to_owned()));
    }
    if key.contains('\0') {
        return Err(Refusal::InvalidKey("a key holds NUL".to_owned()));
    }
    if key.len() > limits::KEY_BYTES {
        return Err(Refusal::TooLarge(format!("a key has {} bytes, more than {}", key.len(), limits::KEY_BYTES)));
    }
    Ok(())
}
