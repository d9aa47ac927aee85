//! A document that the ERP took as a draft. A person posts it there, and nobody tells us: so it is looked at, ever more
//! rarely, until it has its number or somebody has voided it. Its money has moved meanwhile, because the approval was
//! authority enough for that. The request stays `executing` until the draft is posted, because only then is the
//! document in the books, has its number, and may be told to the customer.
//!
//! A settlement that comes before the posting is booked when it comes: the money is out, and until a memo says why, the
//! customer owes it. A draft that somebody voids stops all that is not paid yet: a retry hands a new document in under
//! a new key, a reverse takes back what is not out.
//!
//! One that was posted may be voided there, too, and nobody tells us that either. It is looked at when it matters:
//! before money moves on, or is booked, long after the ERP last had it, and before what a person retries.

use serde_json::json;

use super::reply::ErpReply;
use crate::catalogue::{EventKind, TaskCode};
use crate::gateway::refund;
use crate::lifecycle::Machine as _;
use crate::lifecycle::document::{DocumentEvent, DocumentStatus};
use crate::lifecycle::handoff::HandOffEvent;
use crate::lifecycle::leg::LegStatus;
use crate::limits;
use crate::request::attempt::CallError;
use crate::request::leg::{Leg, Target};
use crate::request::{HandOff, Request};
use crate::time::Timestamp;

/// Tells whether the ERP has the document as posted, by all that is known.
fn is_posted(request: &Request) -> bool {
    let issued = request.document.as_ref().is_some_and(|document| document.status == DocumentStatus::Issued);
    request.document_stands() && issued
}

/// Tells whether a posted document is to be looked at before something else is done: money is to be sent now, or
/// `unbooked` money is to be booked, and the ERP last had the document long ago. An ERP that does not answer holds
/// nothing up, because it did have the document.
pub(crate) fn is_to_be_seen(request: &Request, handoff: &HandOff, unbooked: bool, now: Timestamp) -> bool {
    let is_over = |then: Option<Timestamp>| then.is_none_or(|then| then <= now);
    let to_be_booked = unbooked && is_over(handoff.attempt.not_before);
    is_posted(request)
        && is_over(handoff.seen_at.map(|seen| seen.plus_ms(limits::SEEN_FOR_MS)))
        && is_over(handoff.look.not_before)
        && (to_be_booked || request.legs.iter().any(|leg| refund::work(leg, now) == refund::Work::Submit))
}

/// Asks a person to post what the ERP has just taken as a draft, and plans the first look.
pub(crate) fn await_posting(request: &mut Request, at: Timestamp) {
    if !request.awaits_posting() {
        return;
    }
    plan(request, at);
    let Some(document) = &request.document else { return };
    let what = if request.ask.is_debit() { "debit" } else { "credit" };
    let happened = format!(
        "The {what} memo {} over {} {} is a draft in the ERP.",
        document.erp_reference.as_deref().unwrap_or_default(),
        document.total,
        document.total.currency,
    );
    request.raise(at, TaskCode::ErpPost, "", &happened);
}

fn plan(request: &mut Request, at: Timestamp) {
    if let Some(handoff) = &mut request.handoff {
        handoff.look.again(&request.id, at);
    }
}

/// One look at the document in the ERP: what it asked, and what came of it.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The ERP's id of the document that the look asked for.
    pub reference: &'a str,
    /// When the look began. What was learnt after that is newer than its answer.
    pub began_at: Timestamp,
    /// What the ERP answered, or why it did not.
    pub outcome: &'a Result<ErpReply, CallError>,
}

/// Records what a look at the document found.
pub fn record_look(request: &mut Request, look: Look<'_>, at: Timestamp) {
    request.stepped();
    let current = request.document.as_ref().and_then(|document| document.erp_reference.as_deref());
    // Another driver may have learnt it already; or it was taken back, or another stands in its stead, meanwhile.
    let (draft, posted) = (request.awaits_posting(), is_posted(request));
    let seen_at = request.handoff.as_ref().and_then(|handoff| handoff.seen_at);
    let is_current = current == Some(look.reference) && seen_at.is_none_or(|seen| seen <= look.began_at);
    if !draft && !posted || !is_current {
        // Whatever the answer was worth, it is not asked for again at once.
        if draft && request.handoff.as_ref().is_some_and(|handoff| handoff.look.wait(at).is_none()) {
            plan(request, at);
        }
        return;
    }
    match look.outcome {
        Ok(ErpReply::Document { reference, number: Some(number), .. }) if draft => {
            record_posting(request, reference, number, at);
        }
        Ok(ErpReply::Document { .. }) if draft => plan(request, at),
        Ok(ErpReply::Document { .. }) => seen(request, at),
        Ok(ErpReply::Voided { .. } | ErpReply::Absent) => record_voided_there(request, look.reference, at),
        Err(error) => {
            request.note(at, "erp-handoff", EventKind::DocumentNotSeen, error.detail(), json!({}));
            plan(request, at);
        }
    }
}

fn seen(request: &mut Request, at: Timestamp) {
    if let Some(handoff) = &mut request.handoff {
        handoff.look.succeed();
        handoff.seen_at = Some(at);
    }
}

/// Records that a person has posted the draft. Some ERPs keep a posted document under another id than its draft.
fn record_posting(request: &mut Request, reference: &str, number: &str, at: Timestamp) {
    if let Some(document) = &mut request.document {
        document.status = document.status.next(DocumentEvent::Issue).unwrap_or(document.status);
        document.number = Some(number.into());
        document.erp_reference = Some(reference.into());
    }
    seen(request, at);
    if let Some(handoff) = &mut request.handoff {
        // What it did not book on a draft it may book now.
        handoff.attempt.succeed();
    }
    request.note(at, "erp-handoff", EventKind::DocumentPosted, "", json!({"reference": reference, "number": number}));
}

/// Records that somebody has voided the document in the ERP, or deleted the draft. Nothing more is paid; money that is
/// out is still followed. A person says whether a new document is handed in, or what is not out yet is taken back.
pub(crate) fn record_voided_there(request: &mut Request, reference: &str, at: Timestamp) {
    let Some(handoff) = &mut request.handoff else { return };
    let Some(next) = handoff.status.next(HandOffEvent::VoidThere) else { return };
    handoff.status = next;
    handoff.look.succeed();
    handoff.attempt.succeed();
    handoff.voided_there.push(reference.into());
    if let Some(document) = &mut request.document {
        document.status = document.status.next(DocumentEvent::Void).unwrap_or(document.status);
        document.erp_reference = Some(reference.into());
    }
    request.note(at, "erp-handoff", EventKind::DocumentVoidedThere, "", json!({"reference": reference}));
    let paid = |leg: &&Leg| matches!(leg.target, Target::Tender { .. } | Target::Manual { .. });
    let gone = |leg: &&Leg| paid(leg) && leg.status.counts() && leg.status != LegStatus::Reserved;
    let out: Vec<_> =
        request.legs.iter().filter(gone).map(|leg| format!("{} {}", leg.amount, leg.amount.currency)).collect();
    let money = if out.is_empty() {
        "No money is out.".to_owned()
    } else {
        format!("{} is out or on its way without a document.", out.join(" and "))
    };
    let happened = format!("Somebody voided document {reference} in the ERP. {money}");
    request.raise(at, TaskCode::ErpVoidedThere, "", &happened);
}
