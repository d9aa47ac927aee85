//! The policy's bounds on what passes by itself.

use rust_decimal::prelude::ToPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Deserialize;

use super::place::Mistake;
use super::{DEFAULT, Policy};
use crate::lifecycle::titled;
use crate::limits;
use crate::money::Money;

titled! {
    /// Whose requests a bound adds up.
    Per {
        /// Those for one customer.
        Customer = "customer": "for this customer",
        /// Those of one requester.
        Requester = "requester": "of this requester",
        /// Those that give one reason.
        Reason = "reason": "for this reason",
        /// All of them.
        All = "all": "in all",
    }
}

/// A bound on what passes by itself within some days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AutomaticLimit {
    /// Whose requests are added up.
    pub per: Per,
    /// Within how many days, today included.
    pub days: u32,
    /// Up to which sum, in major units as the bounds of the rules.
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::DecimalText"))]
    pub up_to: Decimal,
}

/// The policy's bounds on what passes by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AutomaticPolicy {
    /// The bounds; all of them hold.
    pub limits: Vec<AutomaticLimit>,
}

/// Returns the bounds that are shipped: they hold where a policy says nothing of bounds.
pub(super) fn shipped() -> AutomaticPolicy {
    #[derive(Deserialize)]
    struct Shipped {
        automatic: AutomaticPolicy,
    }
    toml::from_str(DEFAULT).map(|shipped: Shipped| shipped.automatic).unwrap_or_default()
}

impl AutomaticPolicy {
    /// Finds the bounds that are out of range.
    pub(super) fn check(&self, mistakes: &mut Vec<Mistake>) {
        if self.limits.len() > limits::AUTOMATIC_LIMITS {
            let most = limits::AUTOMATIC_LIMITS;
            mistakes.push(Mistake::at(&["automatic", "limits"], format!("[automatic] has more than {most} limits")));
        }
        for (place, limit) in self.limits.iter().enumerate() {
            let per = limit.per.name();
            let mut mistake = |member, message: String| {
                let message = format!("[[automatic.limits]] per = \"{per}\": {message}");
                mistakes.push(Mistake::at(&["automatic", "limits", &place.to_string(), member], message));
            };
            for (member, message) in wrong_bound(limit.days, limit.up_to) {
                mistake(member, message);
            }
        }
    }

    /// Returns the bounds that add up these requests.
    pub fn of(&self, per: Per) -> impl Iterator<Item = &AutomaticLimit> {
        self.limits.iter().filter(move |limit| limit.per == per)
    }
}

/// Finds what is out of range in a bound, by its member.
pub(super) fn wrong_bound(days: u32, up_to: Decimal) -> Vec<(&'static str, String)> {
    let days = (!(1..=limits::AUTOMATIC_DAYS).contains(&days))
        .then(|| ("days", format!("days must be 1 to {}", limits::AUTOMATIC_DAYS)));
    let up_to = (up_to < Decimal::ZERO || hundredths(up_to).is_none())
        .then(|| ("up_to", "up_to must be zero or more, and within what money may be".to_owned()));
    days.into_iter().chain(up_to).collect()
}

/// Returns an amount in hundredths, rounded up; none beyond what money may be.
pub(super) fn hundredths(amount: Decimal) -> Option<i64> {
    let scaled = amount.checked_mul(Decimal::ONE_HUNDRED)?;
    let whole = scaled.round_dp_with_strategy(0, RoundingStrategy::ToPositiveInfinity).to_i64()?;
    (whole <= limits::MONEY_MINOR).then_some(whole)
}

impl AutomaticLimit {
    /// Returns the bound in hundredths of the unit of bounds.
    #[must_use]
    pub fn hundredths(&self) -> i64 {
        hundredths(self.up_to).unwrap_or(0)
    }
}

impl Policy {
    /// Returns what an amount is worth, in hundredths of the unit of bounds, rounded up; none where the policy has no
    /// factor for the currency, so that nobody knows.
    #[must_use]
    pub fn worth(&self, amount: Money) -> Option<i64> {
        let major = Decimal::new(amount.minor, amount.currency.exponent());
        let worth = major.checked_div(self.factor(amount.currency)?).and_then(hundredths);
        // More than can be counted fits no bound.
        Some(worth.unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_policy_that_says_nothing_of_bounds_has_those_that_are_shipped() {
        let (before, _) = DEFAULT.split_once("[[automatic.limits]]").unwrap();
        let (_, after) = DEFAULT.split_once("[levels]").unwrap();
        let silent = Policy::parse(&format!("{before}\n[levels]{after}")).unwrap();
        assert_eq!(silent.automatic, Policy::parse(DEFAULT).unwrap().automatic);
        for per in [Per::Customer, Per::Requester, Per::All] {
            assert!(silent.automatic.of(per).count() > 0, "{per:?}");
        }
        let none = Policy::parse(&format!("{before}\n[automatic]\nlimits = []\n[levels]{after}")).unwrap();
        assert_eq!(none.automatic.limits, []);
    }

    #[test]
    fn a_bound_out_of_range_is_refused_by_name() {
        for (from, to) in [("days = 30", "days = 0"), ("days = 30", "days = 367"), ("\"150.00\"", "\"-1\"")] {
            let told = Policy::parse(&DEFAULT.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(told.contains("[[automatic.limits]] per = \"customer\""), "{told}");
        }
        let (before, after) = DEFAULT.split_once("[levels]").unwrap();
        let one = "[[automatic.limits]]\nper = \"all\"\ndays = 1\nup_to = \"1\"\n";
        let with = |count: usize| Policy::parse(&format!("{before}{}[levels]{after}", one.repeat(count)));
        assert!(with(limits::AUTOMATIC_LIMITS - 3).is_ok(), "at the bound");
        assert!(with(limits::AUTOMATIC_LIMITS - 2).is_err(), "one more");
    }

    #[test]
    fn an_amount_counts_by_the_worth_of_its_currency_and_never_too_little() {
        let policy = Policy::parse(DEFAULT).unwrap();
        let worth = |value, currency: &str| policy.worth(Money::parse(value, currency.parse().unwrap()).unwrap());
        assert_eq!(worth("12.34", "EUR"), Some(1234));
        assert_eq!(worth("7500", "JPY"), Some(5000));
        assert_eq!(worth("1", "JPY"), Some(1), "not nothing");
        assert_eq!(worth("0.300", "KWD"), Some(100));
        assert_eq!(worth("50.000", "BHD"), None, "no factor, so nobody knows");
    }
}
