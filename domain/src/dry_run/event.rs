//! Events under a policy: which requests its rules would make because of them, and what it would decide on each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Simulation;
use crate::request::draft::FieldError;

/// A request that a rule would make because of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RuleTrial {
    /// The rule.
    pub rule: String,
    /// Which bound of the rule it would be beyond, so that a person decides; null where it is within all.
    pub over: Option<String>,
    /// What the policy would decide on it.
    pub simulation: Simulation,
}

/// What the rules of a policy would make of one event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventTrial {
    /// The sender's name for the event; null where it can't be read.
    pub id: Option<String>,
    /// What happened: its type; null where it can't be read.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Whether an event of that source and id was taken in already, so that sending it makes nothing more.
    pub known: bool,
    /// Why it can't be read, or what it lacks for a rule that takes it: then nothing would be made.
    pub errors: Vec<FieldError>,
    /// The requests that would be made.
    pub made: Vec<RuleTrial>,
    /// The rules that take such events and would ask for nothing, each with why.
    pub nothing: BTreeMap<String, String>,
    /// Why no request would be made, where no rule takes such events; null otherwise.
    pub why: Option<String>,
}

/// What the rules of a policy would make of events, in the order in which these were sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventTrials {
    /// The version of the policy: the name that it gives itself.
    pub policy: String,
    /// Its number; null for the file.
    pub number: Option<u32>,
    /// What would become of each event.
    pub items: Vec<EventTrial>,
}
