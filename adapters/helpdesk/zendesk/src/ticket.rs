//! An update to the requests that write it once, and Zendesk's answers to an outcome.
//!
//! Zendesk's Tickets API knows no idempotency keys, so the key stands in the comment's last line and is looked for
//! before anything is written. The look-up and the write are tied together by `safe_update` with the ticket's
//! `updated_stamp` of before the look-up: when anything was written in between, another try of ours too, Zendesk
//! answers 409 and writes nothing (developer.zendesk.com, "Tickets", "Protecting against ticket update collisions").

use std::time::SystemTime;

use bytes::Bytes;
use contraflow_adapter_support::headers::retry_after_ms;
use contraflow_adapter_support::outbound::{Answer, header, quoted};
use contraflow_adapter_support::signature::to_base64;
use http::{Method, Request, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::ask::is_ticket_number;
use crate::bindings::tickets::{Fault, Outcome, Progress, Retry, Update};
use crate::limits;

/// One Zendesk account and how we sign in there.
pub struct Account {
    origin: String,
    authorization: String,
}

impl Account {
    /// Signs in by API token: Basic `{email}/token:{token}` (developer.zendesk.com, "Security and authentication").
    pub fn new(origin: &str, email: &str, token: &str) -> Result<Self, String> {
        let web = |uri: http::Uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some();
        if !origin.parse().is_ok_and(web) {
            return Err("`zendesk_api_url` must be an http or https address such as https://example.zendesk.com".into());
        }
        Ok(Self {
            origin: origin.trim_end_matches('/').to_owned(),
            authorization: format!("Basic {}", to_base64(format!("{email}/token:{token}").as_bytes())),
        })
    }

    /// Reads the ticket's status and stamp.
    pub fn show(&self, update: &Update) -> Result<Request<Bytes>, Fault> {
        self.request(Method::GET, &format!("{}.json", update.ticket), Bytes::new())
    }

    /// Reads a page of comments, the newest first; pages count from 1.
    pub fn comments(&self, update: &Update, page: usize) -> Result<Request<Bytes>, Fault> {
        let size = limits::COMMENTS_A_PAGE;
        let path = format!("{}/comments.json?sort_order=desc&per_page={size}&page={page}", update.ticket);
        self.request(Method::GET, &path, Bytes::new())
    }

    /// Writes the comment, and the status with it unless it is left as it is.
    pub fn write(&self, update: &Update, ticket: &Ticket, with_status: bool) -> Result<Request<Bytes>, Fault> {
        let mut changes = json!({
            "comment": { "body": format!("{}\n\n{}", update.comment.trim_end(), marker(update)), "public": update.public },
            "updated_stamp": ticket.updated_at,
            "safe_update": true,
        });
        if with_status && let Some(fields) = changes.as_object_mut() {
            fields.insert("status".into(), status(update.progress).into());
        }
        let body = json!({ "ticket": changes }).to_string();
        self.request(Method::PUT, &update.ticket, body.into())
    }

    fn request(&self, method: Method, path: &str, body: Bytes) -> Result<Request<Bytes>, Fault> {
        Request::builder()
            .method(method)
            .uri(format!("{}/api/v2/tickets/{path}", self.origin))
            .header(http::header::AUTHORIZATION, &self.authorization)
            .header(http::header::ACCEPT, "application/json")
            .header(http::header::CONTENT_TYPE, "application/json")
            .header(http::header::USER_AGENT, concat!("contraflow/", env!("CARGO_PKG_VERSION")))
            .body(body)
            .map_err(|error| Fault::InvalidArgument(error.to_string()))
    }
}

/// What of a ticket matters here.
#[derive(Debug, Deserialize)]
pub struct Ticket {
    status: String,
    updated_at: String,
}

impl Ticket {
    /// Tells whether the ticket is closed. A closed ticket takes no comment ever again; people go on in a follow-up
    /// ticket.
    pub fn is_closed(&self) -> bool {
        self.status == "closed"
    }
}

/// The answer to a show.
#[derive(Deserialize)]
pub struct Shown {
    /// The ticket.
    pub ticket: Ticket,
}

/// A page of comments.
#[derive(Deserialize)]
pub struct Comments {
    comments: Vec<Comment>,
    next_page: Option<String>,
}

#[derive(Deserialize)]
struct Comment {
    #[serde(default)]
    body: String,
    #[serde(default)]
    plain_body: String,
}

impl Comments {
    /// Tells whether one of the comments was written under the update's key.
    pub fn hold(&self, update: &Update) -> bool {
        let marker = marker(update);
        self.comments.iter().any(|comment| contains(&comment.body, &marker) || contains(&comment.plain_body, &marker))
    }

    /// Tells whether there are older comments.
    pub fn go_on(&self) -> bool {
        self.next_page.is_some() && !self.comments.is_empty()
    }
}

/// Tells whether a text has the marker, not followed by more of a longer key.
fn contains(text: &str, marker: &str) -> bool {
    text.match_indices(marker).any(|(start, found)| {
        let rest = text.get(start + found.len()..).unwrap_or_default();
        !rest.starts_with(is_key_char)
    })
}

fn marker(update: &Update) -> String {
    format!("contraflow ref: {}", update.key.value)
}

fn is_key_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// Returns the ticket's status for a request's progress. A declined request stays open: a person has to tell the
/// customer, and a solved ticket would hide that.
fn status(progress: Progress) -> &'static str {
    match progress {
        Progress::Open | Progress::Declined => "open",
        Progress::Waiting => "pending",
        Progress::Solved => "solved",
    }
}

