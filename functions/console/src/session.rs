//! Who is signed in. The session is the bearer token itself, in a cookie that no script can read and no other site can
//! send; so the console keeps nothing, and the token's own end ends the session.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contraflow_domain::approval::Person;
use contraflow_guest::http_io::Incoming;
use contraflow_guest::{auth, variable};
use hmac::{Hmac, Mac as _};
use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderValue};
use sha2::Sha256;

use crate::form::Form;
use crate::limits;

const COOKIE_NAME: &str = "contraflow_session";
/// The field of every form that changes something.
pub const CSRF_FIELD: &str = "csrf";

/// Someone who is signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// Who.
    pub person: Person,
    /// Goes into every form that changes something.
    pub csrf: String,
    /// The headers of every call to the api on this person's behalf.
    pub headers: HeaderMap,
}

impl Session {
    /// Whoever the cookie names; `None` without a cookie, or when its token has ended.
    pub async fn of(incoming: &Incoming) -> Option<Self> {
        let token = cookie(&incoming.headers)?;
        Self::with_token(&token).await.ok()
    }

    /// Whoever the token names.
    ///
    /// # Errors
    /// A sentence that says why the token does not do.
    pub async fn with_token(token: &str) -> Result<Self, String> {
        if token.len() > limits::TOKEN_BYTES {
            return Err("This is too long for a token.".into());
        }
        let value = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| "This is no token.".to_owned())?;
        let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
        let person = auth::person(&headers).await.map_err(|problem| problem.detail)?;
        let csrf = csrf_of(token, &variable("auth_local_key").await);
        Ok(Self { person, csrf, headers })
    }

    /// Whether the form was made by a page of this console for this session.
    pub fn made(&self, form: &Form) -> bool {
        same(&self.csrf, form.get(CSRF_FIELD))
    }
}

/// Whether a browser says that another site sent this; what is no browser says nothing.
pub fn comes_from_elsewhere(incoming: &Incoming) -> bool {
    incoming.header("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site")
}

/// The cookie that begins a session.
pub fn begin(incoming: &Incoming, token: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{COOKIE_NAME}={token}; Path=/; HttpOnly; SameSite=Strict{}", secure(incoming))).ok()
}

/// The cookie that ends it.
pub fn end(incoming: &Incoming) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{COOKIE_NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict{}", secure(incoming)))
        .ok()
}

/// Behind TLS the cookie must never travel without it.
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

/// Derived from the token, so that nothing is stored, and by a key, so that it can't be made without it.
fn csrf_of(token: &str, key: &str) -> String {
    let message = format!("contraflow console form\n{token}");
    mac(message.as_bytes(), key).map(|mac| URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())).unwrap_or_default()
}

/// Compares in constant time: both sides go through a keyed hash, whose check does not stop at the first difference.
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
        let key = "k".repeat(32);
        let mine = csrf_of("token-a", &key);
        assert!(same(&mine, &mine));
        assert!(!same(&mine, &csrf_of("token-b", &key)));
        assert!(!same(&mine, &csrf_of("token-a", "another key")));
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
