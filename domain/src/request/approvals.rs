//! Approvals of a request: who must decide on it, and who has.

use serde::{Deserialize, Serialize};

use crate::identity::Identity;
use crate::lifecycle::titled;
use crate::time::Timestamp;

titled! {
    /// What a decider can say.
    Verdict {
        /// The decider agrees.
        Approve = "approve": "Approve",
        /// The decider refuses.
        Reject = "reject": "Reject",
        /// The decider first wants an answer: the note is the question.
        RequestInfo = "request_info": "Ask for information",
        /// Someone at a higher level must decide.
        Escalate = "escalate": "Escalate",
    }
}

/// A decision: what one person said about the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Decision {
    /// The name of the person who decided.
    pub by: String,
    /// The level of the policy that they decided for.
    pub level: String,
    /// What they decided.
    pub decision: Verdict,
    /// The person in whose place they decided, where the authority was lent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// Their words: why they decided so, or what they ask.
    pub note: String,
    /// When they decided.
    pub at: Timestamp,
    /// The hash of the content that they decided on.
    pub content_hash: String,
}

impl Decision {
    /// Tells whether the decision was made by this person or with authority that this person lent, or may have been.
    #[must_use]
    pub fn may_be_of(&self, who: &Identity) -> bool {
        let may_be = |name: &str| !Identity::read(name).is_surely_not(who);
        may_be(&self.by) || self.on_behalf_of.as_deref().is_some_and(may_be)
    }
}

/// The approvals of a request: the levels that must agree, and the decisions that were made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Approvals {
    /// The levels of the policy that must agree, in the order in which they decide.
    pub required: Vec<String>,
    /// The name of the policy's rule that named the levels.
    #[serde(default)]
    pub rule: String,
    /// The version of the policy that the rule stands in.
    #[serde(default)]
    pub policy: String,
    /// Every decision that was made, also those on content that has changed since.
    pub decisions: Vec<Decision>,
}

impl Approvals {
    /// Returns the approvals that hold for this content, in the order of the levels.
    pub(crate) fn holding<'a>(&'a self, content_hash: &'a str) -> impl Iterator<Item = &'a Decision> {
        self.decisions.iter().filter(move |made| made.decision == Verdict::Approve && made.content_hash == content_hash)
    }

    /// Returns the level that decides next; `None` when all levels have agreed.
    #[must_use]
    pub fn next_level(&self, content_hash: &str) -> Option<&str> {
        self.required.get(self.holding(content_hash).count()).map(String::as_str)
    }
}
