//! Plans: when a schedule comes.

use std::fmt;
use std::str::FromStr;

use chrono::{Days, NaiveDateTime, NaiveTime, Timelike as _};
use serde::{Deserialize, Serialize};

use super::period::Period;
use super::rule::{Frequency, Rule, Until};
use crate::lifecycle::named;
use crate::limits;
use crate::request::draft::FieldError;
use crate::time::{Day, Timestamp};
use crate::zone::Zone;

named! {
    /// How often.
    Every {
        /// Once in each calendar month.
        Month = "month",
    }
}

/// The plan of a schedule: when it comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Plan {
    /// Once in each calendar month, as the day begins.
    Monthly(Monthly),
    /// At a time of the days that a rule says, or once.
    Recurring(Recurring),
}

/// A plan that comes once in each calendar month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Monthly {
    /// How often it comes.
    pub every: Every,
    /// The day of the month, 1 to 31; a month that is shorter has it on its last day.
    pub day: u32,
    /// The first day on which it may come.
    pub from: Day,
    /// The last day on which it may come; `None` means that it goes on until it is ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// The time zone that its days are of: that of the business when it was made.
    #[serde(default, skip_serializing_if = "Zone::is_utc")]
    pub zone: Zone,
}

/// A plan that comes by a rule, or once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurring {
    /// The rule; `None` means that it comes once, at its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// The first day on which it may come, and the time at which it comes, as the clocks of its zone show them.
    pub start: Start,
    /// The time zone that its days and its time are of.
    #[serde(default, skip_serializing_if = "Zone::is_utc")]
    pub zone: Zone,
    /// The days on which it does not come, although its rule says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<Day>,
}

/// A day, and a time of day to the minute. As text it is `2026-12-31T09:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Start {
    /// The day.
    pub day: Day,
    /// The minutes since midnight.
    pub minute: u32,
}

/// A text that is no start of a schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` must be a day and a time to the minute, such as 2026-12-31T09:00, without a zone: that is `time_zone`")]
pub struct StartError(String);

impl Start {
    fn minutes(at: NaiveDateTime) -> u32 {
        at.hour() * 60 + at.minute()
    }
}

impl FromStr for Start {
    type Err = StartError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = |form| NaiveDateTime::parse_from_str(text, form).ok().filter(|at| at.second() == 0);
        let found = read("%Y-%m-%dT%H:%M").or_else(|| read("%Y-%m-%dT%H:%M:%S"));
        let at = found.ok_or_else(|| StartError(text.to_owned()))?;
        Ok(Self { day: at.date(), minute: Self::minutes(at) })
    }
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{:02}:{:02}", self.day, self.minute / 60, self.minute % 60)
    }
}

impl TryFrom<String> for Start {
    type Error = StartError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Start> for String {
    fn from(start: Start) -> Self {
        start.to_string()
    }
}

impl Monthly {
    /// Returns the day of a month on which it comes: the last one of a shorter month.
    #[must_use]
    pub fn on(&self, month: Day) -> Day {
        use chrono::Datelike as _;
        (1..=self.day).rev().find_map(|day| month.with_day(day)).unwrap_or(month)
    }

    /// Returns the plan by a rule that comes on the same days.
    #[must_use]
    pub fn recurring(&self) -> Recurring {
        let day = i32::try_from(self.day).unwrap_or(31);
        let (month_days, places) = match day {
            ..=28 => (vec![day], Vec::new()),
            // The day itself, or the last one of a month that does not have it.
            _ => ((28..=day).collect(), vec![-1]),
        };
        let until = self.until.map(Until::Day);
        let rule = Rule { until, month_days, places, ..Rule::every(Frequency::Monthly) };
        let start = Start { day: self.from, minute: 0 };
        Recurring { rule: Some(rule), start, zone: self.zone, except: Vec::new() }
    }
}

impl Recurring {
    /// Returns its time on a day. A time that the clocks there are set ahead over is as they go on; of one that they
    /// show twice it is the first.
    #[must_use]
    pub fn at(&self, day: Day) -> Timestamp {
        self.zone.first_at(day, self.start.minute)
    }

    fn is_before_its_end(&self, rule: &Rule, day: Day) -> bool {
        rule.until.is_none_or(|until| match until {
            Until::Day(last) => day <= last,
            Until::Local(last) => (day, self.start.minute) <= (last.date(), Start::minutes(last)),
            Until::At(last) => self.at(day) <= last,
        })
    }

