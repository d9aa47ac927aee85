//! Approvals of a request: who must decide on it, and who has.

use serde::{Deserialize, Serialize};

use super::over::Over;
use super::ruled::Ruled;
use crate::identity::Identity;
use crate::lifecycle::titled;
use crate::time::Timestamp;
use crate::words;

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

impl Verdict {
    /// Returns what whoever said it did, to go on from their name.
    #[must_use]
    pub const fn did(self) -> &'static str {
        match self {
            Self::Approve => "approved it",
            Self::Reject => "rejected it",
            Self::RequestInfo => "asked for information",
            Self::Escalate => "escalated it",
        }
    }

    /// Returns what has to be said with it; `None` where nothing has to.
    #[must_use]
    pub const fn has_to_say(self) -> Option<&'static str> {
        match self {
            Self::Reject => Some("why"),
            Self::RequestInfo => Some("what you want to know"),
            Self::Approve | Self::Escalate => None,
        }
    }
}

/// A decision: what one person said about the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Decision {
    /// The name of the person who decided.
    pub by: String,
    /// The level of the policy that they decided for; for a person whom the policy names, `person:<name>:<level>`.
    pub level: String,
    /// What they decided.
    pub decision: Verdict,
    /// The person in whose place they decided, where the authority was lent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// The decider to whom it went besides because it was overdue, as whom they decided; left out for all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated_to: Option<String>,
    /// Their words: why they decided so, or what they ask.
    pub note: String,
    /// When they decided.
    pub at: Timestamp,
    /// The hash of the content that they decided on.
    pub content_hash: String,
    /// The policy that was in force when they decided, and the rule that named those who decide; left out of decisions
    /// of before this was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruled: Option<Ruled>,
}

impl Decision {
    /// Tells whether the decision was made by this person or with authority that this person lent, or may have been.
    #[must_use]
    pub fn may_be_of(&self, who: &Identity) -> bool {
        let may_be = |name: &str| !Identity::read(name).is_surely_not(who);
        may_be(&self.by) || self.on_behalf_of.as_deref().is_some_and(may_be)
    }
}

