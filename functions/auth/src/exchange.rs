//! One exchange with the provider.

use bytes::Bytes;
use contraflow_guest::outgoing::{Bounds, call};

use crate::limits::{ANSWER_BYTES, ANSWER_TIMEOUT, CONNECT_TIMEOUT};

const BOUNDS: Bounds = Bounds { connect: CONNECT_TIMEOUT, answer: ANSWER_TIMEOUT, bytes: ANSWER_BYTES };

/// Sends a request and returns the whole answer. No redirect is followed.
///
/// # Errors
/// A few words for the log that say what went wrong.
pub async fn exchange(request: http::Request<Bytes>) -> Result<http::Response<Bytes>, String> {
    call(request, BOUNDS).await.map_err(|error| error.to_string())
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
