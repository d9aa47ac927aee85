//! What became of several decisions at once.

use contraflow_guest::problem::Problem;
use serde::Deserialize;

/// One item for each decision, in their order.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BatchAnswer {
    /// The items.
    pub items: Vec<BatchItem>,
}

/// What became of one decision.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BatchItem {
    /// The request's id.
    pub request: String,
    /// Why it was not taken; none: it was.
    pub problem: Option<Problem>,
}
