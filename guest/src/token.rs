//! Checks bearer tokens: JWT (RFC 7519) signed with Ed25519 (`EdDSA`, RFC 8037), and nothing else.
//!
//! So a token can't choose a weaker algorithm. Components hold the public key alone: who breaks into one of them signs
//! nobody in. The libraries for JWT would bring RSA and more curves into each component.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contraflow_domain::time::Timestamp;
use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::limits;

/// Names the issuer of our own tokens.
pub const ISSUER: &str = "contraflow";
/// Begins the token of a session of somebody whom a provider signed in.
pub const SESSION: &str = "cfs_";
/// Begins the token of a link to decide, which opens that request alone.
pub const DECISION: &str = "cfd_";
/// Begins the key of a machine client.
pub const CLIENT: &str = "cfk_";
const ALGORITHM: &str = "EdDSA";

/// Holds what a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The issuer of the token: contraflow, or the provider that the component `auth` has checked it against.
    pub iss: String,
    /// The name of the person or machine that the token speaks for.
    pub sub: String,
    /// The roles, which say what its owner may do.
    pub roles: BTreeSet<String>,
    /// What a machine client is allowed, and nothing else; none for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<BTreeSet<String>>,
    /// The time at which the token was made, in seconds since 1970.
    pub iat: u64,
    /// The time at which the token expires, in seconds since 1970.
    pub exp: u64,
    /// From when on the provider that signed its person in at the console is asked anew, in seconds since 1970; none
    /// where no provider did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renew_from: Option<u64>,
}

impl Claims {
    /// Returns when the token was made.
    #[must_use]
    pub fn issued_at(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.iat.saturating_mul(1000))
    }

    /// Returns when the token expires.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.exp.saturating_mul(1000))
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

/// Says why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The text is not a JWT signed with Ed25519.
    #[error("it is not a JWT signed with Ed25519")]
    Malformed,
    /// The signature was not made with the key that belongs to ours.
    #[error("its signature is not valid here")]
    Signature,
    /// The token has expired.
    #[error("it has expired")]
    Expired,
    /// The issuer is not contraflow.
    #[error("its issuer is not contraflow")]
    Issuer,
}

/// Says that a text holds no public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it must hold one or two Ed25519 public keys, each 32 bytes in base64url, with a space between")]
pub struct PublicKeyError;

/// Holds the keys that check tokens: one, or two while one replaces the other.
#[derive(Debug, Clone)]
pub struct PublicKeys(Vec<VerifyingKey>);

impl PublicKeys {
    /// Reads keys as `contraflow public-key` prints them.
    ///
    /// # Errors
    /// A text that holds none, more than two, or one that is no key.
    pub fn read(text: &str) -> Result<Self, PublicKeyError> {
        let key = |text: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| PublicKeyError)?;
            let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| PublicKeyError)?;
            VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak()).ok_or(PublicKeyError)
        };
        let keys = text.split_whitespace().map(key).collect::<Result<Vec<_>, _>>()?;
        if (1..=limits::TOKEN_KEYS).contains(&keys.len()) { Ok(Self(keys)) } else { Err(PublicKeyError) }
    }

    fn check(&self, signed: &str, signature: &str) -> Result<(), TokenError> {
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenError::Malformed)?;
        let signature = Signature::from_slice(&signature).map_err(|_| TokenError::Signature)?;
        let made = self.0.iter().any(|key| key.verify_strict(signed.as_bytes(), &signature).is_ok());
        if made { Ok(()) } else { Err(TokenError::Signature) }
    }
}

fn part<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, TokenError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenError::Malformed)
}

/// Tells whether a token is one that the component `auth` checks: of a session, a machine client's key, or one that
/// says that somebody else than contraflow made it. Nothing of that is trusted: it only decides who checks the token.
#[must_use]
pub fn is_checked_elsewhere(token: &str) -> bool {
    #[derive(Deserialize)]
    struct Issuer {
        iss: String,
    }
    if token.starts_with(SESSION) || token.starts_with(CLIENT) {
        return true;
    }
    let payload = token.split('.').nth(1).filter(|_| token.split('.').count() == 3);
    payload.and_then(|payload| part::<Issuer>(payload).ok()).is_some_and(|claims| claims.iss != ISSUER)
}

/// Returns the name of a token: 32 hexadecimal digits, from a hash of what is signed in it. Nobody can make the token
/// from its name.
#[must_use]
pub fn name(token: &str) -> String {
    let signed = token.rsplit_once('.').map_or(token, |(signed, _)| signed);
    contraflow_audit::canonical_hash(&signed).unwrap_or_default().chars().take(32).collect()
}

