//! Tells who is signed in. The session is the bearer token itself, in a cookie that no script can read and no other
//! site can send. So the console stores nothing, and the session ends when the token expires.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contraflow_domain::access::Me;
use contraflow_domain::approval::Person;
use contraflow_domain::time::Timestamp;
use contraflow_guest::auth;
use contraflow_guest::http_io::Incoming;
use contraflow_guest::problem::Problem;
use hmac::{Hmac, Mac as _};
use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderValue};
use sha2::Sha256;

use crate::form::Form;
use crate::limits;

/// Names the cookie that is the session.
const SESSION: &str = "contraflow_session";
/// Names the cookie that belongs to a sign-in at the provider until it comes back.
const PENDING: &str = "contraflow_sign_in";
/// Stands before the name of every cookie where the address is HTTPS. A browser keeps such a cookie on TLS, and takes
/// it from no other host than the one that it is for.
const SECURE_PREFIX: &str = "__Host-";
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
    /// What the api knows of the person; `None` where it does not say.
    pub me: Option<Me>,
    /// True when the browser's address is HTTPS.
    pub is_https: bool,
    /// From when on the provider that signed them in is asked anew; none where no provider did.
    pub renew_from: Option<Timestamp>,
}

impl Session {
    /// Returns the session of whoever the cookie names; `None` without a cookie, or when its token is not valid any
    /// more.
    pub async fn of(incoming: &Incoming) -> Option<Self> {
        let token = kept(incoming, SESSION)?;
        let session = Self::with_token(&token).await.ok()?;
        Some(Self { is_https: is_https(incoming), ..session })
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
        let (person, renew_from) = auth::session(&headers).await.map_err(|problem| problem.detail)?;
        let csrf = csrf_of(token);
        Ok(Self { person, csrf, headers, me: None, is_https: false, renew_from })
    }

    /// Returns what opens the request of a link to decide, and nothing else. Nobody is signed in by it.
    ///
    /// # Errors
    /// When the text can't be a token.
    pub fn of_link(token: &str) -> Result<Self, Problem> {
        let value =
            HeaderValue::from_str(&format!("Bearer {token}")).ok().filter(|_| token.len() <= limits::TOKEN_BYTES);
        let value = value.ok_or_else(|| Problem::not_found("page"))?;
        let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
        let person = Person::new("", std::collections::BTreeSet::new());
        Ok(Self { person, csrf: String::new(), headers, me: None, is_https: false, renew_from: None })
    }

    /// Tells whether the form was made by a page of this console for this session.
    pub fn made(&self, form: &Form) -> bool {
        same(&self.csrf, form.get(CSRF_FIELD))
    }

    /// Returns a text as a value for a cookie, which only this session can make and read; `purpose` keeps the cookies
    /// apart.
    pub fn seal(&self, purpose: &str, text: &str) -> String {
        let proof = self.proof(purpose, text).map(|mac| URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()));
        format!("{}.{}", URL_SAFE_NO_PAD.encode(text), proof.unwrap_or_default())
    }

    /// Returns the text that was sealed; `None` where this session has not sealed it for this purpose.
    pub fn unseal(&self, purpose: &str, sealed: &str) -> Option<String> {
        let (text, proof) = sealed.split_once('.')?;
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        self.proof(purpose, &text)?.verify_slice(&URL_SAFE_NO_PAD.decode(proof).ok()?).ok()?;
        Some(text)
    }

    fn proof(&self, purpose: &str, text: &str) -> Option<Hmac<Sha256>> {
        let token = self.headers.get(AUTHORIZATION)?.to_str().ok()?;
        mac(format!("contraflow console {purpose}\n{text}").as_bytes(), token)
    }

    /// Returns a cookie for this browser that no other site can send.
    pub fn cookie(&self, name: &str, value: &str, seconds: u32) -> Option<HeaderValue> {
        written(self.is_https, (name, value), Some(seconds), "Strict")
    }
}

/// Writes a cookie that no script can read. The browser keeps it for so many seconds, or until it is closed.
fn written(is_https: bool, (name, value): (&str, &str), seconds: Option<u32>, same_site: &str) -> Option<HeaderValue> {
    let (prefix, secure) = if is_https { (SECURE_PREFIX, "; Secure") } else { ("", "") };
    let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let rest = format!("Path=/{age}; HttpOnly; SameSite={same_site}{secure}");
    HeaderValue::from_str(&format!("{prefix}{name}={value}; {rest}")).ok()
}

/// Returns the value of a cookie that the console wrote.
pub fn kept(incoming: &Incoming, name: &str) -> Option<String> {
    let prefix = if is_https(incoming) { SECURE_PREFIX } else { "" };
    cookie(&incoming.headers, &format!("{prefix}{name}"))
}

/// Tells whether the browser says that another site led here. A client that is not a browser does not say so.
pub fn comes_from_elsewhere(incoming: &Incoming) -> bool {
    incoming.header("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site")
}

