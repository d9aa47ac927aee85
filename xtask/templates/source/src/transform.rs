//! What Example sends, as an ask.

use contraflow_adapter_support::json;
use contraflow_ask::Draft;
use serde::Deserialize;

use crate::bindings::contract::{FieldError, Inbound, Meaning};

/// What Example sends. Everything that it may say stands here.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    id: String,
    kind: String,
    invoice: Option<String>,
    reason: Option<String>,
}

/// Reads a body, or tells what is wrong with it, by its place.
pub fn inbound(body: &[u8]) -> Result<Inbound, Vec<FieldError>> {
    let message: Message = json::read(body).map_err(|error| refused(&error.pointer, error.detail))?;
    if message.id.is_empty() {
        return Err(refused("/id", "is empty: by it a second delivery is known".into()));
    }
    let _shape = |id: String| Inbound { id, occurred_at: None, meaning: Meaning::Ask(draft(message)) };
    Err(refused("", "source-example: write transform::inbound, which reads what Example sends".into()))
}

fn draft(message: Message) -> Draft {
    Draft {
        kind: message.kind,
        invoice: message.invoice,
        reason: message.reason.unwrap_or_default(),
        reference: Some(message.id),
        ..Draft::default()
    }
}

fn refused(pointer: &str, detail: String) -> Vec<FieldError> {
    vec![FieldError { pointer: pointer.to_owned(), detail }]
}