/// Refuses an update that breaks the contract, before anything is sent.
pub fn check(update: &Update) -> Result<(), Fault> {
    let key = &update.key.value;
    let problem = if !is_ticket_number(&update.ticket) {
        "a Zendesk ticket is named by its number: digits alone"
    } else if !(1..=limits::KEY_CHARS).contains(&key.len()) || !key.chars().all(is_key_char) {
        "a key has 1 to 64 characters of A-Z a-z 0-9 - _ ."
    } else if update.comment.trim().is_empty() || update.comment.len() > limits::COMMENT_BYTES {
        "a comment has 1 byte to 16 KiB"
    } else {
        return Ok(());
    };
    Err(Fault::InvalidArgument(problem.into()))
}

/// What a look-up found, or that there is no such ticket.
pub enum Found<T> {
    /// It.
    It(T),
    /// Nothing: the ticket was deleted or never was.
    Nothing(String),
}

/// Reads the answer to a look-up. Looking has no effect, so whatever goes wrong may be tried again.
pub fn looked_up<T: DeserializeOwned>(answer: &Answer, now: SystemTime) -> Result<Found<T>, Fault> {
    let status = answer.status();
    if status.is_success() {
        return serde_json::from_slice(answer.body())
            .map(Found::It)
            .map_err(|error| again(format!("Zendesk's answer is not what its API documents: {error}"), None));
    }
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Ok(Found::Nothing(said(answer))),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Fault::Unauthorized(said(answer))),
        _ => Err(again(said(answer), wish(answer, now))),
    }
}

/// What became of a write.
#[derive(Debug, PartialEq)]
pub enum Written {
    /// Decided.
    Decided(Outcome),
    /// Refused, and surely nothing was written: a workflow of the account may forbid the status alone.
    Refused(String),
}

/// Reads the answer to a write.
pub fn written(answer: &Answer, now: SystemTime) -> Result<Written, Fault> {
    let status = answer.status();
    match status {
        _ if status.is_success() => Ok(Written::Decided(Outcome::Accepted)),
        StatusCode::NOT_FOUND | StatusCode::GONE => Ok(Written::Decided(Outcome::Declined(said(answer)))),
        StatusCode::UNPROCESSABLE_ENTITY => Ok(Written::Refused(said(answer))),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Fault::Unauthorized(said(answer))),
        StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE => Err(Fault::InvalidArgument(said(answer))),
        // Someone wrote between our look-up and this: it is looked up anew.
        StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            Err(again(said(answer), wish(answer, now)))
        }
        _ if status.is_redirection() => Err(again(said(answer), None)),
        _ => Err(Fault::OutcomeUnknown(said(answer))),
    }
}

/// Makes the fault of a try that surely wrote nothing: it is tried again under the same key.
pub fn again(detail: String, after_ms: Option<u64>) -> Fault {
    Fault::NotSent(Retry { detail, after_ms })
}

fn wish(answer: &Answer, now: SystemTime) -> Option<u64> {
    header(answer, "retry-after").and_then(|value| retry_after_ms(value, now))
}

fn said(answer: &Answer) -> String {
    format!("Zendesk answered {}: {}", answer.status(), quoted(answer.body()))
}

#[cfg(test)]
mod tests;
