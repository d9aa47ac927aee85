//! People: which sign-in name somebody has whom a helpdesk knows by an address. It is a part of the policy.
//!
//! ```
//! use contraflow_domain::identity::{Identity, People};
//!
//! let people: People = toml::from_str(r#"
//!     domains = { "firm.example" = "name" }
//!     aliases = { "m.mustermann@mail.example" = "max" }
//! "#)?;
//! for asked in ["zendesk:max@firm.example", "zendesk:M.Mustermann@mail.example"] {
//!     assert_eq!(people.resolve(&Identity::read(asked)).to_string(), "max");
//! }
//! assert!(!people.knows(&Identity::read("zendesk:max@other.example")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Identity, canonical, is_address};

/// How the people of an e-mail domain are named in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
enum SignInForm {
    /// By what stands before the `@`: `max`.
    Name,
    /// By the whole address: `max@firm.example`.
    Address,
}

/// Who signs in under which name, for those whom a helpdesk names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct People {
    /// How people are named in tokens whose addresses have this domain.
    #[serde(default)]
    domains: BTreeMap<String, SignInForm>,
    /// The sign-in name of whoever a helpdesk knows by this name or address.
    #[serde(default)]
    aliases: BTreeMap<String, String>,
}

impl People {
    /// Finds what is wrong with it, in words.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        if let Some(domain) = self.domains.keys().find(|domain| domain.contains('@') || canonical(domain) != **domain) {
            return Some(format!("[people] domains: `{domain}` must be a domain in lower case, such as firm.example"));
        }
        self.aliases.iter().find_map(|(alias, name)| {
            if canonical(alias) != *alias {
                return Some(format!("[people] aliases: `{alias}` must be written in lower case"));
            }
            let fault = Identity::sign_in(name).err()?;
            Some(format!("[people] aliases: `{name}` {fault}"))
        })
    }

    /// Returns the identity under which somebody signs in, where that is known; otherwise the identity as it is.
    #[must_use]
    pub fn resolve(&self, who: &Identity) -> Identity {
        let signs_in = |name: &str| Identity { issuer: String::new(), subject: canonical(name) };
        if let Some(name) = self.aliases.get(&who.to_string()).or_else(|| self.aliases.get(&who.subject)) {
            return signs_in(name);
        }
        let Some((local, domain)) = who.subject.split_once('@').filter(|_| is_address(&who.subject)) else {
            return who.clone();
        };
        // Mail to `max+refunds` is Max's.
        let plain = local.split('+').next().filter(|plain| !plain.is_empty()).unwrap_or(local);
        match self.domains.get(domain) {
            Some(SignInForm::Name) if Identity::sign_in(plain).is_ok() => signs_in(plain),
            Some(SignInForm::Address) => signs_in(&format!("{plain}@{domain}")),
            _ => who.clone(),
        }
    }

    /// Tells whether it is known under which name somebody signs in.
    #[must_use]
    pub fn knows(&self, who: &Identity) -> bool {
        self.resolve(who).is_sign_in()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(text: &str) -> People {
        toml::from_str(text).unwrap_or_default()
    }

    #[test]
    fn an_address_is_a_sign_in_name_as_its_domain_says() {
        let people = people(r#"domains = { "firm.example" = "name", "shop.example" = "address" }"#);
        let name = |text: &str| people.resolve(&Identity::read(text)).to_string();
        assert_eq!(name("zendesk:zendesk:Max@Firm.Example"), "max");
        assert_eq!(name("zendesk:max+tickets@firm.example"), "max");
        assert_eq!(name("max@firm.example"), "max", "also where a token says so");
        assert_eq!(name("zendesk:mia@shop.example"), "mia@shop.example");
        assert_eq!(name("zendesk:max@other.example"), "zendesk:max@other.example");
        assert_eq!(name("zendesk:clock@firm.example"), "zendesk:clock@firm.example", "a name that nobody may have");
    }

    #[test]
    fn whoever_has_another_name_there_has_an_alias() {
        let people = people(
            r#"domains = { "firm.example" = "name" }
               aliases = { "m.muster@firm.example" = "max", "zendesk:agent-7" = "mia" }"#,
        );
        let name = |text: &str| people.resolve(&Identity::read(text)).to_string();
        assert_eq!(name("zendesk:M.Muster@firm.example"), "max");
        assert_eq!(name("zendesk:agent-7"), "mia");
        assert_eq!(name("freshdesk:agent-7"), "freshdesk:agent-7");
    }

    #[test]
    fn whoever_is_in_no_table_is_not_known_and_whoever_signs_in_is() {
        let people = People::default();
        assert!(people.knows(&Identity::read("max")) && people.knows(&Identity::read("max@firm.example")));
        assert!(!people.knows(&Identity::read("zendesk:max@firm.example")));
        assert!(!people.knows(&Identity::nobody("zendesk")));
    }

    #[test]
    fn a_table_that_nobody_could_sign_in_by_is_refused() {
        for wrong in [
            r#"domains = { "Firm.example" = "name" }"#,
            r#"domains = { "max@firm.example" = "name" }"#,
            r#"aliases = { "max@firm.example" = "contraflow" }"#,
            r#"aliases = { "max@firm.example" = "zendesk:max" }"#,
            r#"aliases = { "Max@firm.example" = "max" }"#,
        ] {
            assert!(people(wrong).fault().is_some(), "{wrong}");
        }
    }
}
