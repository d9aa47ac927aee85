//! What happened to a request: an append-only chain.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::time::Timestamp;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The request.
    pub request: String,
    /// 1, 2, 3, … without gaps.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// Who: a person's name, `zendesk:agent@example.com`, or the step that did it.
    pub actor: String,
    /// What: `request.received`, `leg.succeeded`, …
    pub what: String,
    /// Why, for a person.
    pub why: String,
    /// The facts, for programs.
    pub data: Value,
    /// The hash of the event before; empty for the first.
    pub previous: String,
    /// SHA-256 over the canonical JSON of all the other members.
    pub hash: String,
}

impl Event {
    /// This event with its hash.
    #[must_use]
    pub fn sealed(self) -> Self {
        let hash = serde_json::to_value(&self)
            .and_then(|mut value| {
                if let Some(members) = value.as_object_mut() {
                    members.remove("hash");
                }
                contraflow_audit::canonical_hash(&value)
            })
            .unwrap_or_default();
        Self { hash, ..self }
    }
}
