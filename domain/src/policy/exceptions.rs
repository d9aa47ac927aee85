//! Queues of exceptions: what leads to each, and who looks after it.

use serde::Deserialize;

use super::Policy;
use super::condition::Condition;
use super::facts::Facts;
use super::place::Mistake;
use super::rule::Decider;
use crate::catalogue::FindingCode;
use crate::limits;
use crate::request::exception::{Exception, ExceptionQueue};

/// A rule that puts requests into a queue of exceptions. One of its findings leads there, or its condition.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExceptionRule {
    /// The queue.
    pub queue: ExceptionQueue,
    /// Who looks after it: levels, and people with the level in their place.
    pub owners: Vec<Decider>,
    /// What leads there, by the codes of findings; those of the queue, where this and the condition are left out.
    pub findings: Option<Vec<FindingCode>>,
    /// What else leads there, in CEL.
    pub when: Option<Condition>,
}

impl ExceptionRule {
    fn findings(&self) -> Vec<FindingCode> {
        match (&self.findings, &self.when) {
            (Some(findings), _) => findings.clone(),
            (None, Some(_)) => Vec::new(),
            (None, None) => self.queue.findings().to_vec(),
        }
    }

    fn check(&self, place: usize, policy: &Policy, mistakes: &mut Vec<Mistake>) {
        let (queue, place) = (format!("[[exceptions]] queue `{}`", self.queue.name()), place.to_string());
        let mut mistake = |member: &str, message: String| {
            mistakes.push(Mistake::at(&["exceptions", &place, member], format!("{queue} {message}")));
        };
        if self.owners.is_empty() || self.owners.len() > limits::DECIDERS {
            mistake("owners", format!("has 1 to {} owners", limits::DECIDERS));
        }
        for wrong in self.owners.iter().flat_map(|owner| owner.wrong(&policy.levels.order)) {
            mistake("owners", wrong);
        }
        if self.findings().is_empty() && self.when.is_none() {
            mistake("when", "has nothing that leads there: name findings, or a condition in `when`".into());
        }
        let Some(condition) = &self.when else { return };
        mistakes.extend(Mistake::in_condition(&["exceptions", &place, "when"], &queue, condition));
    }
}

impl Policy {
    /// Returns the queues of exceptions that a request stands in, or may come to stand in by what is found later. A
    /// condition of which nobody can say whether it holds leads there.
    #[must_use]
    pub fn exceptional(&self, facts: &Facts) -> Vec<Exception> {
        let of = |rule: &ExceptionRule| {
            let by_condition =
                rule.when.as_ref().is_some_and(|when| when.holds(&|field| facts.get(field)) != Ok(false));
            let owners = rule.owners.iter().map(Decider::slot).collect();
            let findings = rule.findings();
            let leads = by_condition || !findings.is_empty();
            leads.then_some(Exception { queue: rule.queue, owners, findings, by_condition, told_at: None })
        };
        self.exceptions.iter().filter_map(of).collect()
    }

    /// Returns who looks after a queue, by all rules that lead there.
    #[must_use]
    pub fn owners(&self, queue: ExceptionQueue) -> Vec<String> {
        let mut owners: Vec<String> = Vec::new();
        for slot in self.exceptions.iter().filter(|rule| rule.queue == queue).flat_map(|rule| &rule.owners) {
            let slot = slot.slot();
            if !owners.contains(&slot) {
                owners.push(slot);
            }
        }
        owners
    }

    /// Finds what is wrong with the queues of exceptions.
    pub(super) fn check_exceptions(&self, mistakes: &mut Vec<Mistake>) {
        if self.exceptions.len() > limits::EXCEPTION_RULES {
            let message = format!("[[exceptions]] has more than {} rules", limits::EXCEPTION_RULES);
            mistakes.push(Mistake::at(&["exceptions"], message));
        }
        for (place, rule) in self.exceptions.iter().enumerate() {
            rule.check(place, self, mistakes);
        }
    }
}
