//! The policy's weights of the risk score, and what follows from a high one.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::Policy;
use super::automatic::hundredths;
use super::place::Mistake;
use crate::lifecycle::named;
use crate::limits;
use crate::money::Money;
use crate::request::ask::Kind;
use crate::request::risk::Signal;
use crate::words;

/// How one signal counts. Which of the numbers it uses, `docs/risk.md` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weight {
    /// The points that it gives; 0 switches it off.
    pub points: u32,
    /// From how many on it gives them.
    pub from: u32,
    /// Within how many days, today included.
    pub days: u32,
    /// The share or the multiple that makes it give them, in percent.
    pub percent: u32,
}

/// How one signal counts, as far as a document says it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Said {
    points: Option<u32>,
    from: Option<u32>,
    days: Option<u32>,
    percent: Option<u32>,
}

named! {
    /// A day of the week.
    WeekDay {
        /// Monday.
        Monday = "monday",
        /// Tuesday.
        Tuesday = "tuesday",
        /// Wednesday.
        Wednesday = "wednesday",
        /// Thursday.
        Thursday = "thursday",
        /// Friday.
        Friday = "friday",
        /// Saturday.
        Saturday = "saturday",
        /// Sunday.
        Sunday = "sunday",
    }
}

impl WeekDay {
    /// Returns the day of the week by its number: 1 is Monday, 7 is Sunday.
    #[must_use]
    pub fn of(number: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(number.checked_sub(1)?).ok()?).copied()
    }
}

/// The policy's weights of the risk score, and what follows from a high one. What a document leaves out is as shipped.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RiskPolicy {
    /// From which score on a request does not pass by itself; 0 means never.
    pub person: u32,
    /// From which score on those in `tell` are told; 0 means never.
    pub alert: u32,
    /// The levels and people who are told.
    pub tell: Vec<String>,
    /// The hour at which business opens, in the time zone of the business.
    pub opens: u32,
    /// The hour at which it closes.
    pub closes: u32,
    /// The days of the week on which it does not open.
    pub closed_on: Vec<WeekDay>,
    /// How the signals count, as far as the document says it.
    signals: BTreeMap<Signal, Said>,
}

impl Default for RiskPolicy {
    fn default() -> Self {
        Self {
            person: 60,
            alert: 80,
            tell: Vec::new(),
            opens: 6,
            closes: 22,
            closed_on: Vec::new(),
            signals: BTreeMap::new(),
        }
    }
}

/// Returns how a signal counts as shipped; 0 stands for a number that it does not use.
const fn shipped(signal: Signal) -> Weight {
    let (points, from, days, percent) = match signal {
        Signal::CustomerVelocity => (20, 5, 7, 0),
        Signal::RequesterVelocity => (15, 30, 1, 300),
        Signal::PaymentVelocity => (15, 3, 0, 0),
        Signal::RefundRatio => (20, 3, 90, 60),
        Signal::UnusualAmount => (20, 20, 90, 400),
        Signal::NewCustomer => (10, 0, 14, 0),
        Signal::RoundSum => (5, 50, 0, 0),
        Signal::OffHours => (5, 0, 0, 0),
        Signal::RequesterAndCustomer => (15, 4, 30, 30),
        Signal::RequesterAndApprover => (10, 10, 90, 80),
        Signal::UnderThreshold => (25, 3, 30, 10),
    };
    Weight { points, from, days, percent }
}

impl RiskPolicy {
    /// Returns how a signal counts.
    #[must_use]
    pub fn weight(&self, signal: Signal) -> Weight {
        let (said, usual) = (self.signals.get(&signal).copied().unwrap_or_default(), shipped(signal));
        Weight {
            points: said.points.unwrap_or(usual.points),
            from: said.from.unwrap_or(usual.from),
            days: said.days.unwrap_or(usual.days),
            percent: said.percent.unwrap_or(usual.percent),
        }
    }

    /// Finds the numbers that are out of range, signals that have no such number, and nameless people to tell.
    pub(super) fn check(&self, mistakes: &mut Vec<Mistake>) {
        let most = limits::RISK_POINTS;
        let mut wrong = |path: &[&str], detail: String| {
            let path: Vec<_> = ["risk"].iter().chain(path).copied().collect();
            mistakes.push(Mistake::at(&path, format!("[risk] {detail}")));
        };
        for (name, score) in [("person", self.person), ("alert", self.alert)] {
            if score > most {
                wrong(&[name], format!("{name} takes 0 to {most}"));
            }
        }
        if self.tell.len() > limits::RISK_TOLD || self.tell.iter().any(|name| words::canonical(name).is_empty()) {
            wrong(&["tell"], format!("tell takes at most {} levels or names of people", limits::RISK_TOLD));
        }
        if self.opens >= self.closes || self.closes > 24 {
            wrong(&["opens"], "opens and closes are hours of one day, the first before the second: 0 to 24".into());
        }
        for (signal, said) in &self.signals {
            let (usual, name) = (shipped(*signal), signal.name());
            if said.points.is_some_and(|points| points > most) {
                wrong(&["signals", name, "points"], format!("signals.{name} points takes 0 to {most}"));
            }
            let most_percent = if *signal == Signal::UnderThreshold { 99 } else { limits::RISK_PERCENT };
            for (field, said, usual, most) in [
                ("from", said.from, usual.from, limits::RISK_FROM),
                ("days", said.days, usual.days, limits::RISK_DAYS),
                ("percent", said.percent, usual.percent, most_percent),
            ] {
                let Some(said) = said else { continue };
                if usual == 0 {
                    wrong(&["signals", name, field], format!("signals.{name} counts no `{field}`: leave it out"));
                } else if !(1..=most).contains(&said) {
                    wrong(&["signals", name, field], format!("signals.{name} {field} takes 1 to {most}"));
                }
            }
        }
    }
}

