//! Reinstated disputes: one that was lost is won after all, and the bank takes the money back from the customer and
//! gives it to us. So the customer no longer counts as paid by the bank. That pays nobody: a person decides.
//!
//! The decision that the gateway dates last counts, in whatever order decisions are told. The loss is booked back under
//! a key of its own (see [`super::loss`]), and the payment has its money again. Where the gateway puts money back of a
//! dispute that stays lost, for the time being or a part of it, a person is told.

use serde_json::json;

use crate::account::PaymentAccount;
use crate::catalogue::{EventKind, TaskCode};
use crate::dispute;
use crate::lifecycle::handoff::HandOffStatus;
use crate::lifecycle::leg::{LegEvent, LegStatus, Standing};
use crate::request::leg::{Leg, Target};
use crate::request::{HandOff, Request};
use crate::time::Timestamp;

/// Says why a leg that the bank had paid counts as paid no more.
const WHY: &str = "the dispute was won after all: the bank has taken the money back from the customer";

/// Brings what the bank paid in place of the request in line with what disputes of the payment have taken and given
/// back.
pub(crate) fn reconcile(request: &mut Request, account: &mut PaymentAccount, actor: &str, at: Timestamp) {
    let mine = |account: &PaymentAccount| -> Vec<_> {
        let claims = account.claims.iter().filter(|claim| claim.request == request.id);
        claims.filter(|claim| claim.by_bank || claim.given_back).cloned().collect()
    };
    for mut claim in mine(account) {
        let unclaimed = account.lost_unclaimed_minor();
        if claim.by_bank && unclaimed < 0 {
            (claim.by_bank, claim.given_back) = (false, true);
            take_back(request, &claim.leg, account, actor, at);
        } else if claim.given_back && unclaimed >= claim.amount.minor && pays_again(request, &claim.leg, actor, at) {
            (claim.by_bank, claim.given_back) = (true, false);
        }
        if let Some(held) =
            account.claims.iter_mut().find(|held| held.request == claim.request && held.leg == claim.leg)
        {
            *held = claim;
        }
    }
}

/// Tells a person that money is back although its dispute is lost.
pub(crate) fn reconcile_tasks(request: &mut Request, account: &PaymentAccount, at: Timestamp) {
    for dispute in &account.disputes {
        if !dispute.reinstated {
            request.clear(TaskCode::DisputeReinstated, &dispute.id);
            continue;
        }
        let happened = format!(
            "The gateway has put money of dispute {} on payment {} back, which counts as lost.",
            dispute.id, account.reference
        );
        request.raise(at, TaskCode::DisputeReinstated, &dispute.id, &happened);
    }
}

/// Returns the leg that stands in the place of the leg with that id now: the leg itself, or its last replacement.
fn standing<'a>(request: &'a Request, leg: &str) -> Option<&'a Leg> {
    let mut found = request.legs.iter().find(|known| known.id == leg)?;
    while let Some(next) = found.replaced_by.as_deref().and_then(|by| request.legs.iter().find(|known| known.id == by))
    {
        found = next;
    }
    Some(found)
}

/// Tells whether the bank's payment can stand for the leg, by the request alone: no document that stands is settled in
/// another way.
pub(crate) fn is_by_bank(request: &Request, leg: &str) -> bool {
    let stands = |handoff: &HandOff| matches!(handoff.status, HandOffStatus::Posted | HandOffStatus::Reconciled);
    if request.status.is_refused() || !request.handoff.as_ref().is_some_and(stands) {
        return true;
    }
    standing(request, leg).is_some_and(|leg| leg.target == Target::OutOfBand && leg.status.counts())
}

fn take_back(request: &mut Request, leg: &str, account: &PaymentAccount, actor: &str, at: Timestamp) {
    let Some(standing) = standing(request, leg).cloned() else { return };
    if request.status.is_refused() {
        let happened = format!(
            "The request was refused because the bank had paid {} {} of it in a dispute on payment {}. The dispute was won \
             after all, so the customer does not have the money.",
            standing.amount, standing.amount.currency, account.reference
        );
        return request.raise(at, TaskCode::DisputeGivenBack, leg, &happened);
    }
    let event =
        if standing.status == LegStatus::Reserved { LegEvent::Release } else { LegEvent::Told(Standing::Reversed) };
    let Some(paid) = request.leg_mut(&standing.id).filter(|paid| paid.target == Target::OutOfBand) else { return };
    if !paid.status.counts() || paid.on(event).is_err() {
        return;
    }
    paid.attempt.failure = Some(WHY.into());
    request.note(at, actor, EventKind::LegGivenBack, WHY, json!({"leg": standing.id, "payment": account.reference}));
}

/// Lets the bank pay the leg once more, because it has taken the money a second time. Returns `false` where somebody
/// has seen to the leg meanwhile.
fn pays_again(request: &mut Request, leg: &str, actor: &str, at: Timestamp) -> bool {
    if request.status.is_refused() {
        request.clear(TaskCode::DisputeGivenBack, leg);
        return true;
    }
    let Some(lost) = standing(request, leg).filter(|lost| lost.is_lost() && lost.target == Target::OutOfBand).cloned()
    else {
        return false;
    };
    dispute::case::pay_by_bank(request, &lost, actor, at)
}
