//! Orders into Adyen's requests, and its answers into outcomes and faults.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use contraflow_adapter_support::key::is_key;
use contraflow_adapter_support::outbound::{Answer, header, quoted};
use contraflow_adapter_support::{headers, json};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::amounts;
use crate::bindings::contract::{
    Decline, Fault, Outcome, Refund, RefundOrder, RefundQuery, RefundReason, RefundStatus, Retry,
};
use crate::limits::{MAX_REFERENCE_BYTES, NEWS_FIRST_MS};

/// Another order under the same key is still under way
/// (<https://docs.adyen.com/development-resources/api-idempotency>).
const IN_PROGRESS: &str = "704";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Order<'o> {
    merchant_account: &'o str,
    amount: OrderAmount<'o>,
    reference: &'o str,
    merchant_refund_reason: &'static str,
}

#[derive(Serialize)]
struct OrderAmount<'o> {
    value: i64,
    currency: &'o str,
}

/// Returns where a refund of the order's payment is ordered.
pub fn path(order: &RefundOrder) -> Result<String, Fault> {
    let payment = &order.payment;
    let is_reference =
        (1..=MAX_REFERENCE_BYTES).contains(&payment.len()) && payment.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_reference {
        return Err(Fault::InvalidArgument(format!(
            "`{payment}` is no payment of Adyen's: its PSP reference is expected, letters and digits alone"
        )));
    }
    Ok(format!("/payments/{payment}/refunds"))
}

/// Returns the body that orders a refund
/// (<https://docs.adyen.com/api-explorer/Checkout/72/post/payments/(paymentPspReference)/refunds>).
pub fn body(order: &RefundOrder, merchant_account: &str) -> Result<Bytes, Fault> {
    if !is_key(&order.key.value) {
        return Err(Fault::InvalidArgument("the key must be 1 to 64 characters of A-Z a-z 0-9 - _ .".into()));
    }
    let value = amounts::to_adyen(&order.amount).map_err(Fault::InvalidArgument)?;
    let body = Order {
        merchant_account,
        amount: OrderAmount { value, currency: &order.amount.currency },
        reference: &order.key.value,
        merchant_refund_reason: match order.reason {
            RefundReason::RequestedByCustomer => "CUSTOMER REQUEST",
            RefundReason::Duplicate => "DUPLICATE",
            RefundReason::Fraud => "FRAUD",
        },
    };
    let body = serde_json::to_vec(&body).map_err(|error| Fault::InvalidArgument(error.to_string()))?;
    Ok(Bytes::from(body))
}

/// Tells whether the webhook of an order whose answer was lost may well be on its way.
pub fn awaits_news(query: &RefundQuery, now: SystemTime) -> bool {
    let now_ms = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    query.reference.is_none() && now_ms < u128::from(query.sent_at.unix_ms.saturating_add(NEWS_FIRST_MS))
}

/// Adyen's answer where it takes an order. Its status is always `received`: nothing is decided.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Received {
    psp_reference: String,
    payment_psp_reference: Option<String>,
    reference: Option<String>,
    amount: Amount,
}

#[derive(Deserialize)]
struct Amount {
    value: i64,
    currency: String,
}

/// Adyen's answer where it takes none.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refused {
    error_code: Option<String>,
    error_type: Option<String>,
    message: Option<String>,
}

/// Returns what the answer to an order says.
pub fn outcome(order: &RefundOrder, answer: &Answer, now: SystemTime) -> Result<Outcome, Fault> {
    if !matches!(answer.status(), StatusCode::OK | StatusCode::CREATED) {
        return refusal(answer, now);
    }
    let received: Received = json::read(answer.body()).map_err(|fault| {
        Fault::OutcomeUnknown(format!("Adyen's answer could not be read: {} at `{}`", fault.detail, fault.pointer))
    })?;
    if let Some(other) = received.reference.filter(|reference| *reference != order.key.value) {
        return Err(Fault::OutcomeUnknown(format!("Adyen answered for another order: `{other}`")));
    }
    let amount =
        amounts::from_adyen(received.amount.value, &received.amount.currency).map_err(Fault::OutcomeUnknown)?;
    // Adyen answers a key that it knows with what it answered first, whatever is asked under it now.
    if amount != order.amount || received.payment_psp_reference.is_some_and(|payment| payment != order.payment) {
        return Err(Fault::KeyReusedWithDifferentInput(format!(
            "Adyen made the refund {} under the key `{}` before, of another amount or payment",
            received.psp_reference, order.key.value
        )));
    }
    Ok(Outcome::Accepted(Refund {
        reference: received.psp_reference,
        payment: order.payment.clone(),
        key: Some(order.key.clone()),
        amount,
        status: RefundStatus::Pending,
        failure: None,
    }))
}

/// Returns what a refusal means (<https://docs.adyen.com/development-resources/response-handling>). Only where surely
/// nothing was done is it said so: a conflict means that a call under the same key is under way, and a 5xx proves
/// nothing unless Adyen marks it as a transient error, "a temporary error that has no side effects".
fn refusal(answer: &Answer, now: SystemTime) -> Result<Outcome, Fault> {
    let body: Option<Refused> = json::read(answer.body()).ok();
    let is_adyens = body.as_ref().is_some_and(|body| body.error_code.is_some() || body.message.is_some());
    let Refused { error_code, error_type, message } = body.unwrap_or_default();
    let code = error_code.unwrap_or_default();
    let status = answer.status();
    let words = message.unwrap_or_else(|| quoted(answer.body()));
    let detail = match header(answer, "pspreference") {
        Some(reference) => format!("{words} (Adyen {} {code}, {reference})", status.as_u16()),
        None => format!("{words} (Adyen {} {code})", status.as_u16()),
    };
    let is_transient = header(answer, "transient-error").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let after_ms = header(answer, "retry-after").and_then(|value| headers::retry_after_ms(value, now));
    Err(match status {
        _ if code == IN_PROGRESS => Fault::OutcomeUnknown(detail),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Fault::Unauthorized(detail),
        StatusCode::NOT_FOUND => Fault::Unauthorized(format!(
            "nothing is at this address: see that `adyen_api_url` and `adyen_api_path` lead to the Checkout API: {detail}"
        )),
        StatusCode::TOO_MANY_REQUESTS => Fault::NotSent(Retry { detail, after_ms }),
        StatusCode::SERVICE_UNAVAILABLE if is_transient => Fault::NotSent(Retry { detail, after_ms }),
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY
            if is_adyens && !is_transient && error_type.as_deref() != Some("internal") =>
        {
            return Ok(Outcome::Declined(Decline { code, detail }));
        }
        _ => Fault::OutcomeUnknown(detail),
    })
}

#[cfg(test)]
#[path = "transform_tests.rs"]
mod tests;
