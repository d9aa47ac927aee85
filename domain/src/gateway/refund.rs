//! Refund legs on their way through a gateway: the intent is committed before the call, and every answer or message
//! moves the leg.

use serde_json::json;

use super::moved::after_move;
use super::news::{GatewayReply, RefundReport, Terms};
use super::{contradiction, other_amount};
use crate::catalogue::{EventKind, TaskCode};
use crate::lifecycle::TransitionError;
use crate::lifecycle::leg::{LegEvent, LegStatus, Standing};
use crate::limits;
use crate::request::Request;
use crate::request::attempt::{CallError, Effect, pause_ms};
use crate::request::leg::Leg;
use crate::time::Timestamp;

/// Names who moves legs, for the record.
const ACTOR: &str = "payment-reversal";

/// The next piece of work for a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Commit the intent with [`submit`], then call the gateway.
    Submit,
    /// Ask the gateway how far the refund is.
    LookUp,
    /// Do nothing before that instant.
    Wait(Timestamp),
    /// Do nothing at all.
    Nothing,
}

impl Terms {
    /// Returns the instant until which an order that was first given at `sent` may be given again under the same key.
    fn replay_until(self, sent: Timestamp) -> Timestamp {
        let lifetime = self.key_lifetime_ms.unwrap_or(u64::MAX);
        Timestamp::from_unix_ms(sent.unix_ms().saturating_add(lifetime.saturating_sub(limits::KEY_MARGIN_MS)))
    }
}

/// Works out what is to be done for a leg.
#[must_use]
pub fn work(leg: &Leg, now: Timestamp) -> Work {
    if leg.gateway().is_none() {
        return Work::Nothing;
    }
    let after = |then: Option<Timestamp>, work| match then {
        Some(then) if then > now => Work::Wait(then),
        _ => work,
    };
    let in_turn = |work| after(leg.attempt.not_before, work);
    // Nothing else is done for a leg before the gateway has said what is true of it. A look-up pays nobody, so no
    // dispute stops it.
    if leg.doubt.is_some() {
        return in_turn(Work::LookUp);
    }
    match leg.status {
        LegStatus::Reserved if leg.frozen => Work::Nothing,
        LegStatus::Reserved => in_turn(Work::Submit),
        LegStatus::Submitting => {
            let answered_by = leg.attempt.last_sent_at.map(|sent| sent.plus_ms(limits::LOOK_UP_AFTER_MS));
            after(answered_by, in_turn(Work::LookUp))
        }
        // The gateway still knows the key, so the same order again is the same refund.
        LegStatus::Unknown if leg.replay_until.is_some_and(|until| until > now) => in_turn(Work::Submit),
        LegStatus::Unknown | LegStatus::Pending | LegStatus::RequiresAction => in_turn(Work::LookUp),
        LegStatus::Succeeded
        | LegStatus::Failed
        | LegStatus::Canceled
        | LegStatus::LateFailed
        | LegStatus::Reversed => Work::Nothing,
    }
}

/// Writes the intent down: from here on the leg counts as sent. The returned instant identifies this attempt.
///
/// # Errors
/// When there is no such leg, or it is in no state for it.
pub fn submit(request: &mut Request, leg: &str, at: Timestamp) -> Result<Timestamp, TransitionError> {
    let unknown = TransitionError { machine: "Refund leg", state: "Missing", event: "submit" };
    let id = request.id.clone();
    let sent = request.leg_mut(leg).ok_or(unknown)?;
    sent.on(LegEvent::Submit)?;
    sent.sent_at = sent.sent_at.or(Some(at));
    sent.attempt.begin(at);
    let facts = json!({
        "leg": leg, "key": sent.key(&id), "amount": sent.amount, "target": sent.target, "try": sent.attempt.tries + 1,
    });
    request.note(at, ACTOR, EventKind::LegSubmitting, "", facts);
    Ok(at)
}

