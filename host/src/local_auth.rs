//! Signs bearer tokens for one machine: JSON Web Tokens (RFC 7519), signed with Ed25519 (RFC 8037).
//!
//! The key is in the state folder. The application is given the public half alone, which checks tokens and makes none.
//! The libraries for such tokens bring RSA and other curves, which take a minute to compile.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::limits::TOKEN_KEY_CHARACTERS;
use crate::manifest::environment_name;
use crate::secret_file::secret;

/// Names the issuer of a local token.
const ISSUER: &str = "contraflow";
/// Names the key's file in the state folder.
const KEY_FILE: &str = "auth_local_key";
/// Holds the header with which every token begins.
const HEADER: &[u8] = br#"{"typ":"JWT","alg":"EdDSA"}"#;
/// Names what the key is for: the same text signs nothing else.
const PURPOSE: &str = "contraflow token signing key";
/// Names the variable of the application that holds the public half of the key.
pub const PUBLIC_KEY_VARIABLE: &str = "auth_public_key";

/// Names the person or machine that a token speaks for.
#[derive(Clone, Copy, Debug)]
pub struct LocalUser<'a> {
    /// The name in every event that the user causes.
    pub name: &'a str,
    /// The roles, which say what the user may do.
    pub roles: &'a [&'a str],
}

/// Names the machine user that calls the clock.
pub const CLOCK: LocalUser<'static> = LocalUser { name: "clock", roles: &["machine"] };

impl LocalUser<'static> {
    /// Returns the user who may do everything, for the first sign-in.
    pub fn administrator() -> Self {
        let roles = &["requester", "approver:team-lead", "approver:manager", "finance", "auditor", "admin"];
        Self { name: "admin", roles }
    }
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    roles: &'a [&'a str],
    iat: u64,
    exp: u64,
}

/// Signs a token that is valid for `hours`.
pub fn sign(key: &str, user: &LocalUser<'_>, hours: u32) -> Result<String> {
    let now =
        SystemTime::now().duration_since(UNIX_EPOCH).context("this machine's clock stands before 1970")?.as_secs();
    sign_at(key, user, now, hours)
}

/// Signs a token as [`sign`] does, issued at `now`, in seconds since 1970, for tests that set the clock.
pub fn sign_at(key: &str, user: &LocalUser<'_>, now: u64, hours: u32) -> Result<String> {
    let claims =
        Claims { iss: ISSUER, sub: user.name, roles: user.roles, iat: now, exp: now + u64::from(hours) * 3600 };
    let part = |json: &[u8]| URL_SAFE_NO_PAD.encode(json);
    let signed = format!("{}.{}", part(HEADER), part(&serde_json::to_vec(&claims)?));
    Ok(format!("{signed}.{}", part(&signing_key(key).sign(signed.as_bytes()).to_bytes())))
}

/// Returns the public half of a key, in base64url: the value of the application's variable.
pub fn public_key(key: &str) -> String {
    URL_SAFE_NO_PAD.encode(signing_key(key).verifying_key().as_bytes())
}

/// Makes the Ed25519 key of a text, so that hosts which are given the same text agree, whatever its length.
fn signing_key(key: &str) -> SigningKey {
    let seed = Sha256::new().chain_update(PURPOSE).chain_update([0]).chain_update(key).finalize();
    SigningKey::from_bytes(&seed.into())
}

/// Returns the signing key: the one in the environment, or else the one in the state folder. That file is made on first
/// use, and only its owner may read it.
pub fn local_key(state: &Path) -> Result<String> {
    let variable = environment_name("auth_local_key");
    if let Ok(key) = std::env::var(&variable) {
        ensure!(key.len() >= TOKEN_KEY_CHARACTERS, "{variable} must have at least {TOKEN_KEY_CHARACTERS} characters");
        return Ok(key);
    }
    let file = state.join(KEY_FILE);
    let key = secret(&file)?;
    ensure!(key.len() >= TOKEN_KEY_CHARACTERS, "{} is damaged: delete it, and a new key is made", file.display());
    Ok(key)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_key_is_made_once_and_only_its_owner_may_read_it() {
        let folder = std::env::temp_dir().join(format!("contraflow-key-{}", std::process::id()));
        let key = local_key(&folder).unwrap();
        assert_eq!(local_key(&folder).unwrap(), key);
        assert_eq!(std::fs::metadata(folder.join(KEY_FILE)).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_token_carries_its_user_and_their_roles() {
        let token = sign_at("0123456789abcdef0123456789abcdef", &CLOCK, 1_000, 1).unwrap();
        // Computed with Python's `cryptography`: header, claims and signature, and the public half of the key.
        let expected = concat!(
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJFZERTQSJ9.",
            "eyJpc3MiOiJjb250cmFmbG93Iiwic3ViIjoiY2xvY2siLCJyb2xlcyI6WyJtYWNoaW5lIl0sImlhdCI6MTAwMCwiZXhwIjo0NjAwfQ.",
            "18_Vm0tKEWbsZ4gxdUlogZ4bOTDT6UWY5SZdcReu89wRsBVppYWWXrfhkGJZ-md03TtZwm67sckkUb1Zm6-zBA"
        );
        assert_eq!(token, expected);
        assert_eq!(public_key("0123456789abcdef0123456789abcdef"), "0CrYVMv5kaYKDx-eZ3JpaseeLdzd6b7qgSHR1nh6sDw");
    }
}
