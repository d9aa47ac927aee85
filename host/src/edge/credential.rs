//! Tells credentials apart without knowing what they say.

use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE};
use sha2::{Digest as _, Sha256};

/// Stands for one token or one session: the digest, never the value.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Credential([u8; 32]);

impl Credential {
    /// Returns the credential of a request; `None` when it has none.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(AUTHORIZATION)?;
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        let token = token.trim();
        let bearer = scheme.eq_ignore_ascii_case("bearer") && !token.is_empty();
        bearer.then(|| Self(Sha256::digest(token).into()))
    }

    /// Returns the session of a request: the cookie of one of these names; `None` when it has none.
    pub fn of_session(headers: &HeaderMap, names: &[String]) -> Option<Self> {
        let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let (name, value) = pairs.find(|(name, value)| names.iter().any(|known| known == name) && !value.is_empty())?;
        // A token that is also sent as a bearer's is not the same caller here.
        Some(Self(Sha256::new().chain_update(name).chain_update([0]).chain_update(value).finalize().into()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn of(value: &str) -> Option<Credential> {
        Credential::of(&HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())]))
    }

    #[test]
    fn a_session_is_the_cookie_of_its_name_among_others() {
        let names = ["__Host-session".to_owned(), "session".to_owned()];
        let of =
            |value: &str| Credential::of_session(&HeaderMap::from_iter([(COOKIE, value.parse().unwrap())]), &names);
        assert!(of("a=b; session=x; c=d") == of("session=x") && of("session=x").is_some());
        assert!(of("session=x") != of("session=y") && of("session=x") != of("__Host-session=x"));
        for nothing in ["", "session=", "sessions=x", "a=session=x"] {
            assert!(of(nothing).is_none(), "{nothing}");
        }
    }

    #[test]
    fn one_token_is_one_credential_however_it_is_written() {
        assert!(of("Bearer abc") == of("bearer  abc ") && of("Bearer abc").is_some());
        assert!(of("Bearer abc") != of("Bearer abd"));
        for nothing in ["", "Bearer", "Bearer ", "Basic YTpi"] {
            assert!(of(nothing).is_none(), "{nothing}");
        }
    }
}
