//! Reads which provider signs people in, and what its tokens mean here: variables that start with `oidc_`.

use contraflow_domain::access::{RoleMap, SessionTimes};
use contraflow_guest::problem::Problem;
use contraflow_guest::variable;

use crate::jws::Algorithm;
use crate::limits;

/// What is configured of the provider.
#[derive(Debug)]
pub struct Provider {
    /// The issuer, exactly as its tokens name it; its metadata are below that address.
    pub issuer: String,
    /// The audience of tokens for the API; where it is empty, none is taken.
    pub audience: String,
    /// The claim that names people whom nobody knows yet.
    pub name_claim: String,
    /// The claim that lists groups.
    pub groups_claim: String,
    /// The roles that groups give.
    pub roles: RoleMap,
    /// The algorithms that are taken.
    pub algorithms: Vec<Algorithm>,
    /// The console's name at the provider; where it is empty, nobody signs in there by it.
    pub client_id: String,
    /// The console's secret; empty for a public client, which PKCE alone protects.
    pub client_secret: String,
    /// What the console asks for.
    pub scope: String,
    /// Where the provider sends the browser back: always to our own address.
    pub redirect: String,
    /// Where the provider sends people after they signed out there.
    pub signed_out: String,
    /// How long sessions hold.
    pub times: SessionTimes,
}

fn misconfigured(name: &str, detail: impl std::fmt::Display) -> Problem {
    Problem::unavailable(format!(
        "Nobody can be recognised by a provider: the variable {name} is not set right; {detail}."
    ))
}

/// Tells whether what comes from an address can't be changed on its way: it has TLS, or does not leave the machine.
fn is_safe(address: &str) -> bool {
    address.starts_with("https://")
        || ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|local| {
            address.strip_prefix(local).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
        })
}

/// Reads the algorithms that are taken, by their names with spaces between.
fn algorithms(names: &str) -> Option<Vec<Algorithm>> {
    let read: Option<Vec<_>> = names.split_whitespace().map(Algorithm::named).collect();
    read.filter(|read| !read.is_empty())
}

/// Returns how long sessions hold.
///
/// # Errors
/// 503 when that is configured wrongly.
pub async fn times() -> Result<SessionTimes, Problem> {
    let within = async |name: &str, most: u64| {
        let given = variable(name).await.parse::<u64>().ok().filter(|given| (1..=most).contains(given));
        given.ok_or_else(|| misconfigured(name, format!("it must be a number from 1 to {most}")))
    };
    let minutes = within("session_idle_minutes", limits::SESSION_MINUTES_MOST).await?;
    let hours = within("session_hours", limits::SESSION_HOURS_MOST).await?;
    Ok(SessionTimes { idle_ms: minutes * 60_000, most_ms: hours * 3_600_000 })
}

impl Provider {
    /// Returns the provider; `None` where none is configured.
    ///
    /// # Errors
    /// 503 when it is configured wrongly: then nobody is let in by it.
    pub async fn configured() -> Result<Option<Self>, Problem> {
        let issuer = variable("oidc_issuer").await;
        if issuer.is_empty() {
            return Ok(None);
        }
        if !is_safe(&issuer) {
            return Err(misconfigured("oidc_issuer", "it must begin with https://"));
        }
        let algorithms = algorithms(&variable("oidc_algorithms").await)
            .ok_or_else(|| misconfigured("oidc_algorithms", "it may name RS256, ES256 and EdDSA"))?;
        let roles = RoleMap::read(&variable("oidc_roles").await).map_err(|error| misconfigured("oidc_roles", error))?;
        Ok(Some(Self {
            audience: variable("oidc_audience").await,
            name_claim: variable("oidc_name_claim").await,
            groups_claim: variable("oidc_groups_claim").await,
            client_id: variable("oidc_client_id").await,
            client_secret: variable("oidc_client_secret").await,
            scope: variable("oidc_scope").await,
            redirect: format!("{}/sign-in/callback", variable("public_url").await.trim_end_matches('/')),
            signed_out: format!("{}/sign-in", variable("public_url").await.trim_end_matches('/')),
            times: times().await?,
            issuer,
            roles,
            algorithms,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_that_nobody_can_stand_in_for_is_a_provider() {
        for safe in ["https://login.example/x", "http://127.0.0.1:14400", "http://localhost", "http://[::1]:80/a"] {
            assert!(is_safe(safe), "{safe}");
        }
        for unsafe_one in
            ["http://login.example", "http://127.0.0.1.evil.example", "http://localhost.evil", "login", ""]
        {
            assert!(!is_safe(unsafe_one), "{unsafe_one}");
        }
    }

    #[test]
    fn symmetric_algorithms_and_none_can_not_be_configured() {
        assert_eq!(algorithms("RS256 ES256").map(|all| all.len()), Some(2));
        for wrong in ["", " ", "HS256", "RS256 none", "rs256"] {
            assert_eq!(algorithms(wrong), None, "{wrong}");
        }
    }
}
