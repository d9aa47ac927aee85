//! How the policy follows up on what it wants and a request lacks.

use serde::Deserialize;

use super::place::Mistake;
use crate::hours::Span;
use crate::lifecycle::named;
use crate::limits;

named! {
    /// What becomes of a request for which something is missing that did not arrive.
    WhenGivenUp {
        /// A person sees to it: it is on the list of tasks.
        Task = "task",
        /// The request is rejected, and whoever asked is told.
        Reject = "reject",
    }
}

/// When whoever asked is reminded of what is missing, and until when it is waited for. All times count from when it was
/// asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MissingBackup {
    /// How long after it was asked for they are reminded, each time once.
    #[serde(default)]
    pub remind_after: Vec<Span>,
    /// How long it is waited for.
    pub give_up_after: Span,
    /// What becomes of the request then.
    #[serde(default = "task")]
    pub then: WhenGivenUp,
}

const fn task() -> WhenGivenUp {
    WhenGivenUp::Task
}

impl MissingBackup {
    /// Finds what is wrong with the times.
    pub(super) fn check(&self, mistakes: &mut Vec<Mistake>) {
        let mut mistake = |member: &str, message: String| {
            mistakes.push(Mistake::at(&["missing_backup", member], format!("[missing_backup] {member}: {message}")));
        };
        if self.remind_after.len() > limits::REMINDERS {
            mistake("remind_after", format!("at most {} times", limits::REMINDERS));
        }
        if self.remind_after.iter().any(|span| span.count == 0) {
            mistake("remind_after", "a reminder comes 1 minute after it was asked for, or later".into());
        }
        if self.give_up_after.count == 0 {
            mistake("give_up_after", "gives no time: write at least 1 minute".into());
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{DEFAULT, Policy};
    use super::*;

    fn read(section: &str) -> Result<Policy, String> {
        let (before, rest) = DEFAULT.split_once("[missing_backup]").unwrap();
        let (_, after) = rest.split_once("\n[").unwrap();
        Policy::parse(&format!("{before}{section}\n[{after}")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_policy_says_when_it_follows_up_and_asks_for_nothing_where_it_does_not() {
        assert_eq!(read("").unwrap().missing_backup, None);
        let policy = read("[missing_backup]\nremind_after = [\"3 days\"]\ngive_up_after = \"30 days\"").unwrap();
        let rule = policy.missing_backup.unwrap();
        assert_eq!((rule.remind_after.len(), rule.then), (1, WhenGivenUp::Task));
        let strict = read("[missing_backup]\ngive_up_after = \"2 business days\"\nthen = \"reject\"").unwrap();
        assert_eq!(strict.missing_backup.unwrap().then, WhenGivenUp::Reject);
    }

    #[test]
    fn times_that_are_none_or_too_many_are_told_with_their_place() {
        for (section, told) in [
            ("give_up_after = \"0 days\"", "give_up_after"),
            ("give_up_after = \"9 days\"\nremind_after = [\"0 hours\"]", "remind_after"),
            (
                "give_up_after = \"9 days\"\nremind_after = [\"1 day\",\"2 days\",\"3 days\",\"4 days\",\"5 days\",\"6 days\"]",
                "at most 5",
            ),
            ("give_up_after = \"soon\"", "no span of time"),
            ("remind_after = [\"1 day\"]", "give_up_after"),
        ] {
            let error = read(&format!("[missing_backup]\n{section}")).unwrap_err();
            assert!(error.contains(told), "{section}: {error}");
        }
    }
}
