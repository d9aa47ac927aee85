//! What a provider of sign-ins (OpenID Connect) vouches for, once the signature of its token is checked: whom a token
//! is for, whether it holds now, and which roles it gives here. All of it is configuration, none of it is trust in a
//! field that the provider did not sign.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::authority::{Held, Role};
use crate::identity::{Identity, SignInError};
use crate::limits::{PROVIDER_GROUPS, PROVIDER_SKEW_SECONDS, PROVIDER_SUBJECT_BYTES};

/// Names the claim by which a provider marks a token that ends sessions and opens none (OpenID Connect Back-Channel
/// Logout 1.0).
const EVENTS: &str = "events";
/// Names the event of such a token.
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Lists whom a token is for: one, or several.
fn audiences(audience: &Value) -> Vec<&str> {
    match audience {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Holds what a provider's token says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ProviderClaims(Map<String, Value>);

/// Says what a token is used for. One made for another purpose is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// A call of the API is made with it.
    Call,
    /// The console signs somebody in with it; the nonce is the one that the sign-in began with.
    SignIn {
        /// The value that only the browser knows which began the sign-in.
        nonce: &'a str,
    },
    /// The provider ends sessions with it.
    Logout,
}

/// Says whose tokens are taken, and for whom they must be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected<'a> {
    /// The issuer, exactly as the provider writes it.
    pub issuer: &'a str,
    /// The audience: contraflow's API for calls, the console's client id for sign-ins.
    pub audience: &'a str,
    /// What the token is used for.
    pub purpose: Purpose<'a>,
}

/// Tells why a provider's token is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsError {
    /// Another issuer made it.
    #[error("its issuer is not the one that is configured")]
    Issuer,
    /// It is made for somebody else.
    #[error("it is made for another audience")]
    Audience,
    /// It is not valid any more.
    #[error("it has expired")]
    Expired,
    /// It is not valid yet, or was made in the future.
    #[error("it is not valid yet: the provider's clock and ours differ")]
    Early,
    /// It does not say until when it is valid, or when it was made.
    #[error("it lacks `{0}`")]
    Lacks(&'static str),
    /// It was made for another use.
    #[error("it is made for another use")]
    Purpose,
    /// It belongs to another sign-in.
    #[error("it belongs to another sign-in: begin again")]
    Nonce,
    /// The claim that names people is not there.
    #[error(
        "it has no claim `{0}`, which names people here, and its account is not known yet: sign in to the console \
         once, or let an admin add the account to the person"
    )]
    NoName(String),
    /// The provider has not checked the address.
    #[error("the provider has not verified the e-mail address")]
    Unverified,
    /// The name can't be a person's.
    #[error("the name that it gives {0}")]
    Name(SignInError),
    /// None of its groups gives a role.
    #[error("none of its groups gives a role here: ask whoever keeps the groups for one that `oidc_roles` names")]
    NoRole,
}

