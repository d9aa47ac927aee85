//! Links to decide: whoever may decide on a request makes one for themselves, and decides by it once, from a mail or a
//! phone, without signing in.

use serde::{Deserialize, Serialize};

use crate::limits;
use crate::time::Timestamp;

/// A link by which one person decides on one request as it was then, once. It is stored under the hash of its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionLink {
    /// The request.
    pub request: String,
    /// The name of the person who decides by it.
    pub person: String,
    /// The content that is decided on.
    pub content_hash: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
    /// When it was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
}

/// Why a link opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It was used.
    #[error("this link was used at {0}; a link decides once")]
    Used(Timestamp),
    /// It has expired, or its clock was wrong.
    #[error("this link was good until {0}")]
    Expired(Timestamp),
}

/// How long a link may be good for is out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a link is good for 1 to {} hours", limits::DECISION_LINK_HOURS)]
pub struct LinkHoursError;

impl DecisionLink {
    /// Makes a link that is good for so many hours.
    ///
    /// # Errors
    /// When that is none, or too many.
    pub fn new(request: &str, person: &str, content: &str, hours: u64, at: Timestamp) -> Result<Self, LinkHoursError> {
        if !(1..=limits::DECISION_LINK_HOURS).contains(&hours) {
            return Err(LinkHoursError);
        }
        Ok(Self {
            request: request.into(),
            person: person.into(),
            content_hash: content.into(),
            made_at: at,
            expires_at: at.plus_ms(hours * 60 * limits::MINUTE_MS),
            used_at: None,
        })
    }

    /// Checks that it opens something now.
    ///
    /// # Errors
    /// When it was used, or has expired. One that is good for longer than a link can be was made by a wrong clock.
    pub fn check(&self, at: Timestamp) -> Result<(), LinkError> {
        if let Some(used_at) = self.used_at {
            return Err(LinkError::Used(used_at));
        }
        let longest = limits::DECISION_LINK_HOURS * 60 * limits::MINUTE_MS;
        if self.expires_at <= at || self.expires_at.ms_since(at) > longest {
            return Err(LinkError::Expired(self.expires_at));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(minutes: u64) -> Timestamp {
        Timestamp::from_unix_ms(1_790_000_000_000 + minutes * limits::MINUTE_MS)
    }

    #[test]
    fn a_link_is_good_for_its_hours_and_once() {
        let mut link = DecisionLink::new("r1", "max", "h", 2, at(0)).unwrap();
        assert_eq!((link.check(at(0)), link.check(at(119))), (Ok(()), Ok(())));
        assert_eq!(link.check(at(120)), Err(LinkError::Expired(at(120))));
        link.used_at = Some(at(5));
        assert_eq!(link.check(at(6)), Err(LinkError::Used(at(5))));
    }

    #[test]
    fn no_link_is_good_for_longer_than_a_week_whatever_the_clock_says() {
        let most = limits::DECISION_LINK_HOURS;
        for hours in [0, most + 1, u64::MAX] {
            assert_eq!(DecisionLink::new("r1", "max", "h", hours, at(0)), Err(LinkHoursError));
        }
        let link = DecisionLink::new("r1", "max", "h", most, at(60)).unwrap();
        assert!(link.check(at(0)).is_err(), "made by a clock that was ahead");
        assert_eq!(link.check(at(60)), Ok(()));
    }
}