/// Records the outcome of the order given at `attempt`, or of a look-up after it.
pub fn record_outcome(
    request: &mut Request,
    leg: &str,
    attempt: Timestamp,
    outcome: &Result<GatewayReply, CallError>,
    at: Timestamp,
) {
    let id = request.id.clone();
    request.stepped();
    let Some(sent) = request.leg_mut(leg) else { return };
    // What an earlier attempt learnt says nothing of the one that is under way now, unless it knows the refund.
    let is_current = sent.attempt.last_sent_at == Some(attempt);
    match outcome {
        Ok(GatewayReply::Refund(report)) => {
            apply_news(request, leg, report, ACTOR, at);
            request.clear(TaskCode::LegVanished, leg);
        }
        _ if !is_current => {}
        Ok(GatewayReply::Absent(_)) if at < attempt.plus_ms(limits::CALL_LEASE_MS) => {
            // A call may still be under way: absence proves nothing yet.
            let pause = at.plus_ms(pause_ms(sent.attempt.tries, &id));
            sent.attempt.not_before = Some(attempt.plus_ms(limits::CALL_LEASE_MS).min(pause));
        }
        Ok(GatewayReply::Absent(terms)) => record_absence(request, leg, *terms, at),
        Err(CallError::Declined(words)) => {
            if sent.on(LegEvent::Told(Standing::Failed)).is_ok() {
                sent.attempt.failure = Some(words.clone());
                request.note(at, ACTOR, EventKind::LegDeclined, words, json!({"leg": leg}));
            }
        }
        Err(error) => record_failure(request, leg, error, at),
    }
}

/// Records that an order, or a look-up, had no good outcome. It is made again after a pause.
fn record_failure(request: &mut Request, leg: &str, error: &CallError, at: Timestamp) {
    let id = request.id.clone();
    let Some(sent) = request.leg_mut(leg) else { return };
    // An earlier order under the same key may have paid: whatever keeps this one from being sent says nothing of that
    // one.
    let is_replay = sent.status == LegStatus::Submitting && sent.replay_until.is_some();
    let is_unknown = matches!(error, CallError::Unknown(_));
    let lost = is_replay || is_unknown;
    // A failed look-up of a refund that the gateway has leaves the leg where it is.
    let moved = sent.on(if lost { LegEvent::LoseAnswer } else { LegEvent::NotSent }).is_ok();
    if is_unknown {
        sent.replay_until = None;
    }
    let effect = if is_replay { Effect::Replay } else { Effect::Refund };
    let task = sent.attempt.fail(effect, error, &id, at);
    let tries = sent.attempt.tries;
    let in_doubt = matches!(sent.status, LegStatus::Unknown | LegStatus::Submitting);
    let kind = if lost { EventKind::LegUnknown } else { EventKind::LegNotSent };
    if moved || !lost {
        request.note(at, ACTOR, kind, error.detail(), json!({"leg": leg, "tries": tries}));
    }
    let happened = match task {
        Some(TaskCode::LegUnknown) if in_doubt => {
            format!("Nobody knows whether leg {leg} was paid ({tries} look-ups failed: {error}).")
        }
        Some(TaskCode::GatewayUnavailable) => format!("The gateway has not taken leg {leg}, {tries} times: {error}."),
        Some(TaskCode::GatewayMisconfigured) => format!("The gateway does not accept the call for leg {leg}: {error}."),
        _ => return,
    };
    if let Some(task) = task {
        request.raise(at, task, leg, &happened);
    }
}

