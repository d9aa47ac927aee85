//! Exposure: a payment is disputed of which money went back by another road than the payment itself. Should the bank
//! pay it, the customer has it twice, so a person is told and the bank gets the evidence.

use crate::account::{PaymentAccount, road};
use crate::catalogue::{FindingCode, TaskCode};
use crate::request::leg::Leg;
use crate::request::{Finding, Request, Severity};
use crate::time::Timestamp;

/// Tells whether the bank holds money of the payment, or has taken it.
fn is_disputed(account: &PaymentAccount) -> bool {
    account.disputes.iter().any(|dispute| dispute.status.freezes() || dispute.status.took_the_money())
}

/// Flags the legs that give the disputed payment back by another road. Returns those that were not flagged before:
/// their ids, and what they do.
pub(super) fn flag(request: &mut Request, account: &PaymentAccount) -> Vec<(String, String)> {
    if !is_disputed(account) {
        return Vec::new();
    }
    let id = request.id.clone();
    let gives = |leg: &&mut Leg| leg.status.counts() && account.share_of(&id, &leg.id).is_some();
    let fresh = request.legs.iter_mut().filter(gives).filter(|leg| !leg.dual_payout_risk);
    let flagged: Vec<_> = fresh
        .map(|leg| {
            leg.dual_payout_risk = true;
            let what = format!("gives {} {} back {}", leg.amount, leg.amount.currency, road(&leg.target));
            (leg.id.clone(), what)
        })
        .collect();
    if !flagged.is_empty() && request.handoff.is_none() {
        add_finding(request, account);
    }
    flagged
}

/// Flags the legs that give the disputed payment back by another road, and tells a person of those that were not
/// flagged before.
pub(crate) fn tell(request: &mut Request, account: &PaymentAccount, at: Timestamp) {
    for (leg, what) in flag(request, account) {
        let happened = format!("Payment {} is disputed although leg {leg} {what}.", account.reference);
        request.raise(at, TaskCode::DisputeEvidence, &leg, &happened);
    }
}

/// Adds a finding where a request is to give a disputed payment back by another road: whoever decides on it sees that
/// the bank may pay the same money.
pub(super) fn add_finding(request: &mut Request, account: &PaymentAccount) {
    if !is_disputed(account) {
        return;
    }
    for leg in &request.legs {
        let Some(share) = account.share_of(&request.id, &leg.id) else { continue };
        let message = format!(
            "payment {} is disputed: what is given back {} ({share} {}), the customer may have from the bank, too",
            account.reference,
            road(&leg.target),
            share.currency
        );
        let is_known = request.findings.iter().any(|finding| finding.message == message);
        if !is_known {
            request.findings.push(Finding { code: FindingCode::DisputeOpen, severity: Severity::Warning, message });
        }
    }
}
