//! Holds the receipt of a message that made no request: that it was taken in, and when.

use contraflow_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Says that a message was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Taken {
    /// When that was.
    At {
        /// The instant of the commit's work.
        at: Timestamp,
    },
    /// It was, in a form of earlier versions; [`crate::limits::SWEPT_AT_ONCE`] of these get a time in one round.
    Before(bool),
}

impl Taken {
    /// Makes the receipt of a message that is taken in now.
    #[must_use]
    pub fn now() -> Self {
        Self::At { at: crate::now() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_of_earlier_versions_are_read() {
        let read = |text| serde_json::from_str::<Taken>(text).ok();
        assert_eq!(read("true"), Some(Taken::Before(true)));
        let at = Timestamp::from_unix_ms(1_790_000_000_000);
        let written = serde_json::to_string(&Taken::At { at }).unwrap_or_default();
        assert_eq!(read(&written), Some(Taken::At { at }));
    }
}
