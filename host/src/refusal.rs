//! Makes the host's own answers, for when no component could give one: problem documents (RFC 9457), as the components
//! write them. Their types are stable.

use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use wasmtime_wasi_http::WasiBody;

use crate::outbound::full;

/// Says why the host answers in a component's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
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

    /// Returns the refusal as an HTTP answer.
    pub fn response(self) -> Response<WasiBody> {
        let (status, code, detail) = self.told();
        let document = serde_json::json!({
            "type": format!("urn:contraflow:problem:{code}"),
            "title": code.replace('-', " "),
            "status": status.as_u16(),
            "detail": detail,
        });
        let mut response = Response::new(full(document.to_string().into()));
        *response.status_mut() = status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
