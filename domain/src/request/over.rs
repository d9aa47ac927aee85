//! What is beyond a bound on approvals: one more must agree then, for as long as the content is the same.

use serde::{Deserialize, Serialize};

/// That a request is beyond bounds on what people approve, so that the next level must agree, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Over {
    /// The content that this is about.
    pub content_hash: String,
    /// The bounds, each by whose approvals it adds up; one that stands here asks for nobody more.
    pub bounds: Vec<String>,
    /// Whether a second person of the highest level must agree: nobody is above it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_top: bool,
    /// Those who had to agree before, for when the content changes.
    pub before: Vec<String>,
    /// How many of them, in any order, where not all of them had to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub any_before: Option<u32>,
}
