//! Machine clients: programs with a key of their own, which may cause the effects that an admin named and no others.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::authority::Effect;
use crate::identity::Identity;
use crate::limits::{CLIENT_NAME_CHARS, CLIENT_OLD_KEY_HOURS, CLIENT_SEEN_AGAIN_MS};
use crate::time::Timestamp;

/// Names the source that vouches for machine clients: `client:erp-sync`.
const SOURCE: &str = "client";

/// That a key was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("additionalProperties" = false)))]
pub struct Revoked {
    /// When it was revoked.
    pub at: Timestamp,
    /// Who revoked it.
    pub by: String,
}

/// What is shown of a machine client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("additionalProperties" = false)))]
pub struct Client {
    /// The id; it stands in the key, too.
    pub id: String,
    /// The name, under which it acts as `client:<name>`.
    pub name: String,
    /// The effects that it may cause, as docs/authority.md names them.
    pub scopes: BTreeSet<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: String,
    /// When its key expires; never where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When its key was last used, to ten minutes; left out where it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
    /// Who looks after it since they took it over; whoever made it, where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_by: Option<String>,
    /// Since when nobody looks after it: whoever did has left, and knows its key. Left out where somebody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keeper_left_at: Option<Timestamp>,
    /// Until when its key of before opens what the new one does; left out where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_key_until: Option<Timestamp>,
    /// That its key was revoked, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Revoked>,
}

/// What is stored of a machine client: all but its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRecord {
    /// What is shown of it.
    pub client: Client,
    /// The hash of its key.
    pub hash: String,
    /// The hash of its key of before, which opens the same for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// Whether its new key was never used: then whoever was to have it may not have got it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_unused: bool,
}

/// Which key of a machine client a caller has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientKey {
    /// Its key.
    New,
    /// Its key of before, until that ends.
    Old,
}

/// Tells why a machine client can't be made so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The name is none.
    #[error("must have 1 to {CLIENT_NAME_CHARS} of the characters a to z, 0 to 9 and -")]
    Name,
    /// There are no scopes.
    #[error("must name at least one effect that a program may cause, such as `ask`")]
    Nothing,
    /// One of the scopes is none.
    #[error("`{0}` is nothing that a program may do: docs/authority.md lists the scopes")]
    Scope(String),
    /// The key would expire at once.
    #[error("must lie in the future")]
    Expired,
    /// The key of before would open too much for too long.
    #[error("must be 0 to {CLIENT_OLD_KEY_HOURS}")]
    OldKeyHours,
}

/// Checks a name of a machine client.
///
/// # Errors
/// When it is not one that everybody reads the same.
pub fn client_name(name: &str) -> Result<&str, ClientError> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=CLIENT_NAME_CHARS).contains(&name.len()) && name.bytes().all(fits) {
        Ok(name)
    } else {
        Err(ClientError::Name)
    }
}

/// Checks what a machine client is to be allowed.
///
/// # Errors
/// When there is nothing, or something that only people may do.
pub fn client_scopes(scopes: &BTreeSet<String>) -> Result<(), ClientError> {
    if scopes.is_empty() {
        return Err(ClientError::Nothing);
    }
    let is_scope = |name: &&String| Effect::named(name).is_some_and(Effect::is_scope);
    match scopes.iter().find(|name| !is_scope(name)) {
        Some(wrong) => Err(ClientError::Scope(wrong.clone())),
        None => Ok(()),
    }
}

impl Client {
    /// Returns whom the client acts as.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity::vouched(SOURCE, &self.name)
    }

    /// Tells whether its key opens anything now.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// Returns who looks after it, or did until they left.
    #[must_use]
    pub fn keeper(&self) -> &str {
        self.kept_by.as_deref().unwrap_or(&self.created_by)
    }

    /// Writes down that whoever looks after it has left. It goes on, because others rest on it, and waits for somebody
    /// who takes it over. Returns whether that is news.
    pub fn leave(&mut self, who: &Identity, now: Timestamp) -> bool {
        let is_news = Identity::read(self.keeper()).is(who) && self.keeper_left_at.is_none() && self.is_open(now);
        if is_news {
            self.keeper_left_at = Some(now);
        }
        is_news
    }

    /// Tells whether it works and nobody looks after it.
    #[must_use]
    pub fn is_ownerless(&self, now: Timestamp) -> bool {
        self.keeper_left_at.is_some() && self.is_open(now)
    }

    /// Tells whether it is to be written down again that the key is used: not at every call.
    #[must_use]
    pub fn is_news(&self, now: Timestamp) -> bool {
        self.last_used_at.is_none_or(|last| now.ms_since(last) >= CLIENT_SEEN_AGAIN_MS)
    }
}

