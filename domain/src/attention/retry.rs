//! Retries by a person: a person goes on where contraflow could not. They send lost legs again or elsewhere, confirm
//! what was paid out by hand, and let a step that was refused be tried again.

use serde_json::json;

use crate::account::{AccountError, Accounts};
use crate::catalogue::{EventKind, Retry as OnRetry, TaskCode};
use crate::dispute;
use crate::eligibility;
use crate::lifecycle::handoff::{HandOffEvent, HandOffStatus};
use crate::lifecycle::leg::{LegEvent, LegStatus, Standing};
use crate::lifecycle::request::{RequestEvent, RequestStatus};
use crate::lifecycle::{Machine as _, TransitionError};
use crate::limits;
use crate::policy::Policy;
use crate::request::ask::Destination;
use crate::request::attempt::Attempt;
use crate::request::content::Redirect;
use crate::request::leg::{Leg, Target};
use crate::request::parts::Part;
use crate::request::{Request, Task};
use crate::time::Timestamp;

/// Why a retry or a confirmation can't be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RetryError {
    /// The account does not have the money.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The request is in no state for it.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// The request has no such leg, or the leg is not lost.
    #[error("leg {0} needs nothing: only a leg that failed and was not replaced can be sent again")]
    NotLost(String),
    /// The destination is none that a single leg can take.
    #[error("a leg goes back to what it was paid with, to store credit, or is paid out by hand; it can't go to “{}”", .0.title())]
    Destination(Destination),
    /// A check of the policy refuses the destination.
    #[error("the money can't go to “{}”: {why}", .destination.title())]
    Refused {
        /// Where it was to go.
        destination: Destination,
        /// What the check says.
        why: String,
    },
    /// The request has as many legs as one may have.
    #[error(
        "the request has {} legs, those that failed included, and takes no more: reverse it, and ask anew for what the \
         customer still has to get",
        limits::LEGS
    )]
    Full,
    /// Nothing of the request waits for a person.
    #[error("nothing waits for a retry: the request stands at “{}”", .0.title())]
    Nothing(RequestStatus),
}

/// A person's order to retry.
#[derive(Debug, Clone, Copy)]
pub struct Retry<'a> {
    /// The id of the leg that is to go again; `None` means all legs that are lost.
    pub leg: Option<&'a str>,
    /// Where the money is to go now.
    pub destination: Destination,
    /// The name of the person who retries.
    pub by: &'a str,
    /// The levels that decide where the money is to go elsewhere than was approved.
    pub levels: &'a [String],
    /// The policy that names these levels, and says of every destination whether it is allowed.
    pub policy: &'a Policy,
}

/// Goes on after `needs_attention`: lost legs are sent again, what was refused is queued anew, and what waits for its
/// time is done now. The tasks that the catalogue says a retry clears are cleared.
///
/// # Errors
/// When nothing waits, or the money is not there any more; the request and the accounts must not be stored then.
pub fn retry(request: &mut Request, accounts: &mut Accounts, wish: Retry<'_>, at: Timestamp) -> Result<(), RetryError> {
    dispute::confirmation::by_person(request, accounts);
    let is_held = |task: &Task| matches!(task.code, TaskCode::LegHeld | TaskCode::PaymentDifference);
    if request.tasks.iter().any(is_held) {
        request.look_for_payments();
    }
    if let Some(wanted) = wish.leg {
        give_up(request, accounts, wanted, wish.by, at)?;
    }
    // Only for a document that stands is anything paid: the legs of a request that was refused or reversed ended for
    // good.
    let lost: Vec<Leg> = request
        .legs
        .iter()
        .filter(|leg| leg.is_lost() && wish.leg.is_none_or(|wanted| wanted == leg.id))
        .filter(|_| request.document_stands())
        .cloned()
        .collect();
    if let (Some(wanted), true) = (wish.leg, lost.is_empty()) {
        return Err(RetryError::NotLost(wanted.into()));
    }
    let mut moved = false;
    let mut elsewhere = Vec::new();
    for old in lost {
        if place(request, &old, wish.destination)?.is_approved {
            replace(request, accounts, &old, wish.destination, wish.by, at)?;
            moved = true;
        } else {
            elsewhere.push((old.id.clone(), place(request, &old, wish.destination)?.target));
        }
    }
    if !elsewhere.is_empty() {
        ask_for_redirect(request, &elsewhere, wish, at)?;
        if !moved {
            return Ok(());
        }
    }
    let mut requeued = false;
    if let Some(handoff) = &mut request.handoff
        && handoff.status == HandOffStatus::Rejected
    {
        handoff.status = handoff.status.on(HandOffEvent::Requeue)?;
        handoff.attempt.succeed();
        (moved, requeued) = (true, true);
    }
    moved |= hurry(request);
    let needs_attention = request.status == RequestStatus::NeedsAttention;
    let is_cleared = |task: &Task| task.code.retry() == OnRetry::Clears;
    if !moved && !needs_attention && !request.tasks.iter().any(is_cleared) {
        return Err(RetryError::Nothing(request.status));
    }
    go_on(request, requeued, wish.by, at)
}

