//! What an admin writes down of a person, and what is shown of one.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Account, Left, PersonRecord, described, is_role_of_people};
use crate::approval::Seen;
use crate::identity::Identity;
use crate::limits::{PERSON_ADDRESSES, PERSON_ROLES, PERSON_TEXT_CHARS};
use crate::request::draft::FieldError;
use crate::time::Timestamp;
use crate::zone::Zone;

/// What an admin writes down of a person. What is left out is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PersonFields {
    /// The name that people know them by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// By what helpdesks know them: addresses, or names such as `zendesk:agent-7`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub addresses: BTreeSet<String>,
    /// The roles that they have besides those of their tokens and their provider's groups.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<String>,
    /// The language in which they read, such as `de` or `en-GB`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Their time zone, such as `Europe/Berlin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

/// What is shown of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("additionalProperties" = false)))]
pub struct PersonView {
    /// The sign-in name.
    pub name: String,
    /// The name that people know them by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// By what helpdesks know them.
    pub addresses: BTreeSet<String>,
    /// The roles that an admin gives them here.
    pub roles: BTreeSet<String>,
    /// The language in which they read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Their time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Their accounts at providers of sign-ins.
    pub accounts: Vec<Account>,
    /// When they were last here, to the day; left out where they never were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Timestamp>,
    /// All roles that they had when they were last here.
    pub seen_roles: BTreeSet<String>,
    /// That they left, if they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Left>,
    /// When the record was made.
    pub created_at: Timestamp,
}

impl PersonView {
    /// Shows a person with what is known of their last visit.
    #[must_use]
    pub fn new(record: PersonRecord, seen: Option<Seen>) -> Self {
        let (last_seen_at, seen_roles) = seen.map_or_else(Default::default, |seen| (Some(seen.at), seen.roles));
        Self {
            name: record.name,
            full_name: record.full_name,
            addresses: record.addresses,
            roles: record.roles,
            locale: record.locale,
            time_zone: record.time_zone,
            accounts: record.accounts,
            last_seen_at,
            seen_roles,
            left: record.left,
            created_at: record.created_at,
        }
    }
}

impl From<&PersonRecord> for PersonFields {
    fn from(record: &PersonRecord) -> Self {
        Self {
            full_name: record.full_name.clone(),
            addresses: record.addresses.clone(),
            roles: record.roles.clone(),
            locale: record.locale.clone(),
            time_zone: record.time_zone.clone(),
        }
    }
}

/// Tells whether a text is the name of a language as browsers write it: `de`, `en-GB`.
fn is_locale(text: &str) -> bool {
    let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text.len() <= 35 && text.split('-').all(part)
}

/// Returns an address in the form that is stored, where a helpdesk may know somebody by it.
fn address(written: &str) -> Option<String> {
    let who = Identity::read(written);
    let is_one =
        who.is_sign_in() && who.to_string().contains('@') || !who.is_sign_in() && who.to_string().contains(':');
    let text = described(Some(&who.to_string()))?;
    (is_one && who.key() != "" && !text.ends_with(':')).then_some(text)
}

impl PersonFields {
    /// Returns the fields in the form that is stored.
    ///
    /// # Errors
    /// Every field that can't be stored, and why.
    pub fn checked(self) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut wrong = |pointer: String, detail: String| errors.push(FieldError { pointer, detail });
        let text = format!("1 to {PERSON_TEXT_CHARS} characters without line breaks");
        if self.full_name.is_some() && described(self.full_name.as_deref()).is_none() {
            wrong("/full_name".into(), text);
        }
        if self.locale.as_deref().is_some_and(|locale| !is_locale(locale)) {
            wrong("/locale".into(), "a language such as `de` or `en-GB`".into());
        }
        if self.time_zone.as_deref().is_some_and(|zone| zone.parse::<Zone>().is_err()) {
            wrong("/time_zone".into(), "a time zone such as `Europe/Berlin`".into());
        }
        if self.addresses.len() > PERSON_ADDRESSES {
            wrong("/addresses".into(), format!("at most {PERSON_ADDRESSES}"));
        }
        let mut addresses = BTreeSet::new();
        for (place, written) in self.addresses.iter().enumerate() {
            match address(written) {
                Some(address) => _ = addresses.insert(address),
                None => wrong(format!("/addresses/{place}"), "an e-mail address, or `helpdesk:name`".into()),
            }
        }
        if self.roles.len() > PERSON_ROLES {
            wrong("/roles".into(), format!("at most {PERSON_ROLES}"));
        }
        for (place, role) in self.roles.iter().enumerate().filter(|(_, role)| !is_role_of_people(role)) {
            wrong(format!("/roles/{place}"), format!("`{role}` is no role of a person: see docs/authority.md"));
        }
        let full_name = described(self.full_name.as_deref());
        if errors.is_empty() { Ok(Self { full_name, addresses, ..self }) } else { Err(errors) }
    }

    /// Returns the record with these fields instead of its own.
    #[must_use]
    pub fn into_record(self, before: &PersonRecord) -> PersonRecord {
        PersonRecord {
            full_name: self.full_name,
            addresses: self.addresses,
            roles: self.roles,
            locale: self.locale,
            time_zone: self.time_zone,
            ..before.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: &serde_json::Value) -> PersonFields {
        serde_json::from_value(json.clone()).expect("fields")
    }

    #[test]
    fn addresses_are_stored_in_the_one_form_in_which_they_are_compared() {
        let given =
            serde_json::json!({"addresses": ["Max@Firm.example", "zendesk:zendesk:Agent-7"], "full_name": " Max "});
        let checked = fields(&given).checked().expect("good fields");
        assert_eq!(checked.addresses, BTreeSet::from(["max@firm.example".into(), "zendesk:agent-7".into()]));
        assert_eq!(checked.full_name.as_deref(), Some("Max"));
    }

    #[test]
    fn every_field_that_can_not_be_stored_is_named() {
        let given = serde_json::json!({
            "full_name": "", "locale": "d e", "time_zone": "Europe/Nowhere", "addresses": ["max", "zendesk:"], "roles": ["machine", "root"],
        });
        let errors = fields(&given).checked().expect_err("bad fields");
        let pointers: Vec<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            ["/full_name", "/locale", "/time_zone", "/addresses/0", "/addresses/1", "/roles/0", "/roles/1"]
        );
        let addresses = |count: usize| (0..count).map(|number| format!("a{number}@x.example")).collect::<Vec<_>>();
        assert!(fields(&serde_json::json!({"addresses": addresses(PERSON_ADDRESSES)})).checked().is_ok());
        assert!(fields(&serde_json::json!({"addresses": addresses(PERSON_ADDRESSES + 1)})).checked().is_err());
    }
}
