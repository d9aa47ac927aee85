//! Keeps the provider's keys in the key-value store, where they may be lost, and fetches them anew: after some minutes,
//! so that a key that was removed stops working, and when a token names a key that is not there, so that a new one
//! works at once. Whatever tokens name, there is a pause between two fetches.

use contraflow_guest::now;
use contraflow_guest::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use spin_sdk::key_value::Store;

use crate::exchange;
use crate::jws::Jwk;
use crate::limits;

/// What a provider says of itself (OpenID Connect Discovery 1.0).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discovery {
    issuer: String,
    jwks_uri: String,
    /// Where people sign in.
    #[serde(default)]
    pub authorization_endpoint: Option<String>,
    /// Where a code becomes tokens.
    #[serde(default)]
    pub token_endpoint: Option<String>,
    /// Where people sign out (OpenID Connect RP-Initiated Logout 1.0).
    #[serde(default)]
    pub end_session_endpoint: Option<String>,
}

#[derive(Deserialize)]
struct Published {
    keys: Vec<Value>,
}

/// What is known of a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    discovery: Option<Discovery>,
    keys: Vec<Jwk>,
    /// When they were fetched, in milliseconds since 1970.
    fetched_at: u64,
    /// When they were to be fetched for the last time.
    tried_at: u64,
}

/// What is to be done before the keys are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plan {
    /// They are used as they are.
    Use,
    /// They are fetched; where that fails, they are used all the same.
    Refresh,
    /// They are fetched; where that fails, there are none.
    Fetch,
    /// There are none, and it is too early to ask again.
    Wait,
}

impl Kept {
    /// Plans what to do at `at`, in milliseconds since 1970; `fits` tells whether the wanted key is there.
    fn plan(&self, at: u64, fits: bool) -> Plan {
        let age = at.abs_diff(self.fetched_at);
        let may_ask = at.abs_diff(self.tried_at) >= limits::FETCH_PAUSE_MS;
        let is_there = self.discovery.is_some() && age < limits::KEYS_STALE_MS;
        match (is_there, may_ask) {
            (true, true) if age >= limits::KEYS_FRESH_MS || !fits => Plan::Refresh,
            (true, _) => Plan::Use,
            (false, true) => Plan::Fetch,
            (false, false) => Plan::Wait,
        }
    }
}

fn place(issuer: &str) -> String {
    format!("oidc/{issuer}")
}

async fn kept(issuer: &str) -> Kept {
    let read = async {
        let store = Store::open_default().await.ok()?;
        serde_json::from_slice(&store.get(place(issuer)).await.ok()??).ok()
    };
    read.await.unwrap_or_default()
}

async fn keep(issuer: &str, kept: &Kept) {
    let write = async {
        let store = Store::open_default().await.map_err(|error| error.to_string())?;
        let bytes = serde_json::to_vec(kept).map_err(|error| error.to_string())?;
        store.set(place(issuer), bytes).await.map_err(|error| error.to_string())
    };
    if let Err(error) = write.await {
        eprintln!("the provider's keys can't be kept: {error}");
    }
}

async fn fetch(issuer: &str) -> Result<(Discovery, Vec<Jwk>), String> {
    let base = issuer.trim_end_matches('/');
    let discovery: Discovery = exchange::get(&format!("{base}/.well-known/openid-configuration")).await?;
    if discovery.issuer != issuer {
        return Err(format!("{base} says that its issuer is {}, and oidc_issuer is {issuer}", discovery.issuer));
    }
    let published: Published = exchange::get(&discovery.jwks_uri).await?;
    let keys = published.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
    Ok((discovery, keys.filter(|key| key.algorithm().is_some()).take(limits::KEYS).collect()))
}

/// Returns the keys of a provider; `fits` tells whether the wanted one is among them.
///
/// # Errors
/// 503 when the provider does not answer, and has not for long.
pub async fn of(issuer: &str, fits: impl Fn(&[Jwk]) -> bool) -> Result<Vec<Jwk>, Problem> {
    Ok(current(issuer, fits).await?.keys)
}

