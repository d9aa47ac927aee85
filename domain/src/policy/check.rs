//! Checks of the policy: what one member of the document says against another.

use rust_decimal::Decimal;

use super::Policy;
use super::place::Mistake;
use super::reasons::Reasons;
use crate::language::is_language;
use crate::limits;
use crate::money::Currency;
use crate::request::slot::Slot;
use crate::words;

impl Policy {
    /// Finds all that is wrong with the policy.
    pub(super) fn mistakes(&self) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        self.check_levels(&mut mistakes);
        self.check_rules(&mut mistakes);
        for (code, factor) in &self.factors {
            let path = ["factors", code];
            if *factor <= Decimal::ZERO {
                mistakes.push(Mistake::at(&path, format!("the factor of {code} must be more than zero")));
            }
            if code.parse::<Currency>().is_err() {
                let message = format!("[factors] {code} is no currency: write its ISO code, such as EUR");
                mistakes.push(Mistake::at(&path, message));
            }
        }
        let (categories, reasons, free) = (&self.categories, &self.reasons, &self.free_reasons);
        Reasons { categories, reasons, free }.check(&mut mistakes);
        self.check_checks(&mut mistakes);
        self.check_eligibility(&mut mistakes);
        self.check_exceptions(&mut mistakes);
        self.automatic.check(&mut mistakes);
        self.check_making(&mut mistakes);
        self.spending.check(&self.levels.order, &mut mistakes);
        self.risk.check(&mut mistakes);
        self.check_hours(&mut mistakes);
        self.check_sla(&mut mistakes);
        self.check_notifications(&mut mistakes);
        if let Some(language) = self.business.language.as_ref().filter(|language| !is_language(language)) {
            let message =
                format!("[business] language: `{language}` is no language: write its tag, such as de or en-GB");
            mistakes.push(Mistake::at(&["business", "language"], message));
        }
        for (kind, _) in self.store_credit.expires_after_days.iter().filter(|(_, days)| **days == 0) {
            let message = format!("[store_credit] expires_after_days: {} takes 1 day or more", kind.name());
            mistakes.push(Mistake::at(&["store_credit", "expires_after_days", kind.name()], message));
        }
        if self.tender_rule().is_none() {
            let message = "[destination] tenders: use ratio, first_in, last_in or a list of methods";
            mistakes.push(Mistake::at(&["destination", "tenders"], message));
        }
        self.retention.check(&mut mistakes);
        if let Some(missing_backup) = &self.missing_backup {
            missing_backup.check(&mut mistakes);
        }
        if let Some(fault) = self.people.fault() {
            mistakes.push(Mistake::at(&["people"], fault));
        }
        mistakes
    }

    fn check_levels(&self, mistakes: &mut Vec<Mistake>) {
        let order = &self.levels.order;
        for (place, level) in order.iter().enumerate() {
            let path = ["levels", "order", &place.to_string()];
            if order.iter().take(place).any(|known| words::same(known, level)) {
                mistakes.push(Mistake::at(&path, format!("[levels] order names `{level}` twice")));
            }
            if !Slot::may_be_level(level) {
                let message = format!("[levels] order: `{level}` would be taken for a person");
                mistakes.push(Mistake::at(&path, message));
            }
        }
        if !order.contains(&self.levels.exceptions) {
            let message = "[levels] exceptions names a level that order does not have";
            mistakes.push(Mistake::at(&["levels", "exceptions"], message));
        }
    }

    fn check_checks(&self, mistakes: &mut Vec<Mistake>) {
        if self.checks.len() > limits::POLICY_RULES {
            let message = format!("[[checks]] has more than {} checks", limits::POLICY_RULES);
            mistakes.push(Mistake::at(&["checks"], message));
        }
        for (place, check) in self.checks.iter().enumerate() {
            check.check(place, mistakes);
        }
    }

    fn check_rules(&self, mistakes: &mut Vec<Mistake>) {
        if self.approval.len() > limits::POLICY_RULES {
            let message = format!("[[approval]] has more than {} rules", limits::POLICY_RULES);
            mistakes.push(Mistake::at(&["approval"], message));
        }
        for (place, rule) in self.approval.iter().enumerate() {
            rule.check(place, &self.levels.order, mistakes);
            for (index, category) in rule.categories.iter().enumerate() {
                if !self.categories.iter().any(|known| words::same(&known.code, category)) {
                    let path = ["approval", &place.to_string(), "categories", &index.to_string()];
                    let message =
                        format!("rule `{}` names category `{category}`, which [[categories]] do not have", rule.name);
                    mistakes.push(Mistake::at(&path, message));
                }
            }
            for (index, reason) in rule.reasons.iter().enumerate() {
                if !self.free_reasons.allowed && self.reason(reason).is_none() {
                    let path = ["approval", &place.to_string(), "reasons", &index.to_string()];
                    let message =
                        format!("rule `{}` names reason `{reason}`, which [[reasons]] do not have", rule.name);
                    mistakes.push(Mistake::at(&path, message));
                }
            }
        }
        if !self.approval.iter().any(|rule| rule.takes_all() && !rule.deciders().is_nobody()) {
            let message = "no [[approval]] rule takes what all others leave: add one with levels and without kinds, \
                           reasons, categories, up_to and when";
            mistakes.push(Mistake::at(&["approval"], message));
        }
    }
}
