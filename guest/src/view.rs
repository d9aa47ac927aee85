//! What the API answers besides what the domain shows: pages of a list, and what became of several decisions. The API
//! writes it and the console reads it.

use contraflow_domain::lifecycle::request::RequestStatus;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// What to pass as `cursor` for what follows; `None` on the last page.
    pub next: Option<String>,
}

/// What became of several decisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchAnswer {
    /// One for each decision, in their order.
    pub items: Vec<BatchItem>,
}

/// What became of one decision: it has a result or a problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchItem {
    /// The request's id, as it was sent.
    pub request: String,
    /// The HTTP status that the decision alone would have had.
    pub status: u16,
    /// Where the request stands after the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Decided>,
    /// Why the decision was not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// Where a request stands after a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The request's status.
    pub status: RequestStatus,
    /// The number of the request's last event.
    pub version: u64,
}
