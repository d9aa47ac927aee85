//! External refunds: refunds of our payments that something else made, on the gateway's own pages or in another system.
//! They are no legs, and what they took of a payment is not there for legs any more.

use crate::account::{OutsideRefund, PaymentAccount};
use crate::catalogue::{FindingCode, TaskCode};
use crate::lifecycle::Machine as _;
use crate::lifecycle::leg::{LegEvent, LegStatus, Standing};
use crate::money::Money;
use crate::request::{Finding, Request, Severity};
use crate::time::Timestamp;

/// Takes news of a refund that is no leg's into the payment's account, and says whether anything changed. The refund is
/// a fact, so no guard refuses it. News in another order mean the same, and where they contradict each other the money
/// counts as gone. As long as no news name its amount, it counts as all that is left.
pub fn apply_news(account: &mut PaymentAccount, refund: &str, amount: Option<Money>, standing: Standing) -> bool {
    let event = LegEvent::Told(standing);
    if let Some(known) = account.outside.iter_mut().find(|known| known.refund == refund) {
        let otherwise = if standing == Standing::Succeeded { LegStatus::Succeeded } else { known.status };
        let next = known.status.next(event).unwrap_or(otherwise);
        let named = amount.filter(|_| known.amount.is_none());
        known.amount = known.amount.or(named);
        return std::mem::replace(&mut known.status, next) != next || named.is_some();
    }
    let status = LegStatus::Submitting.next(event).unwrap_or(LegStatus::Pending);
    account.outside.push(OutsideRefund { refund: refund.into(), amount, status, counted_at: None });
    if status.counts() {
        name(account, amount);
    }
    true
}

/// Takes the gateway's count of all that has gone back of the payment into its account, and says whether anything
/// changed. What of it neither legs that were sent nor refunds with a name explain was refunded elsewhere.
pub fn apply_total(account: &mut PaymentAccount, total: Money, at: Timestamp) -> bool {
    let known = account.outside.iter().position(|known| known.refund.is_empty());
    let before = known.map(|place| account.outside.remove(place));
    if before.as_ref().is_some_and(|before| before.counted_at > Some(at)) {
        account.outside.extend(before);
        return false;
    }
    // What is in another currency can't be compared: it explains all of the count or nothing.
    let is_other = |amount: &Money| amount.currency != total.currency;
    let named = account.outside.iter().filter(|known| known.status.counts()).map(|known| known.amount);
    let unclear = account.captured.as_ref().is_some_and(is_other) && account.sent_minor() > 0
        || named.clone().any(|amount| amount.is_none_or(|amount| is_other(&amount)));
    let explained = account.sent_minor() + named.flatten().map(|amount| amount.minor).sum::<i64>();
    let minor = if unclear { 0 } else { (total.minor - explained).max(0) };
    account.outside.push(OutsideRefund {
        refund: String::new(),
        amount: Some(Money { minor, ..total }),
        status: if minor > 0 { LegStatus::Succeeded } else { LegStatus::Canceled },
        counted_at: Some(at),
    });
    before.map_or(0, |before| before.amount.map_or(0, |amount| amount.minor)) != minor
}

/// Takes a refund that has its name now out of what the gateway had counted without one.
fn name(account: &mut PaymentAccount, amount: Option<Money>) {
    let counted = account.outside.iter_mut().find(|known| known.refund.is_empty());
    let Some((counted, amount)) = counted.zip(amount) else { return };
    if let Some(left) = counted.amount.as_mut().filter(|left| left.currency == amount.currency) {
        left.minor = (left.minor - amount.minor).max(0);
        if left.minor == 0 {
            counted.status = LegStatus::Canceled;
        }
    }
}

/// Forgets a refund that turned out to be a leg's own, because the leg counts it already. Returns `false` when the
/// account did not have it.
pub fn forget(account: &mut PaymentAccount, refund: &str) -> bool {
    let before = account.outside.len();
    account.outside.retain(|known| known.refund != refund);
    account.outside.len() < before
}

/// Tells a person, by a request with money on the payment, when more of the payment is gone than was captured, or
/// nobody can say how much. Clears the task when that is no longer so.
pub fn reconcile(request: &mut Request, account: &PaymentAccount, at: Timestamp) {
    reconcile_unsure(request, account, at);
    let over = account.captured.map(|captured| Money { minor: account.over_minor(), ..captured });
    let Some(over) = over.filter(|over| over.minor > 0 && account.outside_minor() > 0) else {
        request.clear(TaskCode::PaymentDifference, &account.reference);
        return;
    };
    let happened = format!(
        "Payment {} was also refunded elsewhere ({}): with what is counted here that is {over} more than was captured.",
        account.reference,
        names(account)
    );
    raise(request, TaskCode::PaymentDifference, account, &happened, at);
}

fn reconcile_unsure(request: &mut Request, account: &PaymentAccount, at: Timestamp) {
    if !account.is_unsure() {
        request.clear(TaskCode::PaymentUnsure, &account.reference);
        return;
    }
    let happened = format!(
        "Payment {} was also refunded elsewhere ({}), and the gateway has not said how much in the payment's currency.",
        account.reference,
        names(account)
    );
    raise(request, TaskCode::PaymentUnsure, account, &happened, at);
}

/// Raises the task, unless the request was refused: then it has nothing to send.
fn raise(request: &mut Request, code: TaskCode, account: &PaymentAccount, happened: &str, at: Timestamp) {
    if !request.status.is_refused() {
        request.raise(at, code, &account.reference, happened);
    }
}

/// Returns the gateway's names of the refunds that are out or on their way, separated by commas.
fn names(account: &PaymentAccount) -> String {
    let is_out = |known: &&OutsideRefund| known.status.counts();
    let name = |known: &OutsideRefund| match known.refund.as_str() {
        "" => "by the gateway's count".to_owned(),
        name => name.to_owned(),
    };
    account.outside.iter().filter(is_out).map(name).collect::<Vec<_>>().join(", ")
}

/// Adds a finding where part of a payment went back elsewhere before the request was checked.
pub fn add_findings(request: &mut Request, account: &PaymentAccount) {
    if account.is_unsure() {
        request.findings.push(Finding {
            code: FindingCode::PaymentRefundUnsure,
            severity: Severity::Warning,
            message: format!(
                "payment {} was refunded elsewhere ({}) and the gateway has not said how much: what is left of it counts as gone",
                account.reference,
                names(account)
            ),
        });
        return;
    }
    let Some(captured) = account.captured.filter(|_| account.outside_minor() > 0) else { return };
    let gone = Money { minor: account.outside_minor(), ..captured };
    request.findings.push(Finding {
        code: FindingCode::PaymentRefundedElsewhere,
        severity: Severity::Info,
        message: format!("{gone} of payment {} went back elsewhere and is not there any more", account.reference),
    });
}
