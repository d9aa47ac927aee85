//! The record of what is no request: people, machine clients. Each has a chain of entries of its own, in the form of a
//! request's events, so that the same seal stands over them and `contraflow audit verify` checks them alike.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::time::Timestamp;

/// How far a chain has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// The number of the newest entry.
    pub sequence: u64,
    /// The hash of the newest entry; empty where there is none.
    pub head: String,
}

/// What happened, before it has its place in a chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening<'a> {
    /// Who did it.
    pub actor: &'a str,
    /// What happened: a stable name.
    pub what: &'a str,
    /// Why, for a person; may be empty.
    pub why: &'a str,
    /// The facts, for programs.
    pub data: Value,
}

/// One thing that happened to a person or a machine client: a link of an append-only chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Entry {
    /// Whom it happened to: `person:max` or `client:erp-sync`. The name is that of an event's request, so that one
    /// check reads both.
    pub request: String,
    /// 1, 2, 3, … without gaps.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub sequence: u64,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it: a person's name, or `contraflow`.
    pub actor: String,
    /// What happened.
    pub what: String,
    /// Why, for a person; may be empty.
    pub why: String,
    /// The facts, for programs; their form depends on `what`.
    pub data: Value,
    /// The hash of the entry before; empty for the first.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^([0-9a-f]{64})?$")))]
    pub previous: String,
    /// SHA-256, in hex, over the canonical JSON (RFC 8785) of all the other members.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[0-9a-f]{64}$")))]
    pub hash: String,
}

impl Chain {
    /// Appends what happened, and returns its entry.
    #[must_use]
    pub fn append(&mut self, subject: &str, happened: Happening<'_>, at: Timestamp) -> Entry {
        let mut entry = Entry {
            request: subject.to_owned(),
            sequence: self.sequence + 1,
            at,
            actor: happened.actor.to_owned(),
            what: happened.what.to_owned(),
            why: happened.why.to_owned(),
            data: happened.data,
            previous: std::mem::take(&mut self.head),
            hash: String::new(),
        };
        entry.hash = hash_of(&entry);
        self.sequence = entry.sequence;
        self.head.clone_from(&entry.hash);
        entry
    }
}

/// Computes the hash over all members but the hash itself.
fn hash_of(entry: &Entry) -> String {
    let members = serde_json::to_value(entry).and_then(|mut value| {
        if let Some(members) = value.as_object_mut() {
            members.remove("hash");
        }
        contraflow_audit::canonical_hash(&value)
    });
    members.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_entry_follows_the_one_before_and_its_hash_covers_all_it_says() {
        let mut chain = Chain::default();
        let at = Timestamp::from_unix_ms(1_790_000_000_000);
        let happened = |what| Happening { actor: "ada", what, why: "", data: Value::Null };
        let first = chain.append("person:max", happened("person_added"), at);
        let second = chain.append("person:max", happened("person_left"), at);
        assert_eq!((first.sequence, first.previous.as_str()), (1, ""));
        assert_eq!((second.sequence, &second.previous), (2, &first.hash));
        assert_eq!(chain, Chain { sequence: 2, head: second.hash.clone() });
        for changed in [Entry { actor: "eve".into(), ..second.clone() }, Entry { what: "x".into(), ..second.clone() }] {
            assert_ne!(hash_of(&changed), second.hash);
        }
    }
}
