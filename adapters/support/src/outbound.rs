//! One HTTP exchange with another system.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use spin_sdk::http::FullBody;
use spin_sdk::wasip3::http::types::{ErrorCode, RequestOptions};
use spin_sdk::wasip3::http_compat::RequestOptionsExtension;

use crate::limits::{BETWEEN_BYTES_TIMEOUT, CONNECT_TIMEOUT, FIRST_BYTE_TIMEOUT, MAX_ANSWER_BYTES, MAX_QUOTED_CHARS};

/// A whole answer, whatever its status.
pub type Answer = http::Response<Bytes>;

/// Why there is no whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExchangeError {
    /// The request surely never reached the other side: sending it again is safe.
    NotSent(String),
    /// The request may have reached the other side and had its effect.
    OutcomeUnknown(String),
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent(detail) => write!(formatter, "not sent: {detail}"),
            Self::OutcomeUnknown(detail) => write!(formatter, "outcome unknown: {detail}"),
        }
    }
}

/// Sends a request with an absolute URL and reads its whole answer, with the bounds of [`crate::limits`].
///
/// No redirect is followed. The time-outs belong to the request, not to a timer beside it: dropping a call that moves
/// money would lose sight of it.
pub async fn exchange(request: http::Request<Bytes>) -> Result<Answer, ExchangeError> {
    let (mut parts, body) = request.into_parts();
    // A stated length spares the other side a chunked body, which some servers refuse.
    parts.headers.insert(http::header::CONTENT_LENGTH, http::HeaderValue::from(body.len()));
    parts.extensions.insert(RequestOptionsExtension(time_outs()));
    let request = http::Request::from_parts(parts, FullBody::new(body));

    let response = spin_sdk::http::send(request).await.map_err(|code| classify(&code))?;
    let (parts, body) = response.into_parts();
    let body = Limited::new(body, MAX_ANSWER_BYTES)
        .collect()
        .await
        .map_err(|error| {
            ExchangeError::OutcomeUnknown(format!(
                "the answer (status {}) broke off or is longer than {MAX_ANSWER_BYTES} bytes: {error}",
                parts.status
            ))
        })?
        .to_bytes();
    Ok(http::Response::from_parts(parts, body))
}

/// Returns the value of a header of an answer; `None` when it is absent or no text.
pub fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers().get(name)?.to_str().ok().map(str::trim)
}

/// Returns the beginning of a foreign text, for a message.
pub fn quoted(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let mut chars = text.trim().chars();
    let mut quote: String = chars.by_ref().take(MAX_QUOTED_CHARS).collect();
    if chars.next().is_some() {
        quote.push('…');
    }
    quote
}

fn time_outs() -> RequestOptions {
    let options = RequestOptions::new();
    // A host that knows no such time-out says so; its own then hold, and the call means the same.
    let _ = options.set_connect_timeout(Some(nanoseconds(CONNECT_TIMEOUT)));
    let _ = options.set_first_byte_timeout(Some(nanoseconds(FIRST_BYTE_TIMEOUT)));
    let _ = options.set_between_bytes_timeout(Some(nanoseconds(BETWEEN_BYTES_TIMEOUT)));
    options
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Says whether a request was sent. Only what fails before its first byte was not; anything else is unknown.
fn classify(code: &ErrorCode) -> ExchangeError {
    let detail = code.to_string();
    match code {
        ErrorCode::DnsTimeout
        | ErrorCode::DnsError(_)
        | ErrorCode::DestinationNotFound
        | ErrorCode::DestinationUnavailable
        | ErrorCode::DestinationIpProhibited
        | ErrorCode::DestinationIpUnroutable
        | ErrorCode::ConnectionRefused
        | ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionLimitReached
        | ErrorCode::TlsCertificateError
        | ErrorCode::HttpRequestDenied
        | ErrorCode::HttpRequestMethodInvalid
        | ErrorCode::HttpRequestUriInvalid
        | ErrorCode::ConfigurationError => ExchangeError::NotSent(detail),
        _ => ExchangeError::OutcomeUnknown(detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_before_the_connection_stands_was_not_sent() {
        for code in [
            ErrorCode::ConnectionRefused,
            ErrorCode::ConnectionTimeout,
            ErrorCode::DnsTimeout,
            ErrorCode::HttpRequestDenied,
        ] {
            assert!(matches!(classify(&code), ExchangeError::NotSent(_)), "{code:?}");
        }
    }

    #[test]
    fn what_fails_afterwards_is_unknown() {
        for code in [
            ErrorCode::ConnectionTerminated,
            ErrorCode::ConnectionReadTimeout,
            ErrorCode::HttpResponseIncomplete,
            ErrorCode::HttpResponseTimeout,
            ErrorCode::HttpProtocolError,
            ErrorCode::TlsProtocolError,
            ErrorCode::InternalError(None),
        ] {
            assert!(matches!(classify(&code), ExchangeError::OutcomeUnknown(_)), "{code:?}");
        }
    }

    #[test]
    fn a_long_foreign_text_is_cut_between_characters() {
        let quote = quoted("ä".repeat(1000).as_bytes());
        assert_eq!(quote.chars().count(), MAX_QUOTED_CHARS + 1);
        assert_eq!(quoted(b" short "), "short");
    }
}