/// Lets the request go on after a person has seen to it. What a person must see to besides is not done by that.
fn go_on(request: &mut Request, requeued: bool, by: &str, at: Timestamp) -> Result<(), RetryError> {
    let needs_attention = request.status == RequestStatus::NeedsAttention;
    request.tasks.retain(|task| task.code.retry() != OnRetry::Clears || needs_attention && !task.code.blocks());
    if !needs_attention {
        if request.status == RequestStatus::PartiallyCompleted {
            request.on(RequestEvent::ResumeExecution, at, by, "retried")?;
        }
    } else if requeued || !request.stage().is_settled() || request.legs.iter().any(|leg| leg.status.is_open()) {
        request.resume(by, at)?;
    }
    Ok(())
}

/// Tells whether a retry sends any money elsewhere than was approved.
///
/// # Errors
/// When no leg can be sent there.
pub fn goes_elsewhere(request: &Request, leg: Option<&str>, destination: Destination) -> Result<bool, RetryError> {
    let lost = |known: &&Leg| match leg {
        Some(wanted) => known.id == wanted && (known.is_lost() || why_given_up(request, known).is_some()),
        None => known.is_lost(),
    };
    let mut elsewhere = false;
    for known in request.legs.iter().filter(lost).filter(|_| request.document_stands()) {
        elsewhere |= !place(request, known, destination)?.is_approved;
    }
    Ok(elsewhere)
}

/// Puts another destination than the approved one before the deciders, with what the policy says of it. Until they
/// agree, the money stays where it is. Lost money must have a way on, so what the reason does not allow is theirs to
/// decide; only what a check refuses is refused.
fn ask_for_redirect(
    request: &mut Request,
    to: &[(String, Target)],
    wish: Retry<'_>,
    at: Timestamp,
) -> Result<(), RetryError> {
    let destination = wish.destination;
    let found = eligibility::elsewhere::findings(request, to, destination, wish.policy)
        .map_err(|why| RetryError::Refused { destination, why })?;
    request.drop_redirect();
    let legs: Vec<_> = to.iter().map(|(leg, _)| leg.clone()).collect();
    let ruled = wish.policy.ruled(&request.approvals.rule);
    let facts = json!({
        "legs": legs, "destination": destination, "levels": wish.levels, "policy": ruled, "findings": found,
    });
    request.redirect = Some(Redirect { legs, destination, by: wish.by.into(), at, approved: false });
    request.findings.extend(found);
    request.approvals.replace(wish.levels.to_vec());
    request.record_part(Part::SentElsewhere, wish.by);
    request.hash_content();
    request.note(at, wish.by, EventKind::RedirectAsked, "", facts);
    Ok(())
}