impl Policy {
    /// Returns the bound of the approval rules for this kind that an amount reaches or is less than so many percent
    /// below, in major units; none where it is below none.
    #[must_use]
    pub fn bound_above(&self, kind: Kind, amount: Money, percent: u32) -> Option<Decimal> {
        let worth = self.worth(amount)?;
        let rules = self.approval.iter().filter(|rule| rule.kinds.is_empty() || rule.kinds.contains(&kind));
        let is_near = |bound: &Decimal| {
            hundredths(*bound).is_some_and(|bound| {
                let floor = i128::from(bound) * i128::from(100_u32.saturating_sub(percent));
                worth <= bound && i128::from(worth) * 100 > floor
            })
        };
        rules.filter_map(|rule| rule.up_to).filter(is_near).min()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::DEFAULT;
    use super::*;
    use crate::money::Currency;

    fn with(risk: &str) -> Result<Policy, super::super::PolicyError> {
        let (before, rest) = DEFAULT.split_once("[risk]").unwrap();
        let (_, after) = rest.split_once("\n[levels]").unwrap();
        Policy::parse(&format!("{before}{risk}\n[levels]{after}"))
    }

    #[test]
    fn a_policy_that_says_nothing_of_risk_has_the_shipped_weights_and_the_shipped_document_says_them() {
        let (silent, shipped) = (with("").unwrap(), Policy::parse(DEFAULT).unwrap());
        assert_eq!(silent.risk, RiskPolicy::default());
        for signal in Signal::ALL {
            assert_eq!(shipped.risk.weight(*signal), super::shipped(*signal), "{signal:?}");
            let said = shipped.risk.signals.get(signal).unwrap();
            assert!(said.points.is_some(), "{signal:?} stands in the document");
        }
        let RiskPolicy { person, alert, tell, opens, closes, closed_on, signals: _ } = shipped.risk;
        let defaults = RiskPolicy::default();
        assert_eq!((person, alert, tell), (defaults.person, defaults.alert, defaults.tell));
        assert_eq!((opens, closes, closed_on), (defaults.opens, defaults.closes, defaults.closed_on));
    }

    #[test]
    fn one_number_of_one_signal_is_changed_and_the_rest_stays() {
        let policy = with("[risk.signals]\ncustomer_velocity = { from = 9 }").unwrap();
        assert_eq!(
            policy.risk.weight(Signal::CustomerVelocity),
            Weight { from: 9, ..shipped(Signal::CustomerVelocity) }
        );
        assert_eq!(policy.risk.weight(Signal::RoundSum), shipped(Signal::RoundSum));
    }

    #[test]
    fn a_number_out_of_range_or_of_no_use_is_refused_by_name() {
        for (risk, told) in [
            ("[risk]\nperson = 101", "person takes 0 to 100"),
            ("[risk]\ntell = [\" \"]", "tell takes"),
            ("[risk]\nopens = 22\ncloses = 6", "opens and closes"),
            ("[risk]\ncloses = 25", "opens and closes"),
            ("[risk.signals]\nround_sum = { points = 101 }", "signals.round_sum points takes 0 to 100"),
            ("[risk.signals]\nround_sum = { days = 3 }", "signals.round_sum counts no `days`"),
            ("[risk.signals]\ncustomer_velocity = { days = 93 }", "signals.customer_velocity days takes 1 to 92"),
            ("[risk.signals]\ncustomer_velocity = { from = 0 }", "signals.customer_velocity from takes 1 to"),
            ("[risk.signals]\nunder_threshold = { percent = 100 }", "under_threshold percent takes 1 to 99"),
            ("[risk.signals]\nvelocity = { points = 1 }", "velocity"),
            ("[risk.signals]\nround_sum = { points = -1 }", "expected u32"),
        ] {
            let error = with(risk).unwrap_err().to_string();
            assert!(error.contains(told), "{risk}: {error}");
        }
        assert!(with("[risk.signals]\ncustomer_velocity = { days = 92 }").is_ok(), "at the bound");
        assert!(with("[risk]\nperson = 100\nalert = 0\ncloses = 24").is_ok(), "at the bound");
    }

    #[test]
    fn a_bound_is_near_to_the_cent() {
        let policy = Policy::parse(DEFAULT).unwrap();
        let bound = |kind, value| policy.bound_above(kind, Money::parse(value, Currency::EUR).unwrap(), 10);
        let of = |text: &str| Some(text.parse::<Decimal>().unwrap());
        assert_eq!(bound(Kind::Refund, "450.00"), None);
        assert_eq!(bound(Kind::Refund, "450.01"), of("500.00"));
        assert_eq!(bound(Kind::Refund, "500.00"), of("500.00"));
        assert_eq!(bound(Kind::Refund, "500.01"), None);
        assert_eq!(bound(Kind::Refund, "49.00"), None, "the bound of 50 is for other kinds");
        assert_eq!(bound(Kind::GoodwillCredit, "49.00"), of("50.00"));
    }
}
