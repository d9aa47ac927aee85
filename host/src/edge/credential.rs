//! Tells credentials apart without knowing what they say.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use sha2::{Digest as _, Sha256};

/// Stands for one value of the header `Authorization`: the digest, never the value.
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
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn of(value: &str) -> Option<Credential> {
        Credential::of(&HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())]))
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
