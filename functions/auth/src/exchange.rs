//! One exchange with the provider.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use spin_sdk::http::FullBody;
use spin_sdk::wasip3::http::types::RequestOptions;
use spin_sdk::wasip3::http_compat::RequestOptionsExtension;

use crate::limits::{ANSWER_BYTES, ANSWER_TIMEOUT, CONNECT_TIMEOUT};

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn time_outs() -> RequestOptions {
    let options = RequestOptions::new();
    // A host that knows no such time-out says so; its own then hold.
    let _ = options.set_connect_timeout(Some(nanoseconds(CONNECT_TIMEOUT)));
    let _ = options.set_first_byte_timeout(Some(nanoseconds(ANSWER_TIMEOUT)));
    let _ = options.set_between_bytes_timeout(Some(nanoseconds(ANSWER_TIMEOUT)));
    options
}

/// Sends a request and returns the whole answer. No redirect is followed.
///
/// # Errors
/// A few words for the log that say what went wrong.
pub async fn exchange(request: http::Request<Bytes>) -> Result<http::Response<Bytes>, String> {
    let (mut parts, body) = request.into_parts();
    parts.headers.insert(http::header::CONTENT_LENGTH, http::HeaderValue::from(body.len()));
    parts.extensions.insert(RequestOptionsExtension(time_outs()));
    let request = http::Request::from_parts(parts, FullBody::new(body));
    let answer = spin_sdk::http::send(request).await.map_err(|error| format!("{error:?}"))?;
    let (parts, body) = answer.into_parts();
    let body = Limited::new(body, ANSWER_BYTES).collect().await.map_err(|error| error.to_string())?;
    Ok(http::Response::from_parts(parts, body.to_bytes()))
}

/// Reads JSON from an address of the provider.
///
/// # Errors
/// A few words for the log that say what went wrong.
pub async fn get<T: serde::de::DeserializeOwned>(address: &str) -> Result<T, String> {
    let request = http::Request::get(address).header(http::header::ACCEPT, "application/json");
    let request = request.body(Bytes::new()).map_err(|error| error.to_string())?;
    let answer = exchange(request).await.map_err(|error| format!("{address}: {error}"))?;
    if !answer.status().is_success() {
        return Err(format!("{address} answers {}", answer.status()));
    }
    serde_json::from_slice(answer.body()).map_err(|error| format!("{address}: {error}"))
}
