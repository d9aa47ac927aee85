//! A message to a signed request, and an answer to an outcome.

use chrono::{DateTime, SecondsFormat};
use contraflow_adapter_support::outbound::quoted;
use contraflow_adapter_support::signature::from_base64;
use http::{Request, StatusCode, Uri, header};
use serde_json::{Value, json};
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook};

use crate::bindings::{Fault, Message, Outcome, Retry};
use crate::limits;

/// Where events go and what signs them.
pub struct Subscription {
    address: Uri,
    keys: Vec<Webhook>,
    source: String,
}

impl Subscription {
    /// Reads the variables. An error names the variable to set right and never says what is in it.
    pub fn new(origin: &str, path: Option<&str>, secrets: Option<&str>, source: Option<&str>) -> Result<Self, String> {
        let Some(secrets) = secrets else {
            return Err("`webhook_url` is set but `webhook_secret` is not: unsigned events are not sent".into());
        };
        Ok(Self {
            address: address(origin, path.unwrap_or_default())?,
            keys: keys(secrets)?,
            source: source.unwrap_or("contraflow").to_owned(),
        })
    }

    fn signatures(&self, id: &str, unix_s: i64, body: &[u8]) -> Result<String, String> {
        let signed: Result<Vec<_>, _> = self.keys.iter().map(|key| key.sign(id, unix_s, body)).collect();
        Ok(signed.map_err(|error| error.to_string())?.join(" "))
    }
}

fn address(origin: &str, path: &str) -> Result<Uri, String> {
    let text = match path.strip_prefix('/').unwrap_or(path) {
        "" => origin.to_owned(),
        path => format!("{}/{path}", origin.trim_end_matches('/')),
    };
    let web = |uri: &Uri| matches!(uri.scheme_str(), Some("http" | "https"));
    // A user name would be sent nowhere: credentials in an address only look as if they protected something.
    let plain = |uri: &Uri| uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    text.parse().ok().filter(|uri| web(uri) && plain(uri)).ok_or_else(|| {
        "`webhook_url` and `webhook_path` together must be an http or https address without a user name".into()
    })
}

fn keys(secrets: &str) -> Result<Vec<Webhook>, String> {
    let key = |secret: &str| {
        let bytes = from_base64(secret.strip_prefix("whsec_")?)?;
        (bytes.len() >= limits::KEY_BYTES_LEAST).then_some(())?;
        Webhook::from_bytes(bytes).ok()
    };
    let keys: Option<Vec<_>> = secrets.split_whitespace().map(key).collect();
    keys.filter(|keys| (1..=limits::SECRETS).contains(&keys.len())).ok_or_else(|| {
        format!(
            "`webhook_secret` must be `whsec_` and the base64 of at least {} bytes, or {} of them separated by a space",
            limits::KEY_BYTES_LEAST,
            limits::SECRETS
        )
    })
}

/// Makes the signed request of one try. An error says which part of the message breaks the contract.
pub fn request(to: &Subscription, message: &Message, unix_s: u64) -> Result<Request<Vec<u8>>, String> {
    let body = event(&to.source, message)?;
    let unix_s = i64::try_from(unix_s).map_err(|_| "the clock is out of range".to_owned())?;
    Request::post(to.address.clone())
        .header(header::CONTENT_TYPE, "application/cloudevents+json; charset=utf-8")
        .header(header::USER_AGENT, concat!("contraflow/", env!("CARGO_PKG_VERSION")))
        .header(HEADER_WEBHOOK_ID, &message.id)
        .header(HEADER_WEBHOOK_TIMESTAMP, unix_s)
        .header(HEADER_WEBHOOK_SIGNATURE, to.signatures(&message.id, unix_s, &body)?)
        .body(body)
        .map_err(|error| error.to_string())
}

/// Writes the CloudEvent (specification 1.0.2, JSON format 1.0.2).
fn event(source: &str, message: &Message) -> Result<Vec<u8>, String> {
    // Standard Webhooks 1.0.0, "Signature scheme": a full stop in the id would blur what was signed.
    let id_fits = (1..=limits::ID_CHARS).contains(&message.id.len())
        && message.id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.');
    if !id_fits {
        return Err(format!("a message's id has 1 to {} visible ASCII characters and no full stop", limits::ID_CHARS));
    }
    if message.kind.is_empty() || message.subject.is_empty() {
        return Err("a message has a kind and a subject".into());
    }
    if message.data.len() > limits::DATA_BYTES {
        return Err(format!("a message's data has at most {} bytes", limits::DATA_BYTES));
    }
    let data: Value =
        serde_json::from_str(&message.data).map_err(|error| format!("a message's data is JSON: {error}"))?;
    if !data.is_object() {
        return Err("a message's data is a JSON object".into());
    }
    let time = i64::try_from(message.occurred_at.unix_ms)
        .ok()
        .and_then(DateTime::from_timestamp_millis)
        .ok_or("a message's time is out of range")?;
    let event = json!({
        "specversion": "1.0",
        "id": message.id,
        "source": source,
        "type": message.kind,
        "subject": message.subject,
        "time": time.to_rfc3339_opts(SecondsFormat::Millis, true),
        "datacontenttype": "application/json",
        "data": data,
    });
    serde_json::to_vec(&event).map_err(|error| error.to_string())
}

/// Returns what an answer means. `wish_ms` is its `Retry-After`.
pub fn verdict(status: StatusCode, wish_ms: Option<u64>, body: &[u8]) -> Result<Outcome, Fault> {
    if status.is_success() {
        return Ok(Outcome::Delivered);
    }
    let said = format!("the subscriber answered {status}: {}", quoted(body));
    if status == StatusCode::GONE {
        return Ok(Outcome::Refused(said));
    }
    Err(again(said, wish_ms))
}

/// Makes the fault of a message that is sent again under the same id: safe, whatever became of this try.
pub fn again(detail: String, after_ms: Option<u64>) -> Fault {
    Fault::NotSent(Retry { detail, after_ms })
}

#[cfg(test)]
mod tests;
