//! How far a request is, derived from its document and its legs after every move.

use crate::erp;
use crate::lifecycle::TransitionError;
use crate::lifecycle::handoff::HandOffStatus;
use crate::lifecycle::leg::LegStatus;
use crate::lifecycle::request::{RequestEvent, RequestStatus};
use crate::request::leg::Leg;
use crate::request::{Request, Task, message};
use crate::time::Timestamp;

/// Moves the request to where its document and its legs are. As long as a task is open that it can't end without, it needs attention;
/// once none is, it goes on by itself from where it was.
pub fn settle(request: &mut Request, at: Timestamp) {
    let handoff = request.handoff.as_ref().map(|handoff| handoff.status);
    let accepted = matches!(handoff, Some(HandOffStatus::Posted | HandOffStatus::Reconciled));
    if accepted {
        raise_for_lost_legs(request, at);
    }
    let done: Vec<_> = request.tasks.iter().map(|task| is_done(task, request)).collect();
    let mut done = done.into_iter();
    request.tasks.retain(|_| !done.next().unwrap_or(false));
    if let Some(why) = request.tasks.iter().find(|task| stops(&task.code)).map(|task| task.detail.clone()) {
        return attend(request, at, &why);
    }
    let open = request.legs.iter().any(|leg| leg.status.is_open()) || erp::draft::waits(request);
    let waits = request.status == RequestStatus::NeedsAttention;
    let reversed = handoff == Some(HandOffStatus::Reversed);
    if !open && (reversed || waits && request.stage().is_settled()) {
        // It had ended before, or was taken back before it could; whoever was to be told was told. One that has ended refuses this.
        let partly = request.stage() == RequestStatus::PartiallyCompleted;
        let event = if partly { RequestEvent::CompletePartly } else { RequestEvent::Complete };
        let why = if waits { "what kept it is done" } else { "it was taken back" };
        let _ = request.on(event, at, "contraflow", why);
    } else if accepted && !open {
        finish(request, at);
    } else if waits && handoff.is_some_and(|handoff| handoff != HandOffStatus::ReversalQueued) {
        let _ = request.on(RequestEvent::ResumeExecution, at, "contraflow", "what kept it is done");
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
    message::queue(request, "request.completed", &text, at);
}

/// Stops for a person. It is tried on in the background all the same, at the pace that it had.
pub fn attend(request: &mut Request, at: Timestamp, why: &str) {
    let (before, tries, not_before) = (request.status, request.tries, request.not_before);
    if before == RequestStatus::NeedsAttention
        || request.on(RequestEvent::NeedAttention, at, "contraflow", why).is_err()
    {
        return;
    }
    (request.tries, request.not_before, request.paused) = (tries, not_before, Some(before));
    // What is left to do for one that had ended concerns its customer only where money is on its way again.
    let last = request.outbox.iter().rev().find(|message| message.kind.starts_with("request."));
    if last.is_some_and(|message| message.kind == "request.needs_attention") {
        return;
    }
    if !before.is_settled() || request.legs.iter().any(Leg::is_lost) {
        message::queue(
            request,
            "request.needs_attention",
            "Your request takes longer: someone is looking into it.",
            at,
        );
    }
}

/// Goes back to where it was before it needed a person; a request that needs none stays where it is.
///
/// # Errors
/// When its state does not let it.
pub fn resume(request: &mut Request, by: &str, at: Timestamp) -> Result<(), TransitionError> {
    if request.status != RequestStatus::NeedsAttention {
        return Ok(());
    }
    let event = match request.stage() {
        RequestStatus::Received => RequestEvent::ResumeIntake,
        RequestStatus::Validated | RequestStatus::AutoApproved => RequestEvent::ResumeDecision,
        _ => RequestEvent::ResumeExecution,
    };
    request.on(event, at, by, "it goes on")
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

/// Whether a request can't end while such a task is open. What else a person must see to (evidence for a dispute, a message that could not
/// be delivered, money that went out twice) outlives the end.
pub(crate) fn stops(code: &str) -> bool {
    (code.starts_with("erp.") && code != erp::draft::TASK)
        || code.starts_with("gateway.")
        || matches!(
            code,
            "step.failing"
                | "leg.reroute"
                | "leg.unknown"
                | "leg.key_expired"
                | "leg.held"
                | "leg.pending"
                | "leg.vanished"
                | "leg.contradiction"
        )
}

/// Whether what a task asks for has happened.
fn is_done(task: &Task, request: &Request) -> bool {
    let handoff = request.handoff.as_ref();
    let stands = |status: HandOffStatus| handoff.is_some_and(|handoff| handoff.status == status);
    match task.code.as_str() {
        "step.failing" => return request.tries == 0,
        "erp.refused" | "erp.voided_there" => return !stands(HandOffStatus::Rejected),
        erp::draft::TASK => return !erp::draft::waits(request),
        "erp.unavailable" | "erp.misconfigured" | "erp.unknown" => {
            return handoff.is_some_and(|handoff| handoff.status.is_accepted()) || stands(HandOffStatus::Reversed);
        }
        "erp.booking" => return !request.legs.iter().any(Leg::unbooked),
        "erp.void" => return stands(HandOffStatus::Reversed),
        _ => {}
    }
    let Some(leg) = request.legs.iter().find(|leg| leg.id == task.subject) else { return false };
    match task.code.as_str() {
        "leg.pay_out" => leg.status != LegStatus::RequiresAction,
        "leg.reroute" => !leg.is_lost(),
        "leg.unknown" | "leg.key_expired" => !matches!(leg.status, LegStatus::Unknown | LegStatus::Submitting),
        "leg.contradiction" => leg.doubt.is_none(),
        "payment.overdrawn" => leg.excess.is_none(),
        "leg.pending" | "leg.vanished" => !matches!(leg.status, LegStatus::Pending | LegStatus::RequiresAction),
        "leg.held" | "gateway.unavailable" => !matches!(leg.status, LegStatus::Reserved | LegStatus::Submitting),
        "gateway.misconfigured" => {
            !matches!(leg.status, LegStatus::Reserved | LegStatus::Submitting | LegStatus::Unknown)
        }
        _ => false,
    }
}
