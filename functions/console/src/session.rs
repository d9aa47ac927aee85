//! Tells who is signed in. The session is the bearer token itself, in a cookie that no script can read and no other
//! site can send. So the console stores nothing, and the session ends when the token expires.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contraflow_domain::approval::Person;
use contraflow_guest::auth;
use contraflow_guest::http_io::Incoming;
use hmac::{Hmac, Mac as _};
use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderValue};
use sha2::Sha256;

use crate::form::Form;
use crate::limits;

const COOKIE_NAME: &str = "contraflow_session";
/// Names the hidden field that every form has that changes something.
pub const CSRF_FIELD: &str = "csrf";

/// Holds the session of someone who is signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// The person who is signed in.
    pub person: Person,
    /// The value that every form that changes something must carry, to prove that it is one of ours.
    pub csrf: String,
    /// The headers of every call to the api on this person's behalf.
    pub headers: HeaderMap,
}

impl Session {
    /// Returns the session of whoever the cookie names; `None` without a cookie, or when its token is not valid any
    /// more.
    pub async fn of(incoming: &Incoming) -> Option<Self> {
        let token = cookie(&incoming.headers)?;
        Self::with_token(&token).await.ok()
    }

    /// Returns the session of whoever the token names.
    ///
    /// # Errors
    /// A sentence that says why the token can't be used.
    pub async fn with_token(token: &str) -> Result<Self, String> {
        if token.len() > limits::TOKEN_BYTES {
            return Err("This is too long for a token.".into());
        }
        let value = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| "This is no token.".to_owned())?;
        let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
        let person = auth::person(&headers).await.map_err(|problem| problem.detail)?;
        let csrf = csrf_of(token);
        Ok(Self { person, csrf, headers })
    }

    /// Tells whether the form was made by a page of this console for this session.
    pub fn made(&self, form: &Form) -> bool {
        same(&self.csrf, form.get(CSRF_FIELD))
    }
}

/// Tells whether the browser says that another site led here. A client that is not a browser does not say so.
pub fn comes_from_elsewhere(incoming: &Incoming) -> bool {
    incoming.header("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site")
}

/// Returns the cookie that begins a session.
pub fn begin(incoming: &Incoming, token: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{COOKIE_NAME}={token}; Path=/; HttpOnly; SameSite=Strict{}", secure(incoming))).ok()
}

/// Returns the cookie that ends a session.
pub fn end(incoming: &Incoming) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{COOKIE_NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict{}", secure(incoming)))
        .ok()
}

/// Returns the cookie's attribute that keeps it on TLS: where the page came over TLS, the cookie must never travel
/// without it.
fn secure(incoming: &Incoming) -> &'static str {
    let forwarded = incoming.header("x-forwarded-proto").is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
    let direct = incoming.header("spin-full-url").is_some_and(|url| url.starts_with("https:"));
    if forwarded || direct { "; Secure" } else { "" }
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let pairs =
        headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == COOKIE_NAME && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

fn mac(message: &[u8], key: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(message);
    Some(mac)
}

/// Computes the value that a form must carry. It is derived from the token, so that nothing is stored; and only who has
/// the token, which no script can read, can make it.
fn csrf_of(token: &str) -> String {
    mac(b"contraflow console form", token)
        .map(|mac| URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
        .unwrap_or_default()
}

/// Compares two texts in constant time: both go through a keyed hash, whose check does not stop at the first
/// difference.
fn same(expected: &str, given: &str) -> bool {
    let (Some(expected_mac), Some(given_mac)) = (mac(expected.as_bytes(), "compare"), mac(given.as_bytes(), "compare"))
    else {
        return false;
    };
    !expected.is_empty() && expected_mac.verify_slice(&given_mac.finalize().into_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_counts_only_with_the_field_of_its_own_session() {
        let mine = csrf_of("token-a");
        assert!(same(&mine, &mine));
        assert!(!same(&mine, &csrf_of("token-b")));
        assert!(!same(&mine, ""));
        assert!(!same("", ""));
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        assert_eq!(cookie(&headers), None);
        headers.insert(COOKIE, HeaderValue::from_static("a=b; contraflow_session=x.y.z; c=d"));
        assert_eq!(cookie(&headers).as_deref(), Some("x.y.z"));
        headers.insert(COOKIE, HeaderValue::from_static("contraflow_session="));
        assert_eq!(cookie(&headers), None);
    }
}
