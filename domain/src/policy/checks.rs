//! Checks: conditions of the policy on which a request is refused or goes before a person, such as the rules on
//! consumers of a place.

use serde::Deserialize;

use super::condition::{Condition, Field};
use super::place::Mistake;
use crate::lifecycle::named;
use crate::limits;

named! {
    /// What becomes of a request of which a check is true.
    CheckOutcome {
        /// A person decides, who reads the message.
        Person = "person",
        /// The request can't be granted, and whoever asked reads the message.
        Refuse = "refuse",
    }
}

#[allow(clippy::derivable_impls, reason = "the macro that defines the cases derives the same for all enumerations")]
impl Default for CheckOutcome {
    fn default() -> Self {
        Self::Person
    }
}

/// A check of the policy.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckRule {
    /// The name, which its findings have.
    pub name: String,
    /// What must be true of the request for it, in CEL.
    pub when: Condition,
    /// What becomes of the request then.
    pub then: CheckOutcome,
    /// What people read about it.
    pub message: String,
    /// Where it is written down, such as the article of a law.
    pub source: Option<String>,
}

impl CheckRule {
    /// Finds what is wrong with the check, which stands in that place of the list.
    pub(super) fn check(&self, place: usize, mistakes: &mut Vec<Mistake>) {
        let (name, place) = (&self.name, place.to_string());
        let at = |member| ["checks", &place, member];
        mistakes.extend(Mistake::in_condition(&at("when"), &format!("check `{name}`"), &self.when));
        if let Some(field) = self.when.fields().into_iter().find(|field| is_later(*field)) {
            let message =
                format!("check `{name}`: {} is not known yet when checks are made: use [[approval]]", field.name());
            mistakes.push(Mistake::at(&at("when"), message));
        }
        if name.trim().is_empty() {
            mistakes.push(Mistake::at(&at("name"), "a check needs a name, which its findings have"));
        }
        if !(1..=limits::REASON_TEXT_CHARS).contains(&self.message.trim().chars().count()) {
            let most = limits::REASON_TEXT_CHARS;
            mistakes
                .push(Mistake::at(&at("message"), format!("check `{name}` takes a message of 1 to {most} characters")));
        }
    }

    /// Returns the message with the name of the check and its source, as people read it.
    #[must_use]
    pub fn text(&self) -> String {
        let source = self.source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
        format!("{}{source}, by the check “{}”", self.message.trim().trim_end_matches('.'), self.name)
    }

    /// Returns what people read where nobody can say whether the check is true, and why.
    #[must_use]
    pub fn unsure(&self, why: &str) -> String {
        format!("whether the check “{}” is true can't be said: {why}; it says: {}", self.name, self.message)
    }
}

/// Tells whether a field is known only when the deciders are chosen.
pub(super) const fn is_later(field: Field) -> bool {
    field.is_history() || matches!(field, Field::RiskScore)
}