/// Checks a token and returns its claims. Nothing else in the token is trusted before its signature.
///
/// # Errors
/// When the token is not ours, or not valid any more.
pub fn verify(token: &str, keys: &PublicKeys, now: Timestamp) -> Result<Claims, TokenError> {
    let (signed, signature) =
        token.rsplit_once('.').filter(|_| token.len() <= limits::TOKEN_BYTES).ok_or(TokenError::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(TokenError::Malformed)?;
    keys.check(signed, signature)?;
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
    #![allow(clippy::unwrap_used)]
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_unix_ms(1_790_000_000_000)
    }

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn public(keys: &[u8]) -> PublicKeys {
        let texts: Vec<_> =
            keys.iter().map(|seed| URL_SAFE_NO_PAD.encode(key(*seed).verifying_key().as_bytes())).collect();
        PublicKeys::read(&texts.join(" ")).unwrap()
    }

    fn token(header: &str, claims: &str, seed: u8) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = key(seed).sign(signed.as_bytes()).to_bytes();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    const HEADER: &str = r#"{"typ":"JWT","alg":"EdDSA"}"#;
    const CLAIMS: &str =
        r#"{"iss":"contraflow","sub":"alice","roles":["requester"],"iat":1790000000,"exp":1790000060}"#;

    fn refused(token: &str) -> Option<TokenError> {
        verify(token, &public(&[1]), now()).err()
    }

    #[test]
    fn a_token_of_ours_is_accepted_until_it_expires() {
        let token = token(HEADER, CLAIMS, 1);
        assert_eq!(verify(&token, &public(&[1]), now()).map(|claims| claims.sub), Ok("alice".into()));
        assert_eq!(verify(&token, &public(&[1]), now().plus_ms(91_000)), Err(TokenError::Expired));
    }

    #[test]
    fn while_one_key_replaces_another_both_count() {
        let (old, new) = (token(HEADER, CLAIMS, 1), token(HEADER, CLAIMS, 2));
        for token in [&old, &new] {
            assert!(verify(token, &public(&[1, 2]), now()).is_ok());
        }
        assert_eq!(verify(&old, &public(&[2]), now()), Err(TokenError::Signature));
    }

    #[test]
    fn another_key_a_changed_claim_or_no_signature_is_refused() {
        assert_eq!(refused(&token(HEADER, CLAIMS, 2)), Some(TokenError::Signature));
        let ours = token(HEADER, CLAIMS, 1);
        assert!(refused(&ours.replacen('.', ".e", 1)).is_some());
        let (signed, _) = ours.rsplit_once('.').unwrap();
        assert_eq!(refused(&format!("{signed}.")), Some(TokenError::Signature));
        assert_eq!(refused(signed), Some(TokenError::Malformed));
        assert_eq!(refused("a"), Some(TokenError::Malformed));
    }

    #[test]
    fn no_other_algorithm_and_no_other_issuer_will_do() {
        for algorithm in ["none", "HS256", "ES256"] {
            assert_eq!(refused(&token(&HEADER.replace("EdDSA", algorithm), CLAIMS, 1)), Some(TokenError::Malformed));
        }
        // The public key is no secret: what is signed with it as an HMAC key is nobody's.
        let issuer = CLAIMS.replace("\"contraflow\"", "\"somebody\"");
        assert_eq!(refused(&token(HEADER, &issuer, 1)), Some(TokenError::Issuer));
    }

    #[test]
    fn only_a_token_that_names_another_issuer_is_checked_elsewhere() {
        let of = |claims: &str| is_checked_elsewhere(&token(HEADER, claims, 1));
        assert!(of(r#"{"iss": "https://login.example"}"#) && of(r#"{"iss": ""}"#));
        for ours in [CLAIMS, "{}", r#"{"iss": 7}"#, "[]", "x"] {
            assert!(!of(ours), "{ours}");
        }
        for no_token in ["", "a", "a.b.c", "...", "x.eyJpc3MiOiJhIn0"] {
            assert!(!is_checked_elsewhere(no_token), "{no_token}");
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let one = URL_SAFE_NO_PAD.encode(key(1).verifying_key().as_bytes());
        let weak = URL_SAFE_NO_PAD.encode([0; 32]);
        let three = [one.as_str(); 3].join(" ");
        for text in ["", "abc", "0123456789abcdef0123456789abcdef", weak.as_str(), three.as_str()] {
            assert!(PublicKeys::read(text).is_err(), "{text}");
        }
    }
}
