//! Calls to other systems, made by components that no contract stands between: bounded in time and in bytes.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http_body_util::{BodyExt as _, Limited};
use spin_sdk::http::FullBody;
use spin_sdk::wasip3::http::types::RequestOptions;
use spin_sdk::wasip3::http_compat::RequestOptionsExtension;

/// The bounds of a call.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Time for the connection.
    pub connect: Duration,
    /// Time for an answer to begin, and for each part of it.
    pub answer: Duration,
    /// Bytes of an answer, at most.
    pub bytes: usize,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// No answer has begun.
    #[error("{0}")]
    NoAnswer(String),
    /// The answer broke off, or was too long.
    #[error("the answer broke off: {0}")]
    BrokenOff(String),
}

/// Sends a request and returns the whole answer. No redirect is followed.
///
/// # Errors
/// A few words for the log that say what went wrong.
pub async fn call(request: http::Request<Bytes>, bounds: Bounds) -> Result<http::Response<Bytes>, CallError> {
    let (mut parts, body) = request.into_parts();
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    parts.extensions.insert(RequestOptionsExtension(time_outs(bounds)));
    let request = http::Request::from_parts(parts, FullBody::new(body));
    let answer = spin_sdk::http::send(request).await.map_err(|error| CallError::NoAnswer(format!("{error:?}")))?;
    let (parts, body) = answer.into_parts();
    let body = Limited::new(body, bounds.bytes).collect().await;
    let body = body.map_err(|error| CallError::BrokenOff(error.to_string()))?;
    Ok(http::Response::from_parts(parts, body.to_bytes()))
}

fn time_outs(bounds: Bounds) -> RequestOptions {
    let options = RequestOptions::new();
    // A host that knows no such time-out says so; its own then hold.
    let _ = options.set_connect_timeout(Some(nanoseconds(bounds.connect)));
    let _ = options.set_first_byte_timeout(Some(nanoseconds(bounds.answer)));
    let _ = options.set_between_bytes_timeout(Some(nanoseconds(bounds.answer)));
    options
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
