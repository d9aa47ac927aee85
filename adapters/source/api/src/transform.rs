//! The request's JSON to a draft.

use contraflow_ask::{Draft, Json, JsonError, parse};

use crate::bindings::{FieldError, Header};

/// The caller's `Idempotency-Key`; empty where there is none, or more than one.
pub fn message_id(headers: &[Header]) -> String {
    let mut keys = headers.iter().filter(|header| header.name == "idempotency-key");
    match (keys.next(), keys.next()) {
        (Some(only), None) => only.value.clone(),
        _ => String::new(),
    }
}

/// Reads the body, or tells everything that is wrong with its form.
pub fn draft(body: &[u8]) -> Result<Draft, Vec<FieldError>> {
    let parsed = parse(body).map_err(|problem| vec![field_error(problem)])?;
    let draft = Json::draft(&parsed.root());
    match (draft, parsed.into_errors()) {
        (Some(draft), problems) if problems.is_empty() => Ok(draft),
        (_, problems) => Err(problems.into_iter().map(field_error).collect()),
    }
}

fn field_error(problem: JsonError) -> FieldError {
    FieldError { pointer: problem.pointer, detail: problem.detail }
}

#[cfg(test)]
mod tests;
