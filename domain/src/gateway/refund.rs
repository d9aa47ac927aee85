//! Refund legs on their way through a gateway: the intent before the effect, and what every answer or message means.

use serde_json::json;

use crate::attention;
use crate::gateway;
pub use crate::lifecycle::leg::Standing;
use crate::lifecycle::leg::{LegEvent, LegStatus};
use crate::limits;
use crate::request::leg::Leg;
use crate::request::message::backoff_ms;
use crate::request::{Request, message};
use crate::time::Timestamp;

/// What is to be done for a leg now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Commit the intent with [`submit`], then call the gateway.
    Submit,
    /// Ask the gateway how far it is.
    LookUp,
    /// Nothing before then.
    Wait(Timestamp),
    /// Nothing at all.
    Nothing,
}

/// What a gateway promises of its keys and of its look-ups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// For how long after the first order a key makes no second refund; none: for ever.
    pub key_lifetime_ms: Option<u64>,
    /// Whether a look-up that finds nothing proves that nothing was made.
    pub absence_is_proof: bool,
}

impl Terms {
    /// Until when an order that was first given at `sent` may be given again under the same key.
    fn replay_until(self, sent: Timestamp) -> Timestamp {
        let lifetime = self.key_lifetime_ms.unwrap_or(u64::MAX);
        Timestamp::from_unix_ms(sent.unix_ms().saturating_add(lifetime.saturating_sub(limits::KEY_MARGIN_MS)))
    }
}

/// What the gateway said, or did not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It has the refund.
    Refund {
        /// Its own name for it.
        reference: String,
        /// How far it is.
        standing: Standing,
        /// Its word for a failure.
        failure: Option<String>,
    },
    /// A look-up found no such refund; what that proves, the terms say.
    Absent(Terms),
    /// It refused, and nothing was or will be paid.
    Declined(String),
    /// Surely nothing was sent.
    NotSent {
        /// Why.
        detail: String,
        /// The gateway's own wish, in milliseconds.
        after_ms: Option<u64>,
    },
    /// The answer was lost.
    Unknown(String),
    /// A person must mend the configuration; surely nothing happened.
    Misconfigured(String),
}

/// What is to be done for one leg.
#[must_use]
pub fn work(leg: &Leg, now: Timestamp) -> Work {
    if leg.gateway().is_none() {
        return Work::Nothing;
    }
    let after = |then: Option<Timestamp>, work| match then {
        Some(then) if then > now => Work::Wait(then),
        _ => work,
    };
    // Nothing else is done for a leg before the gateway has said what is true of it. A look-up pays nobody, so no dispute stops it.
    if leg.doubt.is_some() {
        return after(leg.not_before, Work::LookUp);
    }
    match leg.status {
        LegStatus::Reserved if leg.frozen => Work::Nothing,
        LegStatus::Reserved => after(leg.not_before, Work::Submit),
        LegStatus::Submitting => after(
            leg.last_sent_at.map(|sent| sent.plus_ms(limits::LOOK_UP_AFTER_MS)),
            after(leg.not_before, Work::LookUp),
        ),
        // The gateway still knows the key, so the same order again is the same refund.
        LegStatus::Unknown if leg.replay_until.is_some_and(|until| until > now) => after(leg.not_before, Work::Submit),
        LegStatus::Unknown | LegStatus::Pending | LegStatus::RequiresAction => after(leg.not_before, Work::LookUp),
        LegStatus::Succeeded
        | LegStatus::Failed
        | LegStatus::Canceled
        | LegStatus::LateFailed
        | LegStatus::Reversed => Work::Nothing,
    }
}

/// Writes the intent down: from here on the leg counts as sent. The returned instant names this attempt.
///
/// # Errors
/// When there is no such leg, or it is in no state for it.
pub fn submit(request: &mut Request, leg: &str, at: Timestamp) -> Result<Timestamp, crate::lifecycle::TransitionError> {
    let unknown = crate::lifecycle::TransitionError { machine: "Refund leg", state: "missing", event: "submit" };
    let id = request.id.clone();
    let sent = request.leg_mut(leg).ok_or(unknown)?;
    let tries = sent.tries + 1;
    sent.on(LegEvent::Submit)?;
    sent.tries = tries;
    sent.sent_at = sent.sent_at.or(Some(at));
    sent.last_sent_at = Some(at);
    sent.not_before = None;
    let facts = json!({"leg": leg, "key": sent.key(&id), "amount": sent.amount, "target": sent.target, "try": tries});
    request.note(at, "payment-reversal", "leg.submitting", "", facts);
    Ok(at)
}

