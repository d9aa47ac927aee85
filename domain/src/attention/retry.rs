//! A person goes on where contraflow could not: sends lost legs again or elsewhere, confirms what was paid out by hand, and
//! lets a step that was refused be tried again.

use serde_json::json;

use crate::account::AccountError;
use crate::attention;
use crate::eligibility::Accounts;
use crate::erp;
use crate::lifecycle::Machine as _;
use crate::lifecycle::TransitionError;
use crate::lifecycle::handoff::{HandOffEvent, HandOffStatus};
use crate::lifecycle::leg::{LegEvent, LegStatus, Standing};
use crate::lifecycle::request::{RequestEvent, RequestStatus};
use crate::request::Request;
use crate::request::ask::Destination;
use crate::request::leg::{Leg, Target};
use crate::time::Timestamp;

/// Why a person's word is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RetryError {
    /// The money is not there.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The request is in no state for it.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// No such leg, or one that is not lost.
    #[error("leg {0} needs nothing: only a leg that failed and was not replaced can be sent again")]
    NotLost(String),
    /// A destination that a single leg can't take.
    #[error("a leg goes to original_tender, store_credit or manual, not to {0}")]
    Destination(&'static str),
    /// Nothing waits for a person.
    #[error("nothing waits for a retry: the request is {0}")]
    Nothing(&'static str),
}

/// Goes on after `needs_attention`: lost legs (or only `leg`) are sent again to `destination`, and what was refused is queued anew.
///
/// # Errors
/// When nothing waits, or the money is not there any more; the request and the accounts must not be stored then.
pub fn retry(
    request: &mut Request,
    accounts: &mut Accounts,
    leg: Option<&str>,
    destination: Destination,
    by: &str,
    at: Timestamp,
) -> Result<(), RetryError> {
    if let Some(wanted) = leg {
        give_up(request, accounts, wanted, by, at)?;
    }
    // Only for a document that stands is anything paid: the legs of a request that was refused or reversed ended for good.
    let stands = request
        .handoff
        .as_ref()
        .is_some_and(|handoff| matches!(handoff.status, HandOffStatus::Posted | HandOffStatus::Reconciled));
    let lost: Vec<Leg> = request
        .legs
        .iter()
        .filter(|known| stands && known.is_lost() && leg.is_none_or(|wanted| wanted == known.id))
        .cloned()
        .collect();
    if let (Some(wanted), true) = (leg, lost.is_empty()) {
        return Err(RetryError::NotLost(wanted.into()));
    }
    let mut moved = !lost.is_empty();
    for old in lost {
        replace(request, accounts, &old, destination, by, at)?;
    }
    let mut requeued = false;
    if let Some(handoff) = &mut request.handoff
        && handoff.status == HandOffStatus::Rejected
    {
        handoff.status = handoff.status.on(HandOffEvent::Requeue)?;
        handoff.tries = 0;
        handoff.not_before = None;
        (moved, requeued) = (true, true);
    }
    moved |= hurry(request);
    if !moved && request.status != RequestStatus::NeedsAttention && request.tasks.is_empty() {
        return Err(RetryError::Nothing(request.status.name()));
    }
    if request.status == RequestStatus::NeedsAttention {
        // What a person must see to besides is not done by trying again.
        let stays = |code: &str| !attention::progress::stops(code) || matches!(code, "leg.reroute" | "leg.key_expired");
        request.tasks.retain(|task| stays(&task.code));
        if requeued || !request.stage().is_settled() || request.legs.iter().any(|leg| leg.status.is_open()) {
            attention::progress::resume(request, by, at)?;
        }
    } else {
        request.tasks.retain(|task| matches!(task.code.as_str(), "leg.pay_out" | "leg.reroute" | erp::draft::TASK));
        if request.status == RequestStatus::PartiallyCompleted {
            request.on(RequestEvent::ResumeExecution, at, by, "retried")?;
        }
    }
    attention::progress::settle(request, at);
    Ok(())
}

/// A person has looked where no look-up can tell any more, and says that a leg was not paid. Should it have been after all, the gateway's
/// news contradict it and are followed.
fn give_up(
    request: &mut Request,
    accounts: &mut Accounts,
    leg: &str,
    by: &str,
    at: Timestamp,
) -> Result<(), RetryError> {
    let asked = request.tasks.iter().any(|task| task.code == "leg.key_expired" && task.subject == leg);
    let Some(known) = request.leg_mut(leg).filter(|leg| asked && leg.status == LegStatus::Unknown) else {
        return Ok(());
    };
    known.on(LegEvent::Told(Standing::Canceled))?;
    known.failure = Some("not at the gateway, and its key is forgotten".into());
    request.note(at, by, "leg.given_up", "looked for at the gateway and not found", json!({"leg": leg}));
    Ok(accounts.follow(request)?)
}

/// Whatever waits for its time is to be done now.
fn hurry(request: &mut Request) -> bool {
    let mut waited = request.not_before.take().is_some();
    request.tries = 0;
    if let Some(handoff) = &mut request.handoff {
        waited |= handoff.not_before.take().is_some() | handoff.look_at.take().is_some();
        // Whoever retries may have been at the ERP, too.
        handoff.seen_at = None;
    }
    for leg in &mut request.legs {
        waited |= leg.status.is_open() && leg.not_before.take().is_some();
    }
    waited
}

/// The leg whose money it is about: what a bank had paid, and has taken back, was meant for the tender that it paid in the stead of.
fn meant(request: &Request, old: &Leg) -> Leg {
    let mut found = old;
    while found.target == Target::OutOfBand
        && let Some(before) = found.replaces.as_deref().and_then(|id| request.legs.iter().find(|leg| leg.id == id))
    {
        found = before;
    }
    found.clone()
}

fn replace(
    request: &mut Request,
    accounts: &mut Accounts,
    old: &Leg,
    destination: Destination,
    by: &str,
    at: Timestamp,
) -> Result<(), RetryError> {
    let meant = meant(request, old);
    let (target, method) = match destination {
        Destination::OriginalTender | Destination::Auto => (meant.target.clone(), meant.method.as_str()),
        Destination::StoreCredit => (Target::StoreCredit { payment: None }, "store_credit"),
        Destination::Manual => (Target::Manual { payment: meant.payment().map(str::to_owned) }, "manual"),
        Destination::InvoiceBalance => return Err(RetryError::Destination(destination.name())),
    };
    // Whatever does not go back to the payment is paid in the memo's currency.
    let back = matches!(
        &target,
        Target::Tender { .. } | Target::Manual { payment: Some(_) } | Target::StoreCredit { payment: Some(_) }
    );
    let mut new = Leg::reserved(request.next_leg_id(), target, method, if back { meant.amount } else { meant.value() });
    new.settles = meant.settles.filter(|_| back);
    new.replaces = Some(old.id.clone());
    if let Some(payment) = new.payment().map(str::to_owned)
        && let Some(account) = accounts.payment_mut(request, &payment)
    {
        account.reserve(&request.id, &new)?;
        new.frozen = account.is_frozen();
    }
    let facts = json!({"leg": old.id, "by": new.id, "target": new.target, "amount": new.amount});
    request.note(at, by, "leg.rerouted", "", facts);
    if let Some(old) = request.leg_mut(&old.id) {
        old.replaced_by = Some(new.id.clone());
    }
    request.legs.push(new);
    Ok(())
}

/// Confirms that a leg was paid out by hand; or names the refund of a leg whose answer was lost, as the gateway shows it: then the
/// gateway is asked for that very refund.
///
/// # Errors
/// When the leg does not wait for that.
pub fn confirm(request: &mut Request, leg: &str, reference: &str, by: &str, at: Timestamp) -> Result<(), RetryError> {
    if let Some(lost) = request.leg_mut(leg).filter(|leg| leg.gateway().is_some() && leg.status == LegStatus::Unknown) {
        lost.gateway_reference = Some(reference.into());
        lost.replay_until = None;
        lost.not_before = None;
        request.note(at, by, "leg.named", "", json!({"leg": leg, "reference": reference}));
        return Ok(());
    }
    let waiting = request
        .leg_mut(leg)
        .filter(|known| matches!(known.target, Target::Manual { .. }) && known.status == LegStatus::RequiresAction);
    let Some(waiting) = waiting else {
        return Err(TransitionError {
            machine: "Refund leg",
            state: "not waiting to be paid out by hand",
            event: "confirm",
        }
        .into());
    };
    waiting.on(LegEvent::Told(Standing::Succeeded))?;
    waiting.gateway_reference = Some(reference.into());
    request.note(at, by, "leg.paid_out", "", json!({"leg": leg, "reference": reference}));
    attention::progress::settle(request, at);
    Ok(())
}
