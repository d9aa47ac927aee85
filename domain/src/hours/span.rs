//! Spans of time as the policy writes them: `4 business hours`, `2 business days`, `30 minutes`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::lifecycle::named;
use crate::limits::{SPAN_DAYS, SPAN_HOURS, SPAN_MINUTES};

named! {
    /// What a span of time is counted in.
    Unit {
        /// Minutes of the clock.
        Minutes = "minute",
        /// Hours of the clock.
        Hours = "hour",
        /// Days of 24 hours.
        Days = "day",
        /// Minutes in which the business is open.
        BusinessMinutes = "business minute",
        /// Hours in which the business is open.
        BusinessHours = "business hour",
        /// Days on which the business is open.
        BusinessDays = "business day",
    }
}

impl Unit {
    /// Returns the most of it that a span may have: about a year.
    #[must_use]
    pub const fn most(self) -> u32 {
        match self {
            Self::Minutes | Self::BusinessMinutes => SPAN_MINUTES,
            Self::Hours | Self::BusinessHours => SPAN_HOURS,
            Self::Days | Self::BusinessDays => SPAN_DAYS,
        }
    }
}

/// A span of time.
///
/// ```
/// use contraflow_domain::hours::{Span, Unit};
///
/// let span: Span = "2 business days".parse()?;
/// assert_eq!(span, Span { count: 2, unit: Unit::BusinessDays });
/// assert_eq!(span.to_string(), "2 business days");
/// assert!("two days".parse::<Span>().is_err());
/// # Ok::<(), contraflow_domain::hours::SpanError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

/// A text that names no span of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    /// It is written otherwise.
    #[error(
        "`{0}` is no span of time: write it like 4 business hours, 2 business days, 30 minutes, 12 hours or 3 days"
    )]
    Form(String),
    /// It is too long.
    #[error("`{0}` is too long: at most {1} {2}s")]
    Long(String, u32, &'static str),
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words: Vec<_> = text.split_whitespace().collect();
        let read = || {
            let (count, unit) = words.split_first()?;
            let is_number = count.bytes().all(|byte| byte.is_ascii_digit());
            let unit = unit.join(" ");
            let unit = Unit::named(unit.strip_suffix('s').unwrap_or(&unit))?;
            Some((count.parse::<u32>().ok().filter(|_| is_number)?, unit))
        };
        let (count, unit) = read().ok_or_else(|| SpanError::Form(text.to_owned()))?;
        if count > unit.most() {
            return Err(SpanError::Long(text.to_owned(), unit.most(), unit.name()));
        }
        Ok(Self { count, unit })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.count, self.unit.name())
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Span {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^\\s*[0-9]+\\s+(business\\s+)?(minute|hour|day)s?\\s*$"})
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for super::Opening {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Opening".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^\\s*[0-2][0-9]:[0-5][0-9]\\s*-\\s*[0-2][0-9]:[0-5][0-9]\\s*$"})
    }
}