/// Returns what a provider says of itself.
///
/// # Errors
/// 503 when the provider does not answer, and has not for long.
pub async fn discovery(issuer: &str) -> Result<Discovery, Problem> {
    let known = current(issuer, |_| true).await?.discovery;
    known.ok_or_else(|| Problem::unavailable("The provider of sign-ins does not answer. Try again."))
}

/// Returns what is known of a provider, fetched anew where that is due.
async fn current(issuer: &str, fits: impl Fn(&[Jwk]) -> bool) -> Result<Kept, Problem> {
    let unavailable =
        || Problem::unavailable("The provider of sign-ins does not answer, so its keys are not known. Try again.");
    let mut known = kept(issuer).await;
    let at = now().unix_ms();
    let plan = known.plan(at, fits(&known.keys));
    match plan {
        Plan::Use => return Ok(known),
        Plan::Wait => return Err(unavailable()),
        Plan::Refresh | Plan::Fetch => {}
    }
    // Whoever comes meanwhile does not fetch them, too.
    known.tried_at = at;
    keep(issuer, &known).await;
    match fetch(issuer).await {
        Ok((discovery, keys)) => {
            let fresh = Kept { discovery: Some(discovery), keys, fetched_at: at, tried_at: at };
            keep(issuer, &fresh).await;
            Ok(fresh)
        }
        Err(error) => {
            eprintln!("the provider's keys can't be fetched: {error}");
            if plan == Plan::Refresh { Ok(known) } else { Err(unavailable()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_790_000_000_000;

    fn kept(fetched_ms_ago: u64, tried_ms_ago: u64) -> Kept {
        let discovery = serde_json::from_str(r#"{"issuer": "i", "jwks_uri": "k"}"#).expect("metadata");
        let (fetched_at, tried_at) = (NOW - fetched_ms_ago, NOW - tried_ms_ago);
        Kept { discovery, keys: Vec::new(), fetched_at, tried_at }
    }

    #[test]
    fn keys_are_used_while_they_are_fresh_and_fetched_again_for_a_key_that_is_not_there() {
        let pause = limits::FETCH_PAUSE_MS;
        assert_eq!(kept(pause, pause).plan(NOW, true), Plan::Use);
        assert_eq!(kept(pause, pause).plan(NOW, false), Plan::Refresh);
        assert_eq!(kept(pause - 1, pause - 1).plan(NOW, false), Plan::Use, "made-up keys fetch no faster than that");
        assert_eq!(kept(limits::KEYS_FRESH_MS, pause).plan(NOW, true), Plan::Refresh, "a removed key ends");
        assert_eq!(kept(limits::KEYS_FRESH_MS, 0).plan(NOW, true), Plan::Use, "another call fetches them now");
    }

    #[test]
    fn keys_of_a_provider_that_does_not_answer_are_used_for_an_hour_and_no_longer() {
        let pause = limits::FETCH_PAUSE_MS;
        assert_eq!(kept(limits::KEYS_STALE_MS - 1, pause).plan(NOW, true), Plan::Refresh);
        assert_eq!(kept(limits::KEYS_STALE_MS, pause).plan(NOW, true), Plan::Fetch);
        assert_eq!(kept(limits::KEYS_STALE_MS, 0).plan(NOW, true), Plan::Wait);
        assert_eq!(Kept::default().plan(NOW, false), Plan::Fetch, "the first time");
        assert_eq!(Kept { tried_at: NOW, ..Kept::default() }.plan(NOW, false), Plan::Wait);
    }

    #[test]
    fn a_clock_that_went_back_keeps_no_key_alive() {
        let ahead = Kept { fetched_at: NOW + limits::KEYS_STALE_MS, ..kept(0, limits::FETCH_PAUSE_MS) };
        assert_eq!(ahead.plan(NOW, true), Plan::Fetch);
    }
}