/// The approvals of a request: who must agree, and the decisions that were made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Approvals {
    /// Those who must agree ([`super::slot::Slot`]): in the order in which they decide, or, where `any` says how many,
    /// in any order.
    pub required: Vec<String>,
    /// How many of them must agree, in any order; `None` means all of them, one after the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub any: Option<u32>,
    /// The name of the policy's rule that named them.
    #[serde(default)]
    pub rule: String,
    /// The version of the policy that the rule stands in: the name that it gives itself.
    #[serde(default)]
    pub policy: String,
    /// The number of that version in the store; `None` where it was the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_number: Option<u32>,
    /// SHA-256 of the policy's text, in hex; empty where requests did not record it yet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub policy_hash: String,
    /// Those whom the rule named, where others have taken their places since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<Vec<String>>,
    /// How many times a decision was handed to another person by name.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub handed_on: usize,
    /// That it is beyond bounds on what people approve, so that one more must agree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<Over>,
    /// Every decision that was made, also those on content that has changed since.
    pub decisions: Vec<Decision>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands members by reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Approvals {
    /// Puts others in the places of those who must agree, and keeps whom the rule named.
    pub fn replace(&mut self, required: Vec<String>) {
        let before = std::mem::replace(&mut self.required, required);
        self.named.get_or_insert(before);
    }

    /// Returns those whom the rule named; nobody where it let the request pass by itself.
    #[must_use]
    pub fn named(&self) -> &[String] {
        self.named.as_ref().unwrap_or(&self.required)
    }

    /// Makes one more agree, after those who have: nobody else of a set takes that place.
    pub(crate) fn lift(&mut self, content_hash: &str, needed: String, bounds: Vec<String>, at_top: bool) {
        let made: Vec<_> = self.holding(content_hash).map(|made| made.level.clone()).chain([needed]).collect();
        let (before, any_before) = (self.required.clone(), self.any);
        let over = self.over.get_or_insert_with(|| Over {
            content_hash: content_hash.to_owned(),
            bounds: Vec::new(),
            at_top: false,
            before,
            any_before,
        });
        over.bounds.extend(bounds);
        over.at_top |= at_top;
        self.any = None;
        self.replace(made);
    }

    /// Returns the bounds that this content is known to be beyond.
    pub(crate) fn over(&self, content_hash: &str) -> Option<&Over> {
        self.over.as_ref().filter(|over| over.content_hash == content_hash)
    }

    /// Returns the approvals that hold for this content, in the order in which they were made.
    pub(crate) fn holding<'a>(&'a self, content_hash: &'a str) -> impl Iterator<Item = &'a Decision> {
        self.decisions.iter().filter(move |made| made.decision == Verdict::Approve && made.content_hash == content_hash)
    }

    /// Returns the places of those who may decide now on this content.
    pub(crate) fn open_places(&self, content_hash: &str) -> Vec<usize> {
        open_places(&self.required, self.any, self.holding(content_hash))
    }

    /// Returns those who may decide now on this content: one where they decide in order, several where they do not.
    pub fn open(&self, content_hash: &str) -> Vec<&str> {
        let places = self.open_places(content_hash);
        places.into_iter().filter_map(|place| self.required.get(place)).map(String::as_str).collect()
    }

    /// Returns how many must still agree to this content.
    #[must_use]
    pub fn missing(&self, content_hash: &str) -> usize {
        let Some(any) = self.any else {
            return self.required.len().saturating_sub(self.holding(content_hash).count());
        };
        let open = self.open_places(content_hash).len();
        if open == 0 {
            return 0;
        }
        let filled = self.required.len() - open;
        usize::try_from(any).unwrap_or(self.required.len()).min(self.required.len()).saturating_sub(filled)
    }

    /// Returns who decides next, the first of them where there are several; `None` when enough have agreed.
    #[must_use]
    pub fn next_level(&self, content_hash: &str) -> Option<&str> {
        self.open_places(content_hash).first().and_then(|place| self.required.get(*place)).map(String::as_str)
    }
}

/// Returns the places among those who must agree that still wait for a decision. `holding` are the approvals that hold.
pub(super) fn open_places<'a>(
    required: &[String],
    any: Option<u32>,
    holding: impl Iterator<Item = &'a Decision>,
) -> Vec<usize> {
    let Some(any) = any else {
        let made = holding.count();
        return if made < required.len() { vec![made] } else { Vec::new() };
    };
    let mut open: Vec<usize> = (0..required.len()).collect();
    for made in holding {
        let own = |place: &usize| required.get(*place).is_some_and(|slot| words::same(slot, &made.level));
        if let Some(index) = open.iter().position(own) {
            open.remove(index);
        }
    }
    let filled = required.len() - open.len();
    if filled >= usize::try_from(any).unwrap_or(usize::MAX).min(required.len()) { Vec::new() } else { open }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn approvals_of_before_policies_had_versions_are_read_and_written_as_they_are() {
        let old = r#"{"required":["manager"],"rule":"medium","policy":"default-1","decisions":[{"by":"max","level":"manager","decision":"approve","note":"","at":"2026-11-21T12:00:00.000Z","content_hash":"x"}]}"#;
        let read: Approvals = serde_json::from_str(old).unwrap();
        assert_eq!((read.policy_number, read.policy_hash.as_str(), &read.named), (None, "", &None));
        assert!(read.decisions.iter().all(|made| made.ruled.is_none()));
        assert_eq!(serde_json::to_string(&read).unwrap(), old);
    }

    #[test]
    fn whom_the_rule_named_stays_known_when_others_take_their_places() {
        let mut approvals = Approvals { required: vec!["team-lead".into()], ..Approvals::default() };
        assert_eq!(approvals.named(), ["team-lead"]);
        for level in ["manager", "finance"] {
            approvals.replace(vec![level.into()]);
        }
        assert_eq!(
            (approvals.named(), approvals.required.as_slice()),
            (&["team-lead".to_owned()][..], &["finance".to_owned()][..])
        );
    }
}
