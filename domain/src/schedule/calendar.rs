//! Works out the days on which a rule comes. Each unit of its frequency (a day, a week, a month, a year) has a set of
//! days, of which the rule takes all or those at certain places, as RFC 5545 has it.

use chrono::{Datelike as _, Days, Months, Weekday};

use super::rule::{Frequency, NthDay, Rule};
use crate::limits;
use crate::time::Day;

/// The days of a rule in order, from a day on. A rule that comes no more for so long that nobody waits for it ends.
#[derive(Debug, Clone)]
pub struct RuleDays<'a> {
    rule: &'a Rule,
    start: Day,
    from: Day,
    unit: u32,
    ready: std::vec::IntoIter<Day>,
    /// Where the search ends if nothing is found before.
    last: Day,
}

fn later(day: Day, days: u64) -> Day {
    day.checked_add_days(Days::new(days)).unwrap_or(Day::MAX)
}

fn first_of_month(day: Day) -> Day {
    day.with_day(1).unwrap_or(day)
}

/// Returns the first day of the month after it; the calendar's end where there is none.
fn next_month(first: Day) -> Day {
    first.checked_add_months(Months::new(1)).unwrap_or(Day::MAX)
}

fn year(number: i32) -> Option<(Day, Day)> {
    Some((Day::from_ymd_opt(number, 1, 1)?, Day::from_ymd_opt(number.checked_add(1)?, 1, 1)?))
}

fn between(first: Day, end: Day) -> impl Iterator<Item = Day> {
    first.iter_days().take_while(move |day| *day < end)
}

fn week_of(day: Day, starts: Weekday) -> Day {
    let into = u64::from(day.weekday().days_since(starts));
    day.checked_sub_days(Days::new(into)).unwrap_or(day)
}

fn days_between(earlier: Day, later: Day) -> u32 {
    u32::try_from((later - earlier).num_days()).unwrap_or(0)
}

fn months_between(earlier: Day, later: Day) -> u32 {
    let number = |day: Day| i64::from(day.year()) * 12 + i64::from(day.month0());
    u32::try_from(number(later) - number(earlier)).unwrap_or(0)
}

/// Tells whether a day is one of these days of the week. The nth are counted within a range that has the day in it.
fn is_one_of(days: &[NthDay], day: Day, (first, end): (Day, Day)) -> bool {
    days.iter().filter(|wanted| wanted.day == day.weekday()).any(|wanted| match wanted.nth {
        None => true,
        Some(nth) if nth > 0 => i64::from(nth) == (day - first).num_days() / 7 + 1,
        Some(nth) => i64::from(-nth) == ((end - day).num_days() - 1) / 7 + 1,
    })
}

