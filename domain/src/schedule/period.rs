//! Periods: each run of a schedule is for one, and is made once in it.

use std::fmt;
use std::str::FromStr;

use chrono::Months;
use serde::{Deserialize, Serialize};

use crate::time::Day;

/// What one run of a schedule is for: a day, or a calendar month where the schedule was made as one that comes every
/// month. As text it is `2026-02-28` or `2026-02`, so that text order is time order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Period {
    /// The month that begins with that day.
    Month(Day),
    /// The day.
    Day(Day),
}

impl Period {
    /// Returns the month that a day is in.
    #[must_use]
    pub fn month_of(day: Day) -> Self {
        use chrono::Datelike as _;
        Self::Month(day.with_day(1).unwrap_or(day))
    }

    /// Returns its first day.
    #[must_use]
    pub const fn first_day(self) -> Day {
        match self {
            Self::Month(day) | Self::Day(day) => day,
        }
    }

    /// Returns the first day after it; `None` where the calendar ends.
    #[must_use]
    pub fn end(self) -> Option<Day> {
        match self {
            Self::Month(first) => first.checked_add_months(Months::new(1)),
            Self::Day(day) => day.succ_opt(),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month(first) => write!(f, "{}", first.format("%Y-%m")),
            Self::Day(day) => write!(f, "{day}"),
        }
    }
}

impl FromStr for Period {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let month = || Day::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").map(Self::Month);
        Day::parse_from_str(text, "%Y-%m-%d").map(Self::Day).or_else(|_| month())
    }
}

impl TryFrom<String> for Period {
    type Error = chrono::ParseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_period_is_read_as_it_is_written() {
        for text in ["2026-02", "2026-02-28"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        for wrong in ["", "2026", "2026-13", "2026-02-30", "2026-02-28T00:00"] {
            assert!(wrong.parse::<Period>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn it_ends_as_the_next_one_begins() {
        let end = |text: &str| text.parse::<Period>().unwrap().end().unwrap().to_string();
        assert_eq!((end("2026-12").as_str(), end("2026-12-31").as_str()), ("2027-01-01", "2027-01-01"));
    }
}
