//! Machine clients: programs with a key of their own, which may cause the effects that an admin named and no others.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::authority::Effect;
use crate::identity::Identity;
use crate::limits::{CLIENT_NAME_CHARS, CLIENT_SEEN_AGAIN_MS};
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

    /// Tells whether it is to be written down again that the key is used: not at every call.
    #[must_use]
    pub fn is_news(&self, now: Timestamp) -> bool {
        self.last_used_at.is_none_or(|last| now.ms_since(last) >= CLIENT_SEEN_AGAIN_MS)
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
            revoked: None,
        }
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
