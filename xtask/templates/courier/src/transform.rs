//! A message into Example's request, and its answers into outcomes and faults.

use std::time::SystemTime;

use contraflow_adapter_support::headers;
use contraflow_adapter_support::outbound::{Answer, header, quoted};
use http::StatusCode;
use serde_json::Value;

use crate::bindings::contract::{Fault, Message, Outcome, Retry};
use crate::limits;

/// Returns the body that delivers a message. An error says which part of the message breaks the contract.
pub fn body(message: &Message) -> Result<Vec<u8>, String> {
    let id_fits =
        (1..=limits::ID_CHARS).contains(&message.id.len()) && message.id.bytes().all(|byte| byte.is_ascii_graphic());
    if !id_fits {
        return Err(format!("a message's id has 1 to {} visible ASCII characters", limits::ID_CHARS));
    }
    if message.kind.is_empty() || message.subject.is_empty() {
        return Err("a message has a kind and a subject".into());
    }
    if message.data.len() > limits::DATA_BYTES {
        return Err(format!("a message's data has at most {} bytes", limits::DATA_BYTES));
    }
    if message.occurred_at.unix_ms > limits::LAST_MS {
        return Err("a message's time is out of range".into());
    }
    let data: Value =
        serde_json::from_str(&message.data).map_err(|error| format!("a message's data is JSON: {error}"))?;
    if !data.is_object() {
        return Err("a message's data is a JSON object".into());
    }
    Err("courier-example: write transform::body, which makes Example's message".into())
}

/// Returns what an answer means.
pub fn verdict(answer: &Answer, now: SystemTime) -> Result<Outcome, Fault> {
    let status = answer.status();
    let said = format!("Example answered {status}: {}", quoted(answer.body()));
    if status.is_success() {
        return Ok(Outcome::Delivered);
    }
    if status == StatusCode::GONE {
        return Ok(Outcome::Refused(said));
    }
    Err(again(said, header(answer, "retry-after").and_then(|value| headers::retry_after_ms(value, now))))
}

/// Returns a subscription that lacks something: nothing is sent.
pub fn not_whole(fault: Fault) -> Fault {
    match fault {
        Fault::Unauthorized(detail) => Fault::InvalidArgument(detail),
        other => other,
    }
}

/// Makes the fault of a message that is sent again under the same id: safe, whatever became of this try.
pub fn again(detail: String, after_ms: Option<u64>) -> Fault {
    Fault::NotSent(Retry { detail, after_ms })
}
