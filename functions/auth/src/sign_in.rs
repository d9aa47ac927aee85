//! Signs people in at the console by the provider: authorization code with PKCE (RFC 6749, RFC 7636, OpenID Connect
//! Core 1.0). Between the two halves the browser keeps what belongs to them; nothing is stored for a stranger.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use contraflow_domain::access::Purpose;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::{now, secret};
use http::StatusCode;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::config::Provider;
use crate::exchange::exchange;
use crate::{keys, limits, provider, session};

/// What the browser keeps of a sign-in that has begun.
#[derive(Debug, Serialize, Deserialize)]
struct Pending {
    state: String,
    nonce: String,
    verifier: String,
    next: String,
    /// When it began, in milliseconds since 1970.
    at: u64,
}

impl Pending {
    fn write(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn read(text: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }

    /// Tells whether an answer of the provider belongs to it, at `at` in milliseconds since 1970.
    fn fits(&self, state: &str, at: u64) -> bool {
        !state.is_empty() && self.state == state && at.abs_diff(self.at) < limits::SIGN_IN_MS
    }
}

fn again(why: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", format!("Nobody was signed in: {why}. Begin again."))
}

async fn configured() -> Result<Provider, Problem> {
    let provider = Provider::configured().await?.filter(|provider| !provider.client_id.is_empty());
    provider.ok_or_else(|| Problem::not_found("provider of sign-ins: oidc_issuer and oidc_client_id name one"))
}

fn escaped(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Beginning {
    next: String,
}

/// Serves `POST /sign-in/begin` to the console: returns where the browser goes, and what it keeps meanwhile.
///
/// # Errors
/// 404 when no provider is configured; 503 when it does not answer.
pub async fn begin(incoming: &Incoming) -> Result<Answer, Problem> {
    incoming.only("POST")?;
    let asked: Beginning = incoming.json()?;
    let provider = configured().await?;
    let discovery = keys::discovery(&provider.issuer).await?;
    let address = discovery.authorization_endpoint.filter(|address| !address.is_empty());
    let address = address.ok_or_else(|| Problem::unavailable("The provider names no address for signing in."))?;
    let [state, nonce, verifier] = [secret::random(), secret::random(), secret::random()];
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    let query = escaped(&[
        ("response_type", "code"),
        ("client_id", &provider.client_id),
        ("redirect_uri", &provider.redirect),
        ("scope", &provider.scope),
        ("state", &state),
        ("nonce", &nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let pending = Pending { state, nonce, verifier, next: asked.next, at: now().unix_ms() };
    let answer = serde_json::json!({"location": with_query(&address, &query), "pending": pending.write()});
    Ok(json(StatusCode::OK, &answer))
}

/// Returns an address of the provider's with a query; it may have one already.
fn with_query(address: &str, query: &str) -> String {
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}{query}")
}

/// Serves `POST /sign-in/leave` to the console: returns where the browser goes to sign out at the provider, too. The
/// provider asks before it does, and sends the browser back (OpenID Connect RP-Initiated Logout 1.0).
///
/// # Errors
/// 404 when no provider is configured, or it has no address for that; 503 when it does not answer.
pub async fn leave(incoming: &Incoming) -> Result<Answer, Problem> {
    incoming.only("POST")?;
    let provider = configured().await?;
    let discovery = keys::discovery(&provider.issuer).await?;
    let address = discovery.end_session_endpoint.filter(|address| !address.is_empty());
    let address = address.ok_or_else(|| Problem::not_found("address for signing out at the provider"))?;
    let query = escaped(&[("client_id", &provider.client_id), ("post_logout_redirect_uri", &provider.signed_out)]);
    Ok(json(StatusCode::OK, &serde_json::json!({"location": with_query(&address, &query)})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Finishing {
    code: String,
    state: String,
    #[serde(default)]
    iss: String,
    pending: String,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

/// Serves `POST /sign-in/finish` to the console: returns the token of a new session, and the page to go on to.
///
/// # Errors
/// 401 when the answer belongs to no sign-in of this browser, or the provider does not vouch for anybody; 503 when it
/// does not answer.
pub async fn finish(incoming: &Incoming) -> Result<Answer, Problem> {
    incoming.only("POST")?;
    let asked: Finishing = incoming.json()?;
    let provider = configured().await?;
    let pending = Pending::read(&asked.pending).filter(|pending| pending.fits(&asked.state, now().unix_ms()));
    let pending =
        pending.ok_or_else(|| again("the provider's answer belongs to no sign-in that this browser began"))?;
    // An answer of another provider (RFC 9207).
    if !asked.iss.is_empty() && asked.iss != provider.issuer {
        return Err(again("another provider answered"));
    }
    let id_token = redeem(&provider, &asked.code, &pending.verifier).await?;
    let purpose = Purpose::SignIn { nonce: &pending.nonce };
    let said = provider::check(&provider, &id_token, &provider.client_id, purpose).await?;
    let token = session::begin(&provider, &said).await?;
    Ok(json(StatusCode::OK, &serde_json::json!({"token": token, "next": pending.next})))
}

/// Gives the code to the provider, which takes each once, and returns the ID token.
async fn redeem(provider: &Provider, code: &str, verifier: &str) -> Result<String, Problem> {
    let unavailable =
        |why: &str| Problem::unavailable(format!("The provider of sign-ins does not answer: {why}. Try again."));
    let discovery = keys::discovery(&provider.issuer).await?;
    let address = discovery.token_endpoint.ok_or_else(|| unavailable("it names no token endpoint"))?;
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &provider.redirect),
        ("code_verifier", verifier),
    ];
    let mut request = http::Request::post(address).header(ACCEPT, "application/json");
    if provider.client_secret.is_empty() {
        fields.push(("client_id", &provider.client_id));
    } else {
        // RFC 6749, 2.3.1: both are escaped as in a form before they are joined.
        let part = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let both = format!("{}:{}", part(&provider.client_id), part(&provider.client_secret));
        request = request.header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(both)));
    }
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = request.body(Bytes::from(escaped(&fields))).map_err(|error| unavailable(&error.to_string()))?;
    let answer = exchange(request).await.map_err(|error| {
        eprintln!("a code can't be given to the provider: {error}");
        unavailable("see the log")
    })?;
    if answer.status().is_client_error() {
        eprintln!("the provider refuses a code: {} {}", answer.status(), first_words(answer.body()));
        return Err(again("the provider does not take its answer back: it was used before, or is too old"));
    }
    let tokens: Tokens =
        serde_json::from_slice(answer.body()).map_err(|_| unavailable("what it says can't be read"))?;
    Ok(tokens.id_token)
}

/// Returns the beginning of an error of the provider, for the log.
fn first_words(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().filter(|char| !char.is_control()).take(limits::QUOTED_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending() -> Pending {
        let text = |text: &str| text.to_owned();
        Pending { state: text("s"), nonce: text("n"), verifier: text("v"), next: text("/queue"), at: 1_000_000 }
    }

    #[test]
    fn an_answer_fits_the_sign_in_of_the_same_browser_for_some_minutes() {
        let kept = Pending::read(&pending().write()).expect("what was written");
        assert!(kept.fits("s", 1_000_000 + limits::SIGN_IN_MS - 1));
        assert!(!kept.fits("s", 1_000_000 + limits::SIGN_IN_MS) && !kept.fits("t", 1_000_001));
        assert!(!Pending { state: String::new(), ..pending() }.fits("", 1_000_001));
        for odd in ["", "x", "e30", "%"] {
            assert!(Pending::read(odd).is_none(), "{odd}");
        }
    }
}
