//! An update into Example's requests, and its answers into outcomes and faults.

use std::time::SystemTime;

use contraflow_adapter_support::headers;
use contraflow_adapter_support::key::is_key;
use contraflow_adapter_support::outbound::{Answer, header, quoted};
use http::StatusCode;
use serde::Serialize;

use crate::bindings::contract::{Fault, Outcome, Retry, Update};
use crate::limits::{COMMENT_BYTES, TICKET_DIGITS};

#[derive(Serialize)]
struct Comment<'u> {
    body: String,
    public: bool,
    ticket: &'u str,
}

/// Returns the body that writes the comment, with the update's key at its end. Nothing that is out of form gets as far
/// as here.
pub fn body(update: &Update) -> Result<Vec<u8>, Fault> {
    let ticket = &update.ticket;
    let is_ticket = (1..=TICKET_DIGITS).contains(&ticket.len()) && ticket.bytes().all(|byte| byte.is_ascii_digit());
    let problem = if !is_ticket {
        "a ticket is named by its number: digits alone"
    } else if !is_key(&update.key.value) {
        "the key must be 1 to 64 characters of A-Z a-z 0-9 - _ ."
    } else if update.comment.trim().is_empty() || update.comment.len() > COMMENT_BYTES {
        "a comment has 1 byte to 16 KiB"
    } else {
        let body = format!("{}\n\ncontraflow ref: {}", update.comment, update.key.value);
        return serde_json::to_vec(&Comment { body, public: update.public, ticket })
            .map_err(|error| Fault::InvalidArgument(error.to_string()));
    };
    Err(Fault::InvalidArgument(problem.into()))
}

/// Returns where the ticket's comments are.
pub fn path(update: &Update) -> String {
    format!("/tickets/{}/comments", update.ticket)
}

/// Tells whether a comment under the update's key is there already. Looking has no effect, so whatever goes wrong may
/// be tried again.
pub fn was_written(update: &Update, answer: &Answer, now: SystemTime) -> Result<bool, Fault> {
    let detail = match fault(answer, now) {
        Fault::OutcomeUnknown(detail) if answer.status() == StatusCode::OK => format!(
            "helpdesk-example: write transform::was_written, which looks for `contraflow ref: {}`: {detail}",
            update.key.value
        ),
        Fault::OutcomeUnknown(detail) => detail,
        other => return Err(other),
    };
    Err(Fault::NotSent(Retry { detail, after_ms: None }))
}

/// Returns what the answer to a comment says.
pub fn outcome(answer: &Answer, now: SystemTime) -> Result<Outcome, Fault> {
    match answer.status() {
        StatusCode::OK | StatusCode::CREATED => Ok(Outcome::Accepted),
        StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY => Ok(Outcome::Declined(said(answer))),
        _ => Err(fault(answer, now)),
    }
}

/// Returns what a refusal means. Only where surely nothing was done is it said so: a 5xx proves nothing.
fn fault(answer: &Answer, now: SystemTime) -> Fault {
    let detail = said(answer);
    match answer.status() {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Fault::Unauthorized(detail),
        StatusCode::TOO_MANY_REQUESTS => {
            let after_ms = header(answer, "retry-after").and_then(|value| headers::retry_after_ms(value, now));
            Fault::NotSent(Retry { detail, after_ms })
        }
        _ => Fault::OutcomeUnknown(detail),
    }
}

fn said(answer: &Answer) -> String {
    format!("Example answered {}: {}", answer.status(), quoted(answer.body()))
}
