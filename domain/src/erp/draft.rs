//! A document that the ERP took as a draft. A person posts it there, and nobody tells us: so it is looked at, ever more rarely, until it
//! has its number, or somebody has voided it. Its money has moved meanwhile, for the hand-off was accepted.
//!
//! One that was posted may be voided there, too, and nobody tells us that either. It is looked at when it matters: before money moves on, or
//! is booked, long after the ERP last had it, and before what a person retries.

use serde_json::json;

use crate::attention;
use crate::erp::document::Answer;
use crate::gateway;
use crate::lifecycle::Machine as _;
use crate::lifecycle::document::{DocumentEvent, DocumentStatus};
use crate::lifecycle::handoff::{HandOffEvent, HandOffStatus};
use crate::lifecycle::leg::LegStatus;
use crate::limits;
use crate::request::leg::{Leg, Target};
use crate::request::message::backoff_ms;
use crate::request::{HandOff, Request};
use crate::time::Timestamp;

/// The task of whoever is to post a draft: money goes on meanwhile, so it stops nothing but the end.
pub const TASK: &str = "erp.post";

/// Whether the ERP has the document as a draft that a person is to post there.
#[must_use]
pub fn waits(request: &Request) -> bool {
    stands_as(request, DocumentStatus::Draft)
}

/// Whether the ERP took the document, and it is such a one by all that is known.
fn stands_as(request: &Request, status: DocumentStatus) -> bool {
    let accepted = request
        .handoff
        .as_ref()
        .is_some_and(|handoff| matches!(handoff.status, HandOffStatus::Posted | HandOffStatus::Reconciled));
    accepted && request.document.as_ref().is_some_and(|document| document.status == status)
}

/// Whether a posted document is to be looked at before something else is done: money is to be sent now, or `unbooked` money to be booked, and
/// it is long since the ERP had it. An ERP that does not answer holds nothing up, for it had the document.
pub(crate) fn is_to_be_seen(request: &Request, handoff: &HandOff, unbooked: bool, now: Timestamp) -> bool {
    let is_over = |then: Option<Timestamp>| then.is_none_or(|then| then <= now);
    let to_be_booked = unbooked && is_over(handoff.not_before);
    stands_as(request, DocumentStatus::Issued)
        && is_over(handoff.seen_at.map(|seen| seen.plus_ms(limits::SEEN_FOR_MS)))
        && is_over(handoff.look_at)
        && (to_be_booked
            || request.legs.iter().any(|leg| gateway::refund::work(leg, now) == gateway::refund::Work::Submit))
}

/// Asks a person to post what the ERP has just taken as a draft, and plans the first look.
pub(crate) fn await_posting(request: &mut Request, at: Timestamp) {
    if !waits(request) {
        return;
    }
    plan(request, at);
    let Some(document) = &request.document else { return };
    let what = if request.ask.is_debit() { "debit" } else { "credit" };
    let detail = format!(
        "Post the {what} memo {} over {} {} in the ERP, where it is a draft. It is looked at every hour at the latest; retry looks at once.",
        document.erp_reference.as_deref().unwrap_or_default(),
        document.total,
        document.total.currency,
    );
    request.raise(at, TASK, "", detail);
}

fn plan(request: &mut Request, at: Timestamp) {
    if let Some(handoff) = &mut request.handoff {
        handoff.looks = handoff.looks.saturating_add(1);
        handoff.look_at = Some(at.plus_ms(backoff_ms(handoff.looks, &request.id)));
    }
}

/// Takes what a look at the document `reference` found that began at `asked`.
pub fn record_look(request: &mut Request, reference: &str, (asked, answer): (Timestamp, &Answer), at: Timestamp) {
    request.stepped();
    let current = request.document.as_ref().and_then(|document| document.erp_reference.as_deref());
    // Another driver may have learnt it already; or it was taken back, or another stands in its stead, meanwhile.
    let (draft, issued) = (waits(request), stands_as(request, DocumentStatus::Issued));
    let seen_at = request.handoff.as_ref().and_then(|handoff| handoff.seen_at);
    if !draft && !issued || current != Some(reference) || seen_at.is_some_and(|seen| seen > asked) {
        return;
    }
    match answer {
        Answer::Document { reference, number: Some(number), .. } if draft => posted(request, reference, number, at),
        Answer::Document { .. } if draft => plan(request, at),
        Answer::Document { .. } => seen(request, at),
        Answer::Voided { .. } | Answer::Absent => voided_there(request, reference, at),
        Answer::NotSent { detail: why, .. }
        | Answer::Unknown(why)
        | Answer::Declined(why)
        | Answer::Misconfigured(why) => {
            request.note(at, "erp-handoff", "document.not_seen", why, json!({}));
            plan(request, at);
        }
    }
}

fn seen(request: &mut Request, at: Timestamp) {
    if let Some(handoff) = &mut request.handoff {
        (handoff.looks, handoff.look_at, handoff.seen_at) = (0, None, Some(at));
    }
}

/// A person has posted it. Some ERPs keep what is posted under another id than the draft.
fn posted(request: &mut Request, reference: &str, number: &str, at: Timestamp) {
    if let Some(document) = &mut request.document {
        document.status = document.status.next(DocumentEvent::Issue).unwrap_or(document.status);
        document.number = Some(number.into());
        document.erp_reference = Some(reference.into());
    }
    seen(request, at);
    if let Some(handoff) = &mut request.handoff {
        // What it did not book on a draft it may book now.
        (handoff.tries, handoff.not_before) = (0, None);
    }
    request.note(at, "erp-handoff", "document.posted", "", json!({"reference": reference, "number": number}));
    attention::progress::settle(request, at);
}

/// Somebody has voided the document in the ERP, or deleted the draft. Nothing more is paid; what is out is followed. A person says whether a
/// new document is handed in, or what is not out yet is taken back.
pub(crate) fn voided_there(request: &mut Request, reference: &str, at: Timestamp) {
    let Some(handoff) = &mut request.handoff else { return };
    let Some(next) = handoff.status.next(HandOffEvent::VoidThere) else { return };
    handoff.status = next;
    (handoff.looks, handoff.look_at) = (0, None);
    (handoff.tries, handoff.not_before) = (0, None);
    handoff.voided_there.push(reference.into());
    if let Some(document) = &mut request.document {
        document.status = document.status.next(DocumentEvent::Void).unwrap_or(document.status);
        document.erp_reference = Some(reference.into());
    }
    request.note(at, "erp-handoff", "document.voided_there", "", json!({"reference": reference}));
    let paid = |leg: &&Leg| matches!(leg.target, Target::Tender { .. } | Target::Manual { .. });
    let gone = |leg: &&Leg| paid(leg) && leg.status.counts() && leg.status != LegStatus::Reserved;
    let out: Vec<_> =
        request.legs.iter().filter(gone).map(|leg| format!("{} {}", leg.amount, leg.amount.currency)).collect();
    let money = if out.is_empty() {
        "No money is out: retry hands a new document in, reverse ends the request.".to_owned()
    } else {
        format!("{} is out or on its way without a document: retry hands a new one in.", out.join(" and "))
    };
    let detail = format!("Somebody voided document {reference} in the ERP. {money} Until then nothing more is paid.");
    request.raise(at, "erp.voided_there", "", detail);
    attention::progress::settle(request, at);
}