impl Rule {
    /// Returns its days from a day on, the oldest first. `start` is the day from which its units are counted; there is
    /// none before it. How often and until when it comes is not looked at.
    #[must_use]
    pub fn days_from(&self, start: Day, from: Day) -> RuleDays<'_> {
        let from = from.max(start);
        let units = match self.frequency {
            Frequency::Daily => days_between(start, from),
            Frequency::Weekly => days_between(week_of(start, self.week_start), week_of(from, self.week_start)) / 7,
            Frequency::Monthly => months_between(start, from),
            Frequency::Yearly => u32::try_from(from.year() - start.year()).unwrap_or(0),
        };
        RuleDays {
            rule: self,
            start,
            from,
            unit: units / self.interval.max(1),
            ready: Vec::new().into_iter(),
            last: later(from, limits::SCHEDULE_SEARCH_DAYS),
        }
    }

    fn has_month(&self, day: Day) -> bool {
        self.months.is_empty() || self.months.contains(&day.month())
    }

    fn has_month_day(&self, day: Day) -> bool {
        let first = first_of_month(day);
        let from_end = days_between(day, next_month(first));
        let is_it = |wanted: &i32| {
            u32::try_from(*wanted).map_or(wanted.unsigned_abs() == from_end, |number| number == day.day())
        };
        self.month_days.iter().any(is_it)
    }

    /// Returns the days of the unit of that number before some are taken by their place, in order. `None` where the
    /// calendar ends.
    fn set(&self, start: Day, unit: u32) -> Option<(Day, Vec<Day>)> {
        let units = unit.checked_mul(self.interval)?;
        match self.frequency {
            Frequency::Daily => {
                let day = start.checked_add_days(Days::new(u64::from(units)))?;
                let fits = self.has_month(day)
                    && (self.month_days.is_empty() || self.has_month_day(day))
                    && (self.days.is_empty() || is_one_of(&self.days, day, (day, day)));
                Some((day, fits.then_some(day).into_iter().collect()))
            }
            Frequency::Weekly => {
                let first = week_of(start, self.week_start).checked_add_days(Days::new(u64::from(units) * 7))?;
                let own = [NthDay { nth: None, day: start.weekday() }];
                let days = if self.days.is_empty() { &own[..] } else { &self.days };
                let fits = |day: &Day| self.has_month(*day) && is_one_of(days, *day, (*day, *day));
                Some((first, first.iter_days().take(7).filter(fits).collect()))
            }
            Frequency::Monthly => {
                let first = first_of_month(start).checked_add_months(Months::new(units))?;
                let end = next_month(first);
                let fits = |day: &Day| self.has_month(*day) && self.fits_month(*day, start.day(), (first, end));
                Some((first, between(first, end).filter(fits).collect()))
            }
            Frequency::Yearly => {
                let (first, end) = year(start.year().checked_add(i32::try_from(units).ok()?)?)?;
                let fits = |day: &Day| self.fits_year(*day, start, (first, end));
                Some((first, between(first, end).filter(fits).collect()))
            }
        }
    }

    /// Tells whether a day fits the rule's days of the month and of the week, of which those that are counted are
    /// counted in `range`. Without any it is the day of the start.
    fn fits_month(&self, day: Day, own: u32, range: (Day, Day)) -> bool {
        if self.month_days.is_empty() && self.days.is_empty() {
            return day.day() == own;
        }
        (self.month_days.is_empty() || self.has_month_day(day))
            && (self.days.is_empty() || is_one_of(&self.days, day, range))
    }

    fn fits_year(&self, day: Day, start: Day, year: (Day, Day)) -> bool {
        if self.month_days.is_empty() && self.days.is_empty() {
            let in_month = if self.months.is_empty() { day.month() == start.month() } else { self.has_month(day) };
            return in_month && day.day() == start.day();
        }
        let first = first_of_month(day);
        let range = if self.months.is_empty() { year } else { (first, next_month(first)) };
        self.has_month(day) && self.fits_month(day, start.day(), range)
    }

    /// Returns those of a unit's days that the rule takes, in order.
    fn taken(&self, set: Vec<Day>) -> Vec<Day> {
        if self.places.is_empty() {
            return set;
        }
        let place = |wanted: &i32| {
            let size = i32::try_from(set.len()).unwrap_or(i32::MAX);
            let index = if *wanted > 0 { wanted - 1 } else { size + wanted };
            usize::try_from(index).ok().and_then(|index| set.get(index)).copied()
        };
        let mut days: Vec<Day> = self.places.iter().filter_map(place).collect();
        days.sort_unstable();
        days.dedup();
        days
    }
}

impl Iterator for RuleDays<'_> {
    type Item = Day;

    fn next(&mut self) -> Option<Day> {
        loop {
            let from = self.from;
            if let Some(day) = self.ready.find(|day| *day >= from) {
                self.last = later(day, limits::SCHEDULE_SEARCH_DAYS);
                return Some(day);
            }
            let (first, set) = self.rule.set(self.start, self.unit)?;
            if first > self.last {
                return None;
            }
            self.unit = self.unit.checked_add(1)?;
            self.ready = self.rule.taken(set).into_iter();
        }
    }
}
