//! Finds the person behind an account of the provider. Issuer and subject lead to one person for ever: whatever name or
//! address the provider gives the account later, and to whomever it gives the address then.

use std::collections::BTreeSet;

use contraflow_domain::access::{ClaimsError, PersonRecord, ProviderClaims, described};
use contraflow_domain::chronicle::Happening;
use contraflow_domain::identity::Identity;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{chronicle, keys, now, policy};
use serde_json::json;

use crate::config::Provider;
use crate::refusal::refused;

/// Whom a token speaks for, and what they may do.
#[derive(Debug)]
pub struct Found {
    /// The sign-in name.
    pub name: String,
    /// The roles that the provider's groups give, and those of the record.
    pub roles: BTreeSet<String>,
    /// Those that the provider's groups give.
    pub given: BTreeSet<String>,
}

/// Returns the person whose account a token is of, and makes their record where nobody knows them yet.
///
/// # Errors
/// 401 when they left, when nothing gives them a role, or when the account can't become anybody's.
pub async fn of(provider: &Provider, said: &ProviderClaims) -> Result<Found, Problem> {
    let given = provider.roles.roles(said, &provider.groups_claim);
    let place = keys::account(&provider.issuer, said.subject());
    let known: Option<String> = Unit::default().look_at(&place).await?;
    let record = match known {
        Some(name) => Unit::default().look_at::<PersonRecord>(&keys::person(&Identity::read(&name))).await?,
        // Whoever has no role here leaves nothing behind.
        None if given.is_empty() => None,
        None => Some(link(provider, said, &place).await?),
    };
    let record = record.ok_or_else(|| refused(&ClaimsError::NoRole))?;
    if record.left.is_some() {
        return Err(refused(&"its person has left"));
    }
    let roles: BTreeSet<String> = given.union(&record.roles).cloned().collect();
    if roles.is_empty() { Err(refused(&ClaimsError::NoRole)) } else { Ok(Found { name: record.name, roles, given }) }
}

/// Makes an account that is seen for the first time that of the person whose name the provider gives it.
async fn link(provider: &Provider, said: &ProviderClaims, place: &str) -> Result<PersonRecord, Problem> {
    let named = said.name(&provider.name_claim).map_err(|error| refused(&error))?;
    let who = policy::in_force().await?.people.resolve(&named);
    transact(async |unit| {
        let key = keys::person(&who);
        // Another call may have done it meanwhile.
        if let Some(name) = unit.read::<String>(place).await?
            && let Some(record) = unit.read(&keys::person(&Identity::read(&name))).await?
        {
            return Ok(record);
        }
        let at = now();
        let stored = unit.read::<PersonRecord>(&key).await?;
        let is_new = stored.is_none();
        let mut record = stored.unwrap_or_else(|| PersonRecord::new(&who, at));
        record
            .link(&provider.issuer, said.subject(), at)
            .map_err(|error| refused(&format!("`{}`, as the provider names its person, {error}", record.name)))?;
        if is_new {
            record.full_name = described(said.text("name"));
            record.locale = described(said.text("locale"));
            record.time_zone = described(said.text("zoneinfo"));
        }
        unit.write(&key, &record)?;
        unit.write(place, &record.name)?;
        let happened = Happening {
            actor: "contraflow",
            what: if is_new { "person_added" } else { "account_linked" },
            why: "The provider vouched for the account for the first time.",
            data: json!({"issuer": provider.issuer, "subject": said.subject()}),
        };
        chronicle::note(unit, &format!("person:{}", record.name), happened).await?;
        Ok(record)
    })
    .await
}
