//! Business time: when a business is open, and what lies so many of its hours or days ahead of an instant, or behind
//! it.
//!
//! ```
//! use contraflow_domain::hours::{Calendar, Week};
//!
//! let berlin = Calendar { zone: "Europe/Berlin".parse()?, week: Week::office(), holidays: Default::default() };
//! let friday: contraflow_domain::time::Timestamp = "2026-11-27T15:00:00Z".parse()?;
//! // It is 16:00 in Berlin: one hour is left of the Friday, and three follow on Monday.
//! assert_eq!(berlin.after(friday, "4 business hours".parse()?).to_string(), "2026-11-30T11:00:00.000Z");
//! assert_eq!(berlin.after(friday, "1 business day".parse()?).to_string(), "2026-11-30T16:00:00.000Z");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod opening;
mod span;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::Datelike as _;

pub use opening::{Opening, OpeningError, Week};
pub use span::{Span, SpanError, Unit};

use crate::limits::{BUSINESS_SEARCH_DAYS, DAY_MS, HOUR_MS, MINUTE_MS};
use crate::time::{Day, Timestamp};
use crate::zone::Zone;

/// A calendar of a business: its hours in its time zone, and the days on which it is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The time zone that the hours are of.
    pub zone: Zone,
    /// The hours of each day of the week.
    pub week: Week,
    /// The days on which it is closed whatever the week says.
    pub holidays: BTreeSet<Day>,
}

impl Calendar {
    /// Returns when it is open on a day, as instants in their order.
    #[must_use]
    pub fn open_on(&self, day: Day) -> Vec<(Timestamp, Timestamp)> {
        if self.holidays.contains(&day) {
            return Vec::new();
        }
        let place = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or(0);
        let hours = self.week.0.get(place).map(Vec::as_slice).unwrap_or_default();
        let instants = hours.iter().map(|opening| self.instants(day, *opening));
        instants.filter(|(opens, closes)| opens < closes).collect()
    }

    /// Returns when it opens and closes. Where the clocks show a time twice, it opens with the first and closes with
    /// the second; a day's end is the beginning of the next.
    fn instants(&self, day: Day, opening: Opening) -> (Timestamp, Timestamp) {
        let closes = match day.succ_opt().filter(|_| opening.closes_at_midnight()) {
            Some(next) => self.zone.start_of(next),
            None => self.zone.last_at(day, opening.closes),
        };
        (self.zone.first_at(day, opening.opens), closes)
    }

    /// Returns the instant that lies so far after another. Business hours are counted while it is open. Business days
    /// end when it closes, and the day of the instant itself does not count.
    #[must_use]
    pub fn after(&self, start: Timestamp, span: Span) -> Timestamp {
        match span.unit {
            Unit::BusinessMinutes => self.hours_after(start, ms(span.count, MINUTE_MS)),
            Unit::BusinessHours => self.hours_after(start, ms(span.count, HOUR_MS)),
            Unit::BusinessDays => self.day_away(start, span.count, Day::succ_opt).unwrap_or(start),
            unit => start.plus_ms(ms(span.count, unit.elapsed_ms())),
        }
    }

    /// Returns the instant that lies so far before another. It is the mirror of [`Self::after`]: so many business days
    /// before is when it closed on that day.
    #[must_use]
    pub fn before(&self, end: Timestamp, span: Span) -> Timestamp {
        match span.unit {
            Unit::BusinessMinutes => self.hours_before(end, ms(span.count, MINUTE_MS)),
            Unit::BusinessHours => self.hours_before(end, ms(span.count, HOUR_MS)),
            Unit::BusinessDays => self.day_away(end, span.count, Day::pred_opt).unwrap_or(end),
            unit => back(end, ms(span.count, unit.elapsed_ms())),
        }
    }

    /// Returns for how many milliseconds it is open between two instants.
    #[must_use]
    pub fn open_ms(&self, from: Timestamp, to: Timestamp) -> u64 {
        let last = self.zone.day(to);
        let days = self.days(from, Day::succ_opt).take_while(|day| *day <= last);
        days.flat_map(|day| self.open_on(day)).map(|(opens, closes)| closes.min(to).ms_since(opens.max(from))).sum()
    }

    /// Returns the days from that of an instant on, as far as anything is looked for.
    fn days(&self, start: Timestamp, next: fn(&Day) -> Option<Day>) -> impl Iterator<Item = Day> + use<> {
        std::iter::successors(Some(self.zone.day(start)), next).take(BUSINESS_SEARCH_DAYS)
    }

    /// Counts open hours on from an instant. Where it is hardly ever open, as if it always were.
    fn hours_after(&self, start: Timestamp, whole: u64) -> Timestamp {
        let mut left = whole;
        for (opens, closes) in self.days(start, Day::succ_opt).flat_map(|day| self.open_on(day)) {
            let from = opens.max(start);
            let there = closes.ms_since(from);
            if there >= left {
                return if left == 0 { start } else { from.plus_ms(left) };
            }
            left -= there;
        }
        start.plus_ms(whole)
    }

    fn hours_before(&self, end: Timestamp, whole: u64) -> Timestamp {
        let mut left = whole;
        for (opens, closes) in self.days(end, Day::pred_opt).flat_map(|day| self.open_on(day).into_iter().rev()) {
            let to = closes.min(end);
            let there = to.ms_since(opens);
            if there >= left {
                return if left == 0 { end } else { back(to, left) };
            }
            left -= there;
        }
        back(end, whole)
    }

    /// Returns when it closes on the day that is so many business days away.
    fn day_away(&self, from: Timestamp, count: u32, next: fn(&Day) -> Option<Day>) -> Option<Timestamp> {
        let steps = usize::try_from(count).ok()?.checked_sub(1)?;
        self.days(from, next).skip(1).filter_map(|day| Some(self.open_on(day).last()?.1)).nth(steps)
    }
}

fn ms(count: u32, each: u64) -> u64 {
    u64::from(count).saturating_mul(each)
}

fn back(at: Timestamp, by: u64) -> Timestamp {
    Timestamp::from_unix_ms(at.unix_ms().saturating_sub(by))
}

impl Unit {
    /// Returns the milliseconds of a unit that passes whether it is open or not.
    const fn elapsed_ms(self) -> u64 {
        match self {
            Self::Minutes | Self::BusinessMinutes => MINUTE_MS,
            Self::Hours | Self::BusinessHours => HOUR_MS,
            Self::Days | Self::BusinessDays => DAY_MS,
        }
    }
}
