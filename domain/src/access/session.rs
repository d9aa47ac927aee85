//! Sessions of people whom a provider signed in at the console: until when they hold, and which of them a provider's
//! word ends.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::limits::SESSION_SEEN_AGAIN_MS;
use crate::time::Timestamp;

/// How long sessions hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// After how many milliseconds without a call one ends.
    pub idle_ms: u64,
    /// After how many milliseconds one ends in any case.
    pub most_ms: u64,
}

/// What is stored of a session. The token that opens it is not: only its hash leads here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRecord {
    /// The sign-in name of the person.
    pub person: String,
    /// The roles that the provider's groups gave when it began.
    #[serde(default)]
    pub roles: BTreeSet<String>,
    /// The provider.
    pub issuer: String,
    /// The provider's own name of the account.
    pub subject: String,
    /// The provider's name of its own session, where it has said one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_session: Option<String>,
    /// When the provider vouched for the person, by its clock, in seconds since 1970.
    pub vouched_at: u64,
    /// When it began.
    pub begun_at: Timestamp,
    /// When a call was last made with it, to the minute.
    pub seen_at: Timestamp,
    /// When it is forgotten: its longest time is over then.
    pub forgotten_at: Timestamp,
}

/// What a provider says that it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Logout<'a> {
    /// The account; empty where it says only which session.
    pub subject: &'a str,
    /// The provider's session; all of the account's where it says none.
    pub provider_session: Option<&'a str>,
    /// When it says so, by its own clock, in seconds since 1970.
    pub at: u64,
}

impl SessionRecord {
    /// Returns when the session ends if no further call is made.
    #[must_use]
    pub fn ends_at(&self, times: SessionTimes) -> Timestamp {
        self.seen_at.plus_ms(times.idle_ms).min(self.begun_at.plus_ms(times.most_ms))
    }

    /// Returns from when on the provider is asked anew, where somebody goes on: what its groups give is of when it
    /// vouched for them last.
    #[must_use]
    pub fn renew_from(&self, times: SessionTimes) -> Timestamp {
        self.begun_at.plus_ms(times.most_ms / 2)
    }

    /// Takes the roles over that the provider's groups give as it says later. Returns whether they are others: an
    /// older word changes nothing.
    pub fn take_roles(&mut self, newer: &Self) -> bool {
        let is_news = self.vouched_at <= newer.vouched_at && self.roles != newer.roles;
        if is_news {
            self.roles.clone_from(&newer.roles);
        }
        is_news
    }

    /// Tells whether the session is over. One that begins in the future is: the clock was wrong.
    #[must_use]
    pub fn is_over(&self, times: SessionTimes, now: Timestamp) -> bool {
        now >= self.ends_at(times) || self.begun_at.is_wrong(now)
    }

    /// Tells whether it is to be written down again that it is used: not at every call.
    #[must_use]
    pub fn is_news(&self, now: Timestamp) -> bool {
        now.ms_since(self.seen_at) >= SESSION_SEEN_AGAIN_MS
    }

    /// Tells whether a provider's word ends it. One that began later goes on, so an old word that comes again has no
    /// effect. Both times are the provider's.
    #[must_use]
    pub fn is_ended_by(&self, logout: Logout<'_>) -> bool {
        let is_meant = logout.subject.is_empty() || logout.subject == self.subject;
        let is_session = match logout.provider_session {
            Some(ended) => self.provider_session.as_deref() == Some(ended),
            None => !logout.subject.is_empty(),
        };
        is_meant && is_session && self.vouched_at <= logout.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60_000;
    const TIMES: SessionTimes = SessionTimes { idle_ms: 30 * MINUTE, most_ms: 600 * MINUTE };

    fn at(minutes: u64) -> Timestamp {
        Timestamp::from_unix_ms(1_790_000_000_000 + minutes * MINUTE)
    }

    fn session(seen: u64) -> SessionRecord {
        SessionRecord {
            person: "mia".into(),
            roles: BTreeSet::new(),
            issuer: "https://login.example".into(),
            subject: "00u1".into(),
            provider_session: Some("s1".into()),
            vouched_at: 1_000,
            begun_at: at(0),
            seen_at: at(seen),
            forgotten_at: at(600),
        }
    }

    #[test]
    fn a_session_ends_when_nobody_uses_it_and_in_any_case_after_its_longest_time() {
        assert!(!session(0).is_over(TIMES, at(29)));
        assert!(session(0).is_over(TIMES, at(30)));
        assert!(!session(20).is_over(TIMES, at(49)), "it was used meanwhile");
        assert!(session(590).is_over(TIMES, at(600)));
        assert!(session(0).is_over(TIMES, Timestamp::from_unix_ms(1_000)), "a clock that was wrong");
    }

    #[test]
    fn the_provider_is_asked_anew_after_half_of_the_longest_time_and_its_newest_word_counts() {
        assert_eq!(session(290).renew_from(TIMES), at(300));
        let roles = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let newer = SessionRecord { roles: roles(&["requester"]), vouched_at: 1_001, ..session(0) };
        let mut older = SessionRecord { roles: roles(&["requester", "finance"]), ..session(0) };
        assert!(older.take_roles(&newer) && !older.take_roles(&newer));
        assert_eq!(older.roles, roles(&["requester"]));
        let mut newest = SessionRecord { roles: roles(&["admin"]), vouched_at: 1_002, ..session(0) };
        assert!(!newest.take_roles(&newer), "an older word");
    }

    #[test]
    fn that_it_is_used_is_written_down_once_a_minute() {
        assert!(!session(5).is_news(at(5)) && session(5).is_news(at(6)));
    }

    #[test]
    fn a_providers_word_ends_what_it_means_and_nothing_that_began_later() {
        let ends = |subject, provider_session, at| session(0).is_ended_by(Logout { subject, provider_session, at });
        assert!(ends("00u1", None, 1_000) && ends("00u1", Some("s1"), 1_000) && ends("", Some("s1"), 2_000));
        assert!(!ends("00u1", Some("s2"), 2_000), "another session of the same account");
        assert!(!ends("00u2", Some("s1"), 2_000) && !ends("00u2", None, 2_000), "another account");
        assert!(!ends("", None, 2_000), "nobody");
        assert!(!ends("00u1", None, 999), "it began later");
        let nameless = SessionRecord { provider_session: None, ..session(0) };
        assert!(!nameless.is_ended_by(Logout { subject: "00u1", provider_session: Some("s1"), at: 2_000 }));
    }
}