/// Records that the gateway finds no such refund, with no call under way. The refund is ordered again, with the same
/// key, where that surely makes no second refund. Where the gateway may have one that it does not find, and has
/// forgotten the key, only a person can tell.
fn record_absence(request: &mut Request, leg: &str, terms: Terms, at: Timestamp) {
    let id = request.id.clone();
    let Some(sent) = request.leg_mut(leg) else { return };
    let sent_at = sent.sent_at.unwrap_or(at);
    // Of what a wrong clock has dated nobody knows for how long the gateway still knows the key.
    let is_unsure = sent.sent_unsure || sent_at > at.plus_ms(limits::CALL_LEASE_MS);
    let replay_until = if is_unsure && terms.key_lifetime_ms.is_some() { at } else { terms.replay_until(sent_at) };
    let (status, reference) = (sent.status, sent.gateway_reference.clone());
    // What the gateway has told of before is not gone because no look-up finds it: its news tell how it ends.
    if !terms.absence_is_proof && matches!(status, LegStatus::Pending | LegStatus::RequiresAction) {
        return after_move(request, leg, status, None, ACTOR, at);
    }
    // The same where a person has named it.
    if let (false, Some(reference)) = (terms.absence_is_proof, reference) {
        let named = RefundReport { reference, amount: None, standing: Standing::Pending, failure: None };
        return apply_news(request, leg, &named, ACTOR, at);
    }
    match status {
        LegStatus::Submitting | LegStatus::Unknown if !terms.absence_is_proof => {
            let _ = sent.on(LegEvent::LoseAnswer);
            if at < replay_until {
                sent.replay_until = Some(replay_until);
                sent.attempt.not_before = None;
                let why = "the gateway does not find it and still knows its key: the same order is given again";
                return request.note(at, ACTOR, EventKind::LegReplayed, why, json!({"leg": leg}));
            }
            sent.attempt.not_before = Some(at.plus_ms(limits::BACKOFF_LONGEST_MS));
            let happened = format!(
                "Nobody knows whether leg {leg} was paid, and the gateway no longer recognises its key, so it is not sent again."
            );
            request.raise(at, TaskCode::LegKeyExpired, leg, &happened);
        }
        LegStatus::Submitting | LegStatus::Unknown => {
            let _ = sent.on(LegEvent::LoseAnswer);
            let _ = sent.on(LegEvent::Submit);
            let _ = sent.on(LegEvent::NotSent);
            let absent = CallError::not_sent("the gateway has no such refund: it is sent again");
            let task = sent.attempt.fail(Effect::Refund, &absent, &id, at);
            sent.attempt.not_before = None;
            let tries = sent.attempt.tries;
            request.note(at, ACTOR, EventKind::LegAbsent, absent.detail(), json!({"leg": leg}));
            if let Some(task) = task {
                let happened = format!("The gateway had no refund for leg {leg} after it was sent, {tries} times.");
                request.raise(at, task, leg, &happened);
            }
        }
        // The gateway knew it before and does not now: only a person can say what that means.
        _ => {
            sent.attempt.not_before = Some(at.plus_ms(limits::BACKOFF_LONGEST_MS));
            let happened = format!("The gateway no longer knows the refund of leg {leg}.");
            request.raise(at, TaskCode::LegVanished, leg, &happened);
        }
    }
}

/// Applies what the gateway says of a refund, in an answer or in a message, in any order and any number of times.
pub fn apply_news(request: &mut Request, leg: &str, report: &RefundReport, actor: &str, at: Timestamp) {
    let Some(known) = request.leg_mut(leg) else { return };
    if other_amount::differs(known, report) {
        return other_amount::record(request, leg, report, actor, at);
    }
    let before = known.status;
    // Of a refund that the gateway refused it can't have told that it succeeded and then failed.
    let was_refused = before == LegStatus::Failed && known.gateway_reference.is_none();
    let is_impossible = was_refused && report.standing == Standing::Succeeded;
    if is_impossible || known.on(LegEvent::Told(report.standing)).is_err() {
        // News of a refund that we never sent, or that contradict what is final: the gateway's current object decides.
        return contradiction::record(request, leg, report, actor, at);
    }
    let was_doubted = known.doubt.is_some() && known.status != before;
    after_move(request, leg, before, Some(report), actor, at);
    if was_doubted {
        // What was asked before this news may be older than it.
        contradiction::record(request, leg, report, actor, at);
    }
}
