//! Sums by day of what passed by itself or was approved of late: bounded in size, and right while a clock is wrong.

use std::collections::BTreeMap;

use chrono::Days;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::limits;
use crate::money::Money;
use crate::policy::Policy;
use crate::time::Day;

/// A sum by day, in hundredths of the unit of the policy's bounds: of what people approved, or one part of the sum of
/// what passed by itself. What is rejected or reversed later stays in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// The sum of each day on which anything was added.
    days: BTreeMap<Day, i64>,
}

impl Tally {
    /// Returns the sum of the last days, today included. A day ahead counts too: a clock was wrong then or is now.
    #[must_use]
    pub fn since(&self, days: u32, today: Day) -> i64 {
        let first = first_of(days, today);
        self.days.range(first..).fold(0, |sum, (_, passed)| sum.saturating_add(*passed))
    }

    /// Tells whether no bound asks for any of these days any more.
    #[must_use]
    pub fn is_over(&self, today: Day) -> bool {
        self.days.range(first_of(limits::AUTOMATIC_DAYS, today)..).next().is_none()
    }

    /// Adds to a day's sum, and drops the days that no bound asks for any more.
    pub fn add(&mut self, hundredths: i64, today: Day) {
        let sum = self.days.entry(today).or_default();
        *sum = sum.saturating_add(hundredths);
        self.days = self.days.split_off(&first_of(limits::AUTOMATIC_DAYS, today));
        while self.days.len() > limits::AUTOMATIC_DAYS as usize {
            // Only a clock that was wrong leaves so many days: the oldest counts as the one after it.
            let Some((_, oldest)) = self.days.pop_first() else { break };
            if let Some(mut next) = self.days.first_entry() {
                let both = next.get().saturating_add(oldest);
                *next.get_mut() = both;
            }
        }
    }
}

fn first_of(days: u32, today: Day) -> Day {
    today.checked_sub_days(Days::new(u64::from(days.saturating_sub(1)))).unwrap_or(today)
}

/// Writes hundredths as a decimal.
pub(crate) fn plain(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Says within which time a bound adds up.
pub(crate) fn within(days: u32) -> String {
    if days == 1 { "today".into() } else { format!("in the last {days} days") }
}

/// Says what the unit of the bounds is, as whoever has an amount of this currency reads it.
pub(super) fn unit(amount: Money, policy: &Policy) -> String {
    match policy.factor(amount.currency) {
        Some(factor) if factor == Decimal::ONE => amount.currency.to_string(),
        Some(factor) => format!("(one is {} {})", factor.normalize(), amount.currency),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(number: u32) -> Day {
        Day::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(u64::from(number))
    }

    #[test]
    fn a_tally_holds_at_most_as_many_days_as_a_bound_may_ask_for() {
        let mut tally = Tally::default();
        for number in 0..1_000 {
            tally.add(1, day(number));
        }
        assert_eq!(tally.days.len(), limits::AUTOMATIC_DAYS as usize);
        // Days ahead, which only a clock that was wrong leaves.
        for number in 1_000..2_000 {
            tally.days.insert(day(number), 1);
        }
        tally.add(1, day(999));
        assert_eq!(tally.days.len(), limits::AUTOMATIC_DAYS as usize);
        assert_eq!(tally.since(limits::AUTOMATIC_DAYS, day(999)), 366 + 1_000 + 1, "nothing is lost");
        let text = serde_json::to_string(&tally).unwrap();
        assert!(text.len() < 16_000, "{}", text.len());
        assert_eq!(serde_json::from_str::<Tally>(&text).unwrap(), tally);
        assert_eq!(serde_json::from_str::<Tally>(r#"{"days":{"2026-01-02":5}}"#).unwrap().since(1, day(1)), 5);
    }
}
