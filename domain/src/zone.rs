//! The time zone of the business: its days begin and end by it, wherever the machine stands.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike as _, LocalResult, NaiveTime, TimeDelta, TimeZone as _, Timelike as _};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits;
use crate::time::{Day, Timestamp};

/// A time zone of the IANA database, such as `Europe/Berlin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(Tz);

/// An instant as a zone shows it.
type Moment = DateTime<Tz>;

/// What clocks and calendars of a zone show at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The day.
    pub day: Day,
    /// The hour, from 0 to 23.
    pub hour: u32,
    /// The minute, from 0 to 59.
    pub minute: u32,
    /// The abbreviation of the zone at that instant, such as `CEST`, or its offset, such as `+08`.
    pub zone: String,
}

/// A text that names no time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no time zone: write one of the IANA database, such as Europe/Berlin")]
pub struct ZoneError(String);

impl Zone {
    /// The zone in which nothing is set ahead or back.
    pub const UTC: Self = Self(Tz::UTC);

    /// Tells whether it is UTC.
    #[must_use]
    pub fn is_utc(&self) -> bool {
        *self == Self::UTC
    }

    /// Returns the day that it is there at an instant.
    #[must_use]
    pub fn day(self, at: Timestamp) -> Day {
        self.0.from_utc_datetime(&at.utc()).date_naive()
    }

    /// Returns the hour that it is there at an instant, and the day of the week: 1 is Monday, 7 is Sunday.
    #[must_use]
    pub fn hour_and_weekday(self, at: Timestamp) -> (u32, u32) {
        let there = self.0.from_utc_datetime(&at.utc());
        (there.hour(), there.weekday().number_from_monday())
    }

    /// Returns what clocks and calendars there show at an instant.
    #[must_use]
    pub fn shows(self, at: Timestamp) -> Shown {
        let there = self.0.from_utc_datetime(&at.utc());
        Shown { day: there.date_naive(), hour: there.hour(), minute: there.minute(), zone: there.offset().to_string() }
    }

    /// Returns the first moment of a day there. Where the clocks are set ahead at midnight, that is when they show the
    /// first time of the day.
    #[must_use]
    pub fn start_of(self, day: Day) -> Timestamp {
        let midnight = day.and_time(NaiveTime::MIN);
        if let Some(first) = self.0.from_local_datetime(&midnight).earliest() {
            return Timestamp::in_utc(first.naive_utc());
        }
        // There is no midnight: the day begins somewhere between a day before, as UTC has it, and a day after.
        let in_utc = Timestamp::in_utc(midnight).unix_ms();
        let (mut before, mut after) = (in_utc.saturating_sub(limits::DAY_MS), in_utc.saturating_add(limits::DAY_MS));
        while before + 1 < after {
            let middle = before.midpoint(after);
            if self.day(Timestamp::from_unix_ms(middle)) < day { before = middle } else { after = middle }
        }
        Timestamp::from_unix_ms(after)
    }

    /// Returns when the clocks there first show a time of a day, in minutes since midnight. Where they are set ahead
    /// over it, that is the first moment after.
    #[must_use]
    pub fn first_at(self, day: Day, minute: u32) -> Timestamp {
        self.shown_at(day, minute, LocalResult::earliest)
    }

    /// Returns when the clocks there last show a time of a day, in minutes since midnight. Where they are set ahead
    /// over it, that is the first moment after.
    #[must_use]
    pub fn last_at(self, day: Day, minute: u32) -> Timestamp {
        self.shown_at(day, minute, LocalResult::latest)
    }

    fn shown_at(self, day: Day, minute: u32, which: fn(LocalResult<Moment>) -> Option<Moment>) -> Timestamp {
        let midnight = day.and_time(NaiveTime::MIN);
        // The clocks are set ahead by a day at most.
        let mut times = (0..=i64::from(limits::DAY_MINUTES))
            .filter_map(|later| midnight.checked_add_signed(TimeDelta::minutes(i64::from(minute) + later)));
        let found = times.find_map(|local| which(self.0.from_local_datetime(&local)));
        found.map_or_else(|| Timestamp::in_utc(midnight), |found| Timestamp::in_utc(found.naive_utc()))
    }

