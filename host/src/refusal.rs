//! Makes the host's own answers, for when no component could give one: problem documents (RFC 9457), as the components
//! write them. Their types are stable.

use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS};
use http::{Response, StatusCode};
use wasmtime_wasi_http::WasiBody;

use crate::outbound::full;

/// Says why the host answers in a component's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No public route fits the path.
    NoRoute,
    /// The host or the path of the request can't be read.
    BadAddress,
    /// The body broke off before its end.
    BodyBroken,
    /// The body did not arrive in time.
    BodyLate,
    /// The body is longer than so many bytes, which are the bound.
    BodyTooLarge(usize),
    /// The bodies of one address have more bytes than they may have at the same time.
    TooManyBytes,
    /// All bodies together have more bytes than they may have at the same time.
    BodiesBusy,
    /// The headers are longer than so many bytes, which are the bound.
    HeadersTooLarge(usize),
    /// The headers did not arrive in time.
    HeadersLate,
    /// The route needs a bearer token, and there is none.
    NoCredential,
    /// The caller asks more often than it may; one more request may pass after so many seconds.
    TooManyRequests(u64),
    /// One address has more connections than it may have.
    TooManyConnections,
    /// All connections that there may be are open.
    ConnectionsBusy,
    /// As many requests wait already as may wait.
    Busy,
    /// The host is ending.
    Stopping,
    /// The component took longer than a request may.
    Late,
    /// The component trapped, or could not start.
    Failed,
}

impl Refusal {
    /// Returns the status, the name of the problem's type, and a text that says what happened and what to do.
    fn told(self) -> (StatusCode, &'static str, String) {
        let unknown = "It is not known whether it was done: a GET, and whatever carries a key, may be sent again; of anything else \
                       read first what became of it.";
        match self {
            Self::NoRoute => {
                (StatusCode::NOT_FOUND, "not-found", "There is nothing at this address. Check the address.".to_owned())
            }
            Self::BadAddress => (
                StatusCode::BAD_REQUEST,
                "malformed-address",
                "The header Host or the address can't be read. Send a host name, and a path that begins with a slash.".to_owned(),
            ),
            Self::BodyBroken => (
                StatusCode::BAD_REQUEST,
                "body-broken",
                "The body broke off before its end. Nothing was stored; send it again.".to_owned(),
            ),
            Self::BodyLate => (
                StatusCode::REQUEST_TIMEOUT,
                "body-too-slow",
                "The body did not arrive in time. Nothing was stored; send it again, in smaller parts if the line is slow."
                    .to_owned(),
            ),
            Self::BodyTooLarge(most) => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "body-too-large",
                format!("At most {most} bytes are taken; send less at once. Nothing was stored."),
            ),
            Self::TooManyBytes => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-bytes",
                "Your address sends too much at the same time. Nothing was stored; wait Retry-After seconds, and send fewer \
                 bodies at once."
                    .to_owned(),
            ),
            Self::BodiesBusy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "Too much is being sent at the same time. Nothing was stored; send the same again after Retry-After seconds."
                    .to_owned(),
            ),
            Self::HeadersTooLarge(most) => (
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "headers-too-large",
                format!("Address and headers may have {most} bytes together. Nothing was stored; send fewer or shorter headers."),
            ),
            Self::HeadersLate => (
                StatusCode::REQUEST_TIMEOUT,
                "headers-too-slow",
                "The headers did not arrive in time. Nothing was stored; send the request again.".to_owned(),
            ),
            Self::NoCredential => (
                StatusCode::UNAUTHORIZED,
                "unauthenticated",
                "Nothing was read without a token. Send `Authorization: Bearer <token>`; `contraflow token --user NAME --role ROLE` \
                 makes one."
                    .to_owned(),
            ),
            Self::TooManyRequests(after) => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-requests",
                format!(
                    "You ask more often than you may. Nothing was stored; send the same again after {after} s, and ask no more \
                     often than RateLimit-Policy says."
                ),
            ),
            Self::TooManyConnections => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-connections",
                "Your address has too many connections open. Close some, or use them again, and try after Retry-After seconds."
                    .to_owned(),
            ),
            Self::ConnectionsBusy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "Too many connections are open. Nothing was stored; send the same again after Retry-After seconds.".to_owned(),
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "Too much is asked at the same time. Nothing was stored; send the same again after Retry-After seconds.".to_owned(),
            ),
            Self::Stopping => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "The host is stopping. Nothing was stored; send the same again when it is back.".to_owned(),
            ),
            Self::Late => (
                StatusCode::GATEWAY_TIMEOUT,
                "no-answer-in-time",
                format!("What this address leads to did not answer in time. {unknown}"),
            ),
            Self::Failed => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "component-failed",
                format!("What this address leads to failed; the host's log says how. {unknown}"),
            ),
        }
    }

    /// Returns after how many seconds the same may be tried again; `None` when that would change nothing.
    fn retry_after(self) -> Option<u64> {
        match self {
            Self::TooManyRequests(after) => Some(after.max(1)),
            Self::TooManyBytes
            | Self::BodiesBusy
            | Self::Busy
            | Self::Stopping
            | Self::BodyLate
            | Self::HeadersLate => Some(1),
            Self::TooManyConnections | Self::ConnectionsBusy => Some(2),
            _ => None,
        }
    }

    /// Returns the status of the answer.
    pub fn status(self) -> StatusCode {
        self.told().0
    }

    /// Returns the refusal as an HTTP answer.
    pub fn response(self) -> Response<WasiBody> {
        self.answer().map(|document| full(document.into()))
    }

    /// Returns the refusal as the bytes of an HTTP/1.1 answer that ends its connection.
    pub fn on_the_wire(self) -> Vec<u8> {
        let (parts, document) = self.answer().into_parts();
        let mut wire =
            format!("HTTP/1.1 {}\r\nconnection: close\r\ncontent-length: {}\r\n", parts.status, document.len());
        for (name, value) in &parts.headers {
            wire.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap_or_default()));
        }
        wire.push_str("\r\n");
        wire.push_str(&document);
        wire.into_bytes()
    }

    fn answer(self) -> Response<String> {
        let (status, code, detail) = self.told();
        let document = serde_json::json!({
            "type": format!("urn:contraflow:problem:{code}"),
            "title": code.replace('-', " "),
            "status": status.as_u16(),
            "detail": detail,
        });
        let mut response = Response::new(document.to_string());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Some(seconds) = self.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
