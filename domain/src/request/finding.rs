//! Findings: what the checks found about a request.

use serde::{Deserialize, Serialize};

use crate::catalogue::FindingCode;
use crate::lifecycle::titled;

titled! {
    /// How much a finding weighs.
    Severity {
        /// Good to know.
        Info = "info": "For information",
        /// A person must look: the request does not pass by itself.
        Warning = "warning": "Warning",
        /// The request can't be granted.
        Blocking = "blocking": "Blocking",
    }
}

/// A finding: something that the checks found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// The code of what was found.
    pub code: FindingCode,
    /// How much it weighs.
    pub severity: Severity,
    /// What was found, with the numbers, for a person.
    pub message: String,
}