    /// Returns how many days lie between a day and the day that it is there; 0 where that day is still to come.
    #[must_use]
    pub fn days_since(self, day: Day, at: Timestamp) -> u64 {
        u64::try_from((self.day(at) - day).num_days()).unwrap_or(0)
    }
}

/// A day, or an instant whose day the time zone of the business says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum When {
    /// The day itself, as it was stored before there was a time zone.
    Day(Day),
    /// The instant.
    At(Timestamp),
}

impl When {
    /// Returns the day.
    #[must_use]
    pub fn day(self, zone: Zone) -> Day {
        match self {
            Self::Day(day) => day,
            Self::At(at) => zone.day(at),
        }
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| ZoneError(text.to_owned()))
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_that_of_the_zone() {
        let evening = at("2026-11-21T23:30:00Z");
        assert_eq!(Zone::UTC.day(evening), day("2026-11-21"));
        assert_eq!(zone("Europe/Berlin").day(evening), day("2026-11-22"));
        assert_eq!(zone("Pacific/Auckland").day(evening), day("2026-11-22"));
        assert_eq!(zone("America/Los_Angeles").day(at("2026-11-22T07:59:59Z")), day("2026-11-21"));
    }

    #[test]
    fn a_zone_shows_its_own_time_with_its_name_in_summer_and_winter() {
        let shown = |name: &str, at_text: &str| {
            let shown = zone(name).shows(at(at_text));
            format!("{} {:02}:{:02} {}", shown.day, shown.hour, shown.minute, shown.zone)
        };
        assert_eq!(shown("Europe/Berlin", "2026-11-21T23:05:59Z"), "2026-11-22 00:05 CET");
        assert_eq!(shown("Europe/Berlin", "2026-07-21T23:05:59Z"), "2026-07-22 01:05 CEST");
        assert_eq!(shown("Asia/Singapore", "2026-07-21T23:05:59Z"), "2026-07-22 07:05 +08");
        assert_eq!(shown("UTC", "2026-07-21T23:05:59Z"), "2026-07-21 23:05 UTC");
    }

    #[test]
    fn a_day_begins_at_its_first_moment_in_the_zone_also_when_the_clocks_change() {
        for (name, on, start) in [
            ("UTC", "2026-11-22", "2026-11-22T00:00:00.000Z"),
            ("Europe/Berlin", "2026-07-01", "2026-06-30T22:00:00.000Z"),
            ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00.000Z"),
            // The clocks went from 00:00 to 01:00: there was no midnight.
            ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z"),
            // The clocks went from 24:00 back to 23:00 of the day before.
            ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00.000Z"),
            // Midnight came twice; the day begins with the first.
            ("America/Havana", "2026-11-01", "2026-11-01T04:00:00.000Z"),
        ] {
            let first = zone(name).start_of(day(on));
            assert_eq!(first.to_string(), start, "{name} {on}");
            assert_eq!(zone(name).day(first), day(on), "{name} {on}");
            assert!(zone(name).day(Timestamp::from_unix_ms(first.unix_ms() - 1)) < day(on), "{name} {on}");
        }
    }

    #[test]
    fn days_are_counted_by_the_calendar_and_not_by_hours() {
        let berlin = zone("Europe/Berlin");
        assert_eq!(berlin.days_since(day("2026-03-28"), at("2026-03-29T22:30:00Z")), 2, "47.5 hours, and two days");
        assert_eq!(berlin.days_since(day("2026-03-28"), at("2026-03-28T22:59:59Z")), 0);
        assert_eq!(berlin.days_since(day("2026-03-30"), at("2026-03-28T22:59:59Z")), 0, "it is still to come");
    }

    #[test]
    fn what_is_no_zone_says_what_would_be_one() {
        for wrong in ["", "Berlin", "europe/berlin", "UTC+2", "Europe/Berlin "] {
            assert!(Zone::from_str(wrong).unwrap_err().to_string().contains("Europe/Berlin"), "{wrong}");
        }
    }
}
