//! Holds what stands where somebody has a request about an invoice or a customer.

use serde::{Deserialize, Serialize};

/// Says which of the requests that somebody has made about a thing is the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// The request's id.
    pub request: String,
}
