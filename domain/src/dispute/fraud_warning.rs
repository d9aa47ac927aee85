//! Early warnings of fraud. A payment that has one pays nothing back before a person has looked.

use serde_json::json;

use super::case::{is_on, payments_of};
use crate::account::{FraudWarning, PaymentAccount};
use crate::catalogue::{EventKind, FindingCode, TaskCode};
use crate::lifecycle::leg::LegStatus;
use crate::lifecycle::request::{RequestEvent, RequestStatus};
use crate::request::{Finding, Request, Severity};
use crate::time::Timestamp;

/// Takes a warning, or news of one, into the payment's account and says whether anything is new.
pub fn apply_news(account: &mut PaymentAccount, warning: &FraudWarning) -> bool {
    match account.warnings.iter_mut().find(|known| known.id == warning.id) {
        Some(known) if known == warning => false,
        Some(known) => {
            known.clone_from(warning);
            true
        }
        None => {
            account.warnings.push(warning.clone());
            true
        }
    }
}

/// Adds a finding for each warning about the payment that can still be acted on; says whether one is new.
pub fn add_findings(request: &mut Request, account: &PaymentAccount) -> bool {
    let mut fresh = false;
    for warning in account.warnings.iter().filter(|warning| warning.actionable) {
        let message = format!(
            "the card network warns that payment {} may be fraud ({}, {}): a dispute may follow, so look who asks for the money",
            account.reference, warning.kind, warning.id
        );
        if !request
            .findings
            .iter()
            .any(|finding| finding.code == FindingCode::FraudEarlyWarning && finding.message == message)
        {
            request.findings.push(Finding {
                code: FindingCode::FraudEarlyWarning,
                severity: Severity::Warning,
                message,
            });
            fresh = true;
        }
    }
    fresh
}

/// Brings a request with legs on the payment in line with its warnings: what the policy alone had let pass goes before
/// a person. Once it was handed off, its refunds that were not sent wait for one.
pub fn reconcile(request: &mut Request, account: &PaymentAccount, actor: &str, at: Timestamp) {
    if request.status.is_settled() || !add_findings(request, account) {
        return;
    }
    request.note(at, actor, EventKind::FraudWarned, "", json!({"payment": account.reference}));
    if !request.approvals.required.is_empty() {
        return;
    }
    if request.status == RequestStatus::Approved && request.handoff.is_none() {
        // An approved request can always be revised.
        let _ = request.on(RequestEvent::Revise, at, actor, "the card network warns of fraud");
    }
    if request.handoff.is_some() {
        for leg in unsent(request, account) {
            let happened = format!(
                "The card network warns that payment {} may be fraud, and nobody has decided on leg {leg}.",
                account.reference
            );
            request.raise(at, TaskCode::LegWarned, &leg, &happened);
        }
    }
}

/// Returns the legs on the payment that go through a gateway and that it has no order for.
fn unsent(request: &Request, account: &PaymentAccount) -> Vec<String> {
    let payments = payments_of(request, account);
    let legs = request.legs.iter().filter(|leg| leg.gateway().is_some() && leg.status == LegStatus::Reserved);
    legs.filter(|leg| is_on(leg, &payments)).map(|leg| leg.id.clone()).collect()
}

/// Tells whether a warning keeps a leg from being sent now, because a person has not looked yet; asked in the commit
/// that would send it.
pub fn hold(request: &mut Request, leg: &str, at: Timestamp) -> bool {
    if !request.has_task(TaskCode::LegWarned, leg) {
        return false;
    }
    let id = request.id.clone();
    if let Some(held) = request.leg_mut(leg) {
        held.attempt.again(&id, at);
    }
    true
}
