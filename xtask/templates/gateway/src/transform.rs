//! Orders into Example's requests, and its answers into outcomes and faults.

use std::time::SystemTime;

use contraflow_adapter_support::headers;
use contraflow_adapter_support::key::is_key;
use contraflow_adapter_support::minor_units::Decimals;
use contraflow_adapter_support::outbound::{Answer, header, quoted};
use http::StatusCode;
use serde::Serialize;

use crate::bindings::contract::{
    Decline, Fault, Money, Outcome, Refund, RefundOrder, RefundQuery, RefundStatus, Retry,
};
use crate::limits::MAX_PAYMENT_BYTES;

#[derive(Serialize)]
struct Order<'o> {
    payment: &'o str,
    amount: i64,
    currency: &'o str,
    /// By which it is found again.
    reference: &'o str,
}

/// Returns the body that orders a refund. Nothing that is out of form gets as far as here.
pub fn body(order: &RefundOrder) -> Result<Vec<u8>, Fault> {
    if !is_key(&order.key.value) {
        return Err(Fault::InvalidArgument("the key must be 1 to 64 characters of A-Z a-z 0-9 - _ .".into()));
    }
    if !is_payment(&order.payment) {
        return Err(Fault::InvalidArgument(format!("`{}` is no payment of Example's", order.payment)));
    }
    let body = Order {
        payment: &order.payment,
        amount: amount(&order.amount).map_err(Fault::InvalidArgument)?,
        currency: &order.amount.currency,
        reference: &order.key.value,
    };
    serde_json::to_vec(&body).map_err(|error| Fault::InvalidArgument(error.to_string()))
}

/// Returns where the refunds of a payment are listed.
pub fn list_path(query: &RefundQuery) -> Result<String, Fault> {
    if !is_payment(&query.payment) {
        return Err(Fault::InvalidArgument(format!("`{}` is no payment of Example's", query.payment)));
    }
    Ok(format!("/payments/{}/refunds", query.payment))
}

fn is_payment(payment: &str) -> bool {
    (1..=MAX_PAYMENT_BYTES).contains(&payment.len())
        && payment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Returns an amount in Example's unit: where its decimals are not those of ISO 4217, name the currencies here.
fn amount(money: &Money) -> Result<i64, String> {
    if money.minor <= 0 {
        return Err("the amount must be more than zero".into());
    }
    let decimals = Decimals::of(&money.currency, &[])?;
    decimals.to_vendor(money.minor).ok_or_else(|| format!("Example can't take this amount of {}", money.currency))
}

/// Returns what the answer to an order says.
pub fn outcome(order: &RefundOrder, answer: &Answer, now: SystemTime) -> Result<Outcome, Fault> {
    match answer.status() {
        StatusCode::OK | StatusCode::CREATED => refund(answer, &order.payment).map(Outcome::Accepted),
        StatusCode::BAD_REQUEST | StatusCode::PAYMENT_REQUIRED | StatusCode::UNPROCESSABLE_ENTITY => {
            Ok(Outcome::Declined(Decline { code: answer.status().as_str().into(), detail: said(answer) }))
        }
        _ => Err(fault(answer, now)),
    }
}

/// Returns what a look-up found under the query's key, on the last page as on the first.
pub fn found(query: &RefundQuery, answer: &Answer, now: SystemTime) -> Result<Option<Refund>, Fault> {
    match answer.status() {
        StatusCode::OK => refund(answer, &query.payment).map(Some),
        _ => Err(fault(answer, now)),
    }
}

/// Reads a refund. Whatever can't be read proves nothing.
fn refund(answer: &Answer, payment: &str) -> Result<Refund, Fault> {
    let _shape = |reference: String, amount: Money| Refund {
        reference,
        payment: payment.to_owned(),
        key: None,
        amount,
        status: RefundStatus::Pending,
        failure: None,
    };
    Err(Fault::OutcomeUnknown(format!(
        "gateway-example: write transform::refund, which reads a refund of Example's: {}",
        quoted(answer.body())
    )))
}

/// Returns what a refusal means. Only where surely nothing was done is it said so: a 5xx proves nothing.
fn fault(answer: &Answer, now: SystemTime) -> Fault {
    let detail = said(answer);
    match answer.status() {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Fault::Unauthorized(detail),
        StatusCode::TOO_MANY_REQUESTS => {
            let after_ms = header(answer, "retry-after").and_then(|value| headers::retry_after_ms(value, now));
            Fault::NotSent(Retry { detail, after_ms })
        }
        _ => Fault::OutcomeUnknown(detail),
    }
}

fn said(answer: &Answer) -> String {
    format!("Example answered {}: {}", answer.status(), quoted(answer.body()))
}
