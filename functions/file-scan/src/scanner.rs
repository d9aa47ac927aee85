//! One call to the scanner: the bytes of a file, signed after Standard Webhooks 1.0.0, and a verdict as JSON.
//!
//! | variable | meaning |
//! |---|---|
//! | `file_scan_url` | the scanner's origin, `https://scan.example`; empty: nobody scans |
//! | `file_scan_path` | the path there; apart from the origin because Spin's allowed hosts have no path |
//! | `file_scan_secret` | `whsec_` and base64: signs the call |

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use contraflow_domain::files::scan::ScanOutcome;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::file::StoredFile;
use contraflow_guest::outgoing::{self, Bounds, call};
use contraflow_guest::{now, variable};
use http::header::CONTENT_TYPE;
use serde::Deserialize;
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

const BOUNDS: Bounds = Bounds { connect: CONNECT_TIMEOUT, answer: ANSWER_TIMEOUT, bytes: ANSWER_BYTES };

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
        let sent = self.order(request, file, bytes).map_err(CallError::Misconfigured)?;
        let answer = call(sent, BOUNDS).await.map_err(|error| match error {
            outgoing::CallError::NoAnswer(why) => CallError::not_sent(format!("the scanner can't be reached: {why}")),
            broken @ outgoing::CallError::BrokenOff(_) => CallError::Unknown(format!("of the scanner, {broken}")),
        })?;
        if !answer.status().is_success() {
            return Err(CallError::Unknown(format!("the scanner answers {}", answer.status())));
        }
        match serde_json::from_slice(answer.body()) {
            Ok(Verdict::Clean) => Ok(ScanOutcome::Clean),
            Ok(Verdict::Infected { name }) => Ok(ScanOutcome::Infected(name.chars().take(NAME_CHARS).collect())),
            Err(error) => Err(CallError::Unknown(format!("the scanner's answer is no verdict: {error}"))),
        }
    }

    fn order(&self, request: &str, file: &StoredFile, bytes: Vec<u8>) -> Result<http::Request<Bytes>, String> {
        let id = format!("{request}-{}", file.sha256);
        let seconds = i64::try_from(now().unix_ms() / 1000).map_err(|_| "the clock is out of range".to_owned())?;
        let signature = self.key.sign(&id, seconds, &bytes).map_err(|error| error.to_string())?;
        let call = http::Request::post(&self.address)
            .header(CONTENT_TYPE, "application/octet-stream")
            .header("x-file-sha256", &file.sha256)
            .header("x-file-type", &file.media_type)
            .header(HEADER_WEBHOOK_ID, &id)
            .header(HEADER_WEBHOOK_TIMESTAMP, seconds)
            .header(HEADER_WEBHOOK_SIGNATURE, signature);
        call.body(Bytes::from(bytes)).map_err(|error| error.to_string())
    }
}
