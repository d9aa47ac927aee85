//! One request under a policy: what it would decide, and what was decided.

use serde::{Deserialize, Serialize};

use super::{Decided, Mind, Outcome, Tried};
use crate::lifecycle::request::RequestStatus;
use crate::request::Finding;
use crate::request::quote::{QuoteView, Quoted};
use crate::request::ruled::PassedOver;

/// What a policy would decide on one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PolicySimulation"))]
pub struct Simulation {
    /// What it would decide.
    pub would: Decided,
    /// Why that is not certain; null where it is.
    pub unknown: Option<String>,
    /// The rules before the one that decides, and why each does not.
    pub passed_over: Vec<PassedOver>,
    /// What would be found.
    pub findings: Vec<Finding>,
    /// What was decided on it; null for an ask, and for a request on which the policy has not decided.
    pub then: Option<Decided>,
    /// In which way that is otherwise; null where it is not.
    pub otherwise: Option<Mind>,
    /// For an ask: what it comes to and where the money would go; null for a request that is stored.
    pub quote: Option<QuoteView>,
}

impl Simulation {
    /// Shows what was tried on a stored request.
    #[must_use]
    pub fn of_request(tried: Tried, then: Option<Decided>) -> Self {
        let Tried { decided: would, unknown, passed_over, findings } = tried;
        let otherwise = then.as_ref().and_then(|then| would.otherwise(then));
        Self { would, unknown, passed_over, findings, then, otherwise, quote: None }
    }
}

impl From<Quoted> for Simulation {
    fn from(mut quoted: Quoted) -> Self {
        let passed_over = std::mem::take(&mut quoted.passed_over);
        let approvals = quoted.request.approvals.clone();
        let outcome = match quoted.request.status {
            status if status.is_refused() => Outcome::Refused,
            status if status.awaits_people() || status == RequestStatus::NeedsAttention => Outcome::Waits,
            _ => Outcome::Passes,
        };
        let findings = quoted.request.findings.clone();
        let quote = QuoteView::from(quoted);
        let would = Decided {
            outcome,
            rule: approvals.rule,
            required: approvals.required,
            any: approvals.any,
            policy: approvals.policy,
            number: approvals.policy_number,
        };
        Self { would, unknown: None, passed_over, findings, then: None, otherwise: None, quote: Some(quote) }
    }
}