impl ClientRecord {
    /// Makes somebody look after it, with a new key whose hash this is: whoever did before knows the old one, which
    /// opens the same for so many hours. Where the key that it has was never used, that one is dropped, and the one
    /// before it goes on: nobody who got no answer, and asks again, locks a program out.
    ///
    /// # Errors
    /// When the old key would open it for too long.
    pub fn take_over(&mut self, by: &str, hash: String, old_hours: u32, now: Timestamp) -> Result<(), ClientError> {
        if old_hours > CLIENT_OLD_KEY_HOURS {
            return Err(ClientError::OldKeyHours);
        }
        let is_lost = self.is_unused && self.client.old_key_until.is_some_and(|until| now < until);
        let before = std::mem::replace(&mut self.hash, hash);
        if !is_lost {
            self.old = Some(before);
        }
        self.client.old_key_until = Some(now.plus_ms(u64::from(old_hours) * 3_600_000));
        self.is_unused = true;
        self.client.kept_by = Some(by.to_owned());
        self.client.keeper_left_at = None;
        Ok(())
    }

    /// Returns which of its keys a caller has, if it opens anything; `is_of` tells whether the key has that hash.
    #[must_use]
    pub fn opened_by(&self, is_of: impl Fn(&str) -> bool, now: Timestamp) -> Option<ClientKey> {
        if is_of(&self.hash) {
            return Some(ClientKey::New);
        }
        let is_on = self.client.old_key_until.is_some_and(|until| now < until);
        self.old.as_deref().is_some_and(is_of).then_some(ClientKey::Old).filter(|_| is_on)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: u64) -> Timestamp {
        Timestamp::from_unix_ms(1_790_000_000_000 + minutes * 60_000)
    }

    fn client() -> Client {
        Client {
            id: "0a1b".into(),
            name: "erp-sync".into(),
            scopes: BTreeSet::from(["ask".into()]),
            created_at: at(0),
            created_by: "ada".into(),
            expires_at: None,
            last_used_at: None,
            kept_by: None,
            keeper_left_at: None,
            old_key_until: None,
            revoked: None,
        }
    }

    fn record() -> ClientRecord {
        ClientRecord { client: client(), hash: "k0".into(), old: None, is_unused: false }
    }

    fn key(record: &ClientRecord, key: &str, minutes: u64) -> Option<ClientKey> {
        record.opened_by(|hash| hash == key, at(minutes))
    }

    #[test]
    fn a_client_whose_keeper_left_goes_on_and_waits_for_somebody_who_takes_it_over() {
        let mut client = client();
        assert!(!client.leave(&Identity::read("max"), at(1)), "somebody else's");
        assert!(client.leave(&Identity::read("ADA"), at(1)) && !client.leave(&Identity::read("ada"), at(2)), "once");
        assert!(client.is_ownerless(at(3)) && client.is_open(at(3)));
        let mut revoked = Client { revoked: Some(Revoked { at: at(1), by: "ada".into() }), ..self::client() };
        assert!(!revoked.leave(&Identity::read("ada"), at(2)), "nothing of it is left");
    }

