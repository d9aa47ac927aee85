//! How long the policy lets things stay that nobody works on any more.

use serde::Deserialize;

use super::place::Mistake;
use crate::limits;

/// The policy's choice of how long things stay. Nothing is removed sooner, and a request never before it was exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RetentionPolicy {
    /// How many days after its last event a closed request may be archived.
    pub requests_after_days: u32,
    /// How many days the receipt of a message stays, by which a repetition of it is recognised. The receipt of an ask
    /// stays for as long as its request does, if that is longer.
    pub receipts_after_days: u32,
}

impl Default for RetentionPolicy {
    fn default() -> Self {
        Self { requests_after_days: 4_018, receipts_after_days: 400 }
    }
}

impl RetentionPolicy {
    /// Finds what would leave too soon.
    pub(super) fn check(self, mistakes: &mut Vec<Mistake>) {
        for (name, days, least) in [
            ("requests_after_days", self.requests_after_days, limits::KEPT_REQUEST_DAYS),
            ("receipts_after_days", self.receipts_after_days, limits::KEPT_RECEIPT_DAYS),
        ] {
            if days < least {
                let message = format!("[retention] {name} must be {least} or more");
                mistakes.push(Mistake::at(&["retention", name], message));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{DEFAULT, Policy};
    use super::*;

    #[test]
    fn a_policy_that_says_nothing_of_retention_has_what_is_shipped() {
        let (before, rest) = DEFAULT.split_once("[retention]").unwrap();
        let (_, after) = rest.split_once("\n[").unwrap();
        let silent = Policy::parse(&format!("{before}[{after}")).unwrap();
        assert_eq!(silent.retention, RetentionPolicy::default());
        assert_eq!(Policy::parse(DEFAULT).unwrap().retention, RetentionPolicy::default());
    }

    #[test]
    fn a_time_that_is_too_short_is_refused_with_the_least() {
        for (from, to, least) in [
            ("requests_after_days = 4018", "requests_after_days = 729", "730"),
            ("receipts_after_days = 400", "receipts_after_days = 89", "90"),
        ] {
            assert!(DEFAULT.contains(from), "{from}");
            let told = Policy::parse(&DEFAULT.replace(from, to)).unwrap_err().to_string();
            assert!(told.contains("[retention]") && told.contains(least), "{told}");
        }
    }
}
