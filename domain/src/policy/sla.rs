//! How long people have for a step, who is reminded when, and to whom it goes when they are late.

use serde::Deserialize;

use super::Policy;
use super::checks::is_later;
use super::condition::Condition;
use super::facts::Facts;
use super::place::Mistake;
use super::rule::{Decider, wrong_level};
use crate::catalogue::TaskCode;
use crate::hours::Span;
use crate::limits;
use crate::request::ask::Kind;
use crate::request::wait::WaitStep;
use crate::words;

/// A rule that says by when people must have done a step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SlaRule {
    /// The rule's name, which requests show.
    pub name: String,
    /// The step that it is about.
    pub step: WaitStep,
    /// For a decision: the levels that are waited for; empty means all.
    #[serde(default)]
    pub levels: Vec<String>,
    /// For a task: the codes of the tasks; empty means all.
    #[serde(default)]
    pub tasks: Vec<TaskCode>,
    /// The kinds that the rule is for; empty means all.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// The reasons that the rule is for, by their codes; empty means all.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// The categories of reasons that the rule is for, by their codes; empty means all, also reasons in no list.
    #[serde(default)]
    pub categories: Vec<String>,
    /// What else must be true of the request, in CEL.
    pub when: Option<Condition>,
    /// How long they have, such as "4 business hours".
    pub within: Span,
    /// How long before the end of that time they are reminded.
    #[serde(default)]
    pub remind_before: Vec<Span>,
    /// How long after it they are reminded.
    #[serde(default)]
    pub remind_after: Vec<Span>,
    /// To whom it goes besides when they are late: a level, or a person with the level in their place.
    pub escalate_to: Option<Decider>,
    /// How long after the end of their time it goes there; at once, where it is left out.
    pub escalate_after: Option<Span>,
}

/// What people are waited for in one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Awaited<'a> {
    /// The step.
    pub step: WaitStep,
    /// Of a decision, the levels that may decide now.
    pub levels: &'a [&'a str],
    /// Of a task, what it is.
    pub task: Option<TaskCode>,
}

impl SlaRule {
    /// Returns to whom it goes, as deciders are stored with a request.
    #[must_use]
    pub fn escalates_to(&self) -> Option<String> {
        self.escalate_to.as_ref().map(Decider::slot)
    }

    /// Tells whether the rule is for what people are waited for; an unsure one may be.
    fn may_fit(&self, awaited: Awaited<'_>, facts: &Facts) -> Fit {
        let is_level = |level: &&str| self.levels.iter().any(|named| words::same(named, level));
        let fits = self.step == awaited.step
            && (self.levels.is_empty() || awaited.levels.iter().any(is_level))
            && (self.tasks.is_empty() || awaited.task.is_some_and(|task| self.tasks.contains(&task)))
            && facts.are_named(&self.kinds, &self.reasons, &self.categories);
        match &self.when {
            _ if !fits => Fit::No,
            None => Fit::Yes,
            Some(condition) => match condition.holds(&|field| facts.get(field)) {
                Ok(true) => Fit::Yes,
                Ok(false) => Fit::No,
                Err(_) => Fit::Unsure,
            },
        }
    }

    fn check(&self, place: usize, policy: &Policy, mistakes: &mut Vec<Mistake>) {
        let (name, place) = (&self.name, place.to_string());
        let mut mistake = |member: &[&str], message: String| {
            let path: Vec<_> = ["sla", &place].iter().chain(member).copied().collect();
            mistakes.push(Mistake::at(&path, format!("rule `{name}` {message}")));
        };
        if name.trim().is_empty() {
            mistake(&["name"], "needs a name, which requests show".into());
        }
        if self.step == WaitStep::Backup {
            mistake(&["step"], "is about what is missing: [missing_backup] says when that is followed up".into());
        }
        if self.within.count == 0 {
            mistake(&["within"], "gives no time: write at least 1 minute".into());
        }
        for (member, is_of, step) in
            [("levels", !self.levels.is_empty(), WaitStep::Decide), ("tasks", !self.tasks.is_empty(), WaitStep::Task)]
        {
            if is_of && self.step != step {
                mistake(&[member], format!("has {member}, which go with step = \"{}\" only", step.name()));
            }
        }
        for (member, reminders) in [("remind_before", &self.remind_before), ("remind_after", &self.remind_after)] {
            if reminders.len() > limits::REMINDERS {
                mistake(&[member], format!("has more than {} times in {member}", limits::REMINDERS));
            }
        }
        if self.escalate_after.is_some() && self.escalate_to.is_none() {
            mistake(&["escalate_after"], "says when it escalates, and not to whom: add escalate_to".into());
        }
        for level in &self.levels {
            if let Some(wrong) = wrong_level(level, &policy.levels.order) {
                mistake(&["levels"], wrong);
            }
        }
        for wrong in self.escalate_to.iter().flat_map(|decider| decider.wrong(&policy.levels.order)) {
            mistake(&["escalate_to"], wrong);
        }
        for (index, message) in policy.unknown_categories(&self.categories) {
            mistake(&["categories", &index.to_string()], message);
        }
        let Some(condition) = &self.when else { return };
        if let Some(field) = condition.fields().into_iter().find(|field| is_later(*field)) {
            mistake(&["when"], format!("asks for {}, which is known when the deciders are chosen only", field.name()));
        }
        mistakes.extend(Mistake::in_condition(&["sla", &place, "when"], &format!("rule `{name}`"), condition));
    }
}

enum Fit {
    Yes,
    No,
    Unsure,
}

impl Policy {
    /// Returns the rules of which one says by when it must be done: the first that fits, and those before it of which
    /// that can't be said. Of several the one counts whose time is over first.
    #[must_use]
    pub fn sla_rules(&self, awaited: Awaited<'_>, facts: &Facts) -> Vec<&SlaRule> {
        let mut found = Vec::new();
        for rule in &self.sla {
            match rule.may_fit(awaited, facts) {
                Fit::No => {}
                Fit::Unsure => found.push(rule),
                Fit::Yes => {
                    found.push(rule);
                    break;
                }
            }
        }
        found
    }

    /// Returns the steps for which the policy has any rule.
    #[must_use]
    pub fn sla_steps(&self) -> Vec<WaitStep> {
        let has = |step: &WaitStep| self.sla.iter().any(|rule| rule.step == *step);
        WaitStep::ALL.iter().copied().filter(has).collect()
    }

    /// Finds what is wrong with the rules of time.
    pub(super) fn check_sla(&self, mistakes: &mut Vec<Mistake>) {
        if self.sla.len() > limits::POLICY_RULES {
            let message = format!("[[sla]] has more than {} rules", limits::POLICY_RULES);
            mistakes.push(Mistake::at(&["sla"], message));
        }
        for (place, rule) in self.sla.iter().enumerate() {
            rule.check(place, self, mistakes);
        }
    }
}
