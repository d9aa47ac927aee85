//! When the business is open, as the policy says: its hours and its holidays.

use serde::Deserialize;

use super::Policy;
use super::place::Mistake;
use crate::hours::{Calendar, Opening, Week};
use crate::limits;
use crate::time::Day;
use crate::zone::Zone;

/// The hours of the business on each day of the week; on a day that is left out it is closed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BusinessHours {
    /// The time zone that they are of; that of `[business]`, where it is left out.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub time_zone: Option<Zone>,
    /// The hours of Mondays, such as `["09:00-12:00", "13:00-17:00"]`.
    #[serde(default)]
    pub monday: Vec<Opening>,
    /// The hours of Tuesdays.
    #[serde(default)]
    pub tuesday: Vec<Opening>,
    /// The hours of Wednesdays.
    #[serde(default)]
    pub wednesday: Vec<Opening>,
    /// The hours of Thursdays.
    #[serde(default)]
    pub thursday: Vec<Opening>,
    /// The hours of Fridays.
    #[serde(default)]
    pub friday: Vec<Opening>,
    /// The hours of Saturdays.
    #[serde(default)]
    pub saturday: Vec<Opening>,
    /// The hours of Sundays.
    #[serde(default)]
    pub sunday: Vec<Opening>,
}

impl Default for BusinessHours {
    fn default() -> Self {
        let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = Week::office().0;
        Self { time_zone: None, monday, tuesday, wednesday, thursday, friday, saturday, sunday }
    }
}

/// A day on which the business is closed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The day, such as "2026-12-25".
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub date: Day,
    /// What it is called.
    pub name: String,
}

impl BusinessHours {
    fn days(&self) -> [(&'static str, &Vec<Opening>); 7] {
        [
            ("monday", &self.monday),
            ("tuesday", &self.tuesday),
            ("wednesday", &self.wednesday),
            ("thursday", &self.thursday),
            ("friday", &self.friday),
            ("saturday", &self.saturday),
            ("sunday", &self.sunday),
        ]
    }

    fn week(&self) -> Week {
        Week(self.days().map(|(_, hours)| hours.clone()))
    }

    fn check(&self, mistakes: &mut Vec<Mistake>) {
        if self.week().is_closed() {
            let message = "[business_hours] has no hours: give some days hours, such as monday = [\"09:00-17:00\"]";
            mistakes.push(Mistake::at(&["business_hours"], message));
        }
        for (day, hours) in self.days() {
            if hours.len() > limits::OPENINGS {
                let message = format!("[business_hours] {day} has more than {} spans of hours", limits::OPENINGS);
                mistakes.push(Mistake::at(&["business_hours", day], message));
            }
            let overlaps = |pair: &[Opening]| matches!(pair, [one, next] if one.closes > next.opens);
            if hours.windows(2).any(overlaps) {
                let message = format!("[business_hours] {day}: write its hours in their order, none within another");
                mistakes.push(Mistake::at(&["business_hours", day], message));
            }
        }
    }
}

impl Policy {
    /// Returns when the business is open.
    #[must_use]
    pub fn calendar(&self) -> Calendar {
        Calendar {
            zone: self.business_hours.time_zone.unwrap_or(self.business.time_zone),
            week: self.business_hours.week(),
            holidays: self.holidays.iter().map(|holiday| holiday.date).collect(),
        }
    }

    /// Finds what is wrong with hours and holidays.
    pub(super) fn check_hours(&self, mistakes: &mut Vec<Mistake>) {
        self.business_hours.check(mistakes);
        if self.holidays.len() > limits::HOLIDAYS {
            let message = format!("[[holidays]] has more than {} days", limits::HOLIDAYS);
            mistakes.push(Mistake::at(&["holidays"], message));
        }
        let mut known = std::collections::BTreeSet::new();
        for (place, holiday) in self.holidays.iter().enumerate() {
            let path = ["holidays", &place.to_string(), "date"];
            if !known.insert(holiday.date) {
                mistakes.push(Mistake::at(&path, format!("[[holidays]] has {} twice", holiday.date)));
            }
        }
    }
}
