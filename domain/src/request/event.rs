//! Events: what happened to a request, as an append-only chain.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::target::Target;
use crate::catalogue::{EventKind, TaskCode};
use crate::lifecycle::leg::LegStatus;
use crate::money::Money;
use crate::time::Timestamp;

/// What an event says of a leg: where it stands from then on. The first event of a leg also says how much goes where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("additionalProperties" = false)))]
pub struct LegFact {
    /// The leg's id within the request.
    pub leg: String,
    /// Where it stands now.
    pub status: LegStatus,
    /// How much it pays; only in the leg's first event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Where it pays to; only in the leg's first event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
}

/// One thing that happened to a request: a link of an append-only chain, which `contraflow audit verify` checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// The id of the request.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uuid")))]
    pub request: String,
    /// 1, 2, 3, … without gaps.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub sequence: u64,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it: a person's name, `zendesk:agent@example.com`, or the step of contraflow.
    pub actor: String,
    /// What happened.
    pub what: EventKind,
    /// Why, for a person; may be empty.
    pub why: String,
    /// The facts, for programs; their form depends on `what`.
    pub data: Value,
    /// The legs that are new or have changed their state since the event before; left out where there are none. So the
    /// events alone tell where all money stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legs: Vec<LegFact>,
    /// The hash of the event before; empty for the first.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^([0-9a-f]{64})?$")))]
    pub previous: String,
    /// SHA-256, in hex, over the canonical JSON (RFC 8785) of all the other members.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[0-9a-f]{64}$")))]
    pub hash: String,
}

impl Event {
    /// Tells whether those who read a request only because they asked for it read this of it, too: how requests are
    /// watched they do not.
    #[must_use]
    pub fn is_for_askers(&self) -> bool {
        let raised = || self.data.get("code").and_then(Value::as_str) == Some(TaskCode::RiskAlert.name());
        let waited = || {
            let subject = self.data.get("subject").and_then(Value::as_str).unwrap_or_default();
            subject.split(':').next() == Some(TaskCode::RiskAlert.name())
        };
        match self.what {
            EventKind::RiskScored | EventKind::RequestException => false,
            EventKind::TaskRaised => !raised(),
            EventKind::RequestReminded | EventKind::RequestOverdue => !waited(),
            _ => true,
        }
    }

    /// Returns this event with its hash.
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
