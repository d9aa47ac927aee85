//! Checks the signatures of other systems' tokens: JSON Web Signature (RFC 7515) with RS256, ES256 or EdDSA. This is
//! the only place that knows them, so no other component carries RSA and its curves.
//!
//! A token chooses no algorithm: the kind of the key that the provider published decides, and the token must agree.
//! Symmetric algorithms and `none` do not exist here, so a public key can't pass for a secret.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::VerifyingKey as EdKey;
use serde::{Deserialize, Serialize};

use crate::{asymmetric, limits};

/// The algorithms that are known; the variable `oidc_algorithms` may allow fewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// Reads the name that a token or the configuration gives.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            "EdDSA" => Some(Self::EdDsa),
            _ => None,
        }
    }

    /// Returns the name as tokens write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// Why a signature is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// The text is no signed token.
    #[error("it is no signed JSON Web Token")]
    Malformed,
    /// The algorithm is not allowed.
    #[error("its algorithm is not allowed here: `oidc_algorithms` names those that are")]
    Algorithm,
    /// It asks for an extension of the format that is not known, or says that it is no token of this kind.
    #[error("it is of a kind that is not taken here")]
    Kind,
    /// The provider publishes no such key.
    #[error("it is signed with a key that the provider does not publish")]
    Key,
    /// The signature is not right.
    #[error("its signature is not valid")]
    Signature,
}

#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    crit: Option<serde_json::Value>,
}

/// A key as a provider publishes it (RFC 7517). What it has besides is not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    kty: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    used_for: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    y: Option<String>,
}

impl Jwk {
    /// Tells for which algorithm it is, by what kind of key it is.
    pub fn algorithm(&self) -> Option<Algorithm> {
        let algorithm = match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => Algorithm::Rs256,
            ("EC", Some("P-256")) => Algorithm::Es256,
            ("OKP", Some("Ed25519")) => Algorithm::EdDsa,
            _ => return None,
        };
        let is_meant = self.alg.as_deref().is_none_or(|meant| meant == algorithm.name());
        let signs = self.used_for.as_deref().is_none_or(|used_for| used_for == "sig");
        (is_meant && signs).then_some(algorithm)
    }

    fn made(&self, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> Option<bool> {
        let bytes = |part: &Option<String>| URL_SAFE_NO_PAD.decode(part.as_deref()?).ok();
        match algorithm {
            Algorithm::Rs256 => {
                let (n, e) = (bytes(&self.n)?, bytes(&self.e)?);
                let length = n.iter().skip_while(|byte| **byte == 0).count();
                let is_taken = (limits::RSA_BYTES_LEAST..=limits::RSA_BYTES_MOST).contains(&length);
                if is_taken { asymmetric::rs256((&n, &e), signed, signature) } else { None }
            }
            Algorithm::Es256 => asymmetric::es256((&bytes(&self.x)?, &bytes(&self.y)?), signed, signature),
            Algorithm::EdDsa => {
                let key = EdKey::from_bytes(&<[u8; 32]>::try_from(bytes(&self.x)?).ok()?).ok()?;
                let made = ed25519_dalek::Signature::from_slice(signature);
                Some(made.is_ok_and(|made| key.verify_strict(signed, &made).is_ok()))
            }
        }
    }
}

/// A token that was taken apart, and is not trusted yet.
#[derive(Debug)]
pub struct Unchecked<'a> {
    algorithm: Algorithm,
    kid: Option<String>,
    typ: Option<String>,
    signed: &'a str,
    signature: Vec<u8>,
    payload: Vec<u8>,
}

impl<'a> Unchecked<'a> {
    /// Takes a token apart, and refuses one whose algorithm is not among those allowed.
    pub fn read(token: &'a str, allowed: &[Algorithm]) -> Result<Self, JwsError> {
        if token.len() > limits::PROVIDER_TOKEN_BYTES {
            return Err(JwsError::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(JwsError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(JwsError::Malformed)?;
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| JwsError::Malformed);
        let header: Header = serde_json::from_slice(&bytes(header)?).map_err(|_| JwsError::Malformed)?;
        let algorithm = Algorithm::named(&header.alg).filter(|one| allowed.contains(one)).ok_or(JwsError::Algorithm)?;
        if header.crit.is_some() {
            return Err(JwsError::Kind);
        }
        let (signature, payload) = (bytes(signature)?, bytes(payload)?);
        Ok(Self { algorithm, kid: header.kid, typ: header.typ, signed, signature, payload })
    }

    /// Returns the type that the token gives itself, in lower case and without `application/`.
    pub fn kind(&self) -> Option<String> {
        let typ = self.typ.as_deref()?.to_ascii_lowercase();
        Some(typ.strip_prefix("application/").unwrap_or(&typ).to_owned())
    }

    /// Tells whether one of the keys may have signed it.
    pub fn fits_one_of(&self, keys: &[Jwk]) -> bool {
        self.key(keys).is_some()
    }

    /// Finds the key that the token names. One that names none fits where the provider has one key of that kind only.
    fn key<'k>(&self, keys: &'k [Jwk]) -> Option<&'k Jwk> {
        let fitting = || keys.iter().filter(|key| key.algorithm() == Some(self.algorithm));
        match &self.kid {
            Some(kid) => fitting().find(|key| key.kid.as_ref() == Some(kid)),
            None if fitting().count() == 1 => fitting().next(),
            None => None,
        }
    }

    /// Returns what the token says, once one of the keys is found to have signed it.
    pub fn check(self, keys: &[Jwk]) -> Result<Vec<u8>, JwsError> {
        let key = self.key(keys).ok_or(JwsError::Key)?;
        match key.made(self.algorithm, self.signed.as_bytes(), &self.signature) {
            Some(true) => Ok(self.payload),
            Some(false) => Err(JwsError::Signature),
            None => Err(JwsError::Key),
        }
    }
}

#[cfg(test)]
#[path = "jws_tests.rs"]
mod tests;