/// Sends money elsewhere, once everybody who must has agreed to that.
///
/// # Errors
/// When the money is not there any more, or is not lost any more; the request and the accounts must not be stored then.
pub fn redirect(request: &mut Request, accounts: &mut Accounts, at: Timestamp) -> Result<(), RetryError> {
    let Some(agreed) = request.redirect.take().filter(|redirect| redirect.approved) else {
        return Err(RetryError::Nothing(request.status));
    };
    for id in &agreed.legs {
        let lost = request.legs.iter().find(|leg| leg.id == *id && leg.is_lost()).cloned();
        let lost = lost.filter(|_| request.document_stands()).ok_or_else(|| RetryError::NotLost(id.clone()))?;
        replace(request, accounts, &lost, agreed.destination, &agreed.by, at)?;
    }
    go_on(request, false, &agreed.by, at)
}

/// Tells why a leg can be given up by a person: as its failure, and for the record; `None` where it can't.
fn why_given_up(request: &Request, leg: &Leg) -> Option<(&'static str, &'static str)> {
    leg.gateway()?;
    match leg.status {
        LegStatus::Unknown if request.has_task(TaskCode::LegKeyExpired, &leg.id) => {
            Some(("not at the gateway, and its key is forgotten", "looked for at the gateway and not found"))
        }
        LegStatus::RequiresAction if leg.other_amount.is_some() => {
            Some(("the gateway's refund is of another amount", "looked at at the gateway: nothing of it is paid"))
        }
        _ => None,
    }
}

/// Gives a leg up whose look-ups can't tell any more, or tell of another amount: a person has looked and says that it
/// was not paid. Should it have been paid after all, the gateway's news contradict that and are followed.
fn give_up(
    request: &mut Request,
    accounts: &mut Accounts,
    leg: &str,
    by: &str,
    at: Timestamp,
) -> Result<(), RetryError> {
    let Some((failure, why)) =
        request.legs.iter().find(|known| known.id == leg).and_then(|leg| why_given_up(request, leg))
    else {
        return Ok(());
    };
    let Some(known) = request.leg_mut(leg) else { return Ok(()) };
    known.on(LegEvent::Told(Standing::Canceled))?;
    known.other_amount = None;
    known.attempt.failure = Some(failure.into());
    request.note(at, by, EventKind::LegGivenUp, why, json!({"leg": leg}));
    Ok(accounts.reconcile(request)?)
}

/// Lets whatever waits for its time be done now, and tells whether anything waited.
fn hurry(request: &mut Request) -> bool {
    let mut waited = request.step.hurry();
    if let Some(handoff) = &mut request.handoff {
        waited |= handoff.attempt.not_before.take().is_some() | handoff.look.not_before.take().is_some();
        // Whoever retries may have been at the ERP, too.
        handoff.seen_at = None;
    }
    for leg in &mut request.legs {
        waited |= leg.status.is_open() && leg.attempt.not_before.take().is_some();
    }
    waited
}

impl Request {
    /// Returns when the first of what has failed is tried again by itself, or asked for again: the step that comes
    /// next, the document, a leg. `None` where nothing waits for its time.
    #[must_use]
    pub fn next_try_at(&self) -> Option<Timestamp> {
        let tried = |attempt: &Attempt| attempt.not_before.filter(|_| attempt.tries > 0);
        let document = self.handoff.iter().flat_map(|handoff| [&handoff.attempt, &handoff.look]);
        let legs = self.legs.iter().filter(|leg| leg.status.is_open()).map(|leg| &leg.attempt);
        [&self.step].into_iter().chain(document).chain(legs).filter_map(tried).min()
    }
}

/// Returns the leg that the money was meant for: what a bank had paid, and has taken back, was meant for the tender
/// that it paid in place of.
fn meant(request: &Request, old: &Leg) -> Leg {
    let mut found = old;
    while found.target == Target::OutOfBand
        && let Some(before) = found.replaces.as_deref().and_then(|id| request.legs.iter().find(|leg| leg.id == id))
    {
        found = before;
    }
    found.clone()
}

