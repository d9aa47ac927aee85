//! What is known of a request that a rule made: which rule of which policy, and because of which event.

use serde::{Deserialize, Serialize};

use super::ruled::Ruled;
use crate::time::Timestamp;

/// Names the source of requests that rules make. Each names its rule and its event: `<rule>/<event>`.
pub const CHANNEL: &str = "rule";

/// The event because of which a rule made a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CausingEvent {
    /// The sender's name for it.
    pub id: String,
    /// Where it happened.
    pub source: String,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened; left out where the event does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// Who sent it.
    pub sent_by: String,
}

/// That a rule of the policy made the request, and not a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RuleMade {
    /// The rule, and the policy that has it.
    pub by: Ruled,
    /// The event.
    pub event: CausingEvent,
    /// Who answers for the rule: a level or a person.
    pub owner: String,
    /// Which bound of the rule it is beyond, so that a person decides; left out where it is within all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<String>,
}

impl RuleMade {
    /// Says which rule made it and why: "by rule late-delivery of policy 2026-1, version 7, event 42 of erp".
    #[must_use]
    pub fn words(&self) -> String {
        let number = self.by.number.map(|number| format!(", version {number}")).unwrap_or_default();
        format!(
            "by rule {} of policy {}{number}, event {} of {}",
            self.by.rule, self.by.policy, self.event.id, self.event.source
        )
    }
}
