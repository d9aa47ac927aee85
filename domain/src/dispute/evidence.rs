//! Dispute evidence: what is sent to a bank that disputes a payment whose money had gone back already.

use serde_json::{Value, json};

use crate::account::Accounts;
use crate::account::PaymentAccount;
use crate::dispute::case::{is_on, payments_of};
use crate::money::Money;
use crate::request::Request;
use crate::request::leg::{Leg, Target};

/// Gathers the evidence in one value that needs nothing else: what was sold, what went back, when and under which name
/// of the gateway's, who decided on it, and how much the customer would have twice if the dispute were lost.
#[must_use]
pub fn of(request: &Request, accounts: &Accounts) -> Value {
    let payments: Vec<_> = accounts.payments.iter().map(|account| payment(request, account)).collect();
    json!({
        "request": request.id,
        "status": request.status,
        "kind": request.ask.kind,
        "reason": request.ask.reason,
        "note": request.ask.note,
        "requested_at": request.created_at,
        "requester": request.requester,
        "customer": request.customer,
        "amount": request.amount,
        "credit_memo": request.document.as_ref().map(|document| json!({
            "number": document.number, "status": document.status, "issued_on": document.issued_on, "total": document.total,
            "erp_reference": document.erp_reference,
        })),
        "payments": payments,
        "legs": request.legs.iter().map(leg).collect::<Vec<_>>(),
        "decisions": request.approvals.decisions,
        "evidence": request.ask.evidence,
        "packet": request.packet,
    })
}

/// Returns how much the customer would have twice, in minor units: by how much what has gone back, or may have, and
/// what open and lost disputes took together exceed what was captured; never more than what has gone back.
fn exposure(account: &PaymentAccount, paid: i64) -> i64 {
    let captured = account.captured.map_or(0, |captured| captured.minor);
    let disputed: i64 = account
        .disputes
        .iter()
        .filter(|dispute| dispute.status.freezes() || dispute.status.took_the_money())
        .map(|dispute| account.disputed_minor(dispute).unwrap_or(captured))
        .sum();
    (paid + disputed - captured).clamp(0, paid.max(0))
}

fn payment(request: &Request, account: &PaymentAccount) -> Value {
    // A payment that was captured in parts is on the invoice more than once.
    let on_invoice = payments_of(request, account);
    let paid: i64 = request
        .legs
        .iter()
        .filter(|leg| is_on(leg, &on_invoice))
        .filter(|leg| leg.sent_at.is_some() && leg.status.counts())
        .map(|leg| leg.amount.minor)
        .sum();
    // What goes back by another road, the customer has besides. An offset gave nothing out: less was owed.
    let others = || {
        let legs = request.legs.iter().filter(|leg| leg.sent_at.is_some() && leg.status.counts());
        legs.filter_map(|leg| Some((leg, account.share_of(&request.id, &leg.id)?)))
    };
    let given: i64 =
        others().filter(|(leg, _)| leg.target != Target::InvoiceOffset).map(|(_, share)| share.minor).sum();
    let money = |minor| account.captured.map(|captured| Money { minor, currency: captured.currency });
    json!({
        "id": on_invoice.first(),
        "gateway": account.gateway,
        "reference": account.reference,
        "captured": account.captured,
        "paid_back": money(paid),
        "given_otherwise": others().map(|(leg, share)| json!({"leg": leg.id, "method": leg.method, "amount": share}))
            .collect::<Vec<_>>(),
        "exposure": money(exposure(account, paid + given)),
        "disputes": account.disputes.iter().map(|dispute| json!({
            "id": dispute.id, "status": dispute.status, "amount": dispute.amount, "reason": dispute.reason,
        })).collect::<Vec<_>>(),
    })
}

fn leg(leg: &Leg) -> Value {
    json!({
        "id": leg.id,
        "payment": leg.payment(),
        "gateway": leg.gateway(),
        "gateway_reference": leg.gateway_reference,
        "amount": leg.amount,
        "status": leg.status,
        "sent_at": leg.sent_at,
        "dual_payout_risk": leg.dual_payout_risk,
    })
}
