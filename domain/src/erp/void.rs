//! Taking a document back: the ERP voids the memo, and what can be taken back of its money is taken back.

use serde_json::json;

use super::reply::ErpReply;
use super::store_credit;
use crate::account::{AccountError, Accounts, StoreCreditAccount};
use crate::catalogue::{EventKind, MessageKind};
use crate::lifecycle::document::DocumentEvent;
use crate::lifecycle::handoff::{HandOffEvent, HandOffStatus};
use crate::lifecycle::leg::{LegEvent, LegStatus, Standing};
use crate::lifecycle::{Machine as _, TransitionError};
use crate::request::attempt::{CallError, Effect};
use crate::request::leg::Target;
use crate::request::{Request, message};
use crate::time::Timestamp;

/// Why a document can't be taken back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VoidError {
    /// The request is in no state to be reversed.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// Money is out, or may be, and can't be called back.
    #[error(
        "leg {leg} stands at “{}”: money that is out through a gateway can't be called back; charge it with a fee assessment instead",
        .status.title()
    )]
    MoneyIsOut {
        /// The id of the leg that paid it.
        leg: String,
        /// The leg's state.
        status: LegStatus,
    },
    /// Part of the credit was spent.
    #[error("{0}; send `allow_partial: true` to take back only what is left")]
    Used(#[from] AccountError),
}

/// Takes a request's document back: legs that were not sent are released, store credit is revoked (only what is left of
/// it where `partly`), offsets are undone, and the hand-off is queued for voiding. What the account says of the credit
/// is booked from its entries: [`crate::erp::store_credit::record_entries`] them.
///
/// Of a credit of 50 with 20 used, 30 are taken back. The voided memo means that none of it was due, so the customer
/// owes the 20: in the books the voiding debits the receivable with 50 and the taking back credits it with 30. It is a
/// debt and no loss, because nobody has waived it; whoever wants to grants a credit for it, with the approval that this
/// takes.
///
/// # Errors
/// When money is out that can't be called back, or part of the credit was used; nothing must be stored then.
pub fn reverse(
    request: &mut Request,
    accounts: &mut Accounts,
    credit: Option<&mut StoreCreditAccount>,
    partly: bool,
    by: &str,
    at: Timestamp,
) -> Result<(), VoidError> {
    let refused = TransitionError { machine: "ERP hand-off", state: "Not there", event: "queue_reversal" };
    let handoff = request.handoff.as_mut().ok_or(refused)?;
    handoff.status = handoff.status.on(HandOffEvent::QueueReversal)?;
    handoff.attempt.succeed();
    let id = request.id.clone();
    let mut credit = credit;
    let mut moved = Vec::new();
    let given_back: Vec<_> =
        request.legs.iter().map(|leg| store_credit::spending_of(request, leg).map(str::to_owned)).collect();
    for (leg, given_back) in request.legs.iter_mut().zip(given_back) {
        match (&leg.target, leg.status) {
            (_, LegStatus::Failed | LegStatus::Canceled | LegStatus::LateFailed | LegStatus::Reversed) => continue,
            (_, LegStatus::Reserved) => {
                leg.on(LegEvent::Release)?;
            }
            (Target::StoreCredit { .. }, LegStatus::Succeeded) => {
                if let Some(account) = credit.as_deref_mut() {
                    let taken = account.revoke_back(given_back.as_deref(), &leg.key(&id), partly, by, at)?;
                    moved.push(json!({"leg": leg.id, "taken_back": taken}));
                }
                leg.on(LegEvent::Told(Standing::Reversed))?;
                leg.booked.reversed = true;
                leg.lapses_at = None;
            }
            (Target::InvoiceOffset | Target::OutOfBand, LegStatus::Succeeded) => {
                leg.on(LegEvent::Told(Standing::Reversed))?;
            }
            (_, status) => return Err(VoidError::MoneyIsOut { leg: leg.id.clone(), status }),
        }
        moved.push(json!({"leg": leg.id, "status": leg.status}));
    }
    accounts.reconcile(request)?;
    if let (Some(account), Some(packet)) = (&mut accounts.invoice, &request.packet)
        && let Some(invoice) = &packet.invoice
    {
        account.release(invoice, request)?;
    }
    request.tasks.clear();
    request.note(at, by, EventKind::DocumentReversing, "", moved);
    Ok(())
}

/// Records the outcome of the voiding.
pub fn record_outcome(request: &mut Request, outcome: &Result<ErpReply, CallError>, at: Timestamp) {
    let id = request.id.clone();
    request.stepped();
    let Some(handoff) = &mut request.handoff else { return };
    if handoff.status != HandOffStatus::ReversalQueued {
        return;
    }
    let error = match outcome {
        // What was to be void is: whoever voided it, and also where the ERP never had it or has it no more.
        Ok(reply) => return record_voided(request, reply, at),
        Err(error) => error,
    };
    // Voiding names its own key, so it is simply tried again.
    let task = handoff.attempt.fail(Effect::Void, error, &id, at);
    let tries = handoff.attempt.tries;
    request.note(at, "erp-handoff", EventKind::DocumentVoidPutOff, error.detail(), json!({"tries": tries}));
    if let Some(task) = task {
        request.raise(at, task, "", &format!("The ERP has not voided the document: {error}."));
    }
}

fn record_voided(request: &mut Request, reply: &ErpReply, at: Timestamp) {
    let (number, why) = match reply {
        ErpReply::Document { number, .. } | ErpReply::Voided { number, .. } => (number.clone(), ""),
        ErpReply::Absent => (None, "the ERP has no such document"),
    };
    if let Some(handoff) = &mut request.handoff {
        handoff.status = handoff.status.next(HandOffEvent::Reverse).unwrap_or(handoff.status);
        handoff.attempt.succeed();
    }
    if let Some(document) = &mut request.document {
        document.status = document.status.next(DocumentEvent::Void).unwrap_or(document.status);
        // A person may have posted the draft before it was voided: its number stays used.
        document.number = document.number.take().or(number);
    }
    let number = request.document.as_ref().and_then(|document| document.number.clone());
    request.note(at, "erp-handoff", EventKind::DocumentVoided, why, json!({"number": number}));
    let what = match &request.ask {
        ask if ask.is_payout() => "payout",
        ask if ask.is_debit() => "charge",
        _ => "credit",
    };
    message::queue(request, MessageKind::RequestReversed, &format!("The {what} was taken back."), at);
}
