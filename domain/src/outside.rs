//! Refunds that something else made: on the gateway's own pages, by another system. They are no legs, and what they took of a payment is
//! not there for legs any more.

use crate::account::{OutsideRefund, PaymentAccount};
use crate::lifecycle::Machine as _;
use crate::lifecycle::leg::{LegEvent, LegStatus};
use crate::limits;
use crate::money::Money;
use crate::request::{Finding, Request, Severity};
use crate::reversal::Standing;
use crate::time::Timestamp;

const DIFFERENCE: &str = "payment.difference";

/// Takes news of a refund that is no leg's into the payment's account and says whether anything changed. It is a fact, so no guard refuses
/// it; news in another order mean the same, and where they contradict each other the money counts as gone.
pub fn hear(account: &mut PaymentAccount, refund: &str, amount: Money, standing: Standing) -> bool {
    let event = standing.event();
    if account.captured.is_some_and(|captured| captured.currency != amount.currency) {
        return false;
    }
    if let Some(known) = account.outside.iter_mut().find(|known| known.refund == refund) {
        let otherwise = if event == LegEvent::Succeed { LegStatus::Succeeded } else { known.status };
        let next = known.status.next(event).unwrap_or(otherwise);
        return std::mem::replace(&mut known.status, next) != next;
    }
    if account.outside.len() >= limits::CLAIMS {
        return false;
    }
    let status = LegStatus::Submitting.next(event).unwrap_or(LegStatus::Pending);
    account.outside.push(OutsideRefund { refund: refund.into(), amount, status });
    true
}

/// The refund turned out to be a leg's own, which is counted already. False when the account had it not.
pub fn forget(account: &mut PaymentAccount, refund: &str) -> bool {
    let before = account.outside.len();
    account.outside.retain(|known| known.refund != refund);
    account.outside.len() < before
}

/// Tells a request with money on the payment when more of it is gone than was captured, and takes that back when it is no longer so.
pub fn follow(request: &mut Request, account: &PaymentAccount, at: Timestamp) {
    let over = account.captured.map(|captured| Money { minor: account.over_minor(), ..captured });
    let Some(over) = over.filter(|over| over.minor > 0 && account.outside_minor() > 0) else {
        request.tasks.retain(|task| task.code != DIFFERENCE || task.subject != account.reference);
        return;
    };
    let names: Vec<_> =
        account.outside.iter().filter(|known| known.status.counts()).map(|known| &*known.refund).collect();
    let detail = format!(
        "Payment {} was also refunded elsewhere ({}): with what is counted here that is {over} more than was captured. \
         Find out who made it; what was not sent yet waits.",
        account.reference,
        names.join(", ")
    );
    request.raise(at, DIFFERENCE, &account.reference, detail);
}

/// A finding where part of a payment went back elsewhere before the request was checked.
pub fn find(request: &mut Request, account: &PaymentAccount) {
    let Some(captured) = account.captured.filter(|_| account.outside_minor() > 0) else { return };
    let gone = Money { minor: account.outside_minor(), ..captured };
    request.findings.push(Finding {
        code: "payment.refunded_elsewhere".into(),
        severity: Severity::Info,
        message: format!("{gone} of payment {} went back elsewhere and is not there any more", account.reference),
    });
}
