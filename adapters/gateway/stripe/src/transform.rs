//! Orders into Stripe's requests, and its answers into outcomes and faults.

use std::time::SystemTime;

use contraflow_adapter_support::key::is_key;
use contraflow_adapter_support::outbound::{Answer, header, quoted};
use contraflow_adapter_support::{headers, json};
use http::StatusCode;

use crate::amounts;
use crate::bindings::contract::{
    Decline, Fault, Outcome, Refund, RefundOrder, RefundQuery, RefundReason, Retry, Standing,
};
use crate::limits::{MAX_ID_BYTES, PAGE_SIZE};
use crate::objects::{DisputeObject, ErrorAnswer, RefundList, RefundObject};

/// Returns the form that orders a refund (<https://docs.stripe.com/api/refunds/create>). No currency: a refund has its
/// charge's.
pub fn order_form(order: &RefundOrder) -> Result<String, Fault> {
    if !is_key(&order.key.value) {
        return Err(Fault::InvalidArgument("the key must be 1 to 64 characters of A-Z a-z 0-9 - _ .".into()));
    }
    let amount = amounts::to_stripe(&order.amount).map_err(Fault::InvalidArgument)?;
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair(payment_field(&order.payment)?, &order.payment)
        .append_pair("amount", &amount.to_string())
        .append_pair("metadata[contraflow_key]", &order.key.value)
        .append_pair("metadata[contraflow_request]", &order.request.value);
    match order.reason {
        // Stripe's own default.
        RefundReason::RequestedByCustomer => {}
        RefundReason::Duplicate => {
            form.append_pair("reason", "duplicate");
        }
        // Puts the card and the e-mail address on Stripe's block lists.
        RefundReason::Fraud => {
            form.append_pair("reason", "fraudulent");
        }
    }
    Ok(form.finish())
}

/// Returns the path of one page of a payment's refunds (<https://docs.stripe.com/api/refunds/list>). It is not bounded
/// in time: a payment has few refunds, and a clock that is off would hide one.
pub fn list_path(query: &RefundQuery, after: Option<&str>) -> Result<String, Fault> {
    let mut parameters = form_urlencoded::Serializer::new(String::new());
    parameters.append_pair(payment_field(&query.payment)?, &query.payment).append_pair("limit", &PAGE_SIZE.to_string());
    if let Some(after) = after {
        parameters.append_pair("starting_after", after);
    }
    Ok(format!("/v1/refunds?{}", parameters.finish()))
}

/// Returns the path of one refund.
pub fn refund_path(reference: &str) -> Result<String, Fault> {
    path_of("refunds", reference)
}

/// Returns the path of one dispute (<https://docs.stripe.com/api/disputes/retrieve>).
pub fn dispute_path(dispute: &str) -> Result<String, Fault> {
    path_of("disputes", dispute)
}

fn path_of(kind: &str, id: &str) -> Result<String, Fault> {
    if is_id(id) {
        Ok(format!("/v1/{kind}/{id}"))
    } else {
        Err(Fault::InvalidArgument(format!("`{id}` is no id of Stripe's")))
    }
}

fn payment_field(payment: &str) -> Result<&'static str, Fault> {
    let field = match payment.split_once('_') {
        Some(("pi", _)) => "payment_intent",
        Some(("ch" | "py", _)) => "charge",
        _ => "",
    };
    if field.is_empty() || !is_id(payment) {
        return Err(Fault::InvalidArgument(format!(
            "`{payment}` is no payment of Stripe's: `pi_…`, `ch_…` or `py_…` is expected"
        )));
    }
    Ok(field)
}

