//! Instants: the caller gives them; the clock is never read here.

use std::fmt;

pub use chrono::NaiveDate as Day;
use chrono::{DateTime, NaiveDateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits;

/// An instant with millisecond precision. As text it is always `2026-10-02T09:00:00.000Z`, so that text order is time
/// order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Makes an instant from milliseconds since 1970. One outside the calendar becomes the epoch.
    #[must_use]
    pub fn from_unix_ms(ms: u64) -> Self {
        let whole = i64::try_from(ms).ok().and_then(DateTime::from_timestamp_millis);
        Self(whole.unwrap_or(DateTime::UNIX_EPOCH))
    }

    /// Returns the milliseconds since 1970, never negative.
    #[must_use]
    pub fn unix_ms(self) -> u64 {
        u64::try_from(self.0.timestamp_millis()).unwrap_or(0)
    }

    /// Returns the instant that is so many milliseconds later; the same instant where the calendar ends.
    #[must_use]
    pub fn plus_ms(self, ms: u64) -> Self {
        let delta = i64::try_from(ms).ok().and_then(TimeDelta::try_milliseconds);
        Self(delta.and_then(|delta| self.0.checked_add_signed(delta)).unwrap_or(self.0))
    }

    /// Returns how long after `earlier` this is, in milliseconds; 0 when it is before.
    #[must_use]
    pub fn ms_since(self, earlier: Self) -> u64 {
        self.unix_ms().saturating_sub(earlier.unix_ms())
    }

    /// Tells whether it lies further ahead of now than the clocks of two hosts differ: the clock that wrote down that
    /// something happened then was wrong.
    #[must_use]
    pub fn is_wrong(self, now: Self) -> bool {
        self.ms_since(now) > limits::CLOCKS_DIFFER_MS
    }

    /// Makes an instant from a date and time in UTC; the epoch where it lies before that.
    pub(crate) fn in_utc(at: NaiveDateTime) -> Self {
        Self(at.and_utc().max(DateTime::UNIX_EPOCH))
    }

    /// Returns the date and time in UTC. Which day that is, only a [`Zone`](crate::zone::Zone) says.
    pub(crate) fn utc(self) -> NaiveDateTime {
        self.0.naive_utc()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = DateTime::parse_from_rfc3339(text)?;
        Ok(Self::from_unix_ms(u64::try_from(parsed.timestamp_millis()).unwrap_or(0)))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_milliseconds_and_reads_back() {
        let instant = Timestamp::from_unix_ms(1_790_000_000_007);
        assert_eq!(instant.to_string(), "2026-09-21T14:13:20.007Z");
        assert_eq!(instant.to_string().parse(), Ok(instant));
    }
}
