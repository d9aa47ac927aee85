//! News that contradict what is final. Neither the first message nor the last is believed: the gateway is asked, and its current object
//! decides.

use serde_json::json;

use crate::attention;
use crate::gateway;
use crate::gateway::refund::{Answer, Standing};
use crate::lifecycle::leg::{LegEvent, LegStatus};
use crate::limits;
use crate::request::Request;
use crate::request::message::backoff_ms;
use crate::time::Timestamp;

/// Writes the contradiction down; from here on the leg is due to be looked up, whatever its request's state.
pub(crate) fn raise(request: &mut Request, leg: &str, reference: &str, standing: Standing, actor: &str, at: Timestamp) {
    let Some(doubted) = request.leg_mut(leg) else { return };
    let (here, since) = (doubted.status, doubted.doubt);
    if doubted.gateway_reference.is_none() && !reference.is_empty() {
        doubted.gateway_reference = Some(reference.into());
    }
    let why = format!("the gateway says {standing}, and leg {leg} is {here} here: the gateway is asked");
    request.note(at, actor, "leg.doubted", &why, json!({"leg": leg, "here": here, "reference": reference}));
    let number = request.sequence;
    if let Some(doubted) = request.leg_mut(leg) {
        doubted.doubt = Some(number);
        if since.is_none() {
            doubted.tries = 0;
        }
        doubted.not_before = None;
    }
}

/// Takes what the gateway said when it was asked because of the doubt of that number. An answer to an earlier question decides nothing:
/// what has come since may be newer than it.
pub fn resolve(request: &mut Request, leg: &str, doubt: u64, answer: &Answer, at: Timestamp) {
    let id = request.id.clone();
    request.stepped();
    let Some(doubted) = request.leg_mut(leg).filter(|leg| leg.doubt == Some(doubt)) else { return };
    let before = doubted.status;
    let why = match answer {
        Answer::Refund { reference, standing, failure } => match doubted.on(LegEvent::Found(*standing)) {
            Ok(now) => {
                doubted.doubt = None;
                doubted.tries = 0;
                doubted.not_before = None;
                if now == before {
                    let why = "the gateway has it as it is here";
                    request.note(at, "payment-reversal", "leg.confirmed", why, json!({"leg": leg, "status": now}));
                    return attention::progress::settle(request, at);
                }
                return gateway::refund::after_move(
                    request,
                    leg,
                    before,
                    (reference, failure.as_deref()),
                    "payment-reversal",
                    at,
                );
            }
            Err(refused) => refused.to_string(),
        },
        Answer::Absent(_) => "the gateway speaks of the refund and does not find it".to_owned(),
        Answer::Declined(why) | Answer::Unknown(why) | Answer::Misconfigured(why) => why.clone(),
        Answer::NotSent { detail, .. } => detail.clone(),
    };
    doubted.tries = doubted.tries.saturating_add(1);
    doubted.not_before = Some(at.plus_ms(backoff_ms(doubted.tries, &id)));
    let tries = doubted.tries;
    if tries >= limits::TRIES || matches!(answer, Answer::Absent(_)) {
        let detail = format!(
            "The gateway contradicts itself about leg {leg}, which is {before} here, and a look-up can't decide: {why}. \
             Look at the gateway. It is looked up on."
        );
        request.raise(at, "leg.contradiction", leg, detail);
        attention::progress::settle(request, at);
    }
}

/// A leg's money is out after all. What was to go in its place stays where it is while that can be; otherwise a person is told that the
/// customer has it twice, or has what nobody granted.
pub(crate) fn counts_again(request: &mut Request, leg: &str, at: Timestamp) {
    let refused = request.status.is_refused();
    let Some(paid) = request.leg_mut(leg) else { return };
    let amount = paid.amount;
    let instead = paid.replaced_by.clone();
    if let Some(instead) = instead {
        let unsent = request.leg_mut(&instead).filter(|leg| leg.status == LegStatus::Reserved && leg.doubt.is_none());
        if let Some(unsent) = unsent
            && unsent.on(LegEvent::Release).is_ok()
        {
            unsent.replaced_by = Some(leg.into());
            let why = "the leg that it replaces was paid after all";
            request.note(at, "contraflow", "leg.released", why, json!({"leg": instead}));
            if let Some(paid) = request.leg_mut(leg) {
                paid.replaced_by = None;
            }
            return;
        }
        let detail = format!(
            "Leg {leg} was paid after all, and {instead} has gone in its place: the customer has {amount} twice. \
             Call {instead} back where it can be, or charge {amount} with a fee_assessment."
        );
        request.raise(at, "leg.paid_twice", leg, detail);
    } else if refused {
        let detail = format!(
            "The gateway has paid {amount} for leg {leg}, and the request is {}. Find out who sent it, and get it back.",
            request.status
        );
        request.raise(at, "leg.paid_unasked", leg, detail);
    }
}
