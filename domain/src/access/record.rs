//! People as records: under which name somebody acts here, which accounts and addresses are theirs, and whether they
//! are still with the company.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::identity::Identity;
use crate::limits::{PERSON_ACCOUNTS, PERSON_TEXT_CHARS};
use crate::time::Timestamp;

/// An account at a provider of sign-ins. Issuer and subject are compared exactly: the provider gives a subject to one
/// account only, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("additionalProperties" = false)))]
pub struct Account {
    /// The provider, as its tokens name it.
    pub issuer: String,
    /// The provider's own name of the account.
    pub subject: String,
    /// When it became this person's.
    pub linked_at: Timestamp,
}

/// That somebody left the company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("additionalProperties" = false)))]
pub struct Left {
    /// When it was recorded.
    pub at: Timestamp,
    /// Who recorded it.
    pub by: String,
}

/// What is stored of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("additionalProperties" = false)))]
pub struct PersonRecord {
    /// The sign-in name, in its canonical form. It never changes, because requests and decisions bear it.
    pub name: String,
    /// The name that people know them by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// By what helpdesks know them: addresses, or names such as `zendesk:agent-7`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub addresses: BTreeSet<String>,
    /// The roles that an admin gives them here, besides those that their provider's groups give.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<String>,
    /// The language in which they read, such as `de` or `en-GB`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Their time zone, such as `Europe/Berlin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Their accounts at providers of sign-ins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<Account>,
    /// That they left, if they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Left>,
    /// When the record was made.
    pub created_at: Timestamp,
}

/// Tells why an account does not become a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// They left.
    #[error("has left, so no account becomes theirs: let an admin record that they came back")]
    Left,
    /// Another account of the same provider is theirs already: the provider may have given their address to somebody
    /// else.
    #[error(
        "is the name of another account of this provider: let an admin unlink that one, if both are the same \
         person's, or give the new person another name"
    )]
    Taken,
    /// There are as many accounts as are kept.
    #[error("has {PERSON_ACCOUNTS} accounts already, and no more are kept: let an admin unlink one")]
    Full,
}

/// Returns a text that describes somebody, where it is one that is kept.
#[must_use]
pub fn described(text: Option<&str>) -> Option<String> {
    let text = text?.trim();
    let fits = !text.is_empty() && text.chars().count() <= PERSON_TEXT_CHARS && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

impl PersonRecord {
    /// Makes the record of somebody of whom nothing is known but the name.
    #[must_use]
    pub fn new(who: &Identity, at: Timestamp) -> Self {
        Self {
            name: who.to_string(),
            full_name: None,
            addresses: BTreeSet::new(),
            roles: BTreeSet::new(),
            locale: None,
            time_zone: None,
            accounts: Vec::new(),
            left: None,
            created_at: at,
        }
    }

    /// Makes an account theirs. It tells whether that is new.
    ///
    /// # Errors
    /// When they left, or the provider has given their name to a second account, or there are too many.
    pub fn link(&mut self, issuer: &str, subject: &str, at: Timestamp) -> Result<bool, LinkError> {
        if self.left.is_some() {
            return Err(LinkError::Left);
        }
        let mut of_provider = self.accounts.iter().filter(|account| account.issuer == issuer);
        if let Some(known) = of_provider.next() {
            return if known.subject == subject { Ok(false) } else { Err(LinkError::Taken) };
        }
        if self.accounts.len() >= PERSON_ACCOUNTS {
            return Err(LinkError::Full);
        }
        self.accounts.push(Account { issuer: issuer.to_owned(), subject: subject.to_owned(), linked_at: at });
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> Timestamp {
        Timestamp::from_unix_ms(1_790_000_000_000)
    }

    fn max() -> PersonRecord {
        PersonRecord::new(&Identity::read("Max"), at())
    }

    #[test]
    fn a_second_account_of_the_same_provider_takes_nobodys_name() {
        let mut max = max();
        assert_eq!(max.link("https://a.example", "1", at()), Ok(true));
        assert_eq!(max.link("https://a.example", "1", at()), Ok(false), "the same again");
        assert_eq!(max.link("https://a.example", "2", at()), Err(LinkError::Taken), "the address of somebody who left");
        assert_eq!(max.link("https://b.example", "2", at()), Ok(true), "another provider");
    }

    #[test]
    fn subjects_are_compared_exactly() {
        let mut max = max();
        assert_eq!(max.link("https://a.example", "aB1", at()), Ok(true));
        assert_eq!(max.link("https://a.example", "ab1", at()), Err(LinkError::Taken));
    }

    #[test]
    fn no_account_becomes_that_of_somebody_who_left_and_no_more_than_are_kept() {
        let mut gone = PersonRecord { left: Some(Left { at: at(), by: "ada".into() }), ..max() };
        assert_eq!(gone.link("https://a.example", "1", at()), Err(LinkError::Left));
        let mut max = max();
        for number in 0..PERSON_ACCOUNTS {
            assert_eq!(max.link(&format!("https://{number}.example"), "1", at()), Ok(true));
        }
        assert_eq!(max.link("https://one-more.example", "1", at()), Err(LinkError::Full));
    }

    #[test]
    fn what_was_stored_with_nothing_but_a_name_is_read() {
        let stored = r#"{"name": "max", "created_at": "2026-11-21T12:00:00.000Z"}"#;
        let read: Result<PersonRecord, _> = serde_json::from_str(stored);
        assert_eq!(read.map(|record| record.name).ok(), Some("max".into()));
    }
}
