//! Counters: what was counted of late, by day. One holds as many days as the policy may count, whatever comes in.

use std::collections::BTreeMap;

use chrono::Days;
use serde::{Deserialize, Serialize};

use crate::limits::{RISK_DAYS, RISK_DECIDERS};
use crate::time::Day;

/// What was counted on one day, or on several. Worths are in hundredths of the unit of the policy's bounds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counted {
    /// The requests.
    #[serde(skip_serializing_if = "is_zero")]
    pub asks: i64,
    /// What the requests are worth.
    #[serde(skip_serializing_if = "is_zero")]
    pub worth: i64,
    /// The requests just below a bound of the policy.
    #[serde(skip_serializing_if = "is_zero")]
    pub under: i64,
    /// The invoices that a request was about for the first time.
    #[serde(skip_serializing_if = "is_zero")]
    pub invoices: i64,
    /// What these invoices are worth.
    #[serde(skip_serializing_if = "is_zero")]
    pub invoiced: i64,
    /// What the requests about invoices are worth.
    #[serde(skip_serializing_if = "is_zero")]
    pub credited: i64,
}

/// Tells whether there is nothing to write down; serde passes members so.
const fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl Counted {
    /// Returns both together.
    pub(super) const fn plus(self, other: Self) -> Self {
        Self {
            asks: self.asks.saturating_add(other.asks),
            worth: self.worth.saturating_add(other.worth),
            under: self.under.saturating_add(other.under),
            invoices: self.invoices.saturating_add(other.invoices),
            invoiced: self.invoiced.saturating_add(other.invoiced),
            credited: self.credited.saturating_add(other.credited),
        }
    }
}

/// What was counted of late for one customer, one requester, one reason or one pair.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// The first day on which anything was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first: Option<Day>,
    /// What was counted on each day.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    days: BTreeMap<Day, Counted>,
    /// How many decisions each person made on each day, where decisions are counted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    people: BTreeMap<String, BTreeMap<Day, i64>>,
}

/// Returns the first of the last days, today included.
fn first_of(days: u32, today: Day) -> Day {
    today.checked_sub_days(Days::new(u64::from(days.saturating_sub(1)))).unwrap_or(today)
}

/// Drops the days that nothing asks for any more. Of too many, which only a clock that was wrong leaves, the oldest
/// go.
fn bound<T>(days: &mut BTreeMap<Day, T>, today: Day) {
    *days = days.split_off(&first_of(RISK_DAYS, today));
    while days.len() > RISK_DAYS as usize {
        days.pop_first();
    }
}

impl Counter {
    /// Returns the first day on which anything was counted.
    pub(super) const fn first(&self) -> Option<Day> {
        self.first
    }

    /// Adds up the last days, today included. A day ahead counts too: a clock was wrong then or is now.
    pub(super) fn since(&self, days: u32, today: Day) -> Counted {
        self.days.range(first_of(days, today)..).fold(Counted::default(), |sum, (_, counted)| sum.plus(*counted))
    }

    /// Adds to what was counted today.
    pub(super) fn add(&mut self, counted: Counted, today: Day) {
        self.first = Some(self.first.map_or(today, |first| first.min(today)));
        let sum = self.days.entry(today).or_default();
        *sum = sum.plus(counted);
        bound(&mut self.days, today);
    }

    /// Counts a decision of a person. Of many people, those are kept who decided most.
    pub fn decided(&mut self, by: &str, today: Day) {
        for days in self.people.values_mut() {
            bound(days, today);
        }
        self.people.retain(|_, days| !days.is_empty());
        *self.people.entry(by.to_owned()).or_default().entry(today).or_default() += 1;
        while self.people.len() > RISK_DECIDERS {
            let fewest = |(name, days): &(&String, &BTreeMap<Day, i64>)| (*name != by, days.values().sum::<i64>());
            let least = self.people.iter().filter(|(name, _)| *name != by).min_by_key(fewest);
            let Some(least) = least.map(|(name, _)| name.clone()) else { break };
            self.people.remove(&least);
        }
    }

    /// Returns how many decisions each person made within the last days, today included.
    pub(super) fn deciders(&self, days: u32, today: Day) -> impl Iterator<Item = (&str, i64)> {
        let first = first_of(days, today);
        self.people.iter().map(move |(name, made)| (name.as_str(), made.range(first..).map(|(_, count)| count).sum()))
    }

    /// Tells whether nothing asks for any of it any more.
    #[must_use]
    pub fn is_over(&self, today: Day) -> bool {
        let first = first_of(RISK_DAYS, today);
        let people = self.people.values().flat_map(BTreeMap::keys);
        self.days.keys().chain(people).all(|day| *day < first)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(number: u64) -> Day {
        Day::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(number)
    }

    const ONE: Counted = Counted { asks: 1, worth: 5, under: 0, invoices: 0, invoiced: 0, credited: 0 };

    #[test]
    fn a_counter_holds_no_more_days_than_are_ever_asked_for() {
        let mut counter = Counter::default();
        for number in 0..400 {
            counter.add(ONE, day(number));
        }
        assert_eq!(counter.days.len(), RISK_DAYS as usize);
        assert_eq!(counter.since(RISK_DAYS, day(399)).asks, i64::from(RISK_DAYS));
        assert_eq!(counter.since(7, day(399)).asks, 7);
        assert_eq!(counter.first(), Some(day(0)), "it is known since then");
        // A clock that was ahead for a while leaves days ahead, and they are bounded too.
        for number in 0..300 {
            counter.add(ONE, day(1_000 + number));
            counter.add(ONE, day(400));
        }
        assert!(counter.days.len() <= RISK_DAYS as usize, "{}", counter.days.len());
    }

    #[test]
    fn a_counter_leaves_when_nothing_asks_for_it_any_more() {
        let mut counter = Counter::default();
        assert!(counter.is_over(day(0)), "nothing was counted");
        counter.add(ONE, day(0));
        assert!(!counter.is_over(day(91)));
        assert!(counter.is_over(day(92)));
        counter.decided("max", day(50));
        assert!(!counter.is_over(day(141)));
        assert!(counter.is_over(day(142)));
    }

    #[test]
    fn of_many_deciders_those_who_decided_most_are_kept() {
        let mut counter = Counter::default();
        for _ in 0..3 {
            counter.decided("max", day(0));
        }
        for number in 0..100 {
            counter.decided(&format!("p{number}"), day(1));
        }
        assert_eq!(counter.people.len(), RISK_DECIDERS);
        let made: BTreeMap<_, _> = counter.deciders(30, day(1)).collect();
        assert_eq!((made.get("max"), made.get("p99")), (Some(&3), Some(&1)));
    }

    #[test]
    fn the_stored_form_stays_readable() {
        let stored =
            r#"{"first":"2026-01-01","days":{"2026-01-01":{"asks":1,"worth":5}},"people":{"max":{"2026-01-01":2}}}"#;
        let read: Counter = serde_json::from_str(stored).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), stored);
        assert_eq!(read.since(1, day(0)), ONE);
        assert_eq!(serde_json::from_str::<Counter>("{}").unwrap(), Counter::default());
    }
}
