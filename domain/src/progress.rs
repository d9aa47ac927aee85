//! How far a request is, derived from its document and its legs after every move.

use crate::lifecycle::handoff::HandOffStatus;
use crate::lifecycle::leg::LegStatus;
use crate::lifecycle::request::{RequestEvent, RequestStatus};
use crate::request::{Request, message};
use crate::time::Timestamp;

/// Moves the request to where its document and its legs are.
pub fn settle(request: &mut Request, at: Timestamp) {
    raise_for_lost_legs(request, at);
    request.tasks.retain(|task| !is_done(&task.code, &task.subject, &request.legs));
    let accepted = request
        .handoff
        .as_ref()
        .is_some_and(|handoff| matches!(handoff.status, HandOffStatus::Posted | HandOffStatus::Reconciled));
    if !accepted {
        return;
    }
    let lost = request.legs.iter().any(crate::request::leg::Leg::is_lost);
    let open = request.legs.iter().any(|leg| leg.status.is_open());
    if lost {
        attend(request, at, "part of the money did not arrive");
    } else if !open {
        request.tasks.retain(|task| !is_moot_at_the_end(&task.code));
        finish(request, at);
    }
}

fn finish(request: &mut Request, at: Timestamp) {
    if request.status == RequestStatus::Completed || request.on(RequestEvent::Complete, at, "contraflow", "").is_err() {
        return;
    }
    let number = request.document.as_ref().and_then(|document| document.number.clone());
    let amount = request.amount.map(|amount| amount.to_string()).unwrap_or_default();
    let done = if request.ask.is_debit() { "charged" } else { "credited" };
    let text = match number {
        Some(number) => format!("Done: {amount} was {done} with {number}."),
        None => format!("Done: {amount} was {done}."),
    };
    message::tell(request, "request.completed", &text, at);
}

/// Stops for a person.
pub fn attend(request: &mut Request, at: Timestamp, why: &str) {
    if request.status != RequestStatus::NeedsAttention
        && request.on(RequestEvent::NeedAttention, at, "contraflow", why).is_ok()
    {
        message::tell(request, "request.needs_attention", "Your request takes longer: someone is looking into it.", at);
    }
}

fn raise_for_lost_legs(request: &mut Request, at: Timestamp) {
    let lost: Vec<_> = request
        .legs
        .iter()
        .filter(|leg| leg.is_lost())
        .map(|leg| (leg.id.clone(), leg.amount, leg.status, leg.failure.clone().unwrap_or_default()))
        .collect();
    for (leg, amount, status, failure) in lost {
        let detail = format!(
            "{amount} {} of leg {leg} is {status} ({failure}). Retry it, or send it elsewhere: original_tender, store_credit or manual.",
            amount.currency
        );
        request.raise(at, "leg.reroute", &leg, detail);
    }
}

/// Tasks about what kept the request from ending. What a person must still see to (evidence for a dispute, a message that could not
/// be delivered, a gateway that contradicts itself) outlives the end.
fn is_moot_at_the_end(code: &str) -> bool {
    code.starts_with("erp.")
        || code.starts_with("gateway.")
        || matches!(code, "step.failing" | "leg.unknown" | "leg.pending")
}

/// Whether what a task asks for has happened.
fn is_done(code: &str, subject: &str, legs: &[crate::request::leg::Leg]) -> bool {
    let Some(leg) = legs.iter().find(|leg| leg.id == subject) else { return false };
    match code {
        "leg.pay_out" => leg.status != LegStatus::RequiresAction,
        "leg.reroute" => !leg.is_lost(),
        "leg.unknown" => !matches!(leg.status, LegStatus::Unknown | LegStatus::Submitting),
        "leg.pending" => !matches!(leg.status, LegStatus::Pending | LegStatus::RequiresAction),
        "gateway.unavailable" | "gateway.misconfigured" => {
            !matches!(leg.status, LegStatus::Reserved | LegStatus::Submitting)
        }
        _ => false,
    }
}