/// Takes the gateway's answer to the attempt made at `attempt` (or to a look-up after it).
pub fn record_outcome(request: &mut Request, leg: &str, attempt: Timestamp, answer: &Answer, at: Timestamp) {
    let key = request.id.clone();
    request.stepped();
    let Some(sent) = request.leg_mut(leg) else { return };
    // What an earlier attempt learnt says nothing of the one that is under way now, unless it knows the refund.
    if !matches!(answer, Answer::Refund { .. }) && sent.last_sent_at != Some(attempt) {
        return;
    }
    let tries = sent.tries;
    let pause = backoff_ms(tries, &key);
    // An earlier order under the same key may have paid: whatever keeps this one from being sent says nothing of that one.
    let replayed = sent.status == LegStatus::Submitting && sent.replay_until.is_some();
    match answer {
        Answer::Refund { reference, standing, failure } => {
            apply_news(request, leg, reference, *standing, failure.as_deref(), "payment-reversal", at);
            let vanished = request.tasks.len();
            request.tasks.retain(|task| task.code != "leg.vanished" || task.subject != leg);
            if request.tasks.len() < vanished {
                attention::progress::settle(request, at);
            }
        }
        Answer::Absent(_) if at < attempt.plus_ms(limits::CALL_LEASE_MS) => {
            // A call may still be under way: absence proves nothing yet.
            sent.not_before = Some(attempt.plus_ms(limits::CALL_LEASE_MS).min(at.plus_ms(pause)));
        }
        Answer::Absent(terms) => absent(request, leg, *terms, at),
        Answer::Declined(words) => {
            if sent.on(LegEvent::Told(Standing::Failed)).is_ok() {
                sent.failure = Some(words.clone());
                request.note(at, "payment-reversal", "leg.declined", words, json!({"leg": leg}));
                attention::progress::settle(request, at);
            }
        }
        Answer::NotSent { detail, after_ms } if replayed => {
            stays_unknown(request, leg, detail, after_ms.unwrap_or(0).max(pause), at);
        }
        Answer::NotSent { detail, after_ms } => {
            // A failed look-up of a refund that the gateway has leaves the leg where it is.
            let _ = sent.on(LegEvent::NotSent);
            sent.tries = tries + 1;
            sent.not_before = Some(at.plus_ms(after_ms.unwrap_or(0).max(pause)));
            request.note(at, "payment-reversal", "leg.not_sent", detail, json!({"leg": leg, "tries": tries}));
            if tries >= limits::TRIES {
                let detail = format!(
                    "The gateway has not taken leg {leg} {tries} times: {detail}. See that it can be reached, or that its status page says \
                     when it is back; it is tried on."
                );
                request.raise(at, "gateway.unavailable", leg, detail);
                attention::progress::settle(request, at);
            }
        }
        Answer::Misconfigured(detail) => {
            let _ = sent.on(if replayed { LegEvent::LoseAnswer } else { LegEvent::NotSent });
            sent.tries = tries + 1;
            sent.not_before = Some(at.plus_ms(limits::BACKOFF_LONGEST_MS));
            request.note(at, "payment-reversal", "leg.not_sent", detail, json!({"leg": leg}));
            let detail = format!(
                "The gateway does not accept our call for leg {leg}: {detail}. Mend the configuration, then retry."
            );
            request.raise(at, "gateway.misconfigured", leg, detail);
            attention::progress::settle(request, at);
        }
        Answer::Unknown(detail) => {
            sent.replay_until = None;
            stays_unknown(request, leg, detail, pause, at);
        }
    }
}

/// Nobody knows yet whether the leg was paid; it is looked into again after the pause.
fn stays_unknown(request: &mut Request, leg: &str, detail: &str, pause_ms: u64, at: Timestamp) {
    let Some(sent) = request.leg_mut(leg) else { return };
    let tries = sent.tries;
    let lost = sent.on(LegEvent::LoseAnswer).is_ok();
    sent.tries = tries + 1;
    sent.not_before = Some(at.plus_ms(pause_ms));
    if lost {
        request.note(at, "payment-reversal", "leg.unknown", detail, json!({"leg": leg}));
    }
    if tries >= limits::TRIES {
        let detail = format!(
            "Nobody can say whether leg {leg} was paid ({tries} look-ups failed: {detail}). Look at the gateway; it is looked up on."
        );
        request.raise(at, "leg.unknown", leg, detail);
        attention::progress::settle(request, at);
    }
}

