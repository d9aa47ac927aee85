//! Reads HTTP requests, and writes and makes them.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use serde::Serialize;
use serde::de::DeserializeOwned;
use spin_sdk::http::{FullBody, Request};
use wasip3::http::types::ErrorCode;

pub use crate::json_body::{is_array, read_json, read_object, read_tree};
use crate::limits;
pub use crate::problem::Answer;
use crate::problem::{Problem, guard};

/// Holds a request that was read whole.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The method.
    pub method: Method,
    /// The path without the query, undecoded: `/v1/requests/…`.
    pub path: String,
    /// The query, undecoded; empty when there is none.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Incoming {
    /// Reads a request, and refuses one whose body is longer than `most` bytes.
    ///
    /// # Errors
    /// 413 when the body is longer, 400 when it breaks off.
    pub async fn read(request: Request, most: usize) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let body = match Limited::new(body, most).collect().await {
            Ok(collected) => collected.to_bytes(),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => {
                return Err(too_large(most));
            }
            Err(_) => return Err(broken_off()),
        };
        Ok(Self { body, ..Self::without_body(parts) })
    }

    /// Takes the head of a request whose body is read while it comes in, or not at all.
    #[must_use]
    pub fn without_body(parts: http::request::Parts) -> Self {
        Self {
            method: answered_as(parts.method),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers,
            body: Bytes::new(),
        }
    }

    /// Returns the segments of the path, undecoded. The list is empty when one segment is empty: an address with a
    /// slash too many, also at its end, is another address, and nothing is there.
    #[must_use]
    pub fn segments(&self) -> Vec<&str> {
        let segments: Vec<&str> = self.path.strip_prefix('/').unwrap_or(&self.path).split('/').collect();
        if segments.contains(&"") { Vec::new() } else { segments }
    }

    /// Refuses every method but the given one.
    ///
    /// # Errors
    /// 405 with the method that the address takes.
    pub fn only(&self, method: &'static str) -> Result<(), Problem> {
        if self.method.as_str() == method { Ok(()) } else { Err(Problem::method(method)) }
    }

    /// Returns a header as text; `None` when it is missing or is not text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns a parameter of the query, decoded.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| unescape(&value.replace('+', " ")))
    }

    /// Reads a parameter of the query that is true or false; false where it is left out.
    ///
    /// # Errors
    /// A problem that names the parameter.
    pub fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.parameter(name).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Problem::parameter(name, format!("`{name}` must be true or false."))),
        }
    }

    /// Returns all parameters of the query, decoded, in their order.
    #[must_use]
    pub fn parameters(&self) -> Vec<(String, String)> {
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs.map(|(name, value)| (unescape(name), unescape(&value.replace('+', " ")))).collect()
    }

    /// Refuses every parameter of the query but the given ones: one that does nothing would look like an answer to it.
    ///
    /// # Errors
    /// 422 with the parameter that nothing is known of, or that stands there twice.
    pub fn only_parameters(&self, known: &[&str]) -> Result<(), Problem> {
        let mut seen: Vec<String> = Vec::new();
        for (name, _) in self.parameters() {
            if !known.contains(&name.as_str()) {
                let detail = format!("`{name}` is no parameter here; use {}.", known.join(", "));
                return Err(Problem::parameter(&name, detail));
            }
            if seen.contains(&name) {
                return Err(Problem::parameter(&name, format!("Send `{name}` once.")));
            }
            seen.push(name);
        }
        Ok(())
    }

    /// Reads the body as a JSON object.
    ///
    /// # Errors
    /// 400 with the place where the body stops being what is expected.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        read_object(&self.body).map_err(|unread| Problem::malformed(vec![unread.error]))
    }

    /// Returns the idempotency key, under which a second try has no second effect.
    ///
    /// # Errors
    /// 400 when there is no key, or it has other than visible ASCII characters.
    pub fn idempotency_key(&self) -> Result<&str, Problem> {
        let fits = |key: &&str| {
            (1..=limits::IDEMPOTENCY_KEY_BYTES).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
        };
        self.header("idempotency-key").filter(fits).ok_or_else(|| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "idempotency-key-missing",
                format!(
                    "Send a header `Idempotency-Key` of 1 to {} visible ASCII characters, the same on every try of this request.",
                    limits::IDEMPOTENCY_KEY_BYTES
                ),
            )
        })
    }

    /// Returns how many items of a page the caller wants.
    ///
    /// # Errors
    /// When `limit` is not a number from 1 to [`limits::PAGE_MOST`].
    pub fn page_limit(&self) -> Result<u32, Problem> {
        let Some(text) = self.parameter("limit") else { return Ok(limits::PAGE) };
        let limit = text.parse().ok().filter(|limit| (1..=limits::PAGE_MOST).contains(limit));
        limit.ok_or_else(|| Problem::parameter("limit", format!("`limit` must be 1 to {}.", limits::PAGE_MOST)))
    }

    /// Returns where a page begins: the `next` of the page before, as `read` reads it. It returns `None` for the first
    /// page.
    ///
    /// # Errors
    /// 422 when the cursor is too long, or `read` returns `None`, because no page ever gave such a cursor.
    pub fn cursor<T>(&self, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Problem> {
        let Some(cursor) = self.parameter("cursor").filter(|cursor| !cursor.is_empty()) else { return Ok(None) };
        let place = if cursor.len() <= limits::CURSOR_BYTES { read(&cursor) } else { None };
        place.map(Some).ok_or_else(|| {
            Problem::parameter(
                "cursor",
                "`cursor` must be what the page before gave as the next; leave it out to begin.",
            )
        })
    }
}