    /// Returns the days on which it comes, from a day on.
    pub fn days_from(&self, from: Day) -> Box<dyn Iterator<Item = Day> + '_> {
        let start = self.start.day;
        let Some(rule) = &self.rule else {
            return Box::new((from <= start).then_some(start).into_iter());
        };
        let comes = move |day: &Day| self.is_before_its_end(rule, *day);
        let is_left = move |day: &Day| *day >= from && !self.except.contains(day);
        match rule.count {
            // Whoever counts begins at the start. A day that is left out counts, too.
            Some(count) => Box::new(rule.days_from(start, start).take(count as usize).filter(is_left)),
            None => Box::new(rule.days_from(start, from).take_while(comes).filter(is_left)),
        }
    }
}

impl Plan {
    /// Returns the plan by a rule that comes on the same days.
    #[must_use]
    pub fn recurring(&self) -> Recurring {
        match self {
            Self::Monthly(monthly) => monthly.recurring(),
            Self::Recurring(recurring) => recurring.clone(),
        }
    }

    /// Returns its time zone.
    #[must_use]
    pub const fn zone(&self) -> Zone {
        match self {
            Self::Monthly(monthly) => monthly.zone,
            Self::Recurring(recurring) => recurring.zone,
        }
    }

    /// Returns the day of a period on which it comes.
    #[must_use]
    pub fn on(&self, period: Period) -> Day {
        match (self, period) {
            (Self::Monthly(monthly), Period::Month(month)) => monthly.on(month),
            (_, period) => period.first_day(),
        }
    }

    /// Returns the instant of a period at which it comes.
    #[must_use]
    pub fn at(&self, period: Period) -> Timestamp {
        let day = self.on(period);
        match self {
            Self::Monthly(monthly) => monthly.zone.start_of(day),
            Self::Recurring(recurring) => recurring.at(day),
        }
    }

    /// Returns its next periods from a day on, the earliest first: so many at most.
    #[must_use]
    pub fn periods_from(&self, from: Day, most: usize) -> Vec<Period> {
        let recurring = self.recurring();
        let period = |day| match self {
            Self::Monthly(_) => Period::month_of(day),
            Self::Recurring(_) => Period::Day(day),
        };
        recurring.days_from(from).take(most).map(period).collect()
    }

    /// Returns the first period; `None` where the plan ends before.
    #[must_use]
    pub fn first(&self) -> Option<Period> {
        self.periods_from(self.recurring().start.day, 1).first().copied()
    }

    /// Returns the period after that one; `None` where the plan ends before.
    #[must_use]
    pub fn after(&self, period: Period) -> Option<Period> {
        self.periods_from(period.end()?, 1).first().copied()
    }

    /// Finds what is wrong with it for someone who makes it today.
    #[must_use]
    pub fn faults(&self, today: Day) -> Vec<FieldError> {
        let earliest = today.checked_sub_days(Days::new(limits::SCHEDULE_BACK_DAYS)).unwrap_or(today);
        let latest = today.checked_add_days(Days::new(limits::SCHEDULE_AHEAD_DAYS)).unwrap_or(today);
        let begins = |pointer: &str, start: Day| {
            let detail = format!("must be {earliest} to {latest}: what it missed since then is made up at once");
            (!(earliest..=latest).contains(&start)).then(|| fault(pointer, detail))
        };
        match self {
            Self::Monthly(monthly) => {
                let wrong = !(1..=31).contains(&monthly.day);
                let detail = "must be 1 to 31; a month that is shorter has it on its last day";
                let mut faults: Vec<_> = wrong.then(|| fault("/day", detail)).into_iter().collect();
                faults.extend(begins("/from", monthly.from));
                if monthly.until.is_some_and(|until| until < monthly.from) {
                    faults.push(fault("/until", format!("must not be before `from`, {}", monthly.from)));
                } else if faults.is_empty() && self.first().is_none() {
                    faults.push(fault("/until", "it ends before it comes for the first time"));
                }
                faults
            }
            Self::Recurring(recurring) => {
                let mut faults: Vec<_> = begins("/start", recurring.start.day).into_iter().collect();
                if recurring.rule.is_none() && !recurring.except.is_empty() {
                    faults.push(fault("/except", "goes with a rule: without one it comes once, on the day of `start`"));
                } else if recurring.except.len() > limits::SCHEDULE_EXCEPT {
                    faults.push(fault("/except", format!("at most {} days", limits::SCHEDULE_EXCEPT)));
                } else if self.first().is_none() {
                    faults.push(fault("/rule", "it never comes: no day fits it between its start and its end"));
                }
                faults
            }
        }
    }
}

fn fault(pointer: &str, detail: impl Into<String>) -> FieldError {
    FieldError { pointer: pointer.into(), detail: detail.into() }
}

/// Returns a time of day as people write it: `09:00`.
#[must_use]
pub(super) fn clock(minute: u32) -> String {
    NaiveTime::from_hms_opt(minute / 60, minute % 60, 0)
        .map(|time| time.format("%H:%M").to_string())
        .unwrap_or_default()
}
