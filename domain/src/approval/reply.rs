//! Replies: somebody adds evidence or an answer while a request waits. What is added is content, so whoever approved
//! without it has to look again.

use crate::backup;
use crate::catalogue::EventKind;
use crate::lifecycle::TransitionError;
use crate::lifecycle::request::{RequestEvent, RequestStatus};
use crate::limits::EVIDENCE;
use crate::request::Request;
use crate::request::ask::Evidence;
use crate::time::Timestamp;

/// Why nothing can be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// The request is decided already.
    #[error("the request stands at “{}”: nothing is added any more", .0.title())]
    Decided(RequestStatus),
    /// The request would have more evidence than it can hold.
    #[error("a request holds at most {EVIDENCE} documents of evidence, and this one has {0}; nothing was added")]
    Full(usize),
    /// The request is in no state for it.
    #[error(transparent)]
    Transition(#[from] TransitionError),
}

/// Adds evidence or an answer of somebody, and puts a request that waited for it before the deciders again.
///
/// # Errors
/// When the request is decided already, or has no room; nothing has changed then.
pub fn reply(
    request: &mut Request,
    by: &str,
    note: &str,
    evidence: &[Evidence],
    at: Timestamp,
) -> Result<(), ReplyError> {
    if !request.takes_evidence() {
        return Err(ReplyError::Decided(request.status));
    }
    let held = request.ask.evidence.len();
    if held + evidence.len() > EVIDENCE {
        return Err(ReplyError::Full(held));
    }
    let evidence: Vec<_> = evidence.iter().map(|one| one.clone().added(by, at)).collect();
    if request.status == RequestStatus::InfoRequested {
        request.on(RequestEvent::Answer, at, by, note)?;
    }
    if !note.is_empty() || !evidence.is_empty() {
        request.said_more |= !note.trim().is_empty();
        request.add_reply(note, &evidence);
    }
    let facts = serde_json::json!({"evidence": evidence, "content_hash": request.content_hash});
    request.note(at, by, EventKind::RequestReplied, note, facts);
    backup::arrived(request, at);
    Ok(())
}
