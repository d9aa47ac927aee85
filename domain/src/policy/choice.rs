//! The choice of a rule: which one decides on a request, and why each before it does not.

use std::cmp::Reverse;

use rust_decimal::Decimal;

use super::Policy;
use super::condition::{Condition, Field};
use super::facts::Facts;
use super::rule::{ApprovalRule, Deciders};
use crate::money::Money;
pub use crate::request::ruled::PassedOver;
use crate::request::slot::Slot;
use crate::words;

/// Which rule decides on a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<'a> {
    /// The rule; `None` where none fits.
    pub rule: Option<&'a ApprovalRule>,
    /// The rules before it that do not fit.
    pub passed_over: Vec<PassedOver>,
    /// The rules of which nobody can say whether they fit, and why. The request never passes by itself then, and the
    /// strictest of them and of the one that fits decides.
    pub unsure: Vec<PassedOver>,
}

/// Tells whether a rule is for a request.
enum Fit {
    Yes,
    No(String),
    Unsure(String),
}

impl Choice<'_> {
    /// Returns who decides by the rule alone; nobody where it lets pass, or none fits.
    #[must_use]
    pub fn deciders(&self) -> Deciders {
        self.rule.map(ApprovalRule::deciders).unwrap_or_default()
    }

    /// Tells whether the rule lets the request pass by itself.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.unsure.is_empty() && self.rule.is_some_and(|rule| rule.deciders().is_nobody())
    }
}

impl Policy {
    /// Chooses the rule that says who decides: the first that fits. An amount in a currency without a factor may be of
    /// any worth: it fits no rule with a bound, and none that lets it pass by itself. Where a condition can't be
    /// evaluated, its rule may be the right one: the strictest of those that may be counts.
    #[must_use]
    pub fn choose(&self, facts: &Facts) -> Choice<'_> {
        let mut choice = Choice { rule: None, passed_over: Vec::new(), unsure: Vec::new() };
        let mut candidates = Vec::new();
        for rule in &self.approval {
            match self.fit(rule, facts) {
                Fit::Yes => {
                    candidates.push(rule);
                    break;
                }
                Fit::No(why) => choice.passed_over.push(PassedOver { rule: rule.name.clone(), why }),
                Fit::Unsure(why) => {
                    candidates.push(rule);
                    choice.unsure.push(PassedOver { rule: rule.name.clone(), why });
                }
            }
        }
        // Of equally strict ones the first: rules stand in their order of worth.
        choice.rule = candidates.into_iter().min_by_key(|rule| Reverse(self.strictness(&rule.deciders())));
        choice
    }

    /// Returns how strict deciders are: the highest level among them, then how many must agree.
    fn strictness(&self, deciders: &Deciders) -> (Option<usize>, usize) {
        let highest = deciders.required.iter().filter_map(|slot| self.rank(Slot::read(slot).level())).max();
        (highest, deciders.count())
    }

    fn fit(&self, rule: &ApprovalRule, facts: &Facts) -> Fit {
        if !rule.kinds.is_empty() && !rule.kinds.contains(&facts.kind) {
            let kinds: Vec<_> = rule.kinds.iter().map(|kind| format!("“{}”", kind.title())).collect();
            return Fit::No(format!("it is for {}, and this is “{}”", kinds.join(", "), facts.kind.title()));
        }
        for (what, names, field) in [
            ("the reason", &rule.reasons, Field::RequestReason),
            ("the category", &rule.categories, Field::RequestCategory),
        ] {
            let given = facts.text_of(field).unwrap_or_default();
            if !names.is_empty() && !names.iter().any(|name| words::same(name, given)) {
                let given = if given.is_empty() { "none".into() } else { format!("“{given}”") };
                return Fit::No(format!("it is for {what} {}, and this has {given}", names.join(", ")));
            }
        }
        let Some(amount) = facts.amount else {
            return Fit::No("the amount is not known".into());
        };
        if let Some(why) = self.beyond(rule, amount) {
            return Fit::No(why);
        }
        let Some(condition) = &rule.when else { return Fit::Yes };
        match condition.holds(&|field| facts.get(field)) {
            Ok(true) => Fit::Yes,
            Ok(false) => Fit::No(format!("{} is not true: {}", condition.text().trim(), known(condition, facts))),
            Err(error) => Fit::Unsure(format!("{}: {error}", condition.text().trim())),
        }
    }

    /// Says why the amount is beyond the rule; none where it is not.
    fn beyond(&self, rule: &ApprovalRule, amount: Money) -> Option<String> {
        let major = Decimal::new(amount.minor, amount.currency.exponent());
        let currency = amount.currency;
        match (self.factor(currency), rule.up_to) {
            (Some(factor), Some(bound)) if bound.checked_mul(factor).is_some_and(|bound| major <= bound) => None,
            (Some(factor), Some(bound)) if factor == Decimal::ONE => {
                Some(format!("{amount} {currency} is more than {bound}"))
            }
            (Some(factor), Some(bound)) => {
                let unit = factor.normalize();
                Some(format!("{amount} {currency} is more than {bound} (one of the bound's is {unit} {currency})"))
            }
            (Some(_), None) => None,
            (None, Some(_)) => Some(format!("[factors] does not say what {currency} is worth")),
            (None, None) if rule.deciders().is_nobody() => {
                Some(format!("[factors] does not say what {currency} is worth, so nothing passes by itself"))
            }
            (None, None) => None,
        }
    }

    /// Tells whether any condition asks for earlier requests, so that they have to be read.
    #[must_use]
    pub fn asks_for_history(&self) -> bool {
        self.conditions().any(|condition| condition.fields().into_iter().any(Field::is_history))
    }

    /// Returns all conditions of the policy.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let rules = self.approval.iter().filter_map(|rule| rule.when.as_ref());
        let times = self.sla.iter().filter_map(|rule| rule.when.as_ref());
        let times = times.chain(self.eligibility.iter().filter_map(|rule| rule.when.as_ref()));
        rules.chain(self.checks.iter().map(|check| &check.when)).chain(times)
    }
}

/// Says what the fields of a condition are.
fn known(condition: &Condition, facts: &Facts) -> String {
    let fields = condition.fields().into_iter();
    let each = fields.map(|field| match facts.get(field) {
        Some(value) => format!("{} is {value}", field.name()),
        None => format!("{} is not known", field.name()),
    });
    each.collect::<Vec<_>>().join(", ")
}