    #[test]
    fn whoever_takes_a_client_over_gets_a_new_key_and_the_old_one_ends() {
        let mut record = record();
        assert!(record.client.leave(&Identity::read("ada"), at(0)));
        let refused = record.take_over("otto", "k1".into(), CLIENT_OLD_KEY_HOURS + 1, at(0));
        assert_eq!((refused, key(&record, "k1", 0)), (Err(ClientError::OldKeyHours), None));
        assert_eq!(record.take_over("otto", "k1".into(), 2, at(0)), Ok(()));
        assert_eq!((record.client.keeper(), record.client.is_ownerless(at(0))), ("otto", false));
        assert_eq!((key(&record, "k1", 0), key(&record, "k0", 119)), (Some(ClientKey::New), Some(ClientKey::Old)));
        assert_eq!((key(&record, "k1", 500), key(&record, "k0", 120)), (Some(ClientKey::New), None), "it has ended");
        assert!(record.client.leave(&Identity::read("otto"), at(1)), "it is theirs now");
        assert_eq!(record.take_over("mia", "k2".into(), 0, at(2)).map(|()| key(&record, "k1", 2)), Ok(None), "at once");
    }

    #[test]
    fn a_key_that_nobody_got_locks_no_program_out() {
        let mut record = record();
        assert_eq!(record.take_over("otto", "lost".into(), 2, at(0)), Ok(()));
        assert_eq!(record.take_over("otto", "k1".into(), 2, at(1)), Ok(()), "the answer did not arrive");
        assert_eq!((key(&record, "k0", 2), key(&record, "lost", 2)), (Some(ClientKey::Old), None));
        record.is_unused = false;
        assert_eq!(record.take_over("otto", "k2".into(), 2, at(3)), Ok(()));
        assert_eq!((key(&record, "k1", 4), key(&record, "k0", 4)), (Some(ClientKey::Old), None), "two at most");
    }

    #[test]
    fn clients_of_before_they_could_be_taken_over_are_read_and_written_as_they_are() {
        let old = r#"{"client":{"id":"0a1b","name":"erp-sync","scopes":["ask"],"created_at":"2026-11-21T12:00:00.000Z","created_by":"ada"},"hash":"k0"}"#;
        let read: Result<ClientRecord, _> = serde_json::from_str(old);
        let written = read.map(|read| (read.client.keeper().to_owned(), serde_json::to_string(&read).ok()));
        assert_eq!(written.ok(), Some(("ada".to_owned(), Some(old.to_owned()))));
    }

    fn scopes(names: &[&str]) -> Result<(), ClientError> {
        client_scopes(&names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn what_only_people_may_do_is_no_scope() {
        assert_eq!(scopes(&["ask", "read_requests", "import_books"]), Ok(()));
        assert_eq!(scopes(&[]), Err(ClientError::Nothing));
        for wrong in ["decide", "lend", "reverse", "confirm_payout", "keep_people", "keep_clients", "Ask", "admin", ""]
        {
            assert_eq!(scopes(&["ask", wrong]), Err(ClientError::Scope(wrong.to_owned())));
        }
    }

    #[test]
    fn a_client_has_a_name_that_everybody_reads_the_same() {
        assert_eq!(client_name("erp-sync-2"), Ok("erp-sync-2"));
        let long = "x".repeat(CLIENT_NAME_CHARS + 1);
        for wrong in ["", "ERP", "erp sync", "erp:sync", "erp/sync", "é", long.as_str()] {
            assert_eq!(client_name(wrong), Err(ClientError::Name), "{wrong}");
        }
        assert_eq!(client().identity().to_string(), "client:erp-sync");
        assert!(!client().identity().is_sign_in(), "nobody signs in under that name");
    }

    #[test]
    fn a_key_opens_nothing_once_it_is_revoked_or_has_expired() {
        assert!(client().is_open(at(0)));
        let dated = Client { expires_at: Some(at(10)), ..client() };
        assert!(dated.is_open(at(9)) && !dated.is_open(at(10)));
        let revoked = Client { revoked: Some(Revoked { at: at(1), by: "ada".into() }), ..client() };
        assert!(!revoked.is_open(at(0)));
    }

    #[test]
    fn that_a_key_is_used_is_written_down_every_ten_minutes() {
        assert!(client().is_news(at(0)));
        let used = Client { last_used_at: Some(at(0)), ..client() };
        assert!(!used.is_news(at(9)) && used.is_news(at(10)));
    }
}
