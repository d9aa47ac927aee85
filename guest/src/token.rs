//! Signs and checks local bearer tokens: JWT (RFC 7519) signed with HS256 (RFC 7515), and nothing else. The libraries
//! for JWT would bring RSA and elliptic curves into each of a dozen components. One algorithm over `hmac` and `sha2`
//! needs neither, and a token can't choose a weaker one.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contraflow_domain::time::Timestamp;
use hmac::{Hmac, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::limits;

const ISSUER: &str = "contraflow";
const ALGORITHM: &str = "HS256";

/// Holds what a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The issuer of the token: always contraflow.
    pub iss: String,
    /// The name of the person or machine that the token speaks for.
    pub sub: String,
    /// The roles, which say what its owner may do.
    pub roles: BTreeSet<String>,
    /// The time at which the token was made, in seconds since 1970.
    pub iat: u64,
    /// The time at which the token expires, in seconds since 1970.
    pub exp: u64,
}

impl Claims {
    /// Makes claims that are valid for so many seconds from now on.
    #[must_use]
    pub fn for_a_while(sub: &str, roles: BTreeSet<String>, now: Timestamp, seconds: u64) -> Self {
        let iat = now.unix_ms() / 1000;
        Self { iss: ISSUER.into(), sub: sub.into(), roles, iat, exp: iat + seconds }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    alg: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    typ: Option<String>,
}

/// Says why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The text is not a JWT signed with HS256.
    #[error("it is not a JWT signed with HS256")]
    Malformed,
    /// The signature was not made with our key.
    #[error("its signature is not valid here")]
    Signature,
    /// The token has expired.
    #[error("it has expired")]
    Expired,
    /// The issuer is not contraflow.
    #[error("its issuer is not contraflow")]
    Issuer,
}

fn mac(key: &[u8]) -> Result<Hmac<Sha256>, TokenError> {
    Hmac::new_from_slice(key).map_err(|_| TokenError::Signature)
}

fn part<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, TokenError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenError::Malformed)
}

/// Signs claims.
///
/// # Errors
/// When the claims can't be written as JSON.
pub fn sign(claims: &Claims, key: &[u8]) -> Result<String, TokenError> {
    let encode = |value: serde_json::Result<Vec<u8>>| {
        value.map(|json| URL_SAFE_NO_PAD.encode(json)).map_err(|_| TokenError::Malformed)
    };
    let header = encode(serde_json::to_vec(&Header { alg: ALGORITHM.into(), typ: Some("JWT".into()) }))?;
    let signed = format!("{header}.{}", encode(serde_json::to_vec(claims))?);
    let signature = mac(key)?.chain_update(&signed).finalize().into_bytes();
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// Checks a token and returns its claims. The signature is compared in constant time, and before anything else in the
/// token is trusted.
///
/// # Errors
/// When the token is not ours, or not valid any more.
pub fn verify(token: &str, key: &[u8], now: Timestamp) -> Result<Claims, TokenError> {
    let (signed, signature) =
        token.rsplit_once('.').filter(|_| token.len() <= limits::TOKEN_BYTES).ok_or(TokenError::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(TokenError::Malformed)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenError::Malformed)?;
    mac(key)?.chain_update(signed).verify_slice(&signature).map_err(|_| TokenError::Signature)?;
    if part::<Header>(header)?.alg != ALGORITHM {
        return Err(TokenError::Malformed);
    }
    let claims: Claims = part(claims)?;
    if claims.iss != ISSUER {
        return Err(TokenError::Issuer);
    }
    if claims.exp.saturating_add(limits::TOKEN_LEEWAY_SECONDS) <= now.unix_ms() / 1000 {
        return Err(TokenError::Expired);
    }
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

    fn now() -> Timestamp {
        Timestamp::from_unix_ms(1_790_000_000_000)
    }

    fn token() -> String {
        sign(&Claims::for_a_while("alice", BTreeSet::from(["requester".into()]), now(), 60), KEY).unwrap_or_default()
    }

    #[test]
    fn a_token_of_ours_is_accepted_until_it_expires() {
        assert_eq!(verify(&token(), KEY, now()).map(|claims| claims.sub), Ok("alice".into()));
        assert_eq!(verify(&token(), KEY, now().plus_ms(91_000)), Err(TokenError::Expired));
    }

    #[test]
    fn another_key_or_a_changed_claim_is_refused() {
        assert_eq!(verify(&token(), b"another key of thirty-two bytes!", now()), Err(TokenError::Signature));
        let forged = token().replacen('.', ".e", 1);
        assert!(verify(&forged, KEY, now()).is_err());
    }

    #[test]
    fn a_token_without_a_signature_is_refused() {
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        let claims = token().split('.').nth(1).unwrap_or_default().to_owned();
        assert_eq!(verify(&format!("{none}.{claims}."), KEY, now()), Err(TokenError::Signature));
    }

    #[test]
    fn a_token_made_by_another_library_is_accepted() {
        // Computed with Python's hmac and base64 over the same header and claims.
        let foreign = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJjb250cmFmbG93Iiwic3ViIjoiYm9iIiwicm9sZXMiOlsiYWRtaW4iXSwiaWF0IjoxNzkwMDAwMDAwLCJleHAiOjE3OTAwMDAwNjB9.iRtaB7X-GhoauTMmALj0pQJu8eIa0a7PO0zyjFFzvvI";
        assert_eq!(verify(foreign, KEY, now()).map(|claims| claims.sub), Ok("bob".into()));
    }
}