/// Where the money of a lost leg is to go.
struct Place {
    /// The leg that the money was meant for.
    meant: Leg,
    target: Target,
    method: String,
    /// Whether it is where everybody who must has agreed that the money goes.
    is_approved: bool,
}

fn place(request: &Request, old: &Leg, destination: Destination) -> Result<Place, RetryError> {
    let meant = meant(request, old);
    let (target, method) = match destination {
        Destination::OriginalTender | Destination::Auto => (meant.target.clone(), meant.method.clone()),
        Destination::StoreCredit => (Target::StoreCredit { payment: None }, "store_credit".into()),
        Destination::Manual => (Target::Manual { payment: meant.payment().map(str::to_owned) }, "manual".into()),
        Destination::InvoiceBalance => return Err(RetryError::Destination(destination)),
    };
    Ok(Place { is_approved: target == meant.target, meant, target, method })
}

fn replace(
    request: &mut Request,
    accounts: &mut Accounts,
    old: &Leg,
    destination: Destination,
    by: &str,
    at: Timestamp,
) -> Result<(), RetryError> {
    let Place { meant, target, method, .. } = place(request, old, destination)?;
    if request.is_full_of_legs() {
        return Err(RetryError::Full);
    }
    // Whatever does not go back to the payment is paid in the memo's currency.
    let back = matches!(
        &target,
        Target::Tender { .. } | Target::Manual { payment: Some(_) } | Target::StoreCredit { payment: Some(_) }
    );
    let mut new =
        Leg::reserved(request.next_leg_id(), target, &method, if back { meant.amount } else { meant.value() });
    new.settles = meant.settles.filter(|_| back);
    new.replaces = Some(old.id.clone());
    if let Some(payment) = new.payment().map(str::to_owned)
        && let Some(account) = accounts.payment_mut(request, &payment)
    {
        account.reserve(&request.id, &new)?;
        new.frozen = account.is_frozen();
    } else if let Some(payment) = meant.payment()
        && let Some(account) = accounts.payment_mut(request, payment)
    {
        account.share(&request.id, &new.id, meant.amount)?;
    }
    let facts = json!({"leg": old.id, "by": new.id, "target": new.target, "amount": new.amount});
    request.note(at, by, EventKind::LegRerouted, "", facts);
    if let Some(old) = request.leg_mut(&old.id) {
        old.replaced_by = Some(new.id.clone());
    }
    request.legs.push(new);
    for account in &accounts.payments {
        dispute::exposure::tell(request, account, at);
    }
    Ok(())
}

/// Confirms that a leg was paid out by hand; or names the refund of a leg whose answer was lost, or was of another
/// amount, as the gateway shows it, and then the gateway is asked for that very refund.
///
/// # Errors
/// When the leg does not wait for that.
pub fn confirm(request: &mut Request, leg: &str, reference: &str, by: &str, at: Timestamp) -> Result<(), RetryError> {
    let is_unclear = |leg: &Leg| leg.status == LegStatus::Unknown || leg.other_amount.is_some();
    if let Some(lost) = request.leg_mut(leg).filter(|leg| leg.gateway().is_some() && is_unclear(leg)) {
        lost.gateway_reference = Some(reference.into());
        lost.replay_until = None;
        lost.attempt.not_before = None;
        request.note(at, by, EventKind::LegNamed, "", json!({"leg": leg, "reference": reference}));
        return Ok(());
    }
    let waiting = request
        .leg_mut(leg)
        .filter(|known| matches!(known.target, Target::Manual { .. }) && known.status == LegStatus::RequiresAction);
    let Some(waiting) = waiting else {
        return Err(TransitionError {
            machine: "Refund leg",
            state: "Not waiting to be paid out by hand",
            event: "confirm",
        }
        .into());
    };
    waiting.on(LegEvent::Told(Standing::Succeeded))?;
    waiting.gateway_reference = Some(reference.into());
    request.record_part(Part::PaidOut, by);
    request.note(at, by, EventKind::LegPaidOut, "", json!({"leg": leg, "reference": reference}));
    Ok(())
}
