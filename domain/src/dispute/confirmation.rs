//! Confirms, before money moves on the strength of it, that a dispute is decided so that the money may go: by asking
//! the gateway, or a person where the gateway can't tell.
//!
//! A message alone lets nothing go. It may be an old one that came again, or one whose date nobody has signed, or made
//! by somebody who has the webhook's secret and nothing else.

use serde_json::json;

use crate::account::{Accounts, Dispute, PaymentAccount};
use crate::catalogue::{EventKind, TaskCode};
use crate::lifecycle::dispute::DisputeStatus;
use crate::request::Request;
use crate::request::attempt::{CallError, Effect};
use crate::time::Timestamp;

/// Names the actor of the record that confirms.
const ACTOR: &str = "payment-reversal";

/// Asks the gateway where a dispute stands that lets money go by what its news say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The gateway's name for the payment.
    pub payment: String,
    /// The dispute as the news tell of it.
    pub dispute: Dispute,
}

/// Says what a gateway answers when it is asked for a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Where the dispute stands now.
    Stands(DisputeStatus),
    /// The gateway has no such dispute of that payment.
    Absent,
    /// The gateway has no call for it.
    NotTold,
}

/// Records what the gateway answered. Only a dispute that neither holds the money nor has taken it, by the gateway's
/// own word, is confirmed by that; whatever else it says, or does not say, the leg waits and the gateway is asked
/// again.
pub fn record(
    request: &mut Request,
    leg: &str,
    accounts: &mut Accounts,
    question: &Question,
    answer: &Result<Answer, CallError>,
    at: Timestamp,
) {
    let id = request.id.clone();
    let asked = &question.dispute;
    let mine = accounts.payments.iter_mut().filter(|account| account.reference == question.payment);
    let known = mine.flat_map(|account| &mut account.disputes).find(|known| *known == asked);
    // What was told meanwhile is asked about anew.
    let (Some(known), Some(held)) = (known, request.leg_mut(leg)) else { return };
    let told = format!("The gateway's messages say that dispute {} stands at “{}”", asked.id, asked.status.title());
    match answer {
        Ok(Answer::Stands(status)) if !status.freezes() && !status.took_the_money() => {
            known.unconfirmed = false;
            held.attempt.succeed();
            let facts = json!({"leg": leg, "dispute": asked.id, "status": status});
            request.note(at, ACTOR, EventKind::DisputeConfirmed, "", facts);
            clear(request, &asked.id);
        }
        Ok(Answer::Stands(_) | Answer::Absent) => {
            held.attempt.again(&id, at);
            let says = match answer {
                Ok(Answer::Stands(status)) => format!("it stands at “{}”", status.title()),
                _ => "it has no such dispute of this payment".into(),
            };
            let happened = format!("{told}. Asked for it, the gateway says that {says}.");
            request.clear(TaskCode::DisputeConfirm, &asked.id);
            request.raise(at, TaskCode::DisputeContradicted, &asked.id, &happened);
        }
        Ok(Answer::NotTold) => {
            held.attempt.again(&id, at);
            ask_a_person(request, &asked.id, &format!("{told}, and the gateway can't be asked whether it does."), at);
        }
        Err(error) => {
            let task = held.attempt.fail(Effect::Dispute, error, &id, at);
            let tries = held.attempt.tries;
            if task == Some(TaskCode::DisputeConfirm) {
                let happened =
                    format!("{told}. The gateway was asked {tries} times whether it does, and has not said ({error}).");
                ask_a_person(request, &asked.id, &happened, at);
            }
        }
    }
}

/// Asks a person to confirm, unless the gateway has said that it is not so.
fn ask_a_person(request: &mut Request, dispute: &str, happened: &str, at: Timestamp) {
    if !request.has_task(TaskCode::DisputeContradicted, dispute) {
        request.raise(at, TaskCode::DisputeConfirm, dispute, happened);
    }
}

fn clear(request: &mut Request, dispute: &str) {
    request.clear(TaskCode::DisputeConfirm, dispute);
    request.clear(TaskCode::DisputeContradicted, dispute);
}

/// Clears what was asked of a person, where the dispute no longer lets money go or its decision is confirmed.
pub(super) fn clear_confirmed(request: &mut Request, account: &PaymentAccount) {
    let is_open = |dispute: &Dispute| account.unconfirmed().any(|open| open.id == dispute.id);
    for dispute in account.disputes.iter().filter(|dispute| !is_open(dispute)) {
        clear(request, &dispute.id);
    }
}

/// Records that a person has looked at the gateway and found the decisions that they were asked about as they are told.
/// What the gateway itself contradicts no person confirms: the gateway is asked again.
pub fn by_person(request: &Request, accounts: &mut Accounts) {
    let asked = |dispute: &Dispute| request.has_task(TaskCode::DisputeConfirm, &dispute.id);
    let disputes = accounts.payments.iter_mut().flat_map(|account| &mut account.disputes);
    for dispute in disputes.filter(|dispute| asked(dispute)) {
        dispute.unconfirmed = false;
    }
}