/// Returns the problem of a body that is longer than `most` bytes.
#[must_use]
pub fn too_large(most: usize) -> Problem {
    let detail = format!("At most {most} bytes are taken here; send less at once. Nothing was stored.");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", detail)
}

/// Returns the problem of a body that did not come as a whole.
#[must_use]
pub fn broken_off() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "body-broken", "The body broke off. Send it again.")
}

/// Returns the method under which a request is answered: a HEAD is a GET whose body the server does not send.
fn answered_as(method: Method) -> Method {
    if method == Method::HEAD { Method::GET } else { method }
}

/// Decodes the percent escapes in a part of a URL; everything else stays as it is.
#[must_use]
pub fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (byte, escaped) {
            (b'%', Some(decoded)) => {
                out.push(decoded);
                at += 3;
                continue;
            }
            _ => out.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Returns an answer with a JSON body.
#[must_use]
pub fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    text(status, "application/json", serde_json::to_vec(value).unwrap_or_default())
}

/// Returns an answer with a body of that content type.
#[must_use]
pub fn text(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Answer {
    let mut answer = http::Response::new(FullBody::new(body.into()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    guard(answer.headers_mut());
    answer
}

/// Returns an answer without a body.
#[must_use]
pub fn empty(status: StatusCode) -> Answer {
    let mut answer = http::Response::new(FullBody::new(Bytes::new()));
    *answer.status_mut() = status;
    guard(answer.headers_mut());
    answer
}

/// Returns the answer, or the problem as an answer.
#[must_use]
pub fn answered(result: Result<Answer, Problem>) -> Answer {
    result.unwrap_or_else(|problem| problem.answer())
}

/// Hands a request on to another component of the application and reads the answer.
///
/// # Errors
/// When the component can't be reached or its answer can't be read.
pub async fn call(
    component: &str,
    method: Method,
    path: &str,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<http::Response<Bytes>, String> {
    let mut outgoing = http::Request::builder().method(method).uri(format!("http://{component}.spin.internal{path}"));
    for name in ["authorization", "content-type", "accept", "idempotency-key", "traceparent"] {
        if let Some(value) = headers.get(name) {
            outgoing = outgoing.header(name, value);
        }
    }
    let outgoing = outgoing.body(FullBody::new(body)).map_err(|error| error.to_string())?;
    let answer = spin_sdk::http::send(outgoing).await.map_err(|error| match error {
        // A component may only call the components that the manifest allows it to call.
        ErrorCode::HttpRequestDenied => {
            format!("{component} is not wired: name its adapter in wiring.toml, then run `cargo xtask wire`")
        }
        error => format!("{component}: {error:?}"),
    })?;
    let (parts, body) = answer.into_parts();
    let body =
        Limited::new(body, limits::ANSWER_BYTES).collect().await.map_err(|error| format!("{component}: {error}"))?;
    Ok(http::Response::from_parts(parts, body.to_bytes()))
}

/// Asks another component of the application with a JSON body, and reads its JSON answer. A problem of its own is the
/// caller's, too.
///
/// # Errors
/// The component's problem; 503 when it can't be reached, or answers something else.
pub async fn ask<T: DeserializeOwned>(component: &str, path: &str, body: &impl Serialize) -> Result<T, Problem> {
    let body = serde_json::to_vec(body).map_err(|error| Problem::internal(error.to_string()))?;
    let answer = call(component, Method::POST, path, &HeaderMap::new(), Bytes::from(body)).await;
    let answer = answer.map_err(Problem::unavailable)?;
    if answer.status() != StatusCode::OK {
        let problem = serde_json::from_slice::<Problem>(answer.body());
        let unread = || Problem::unavailable(format!("{component} answered {}. Try again.", answer.status()));
        return Err(problem.unwrap_or_else(|_| unread()));
    }
    serde_json::from_slice(answer.body()).map_err(|error| Problem::internal(format!("{component}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_nothing_is_known_of_is_refused_and_so_is_one_that_stands_twice() {
        let known = ["status", "cursor"];
        for (query, refused) in [
            ("", None),
            ("status=completed&cursor=", None),
            ("state=completed", Some("state")),
            ("status=a&status=b", Some("status")),
            ("sta%74us=a", None),
            ("status", None),
            ("=", Some("")),
        ] {
            let told = incoming("/v1/requests", query).only_parameters(&known).err().and_then(|told| told.parameter);
            assert_eq!(told.as_deref(), refused, "{query}");
        }
    }

    fn incoming(path: &str, query: &str) -> Incoming {
        Incoming {
            method: Method::GET,
            path: path.to_owned(),
            query: query.to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    #[test]
    fn a_slash_too_many_leads_nowhere() {
        assert_eq!(incoming("/v1/requests", "").segments(), ["v1", "requests"]);
        for path in ["/v1/requests/", "/v1//requests", "//v1/requests", "/"] {
            assert!(incoming(path, "").segments().is_empty(), "{path}");
        }
    }

    #[test]
    fn a_head_is_answered_as_a_get() {
        assert_eq!(
            [Method::HEAD, Method::GET, Method::POST].map(answered_as),
            [Method::GET, Method::GET, Method::POST]
        );
    }

    #[test]
    fn an_answer_is_neither_stored_nor_taken_for_something_else() {
        let (empty, refused) = (empty(StatusCode::NO_CONTENT), Problem::not_found("such address").answer());
        for answer in [json(StatusCode::OK, &1), text(StatusCode::OK, "text/plain", ""), empty, refused] {
            assert_eq!(answer.headers()["cache-control"], "no-store");
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        }
    }

    #[test]
    fn a_plus_is_a_space_in_a_query_and_itself_in_a_path() {
        assert_eq!(incoming("/", "customer=A+%2B+B").parameter("customer").as_deref(), Some("A + B"));
        assert_eq!(unescape("A+B%20C"), "A+B C");
    }

    #[test]
    fn a_cursor_that_no_page_gave_is_refused_by_its_name() {
        let read = |text: &str| incoming("/", &format!("cursor={text}")).cursor(|cursor| cursor.parse::<u64>().ok());
        assert_eq!(read("7"), Ok(Some(7)));
        assert_eq!(read(""), Ok(None), "the beginning");
        for wrong in ["x".to_owned(), "0".repeat(limits::CURSOR_BYTES + 1)] {
            let problem = read(&wrong).expect_err("no page gave it");
            assert_eq!((problem.status, problem.parameter.as_deref()), (422, Some("cursor")));
        }
    }
}
