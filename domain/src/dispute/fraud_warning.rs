//! Early warnings of fraud. A payment that has one pays nothing back before a person has looked.

use serde_json::json;

use crate::account::{FraudWarning, PaymentAccount};
use crate::catalogue::{EventKind, FindingCode};
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

/// Brings a request with legs on the payment in line with its warnings: what the policy alone had let pass, and was not
/// handed off yet, goes before a person.
pub fn reconcile(request: &mut Request, account: &PaymentAccount, actor: &str, at: Timestamp) {
    if request.status.is_settled() || !add_findings(request, account) {
        return;
    }
    request.note(at, actor, EventKind::FraudWarned, "", json!({"payment": account.reference}));
    let by_policy = request.approvals.required.is_empty() && request.handoff.is_none();
    if request.status == RequestStatus::Approved && by_policy {
        // An approved request can always be revised.
        let _ = request.on(RequestEvent::Revise, at, actor, "the card network warns of fraud");
    }
}
