//! Schedules: adjustments that come again, the periods that they have, and which of them is due. A period is made once,
//! whenever the clock gets to it.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, Days, Months};
use serde::{Deserialize, Serialize};

use crate::identity::Identity;
use crate::lifecycle::named;
use crate::limits;
use crate::request::ask::Ask;
use crate::request::draft::FieldError;
use crate::time::{Day, Timestamp};
use crate::zone::Zone;

/// Names the source of requests that schedules make. Each names its schedule and its period: `<id>/2026-02`.
pub const CHANNEL: &str = "schedule";

named! {
    /// How often.
    Every {
        /// Once in each calendar month.
        Month = "month",
    }
}

/// A calendar month; as text `2026-02`, so that text order is time order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period(Day);

impl Period {
    /// Returns the month that a day is in.
    #[must_use]
    pub fn of(day: Day) -> Self {
        Self(day.with_day(1).unwrap_or(day))
    }

    /// Returns the month after it; `None` where the calendar ends.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        self.0.checked_add_months(Months::new(1)).map(Self)
    }

    /// Returns the day of that number; the month's last one where it has fewer days.
    #[must_use]
    pub fn on(self, day: u32) -> Day {
        (1..=day).rev().find_map(|day| self.0.with_day(day)).unwrap_or(self.0)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m"))
    }
}

impl FromStr for Period {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Day::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").map(Self)
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

/// The plan of a schedule: when it comes again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
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

impl Plan {
    /// Finds what is wrong with it for someone who makes it today.
    #[must_use]
    pub fn faults(&self, today: Day) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut add = |pointer: &str, detail: String| faults.push(FieldError { pointer: pointer.into(), detail });
        if !(1..=31).contains(&self.day) {
            add("/day", "must be 1 to 31; a month that is shorter has it on its last day".into());
        }
        let earliest = today.checked_sub_days(Days::new(limits::SCHEDULE_BACK_DAYS)).unwrap_or(today);
        let latest = today.checked_add_days(Days::new(limits::SCHEDULE_AHEAD_DAYS)).unwrap_or(today);
        if !(earliest..=latest).contains(&self.from) {
            add(
                "/from",
                format!("must be {earliest} to {latest}: the requests of the periods since then are made at once"),
            );
        }
        if self.until.is_some_and(|until| until < self.from) {
            add("/until", format!("must not be before `from`, {}", self.from));
        } else if faults.is_empty() && self.first().is_none() {
            faults.push(FieldError {
                pointer: "/until".into(),
                detail: "it ends before it comes for the first time".into(),
            });
        }
        faults
    }

    /// Returns the first period; `None` where the plan ends before.
    #[must_use]
    pub fn first(&self) -> Option<Period> {
        let period = Period::of(self.from);
        let first = if period.on(self.day) < self.from { period.next()? } else { period };
        self.within(first)
    }

    /// Returns the period after that one; `None` where the plan ends before.
    #[must_use]
    pub fn after(&self, period: Period) -> Option<Period> {
        self.within(period.next()?)
    }

    fn within(&self, period: Period) -> Option<Period> {
        self.until.is_none_or(|until| period.on(self.day) <= until).then_some(period)
    }
}

/// A request that a schedule made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The period that the request is for.
    pub period: Period,
    /// The id of the request.
    pub request: String,
}

/// The end of a schedule that someone ended before its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// When they ended it.
    pub at: Timestamp,
    /// The person who ended it.
    pub by: String,
    /// Why they ended it, in their words.
    pub note: String,
}

/// The word of a second person that a schedule is right. Until then each of its requests waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// When they said so.
    pub at: Timestamp,
    /// The person who said so.
    pub by: String,
}

/// Why a schedule is not confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConfirmError {
    /// Whoever made it can't confirm it.
    #[error("you made this schedule, or may have made it, so somebody else must confirm it")]
    OwnSchedule,
    /// It was ended, or has made all its requests.
    #[error("this schedule asks for nothing more: there is nothing to confirm")]
    Over,
}

/// A schedule: the same ask, once in each period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// A UUID of version 7.
    pub id: String,
    /// The name that people call it by.
    pub name: String,
    /// When it comes.
    pub plan: Plan,
    /// The ask that is made each time.
    pub ask: Ask,
    /// The person who made it: the requester of all its requests, who never decides on them.
    pub made_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The period that is made next; `None` means that none is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Period>,
    /// The last request that it made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Run>,
    /// The end, where it was ended before its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<End>,
    /// The word of a second person; `None` while nobody but its maker has looked at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Confirmation>,
}

impl Schedule {
    /// Makes a new schedule.
    #[must_use]
    pub fn new(id: String, name: String, plan: Plan, ask: Ask, made_by: String, at: Timestamp) -> Self {
        let next = plan.first();
        Self { id, name, plan, ask, made_by, created_at: at, next, last: None, ended: None, confirmed: None }
    }

    /// Returns when the clock takes it up: as the day of its next period begins.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        self.next.map(|period| self.plan.zone.start_of(period.on(self.plan.day)))
    }

    /// Returns the period that is to be made now, the oldest first; `None` where nothing is due.
    #[must_use]
    pub fn due_period(&self, at: Timestamp) -> Option<Period> {
        self.next.filter(|_| self.due().is_some_and(|due| due <= at))
    }

    /// Records that the due period became this request; the one after it is next.
    pub fn ran(&mut self, period: Period, request: &str) {
        self.last = Some(Run { period, request: request.into() });
        self.next = self.plan.after(period);
    }

    /// Confirms that the schedule is right, so that its requests may pass by themselves. A second time changes nothing.
    ///
    /// # Errors
    /// When the person may be the one who made it, or it asks for nothing more.
    pub fn confirm(&mut self, by: &str, at: Timestamp) -> Result<(), ConfirmError> {
        if !Identity::read(&self.made_by).is_surely_not(&Identity::read(by)) {
            return Err(ConfirmError::OwnSchedule);
        }
        if self.confirmed.is_some() {
            return Ok(());
        }
        if self.next.is_none() {
            return Err(ConfirmError::Over);
        }
        self.confirmed = Some(Confirmation { at, by: by.into() });
        Ok(())
    }

    /// Ends the schedule: nothing is made from now on, and what was made stays. A second time changes nothing.
    pub fn end(&mut self, by: &str, note: &str, at: Timestamp) {
        self.next = None;
        self.ended.get_or_insert_with(|| End { at, by: by.into(), note: note.into() });
    }
}

#[cfg(test)]
mod tests;