impl ProviderClaims {
    /// Returns the provider's own name of the account; it never changes and is given to nobody else.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.text("sub").unwrap_or_default()
    }

    /// Returns when the provider made the token, in seconds since 1970.
    #[must_use]
    pub fn issued_at(&self) -> u64 {
        self.seconds("iat").unwrap_or_default()
    }

    /// Returns when the token expires, in seconds since 1970.
    #[must_use]
    pub fn expires_at(&self) -> u64 {
        self.seconds("exp").unwrap_or_default()
    }

    /// Returns an instant in seconds since 1970, where the claim is one.
    fn seconds(&self, claim: &str) -> Option<u64> {
        self.0.get(claim).and_then(Value::as_u64)
    }

    /// Returns the provider's session that the token belongs to.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.text("sid")
    }

    /// Checks that a token is taken for a purpose now, in seconds since 1970.
    ///
    /// # Errors
    /// The first thing that is not as it must be.
    pub fn check(&self, expected: &Expected<'_>, now: u64) -> Result<(), ClaimsError> {
        if self.text("iss") != Some(expected.issuer) {
            return Err(ClaimsError::Issuer);
        }
        let audiences = self.0.get("aud").map(audiences).unwrap_or_default();
        // Among several audiences of a sign-in, `azp` says whose it is.
        let is_sign_in = matches!(expected.purpose, Purpose::SignIn { .. });
        let is_authorised = self.text("azp").map_or(audiences.len() == 1, |party| party == expected.audience);
        if !audiences.contains(&expected.audience) || (is_sign_in && !is_authorised) {
            return Err(ClaimsError::Audience);
        }
        let expires = self.seconds("exp").ok_or(ClaimsError::Lacks("exp"))?;
        let issued = self.seconds("iat").ok_or(ClaimsError::Lacks("iat"))?;
        if expires.saturating_add(PROVIDER_SKEW_SECONDS) <= now {
            return Err(ClaimsError::Expired);
        }
        // What is no instant is taken for one that never comes.
        let begins = self.0.get("nbf").map_or(issued, |begins| begins.as_u64().unwrap_or(u64::MAX));
        if begins.max(issued) > now.saturating_add(PROVIDER_SKEW_SECONDS) {
            return Err(ClaimsError::Early);
        }
        self.check_purpose(expected.purpose)
    }

    fn check_purpose(&self, purpose: Purpose<'_>) -> Result<(), ClaimsError> {
        let nonce = self.0.get("nonce");
        let ends = self.0.get(EVENTS);
        let names_account = (1..=PROVIDER_SUBJECT_BYTES).contains(&self.subject().len());
        match purpose {
            Purpose::Logout => {
                let is_logout = ends.and_then(|events| events.get(LOGOUT_EVENT)).is_some_and(Value::is_object);
                let names_whom = names_account || self.session().is_some();
                if is_logout && names_whom && nonce.is_none() { Ok(()) } else { Err(ClaimsError::Purpose) }
            }
            _ if ends.is_some() => Err(ClaimsError::Purpose),
            _ if !names_account => Err(ClaimsError::Lacks("sub")),
            Purpose::SignIn { nonce: wanted } if wanted.is_empty() || nonce.and_then(Value::as_str) != Some(wanted) => {
                Err(ClaimsError::Nonce)
            }
            Purpose::SignIn { .. } | Purpose::Call => Ok(()),
        }
    }

    /// Returns a claim by its name, or by the path to it: `realm_access.roles`. A name that has dots is found first.
    fn claim(&self, path: &str) -> Option<&Value> {
        self.0.get(path).or_else(|| {
            let mut steps = path.split('.');
            let first = self.0.get(steps.next()?)?;
            steps.try_fold(first, |at, step| at.get(step))
        })
    }

    /// Returns the name that an account gets here when it is seen for the first time.
    ///
    /// # Errors
    /// When the claim is not there, is an address that the provider has not checked, or is no name of a person.
    pub fn name(&self, claim: &str) -> Result<Identity, ClaimsError> {
        let named = self
            .claim(claim)
            .and_then(Value::as_str)
            .filter(|name| !name.is_empty())
            .ok_or_else(|| ClaimsError::NoName(claim.to_owned()))?;
        if claim == "email" && self.0.get("email_verified").is_some_and(|verified| verified != true) {
            return Err(ClaimsError::Unverified);
        }
        Identity::sign_in(named).map_err(ClaimsError::Name)
    }

    /// Returns the text of a claim that only describes somebody, such as `locale`, where it is one.
    #[must_use]
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.0.get(claim).and_then(Value::as_str)
    }
}

/// Says which roles the groups of a provider give here. What stands in no row gives none.
///
/// ```
/// use contraflow_domain::access::RoleMap;
///
/// let map = RoleMap::read(r#"{"Refund leads": ["approver:team-lead"], "AR": ["finance", "requester"]}"#)?;
/// assert!(RoleMap::read(r#"{"AR": ["machine"]}"#).is_err());
/// # Ok::<(), contraflow_domain::access::RoleMapError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleMap(BTreeMap<String, BTreeSet<String>>);

/// Tells what is wrong with a table of roles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoleMapError {
    /// It is no JSON object of lists.
    #[error("it must be a JSON object such as {{\"Refund leads\": [\"approver:team-lead\"]}}: {0}")]
    Form(String),
    /// It gives a role that does not exist.
    #[error("`{group}` gives `{role}`, which is no role of a person: see docs/authority.md")]
    Role {
        /// The group.
        group: String,
        /// What is no role.
        role: String,
    },
}

/// Tells whether somebody may be given a role: it is written exactly, and no machine's.
#[must_use]
pub fn is_role_of_people(written: &str) -> bool {
    Held::read(written).is_some_and(|held| held.role != Role::Machine)
}

impl RoleMap {
    /// Reads a table: JSON, with a list of roles for each group.
    ///
    /// # Errors
    /// When it is not such a table, or gives a role that people do not have.
    pub fn read(json: &str) -> Result<Self, RoleMapError> {
        if json.trim().is_empty() {
            return Ok(Self::default());
        }
        let map: BTreeMap<String, BTreeSet<String>> =
            serde_json::from_str(json).map_err(|error| RoleMapError::Form(error.to_string()))?;
        for (group, roles) in &map {
            if let Some(role) = roles.iter().find(|role| !is_role_of_people(role)) {
                return Err(RoleMapError::Role { group: group.clone(), role: role.clone() });
            }
        }
        Ok(Self(map))
    }

    /// Returns the roles that a token's groups give. The claim may be one group, or a list; what is neither gives none.
    #[must_use]
    pub fn roles(&self, claims: &ProviderClaims, claim: &str) -> BTreeSet<String> {
        let groups: Vec<&str> = match claims.claim(claim) {
            Some(Value::String(group)) => vec![group],
            Some(Value::Array(groups)) => groups.iter().take(PROVIDER_GROUPS).filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        groups.into_iter().filter_map(|group| self.0.get(group)).flatten().cloned().collect()
    }
}

#[cfg(test)]
#[path = "provider_tests.rs"]
mod tests;
