//! The policy's bounds on what people approve.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::automatic::{hundredths, wrong_bound};
use super::place::Mistake;
use crate::lifecycle::titled;
use crate::limits;
use crate::words;

titled! {
    /// Whose approvals a bound adds up.
    SpentPer {
        /// Those of one person.
        Approver = "approver": "by one person",
        /// Those for one customer.
        Customer = "customer": "for one customer",
        /// Those for one requester.
        Requester = "requester": "for one requester",
        /// Those with one reason.
        Reason = "reason": "for one reason",
        /// All of them.
        All = "all": "in all",
    }
}

/// A bound on what people approve within some days. What goes beyond it needs the next level, too.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SpendingLimit {
    /// Whose approvals are added up.
    pub per: SpentPer,
    /// The level with whose authority they were approved; all levels, where it is left out.
    #[serde(default)]
    pub level: Option<String>,
    /// Within how many days, today included.
    pub days: u32,
    /// Up to which sum, in major units as the bounds of the rules.
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::DecimalText"))]
    pub up_to: Decimal,
}

/// The policy's bounds on what people approve.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SpendingPolicy {
    /// The bounds; all of them hold.
    pub limits: Vec<SpendingLimit>,
}

impl SpendingPolicy {
    /// Finds the bounds that are out of range, or of a level that is none.
    pub(super) fn check(&self, levels: &[String], mistakes: &mut Vec<Mistake>) {
        if self.limits.len() > limits::AUTOMATIC_LIMITS {
            let most = limits::AUTOMATIC_LIMITS;
            mistakes.push(Mistake::at(&["spending", "limits"], format!("[spending] has more than {most} limits")));
        }
        for (place, limit) in self.limits.iter().enumerate() {
            let (per, place) = (limit.per.name(), place.to_string());
            let mut mistake = |member: &str, message: String| {
                let message = format!("[[spending.limits]] per = \"{per}\": {message}");
                mistakes.push(Mistake::at(&["spending", "limits", &place, member], message));
            };
            for (member, message) in wrong_bound(limit.days, limit.up_to) {
                mistake(member, message);
            }
            let Some(level) = &limit.level else { continue };
            if !levels.iter().any(|known| words::same(known, level)) {
                mistake("level", format!("[levels] order has no `{level}`; it has {}", levels.join(", ")));
            }
        }
    }
}

impl SpendingLimit {
    /// Returns the bound in hundredths of the unit of bounds.
    #[must_use]
    pub fn hundredths(&self) -> i64 {
        hundredths(self.up_to).unwrap_or(0)
    }
}
