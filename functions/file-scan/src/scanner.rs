//! One call to the scanner: the bytes of a file, signed after Standard Webhooks 1.0.0, and a verdict as JSON.
//!
//! | variable | meaning |
//! |---|---|
//! | `file_scan_url` | the scanner's origin, `https://scan.example`; empty: nobody scans |
//! | `file_scan_path` | the path there; apart from the origin because Spin's allowed hosts have no path |
//! | `file_scan_secret` | `whsec_` and base64: signs the call |

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use contraflow_domain::files::scan::ScanOutcome;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::file::StoredFile;
use contraflow_guest::{now, variable};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http_body_util::{BodyExt as _, Limited};
use serde::Deserialize;
use spin_sdk::http::FullBody;
use spin_sdk::wasip3::http::types::RequestOptions;
use spin_sdk::wasip3::http_compat::RequestOptionsExtension;
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook};

use crate::limits::{ANSWER_BYTES, ANSWER_TIMEOUT, CONNECT_TIMEOUT, NAME_CHARS};

/// A scanner: where it is, and what signs the calls to it.
pub struct Scanner {
    address: String,
    key: Webhook,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
enum Verdict {
    Clean,
    Infected {
        #[serde(default)]
        name: String,
    },
}

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

impl Scanner {
    /// Returns the scanner that is configured.
    ///
    /// # Errors
    /// Which variable is to be set right.
    pub async fn configured() -> Result<Self, String> {
        let (origin, path) = (variable("file_scan_url").await, variable("file_scan_path").await);
        if origin.is_empty() {
            return Err("`file_scan_url` is not set, and files wait for the scanner".into());
        }
        let secret = variable("file_scan_secret").await;
        let key = secret.strip_prefix("whsec_").and_then(|key| STANDARD.decode(key).ok());
        let key = key.and_then(|key| Webhook::from_bytes(key).ok());
        let key = key.ok_or("`file_scan_secret` must be `whsec_` and base64")?;
        let address = format!("{}/{}", origin.trim_end_matches('/'), path.trim_start_matches('/'));
        Ok(Self { address, key })
    }

    /// Has a file looked at.
    ///
    /// # Errors
    /// Whenever the scanner does not surely say what the file is.
    pub async fn look(&self, request: &str, file: &StoredFile, bytes: Vec<u8>) -> Result<ScanOutcome, CallError> {
        let sent = self.call(request, file, bytes).map_err(CallError::Misconfigured)?;
        let answer = spin_sdk::http::send(sent).await;
        let answer = answer.map_err(|error| CallError::not_sent(format!("the scanner can't be reached: {error:?}")))?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, ANSWER_BYTES).collect().await;
        let body = body.map_err(|error| CallError::Unknown(format!("the scanner's answer broke off: {error}")))?;
        if !parts.status.is_success() {
            return Err(CallError::Unknown(format!("the scanner answers {}", parts.status)));
        }
        match serde_json::from_slice(&body.to_bytes()) {
            Ok(Verdict::Clean) => Ok(ScanOutcome::Clean),
            Ok(Verdict::Infected { name }) => Ok(ScanOutcome::Infected(name.chars().take(NAME_CHARS).collect())),
            Err(error) => Err(CallError::Unknown(format!("the scanner's answer is no verdict: {error}"))),
        }
    }

    fn call(&self, request: &str, file: &StoredFile, bytes: Vec<u8>) -> Result<http::Request<FullBody<Bytes>>, String> {
        let id = format!("{request}-{}", file.sha256);
        let seconds = i64::try_from(now().unix_ms() / 1000).map_err(|_| "the clock is out of range".to_owned())?;
        let signature = self.key.sign(&id, seconds, &bytes).map_err(|error| error.to_string())?;
        let call = http::Request::post(&self.address)
            .header(CONTENT_TYPE, "application/octet-stream")
            .header(CONTENT_LENGTH, HeaderValue::from(bytes.len()))
            .header("x-file-sha256", &file.sha256)
            .header("x-file-type", &file.media_type)
            .header(HEADER_WEBHOOK_ID, &id)
            .header(HEADER_WEBHOOK_TIMESTAMP, seconds)
            .header(HEADER_WEBHOOK_SIGNATURE, signature);
        let mut call = call.body(FullBody::new(Bytes::from(bytes))).map_err(|error| error.to_string())?;
        call.extensions_mut().insert(RequestOptionsExtension(time_outs()));
        Ok(call)
    }
}
