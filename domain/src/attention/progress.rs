//! Progress: how far a request is, worked out from its document, its legs and its tasks at every commit
//! ([`crate::commit`]).

use super::standing::stands;
use crate::catalogue::{EventKind, MessageKind, TaskCode};
use crate::lifecycle::handoff::HandOffStatus;
use crate::lifecycle::leg::LegStatus;
use crate::lifecycle::plain;
use crate::lifecycle::request::{RequestEvent, RequestStatus};
use crate::request::leg::Leg;
use crate::request::{Request, message};
use crate::time::Timestamp;

/// Names who settles requests, for the record.
const ACTOR: &str = "contraflow";

/// Moves the request to where its document and its legs are. As long as a task stands that it can't end without, it
/// needs attention. Once none does, it goes on by itself from where it was. Settling twice changes nothing more.
pub(crate) fn settle(request: &mut Request, at: Timestamp) {
    raise_tasks(request, at);
    drop_redirect(request, at);
    let tasks = std::mem::take(&mut request.tasks);
    request.tasks = tasks.into_iter().filter(|task| stands(task.code, &task.subject, request)).collect();
    if let Some(why) = request.tasks.iter().find(|task| task.code.blocks()).map(|task| task.detail.clone()) {
        return attend(request, at, &why);
    }
    let handoff = request.handoff.as_ref().map(|handoff| handoff.status);
    if handoff == Some(HandOffStatus::ReversalQueued) {
        return;
    }
    let open = request.legs.iter().any(|leg| leg.status.is_open()) || request.awaits_posting();
    let waits = request.status == RequestStatus::NeedsAttention;
    let reversed = handoff == Some(HandOffStatus::Reversed);
    if !open && (reversed || waits && request.stage().is_settled()) {
        // It had ended before, or was taken back before it could; whoever was to be told was told. One that has ended
        // refuses this.
        let partly = request.stage() == RequestStatus::PartiallyCompleted;
        let event = if partly { RequestEvent::CompletePartly } else { RequestEvent::Complete };
        let why = if waits { "nothing needs a person any more" } else { "it was taken back" };
        let _ = request.on(event, at, ACTOR, why);
    } else if request.document_stands() && !open {
        finish(request, at);
    } else if waits && handoff.is_some() {
        let _ = request.on(RequestEvent::ResumeExecution, at, ACTOR, "nothing needs a person any more");
    }
}

/// Drops the redirect where its money is not lost any more.
fn drop_redirect(request: &mut Request, at: Timestamp) {
    let is_lost = |id: &String| request.legs.iter().any(|leg| leg.id == *id && leg.is_lost());
    let Some(redirect) = &request.redirect else { return };
    if request.document_stands() && redirect.legs.iter().all(is_lost) {
        return;
    }
    request.drop_redirect();
    request.note(at, ACTOR, EventKind::RedirectDropped, "", serde_json::Value::Null);
}

/// Raises the tasks that follow from the legs alone.
fn raise_tasks(request: &mut Request, at: Timestamp) {
    if !request.document_stands() {
        return;
    }
    let lost = |leg: &Leg| {
        let reason = leg.attempt.failure.as_deref().map(|why| format!(" ({})", plain(why))).unwrap_or_default();
        let became = match leg.status {
            LegStatus::LateFailed => "failed after the gateway had said that it succeeded",
            LegStatus::Reversed => "arrived and came back",
            LegStatus::Canceled => "was called off",
            _ => "failed",
        };
        let happened =
            format!("The refund of {} {} (leg {}) {became}{reason}.", leg.amount, leg.amount.currency, leg.id);
        (TaskCode::LegReroute, leg.id.clone(), happened)
    };
    let frozen = |leg: &Leg| {
        let happened = format!(
            "The refund of {} {} (leg {}) is held back: its payment is disputed.",
            leg.amount, leg.amount.currency, leg.id
        );
        (TaskCode::DisputeOpen, leg.id.clone(), happened)
    };
    let raised: Vec<_> = request
        .legs
        .iter()
        .filter_map(|leg| match leg {
            leg if leg.is_lost() => Some(lost(leg)),
            leg if leg.waits_for_dispute() => Some(frozen(leg)),
            _ => None,
        })
        .collect();
    for (code, leg, happened) in raised {
        request.raise(at, code, &leg, &happened);
    }
}

fn finish(request: &mut Request, at: Timestamp) {
    if request.status == RequestStatus::Completed || request.on(RequestEvent::Complete, at, ACTOR, "").is_err() {
        return;
    }
    let number = request.document.as_ref().and_then(|document| document.number.clone());
    let amount = request.amount.map(|amount| amount.to_string()).unwrap_or_default();
    let done = match &request.ask {
        ask if ask.is_payout() => "paid out",
        ask if ask.is_debit() => "charged",
        _ => "credited",
    };
    let text = match number {
        Some(number) => format!("Done: {amount} was {done} with {number}."),
        None => format!("Done: {amount} was {done}."),
    };
    message::queue(request, MessageKind::RequestCompleted, &text, at);
}

/// Stops the request for a person. It is retried in the background all the same, at the pace that it had.
pub(crate) fn attend(request: &mut Request, at: Timestamp, why: &str) {
    let (before, step) = (request.status, request.step.clone());
    if before == RequestStatus::NeedsAttention || request.on(RequestEvent::NeedAttention, at, ACTOR, why).is_err() {
        return;
    }
    (request.step, request.paused) = (step, Some(before));
    // What is left to do for one that had ended concerns its customer only where money is on its way again.
    let last = request.outbox.iter().rev().find(|message| message.kind.is_of_request());
    if last.is_some_and(|message| message.kind == MessageKind::RequestNeedsAttention) {
        return;
    }
    if !before.is_settled() || request.legs.iter().any(Leg::is_lost) {
        let text = "Your request takes longer: someone is looking into it.";
        message::queue(request, MessageKind::RequestNeedsAttention, text, at);
    }
}