fn is_id(text: &str) -> bool {
    (1..=MAX_ID_BYTES).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Returns what the answer to an order says.
pub fn outcome(order: &RefundOrder, answer: &Answer, now: SystemTime) -> Result<Outcome, Fault> {
    if answer.status() != StatusCode::OK {
        return match refusal(answer, now) {
            Refusal::Declined(decline) => Ok(Outcome::Declined(decline)),
            Refusal::Fault(fault) => Err(fault),
        };
    }
    let refund = read::<RefundObject>(answer)?.into_refund(&order.payment).map_err(Fault::OutcomeUnknown)?;
    // Stripe answers a key that it knows with what it answered first, and marks it
    // (https://docs.stripe.com/api/idempotent_requests).
    if header(answer, "idempotent-replayed") == Some("true") {
        Ok(Outcome::AlreadyAccepted(refund))
    } else {
        Ok(Outcome::Accepted(refund))
    }
}

/// Returns the refund that was asked for by its reference; `None` where Stripe knows no such refund.
pub fn one(query: &RefundQuery, answer: &Answer, now: SystemTime) -> Result<Option<Refund>, Fault> {
    if answer.status() == StatusCode::NOT_FOUND {
        return Ok(None);
    }
    let refund = expect_ok::<RefundObject>(answer, now)?;
    if refund.key().is_some_and(|key| key != query.key.value) {
        return Err(Fault::OutcomeUnknown(format!(
            "{} was made under another key than {}",
            refund.id, query.key.value
        )));
    }
    refund.into_refund(&query.payment).map(Some).map_err(Fault::OutcomeUnknown)
}

/// Returns where a dispute of this payment stands. What has another name, or is of another payment, says nothing of it.
pub fn standing(dispute: &str, payment: &str, answer: &Answer, now: SystemTime) -> Result<Standing, Fault> {
    if answer.status() == StatusCode::NOT_FOUND && is_missing(answer) {
        return Ok(Standing::Absent);
    }
    let found = expect_ok::<DisputeObject>(answer, now)?;
    let names = found.payment();
    if found.id != dispute || names.first != payment && !names.aliases.iter().any(|name| name == payment) {
        return Err(Fault::OutcomeUnknown(format!(
            "asked for {dispute} of {payment}, Stripe answers with {} of {}",
            found.id, names.first
        )));
    }
    Ok(Standing::Stands(found.status()))
}

/// Tells whether Stripe itself says that there is no such object: not every 404 is Stripe's.
fn is_missing(answer: &Answer) -> bool {
    let error = json::read::<ErrorAnswer>(answer.body()).ok();
    error.and_then(|body| body.error.code).as_deref() == Some("resource_missing")
}

/// One page of a payment's refunds.
#[derive(Debug)]
pub struct Page {
    /// The oldest refund on it under the key that was asked for.
    pub found: Option<Refund>,
    /// After which refund the next page begins; `None` on the last.
    pub next: Option<String>,
}

/// Reads one page.
pub fn page(query: &RefundQuery, answer: &Answer, now: SystemTime) -> Result<Page, Fault> {
    let list = expect_ok::<RefundList>(answer, now)?;
    let next = match (list.has_more, list.data.last()) {
        (false, _) => None,
        (true, Some(last)) => Some(last.id.clone()),
        (true, None) => return Err(Fault::OutcomeUnknown("Stripe says that more follows an empty page".into())),
    };
    // Where a server ignored the key there are several; the first that was made is the one that stands.
    let found = list.data.into_iter().rfind(|refund| refund.key() == Some(query.key.value.as_str()));
    let found = found.map(|refund| refund.into_refund(&query.payment)).transpose().map_err(Fault::OutcomeUnknown)?;
    Ok(Page { found, next })
}

fn expect_ok<T: serde::de::DeserializeOwned>(answer: &Answer, now: SystemTime) -> Result<T, Fault> {
    if answer.status() == StatusCode::OK {
        return read(answer);
    }
    Err(match refusal(answer, now) {
        Refusal::Fault(fault) => fault,
        // A payment that these credentials cannot see proves nothing about its refunds.
        Refusal::Declined(decline) => Fault::OutcomeUnknown(format!("{}: {}", decline.code, decline.detail)),
    })
}

fn read<T: serde::de::DeserializeOwned>(answer: &Answer) -> Result<T, Fault> {
    json::read(answer.body()).map_err(|fault| {
        Fault::OutcomeUnknown(format!("Stripe's answer could not be read: {} at `{}`", fault.detail, fault.pointer))
    })
}

enum Refusal {
    Declined(Decline),
    Fault(Fault),
}

/// Returns what a refusal means (<https://docs.stripe.com/api/errors>). A 5xx proves nothing, and neither does a
/// conflict: a call under the same key is still running and may yet pay.
fn refusal(answer: &Answer, now: SystemTime) -> Refusal {
    let error = json::read::<ErrorAnswer>(answer.body()).ok().map(|body| body.error);
    let words = error.as_ref().and_then(|error| error.message.clone()).unwrap_or_else(|| quoted(answer.body()));
    let detail = match header(answer, "request-id") {
        Some(request) => format!("{words} (Stripe {}, {request})", answer.status().as_u16()),
        None => format!("{words} (Stripe {})", answer.status().as_u16()),
    };
    let status = answer.status();
    let (kind, code) = error.map(|error| (error.kind, error.code)).unwrap_or_default();
    Refusal::Fault(match (status, kind.as_str()) {
        (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => Fault::Unauthorized(detail),
        (StatusCode::TOO_MANY_REQUESTS, _) => {
            let after_ms = header(answer, "retry-after").and_then(|value| headers::retry_after_ms(value, now));
            Fault::NotSent(Retry { detail, after_ms })
        }
        (StatusCode::BAD_REQUEST, "idempotency_error") => Fault::KeyReusedWithDifferentInput(detail),
        (
            StatusCode::BAD_REQUEST | StatusCode::PAYMENT_REQUIRED | StatusCode::NOT_FOUND,
            "card_error" | "invalid_request_error",
        ) => match code {
            Some(code) if code.starts_with("parameter_") => Fault::InvalidArgument(detail),
            code => return Refusal::Declined(Decline { code: code.unwrap_or(kind), detail }),
        },
        _ => Fault::OutcomeUnknown(detail),
    })
}

#[cfg(test)]
#[path = "transform_tests.rs"]
mod tests;
