//! Hours of a day, as the policy writes them: `09:00-17:00`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits::DAY_MINUTES;

/// Hours of one day, in minutes since its midnight.
///
/// ```
/// use contraflow_domain::hours::Opening;
///
/// let morning: Opening = "09:00-12:30".parse()?;
/// assert_eq!((morning.opens, morning.closes), (540, 750));
/// assert!("17:00-09:00".parse::<Opening>().is_err());
/// # Ok::<(), contraflow_domain::hours::OpeningError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opening {
    /// When it opens.
    pub opens: u32,
    /// When it closes; 1,440 is the end of the day.
    pub closes: u32,
}

/// A text that names no hours of a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no span of hours: write it like 09:00-17:00, from 00:00 to 24:00")]
pub struct OpeningError(String);

impl Opening {
    /// Tells whether it closes when the day ends.
    #[must_use]
    pub const fn closes_at_midnight(self) -> bool {
        self.closes == DAY_MINUTES
    }
}

fn minute(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str| {
        let is_two_digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u32>().ok().filter(|_| is_two_digits)
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    (minute < 60).then_some(hour * 60 + minute).filter(|at| *at <= DAY_MINUTES)
}

impl FromStr for Opening {
    type Err = OpeningError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (opens, closes) = text.split_once('-')?;
            let (opens, closes) = (minute(opens.trim())?, minute(closes.trim())?);
            (opens < closes).then_some(Self { opens, closes })
        };
        read().ok_or_else(|| OpeningError(text.to_owned()))
    }
}

impl fmt::Display for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { opens, closes } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", opens / 60, opens % 60, closes / 60, closes % 60)
    }
}

impl Serialize for Opening {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Opening {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The hours of each day of the week, Monday first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week(pub [Vec<Opening>; 7]);

impl Week {
    /// Returns the hours of offices: Monday to Friday, 09:00 to 17:00.
    #[must_use]
    pub fn office() -> Self {
        let hours = vec![Opening { opens: 9 * 60, closes: 17 * 60 }];
        Self(std::array::from_fn(|day| if day < 5 { hours.clone() } else { Vec::new() }))
    }

    /// Tells whether it is never open.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }
}