/// Returns the cookie that begins a session.
pub fn begin(incoming: &Incoming, token: &str) -> Option<HeaderValue> {
    written(is_https(incoming), (SESSION, token), None, "Strict")
}

/// Returns the cookie that ends a session.
pub fn end(incoming: &Incoming) -> Option<HeaderValue> {
    written(is_https(incoming), (SESSION, ""), Some(0), "Strict")
}

/// Returns the cookie that belongs to a sign-in at the provider. The provider's site leads back here, so the browser
/// must send it then.
pub fn keep_pending(incoming: &Incoming, value: &str) -> Option<HeaderValue> {
    written(is_https(incoming), (PENDING, value), Some(limits::SIGN_IN_SECONDS), "Lax")
}

/// Returns what belongs to the sign-in that this browser has begun.
pub fn pending(incoming: &Incoming) -> Option<String> {
    kept(incoming, PENDING)
}

/// Returns the cookie by which the browser forgets a sign-in.
pub fn drop_pending(incoming: &Incoming) -> Option<HeaderValue> {
    written(is_https(incoming), (PENDING, ""), Some(0), "Lax")
}

/// Tells whether the browser's address is HTTPS: then the cookie must never travel without TLS, and one that a
/// neighbouring host or a page without TLS has set does not count.
fn is_https(incoming: &Incoming) -> bool {
    let customary = incoming.header("x-forwarded-proto").is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
    let standard = incoming.header("forwarded").is_some_and(|chain| {
        let pairs = chain.split([',', ';']).filter_map(|pair| pair.split_once('='));
        pairs.into_iter().any(|(name, value)| {
            name.trim().eq_ignore_ascii_case("proto") && value.trim().trim_matches('"').eq_ignore_ascii_case("https")
        })
    });
    let direct = incoming.header("spin-full-url").is_some_and(|url| url.starts_with("https:"));
    customary || standard || direct
}

fn cookie(headers: &HeaderMap, wanted: &str) -> Option<String> {
    let pairs =
        headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == wanted && !value.is_empty())
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
    #![allow(clippy::unwrap_used)]
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
        assert_eq!(cookie(&headers, SESSION), None);
        headers.insert(COOKIE, HeaderValue::from_static("a=b; contraflow_session=x.y.z; c=d"));
        assert_eq!(cookie(&headers, SESSION).as_deref(), Some("x.y.z"));
        headers.insert(COOKIE, HeaderValue::from_static("contraflow_session="));
        assert_eq!(cookie(&headers, SESSION), None);
    }

    fn begun(headers: &[(&'static str, &'static str)]) -> (Incoming, String) {
        let incoming = Incoming {
            method: http::Method::POST,
            path: "/sign-in".into(),
            query: String::new(),
            headers: headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect(),
            body: Default::default(),
        };
        let cookie = begin(&incoming, "x.y.z").unwrap().to_str().unwrap().to_owned();
        (incoming, cookie)
    }

    #[test]
    fn over_tls_the_cookie_stays_on_tls_and_on_this_host() {
        for headers in [
            &[("x-forwarded-proto", "https")][..],
            &[("forwarded", "for=192.0.2.1;proto=https;by=10.0.0.1")],
            &[("forwarded", "for=192.0.2.1, for=10.0.0.7; Proto=\"HTTPS\"")],
            &[("spin-full-url", "https://refunds.example/sign-in")],
        ] {
            let (mut incoming, cookie) = begun(headers);
            assert_eq!(cookie, "__Host-contraflow_session=x.y.z; Path=/; HttpOnly; SameSite=Strict; Secure");
            incoming.headers.insert(COOKIE, HeaderValue::from_static("contraflow_session=planted"));
            assert_eq!(kept(&incoming, SESSION), None, "a page without TLS may have set it");
            let (name, value) = ("__Host-contraflow_session", "x.y.z");
            incoming.headers.insert(COOKIE, HeaderValue::from_str(&format!("{name}={value}")).unwrap());
            assert_eq!(kept(&incoming, SESSION).as_deref(), Some(value));
        }
    }

    #[test]
    fn without_tls_the_cookie_is_a_plain_one() {
        let (incoming, cookie) = begun(&[("x-forwarded-proto", "http"), ("forwarded", "for=192.0.2.1;proto=http")]);
        assert_eq!(cookie, "contraflow_session=x.y.z; Path=/; HttpOnly; SameSite=Strict");
        let text = |cookie: Option<HeaderValue>| cookie.unwrap().to_str().unwrap().to_owned();
        let over = text(end(&incoming));
        assert_eq!(over, "contraflow_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
        let pending = text(keep_pending(&incoming, "p"));
        assert_eq!(pending, "contraflow_sign_in=p; Path=/; Max-Age=600; HttpOnly; SameSite=Lax");
    }
}