/// The gateway finds no such refund and no call is under way: it is sent again, with the same key, where that surely makes no second
/// refund. Where the gateway may have one that it does not find, and has forgotten the key, only a person can tell.
fn absent(request: &mut Request, leg: &str, terms: Terms, at: Timestamp) {
    let Some(sent) = request.leg_mut(leg) else { return };
    let replay_until = terms.replay_until(sent.sent_at.unwrap_or(at));
    let (status, reference) = (sent.status, sent.gateway_reference.clone());
    // What the gateway has told of before is not gone because no look-up finds it: its news tell how it ends.
    if !terms.absence_is_proof && matches!(status, LegStatus::Pending | LegStatus::RequiresAction) {
        return after_move(request, leg, status, ("", None), "payment-reversal", at);
    }
    // The same where a person has named it.
    if let (false, Some(reference)) = (terms.absence_is_proof, reference) {
        return apply_news(request, leg, &reference, Standing::Pending, None, "payment-reversal", at);
    }
    match status {
        LegStatus::Submitting | LegStatus::Unknown if !terms.absence_is_proof => {
            let _ = sent.on(LegEvent::LoseAnswer);
            if at < replay_until {
                sent.replay_until = Some(replay_until);
                sent.not_before = None;
                let why = "the gateway does not find it and still knows its key: the same order is given again";
                return request.note(at, "payment-reversal", "leg.replayed", why, json!({"leg": leg}));
            }
            sent.not_before = Some(at.plus_ms(limits::BACKOFF_LONGEST_MS));
            let detail = format!(
                "Nobody can say whether leg {leg} was paid, and the gateway has forgotten its key, so it is not sent again. Look for it at \
                 the gateway: if it is there, confirm the leg with the gateway's reference; if not, retry the leg."
            );
            request.raise(at, "leg.key_expired", leg, detail);
            attention::progress::settle(request, at);
        }
        LegStatus::Submitting | LegStatus::Unknown => {
            let _ = sent.on(LegEvent::LoseAnswer);
            let _ = sent.on(LegEvent::Submit);
            let _ = sent.on(LegEvent::NotSent);
            request.note(
                at,
                "payment-reversal",
                "leg.absent",
                "the gateway has no such refund: it is sent again",
                json!({"leg": leg}),
            );
        }
        // The gateway knew it before and does not now: only a person can say what that means.
        _ => {
            sent.not_before = Some(at.plus_ms(limits::BACKOFF_LONGEST_MS));
            let detail = format!("The gateway no longer knows the refund of leg {leg}. Look at the gateway.");
            request.raise(at, "leg.vanished", leg, detail);
            attention::progress::settle(request, at);
        }
    }
}

/// Takes what the gateway says of a refund, in an answer or in a message, in any order and any number of times.
pub fn apply_news(
    request: &mut Request,
    leg: &str,
    reference: &str,
    standing: Standing,
    failure: Option<&str>,
    actor: &str,
    at: Timestamp,
) {
    let Some(heard) = request.leg_mut(leg) else { return };
    let before = heard.status;
    // Of a refund that the gateway refused it can't have told that it succeeded and then failed.
    let refused = before == LegStatus::Failed && heard.gateway_reference.is_none() && standing == Standing::Succeeded;
    if refused || heard.on(LegEvent::Told(standing)).is_err() {
        // News of a refund that we never sent, or that contradict what is final: the gateway's current object decides.
        return gateway::contradiction::raise(request, leg, reference, standing, actor, at);
    }
    let doubted = heard.doubt.is_some() && heard.status != before;
    after_move(request, leg, before, (reference, failure), actor, at);
    if doubted {
        // What was asked before this news may be older than it.
        gateway::contradiction::raise(request, leg, reference, standing, actor, at);
    }
}

/// What follows from where the leg stands now: what it learnt, its next look-up, and what people are told. `before` is where it stood,
/// `said` the gateway's name for the refund and its word for a failure.
pub(crate) fn after_move(
    request: &mut Request,
    leg: &str,
    before: LegStatus,
    (reference, failure): (&str, Option<&str>),
    actor: &str,
    at: Timestamp,
) {
    let key = request.id.clone();
    let Some(heard) = request.leg_mut(leg) else { return };
    heard.replay_until = None;
    if heard.gateway_reference.is_none() && !reference.is_empty() {
        heard.gateway_reference = Some(reference.into());
    }
    if let Some(failure) = failure {
        heard.failure = Some(failure.into());
    }
    if matches!(heard.status, LegStatus::Pending | LegStatus::RequiresAction) {
        heard.tries = heard.tries.saturating_add(1);
        heard.not_before = Some(at.plus_ms(backoff_ms(heard.tries, &key)));
    }
    let now = heard.status;
    let looks = heard.tries;
    if now == before {
        if looks == limits::PENDING_LOOK_UPS {
            request.raise(
                at,
                "leg.pending",
                leg,
                format!("Leg {leg} is still {now} at the gateway. Ask the gateway why."),
            );
            attention::progress::settle(request, at);
        }
        return;
    }
    let facts = json!({"leg": leg, "from": before, "to": now, "reference": reference, "failure": failure});
    request.note(at, actor, "leg.moved", "", facts);
    if now.counts() && !before.counts() {
        gateway::contradiction::counts_again(request, leg, at);
    }
    if before == LegStatus::Succeeded && !now.counts() || now == LegStatus::LateFailed {
        let text = "A refund that had been paid out did not arrive. We are looking into it and will pay it out again.";
        message::queue(request, "leg.late_failed", text, at);
    }
    attention::progress::settle(request, at);
}
