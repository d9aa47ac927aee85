//! What is sent and what answers mean, over hand-made answers of the shapes that Adyen documents.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::bindings::contract::Money;
use crate::bindings::contraflow::types::values::Instant;
use crate::bindings::contraflow::types::values::{IdempotencyKey, RequestId};

/// As long as keys of contraflow are.
const KEY: &str = "0199c7b0-0000-7000-8000-000000000001-l12";

fn order(payment: &str, minor: i64, currency: &str) -> RefundOrder {
    RefundOrder {
        key: IdempotencyKey { value: KEY.into() },
        request: RequestId { value: "0199c7b0-0000-7000-8000-000000000001".into() },
        payment: payment.into(),
        amount: Money { minor, currency: currency.into() },
        reason: RefundReason::RequestedByCustomer,
    }
}

fn outcome_of(status: u16, headers: &[(&str, &str)], body: &str) -> Result<Outcome, Fault> {
    let mut builder = http::Response::builder().status(status);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let answer = builder.body(Bytes::copy_from_slice(body.as_bytes())).expect("an answer");
    outcome(&order("PAYMENT000000001", 5_950, "EUR"), &answer, UNIX_EPOCH)
}

fn error(code: &str, kind: &str, message: &str) -> String {
    json!({"status": 422, "errorCode": code, "message": message, "errorType": kind, "pspReference": "X"}).to_string()
}

fn received() -> Value {
    json!({
        "merchantAccount": "Nordlicht", "paymentPspReference": "PAYMENT000000001", "pspReference": "REFUND0000000001",
        "reference": KEY, "status": "received", "amount": {"currency": "EUR", "value": 5_950},
    })
}

#[test]
fn an_order_carries_its_key_as_its_reference_and_adyens_amount() {
    let sent = |order: &RefundOrder| -> Value {
        serde_json::from_slice(&body(order, "Nordlicht").expect("a body")).expect("JSON")
    };
    let mut order = order("PAYMENT000000001", 59_500, "ISK");
    assert_eq!(path(&order).as_deref(), Ok("/payments/PAYMENT000000001/refunds"));
    assert_eq!(
        sent(&order),
        json!({"merchantAccount": "Nordlicht", "amount": {"value": 5_950_000, "currency": "ISK"}, "reference": KEY,
               "merchantRefundReason": "CUSTOMER REQUEST"})
    );
    for (reason, word) in [(RefundReason::Duplicate, "DUPLICATE"), (RefundReason::Fraud, "FRAUD")] {
        order.reason = reason;
        assert_eq!(sent(&order)["merchantRefundReason"], word);
    }
}

#[test]
fn what_adyen_could_not_take_is_never_sent() {
    for payment in ["", "ch_1", "A/../B", "A?b", "ä", &"A".repeat(65)] {
        assert!(matches!(path(&order(payment, 1, "EUR")), Err(Fault::InvalidArgument(_))), "{payment}");
    }
    for (minor, currency) in [(0, "EUR"), (-5, "EUR"), (1_050, "IDR"), (1, "MGA"), (1, "XQX")] {
        let sent = body(&order("P", minor, currency), "Nordlicht");
        assert!(matches!(sent, Err(Fault::InvalidArgument(_))), "{minor} {currency}: {sent:?}");
    }
    for key in ["", "leg 1", &"k".repeat(65)] {
        let mut order = order("P", 1, "EUR");
        order.key.value = key.into();
        assert!(matches!(body(&order, "Nordlicht"), Err(Fault::InvalidArgument(_))), "{key}");
    }
}

#[test]
fn what_was_received_is_pending_whatever_else_is_said() {
    for status in [200, 201] {
        match outcome_of(status, &[], &received().to_string()) {
            Ok(Outcome::Accepted(refund)) => {
                assert_eq!(refund.status, RefundStatus::Pending);
                assert_eq!(
                    (refund.reference.as_str(), refund.payment.as_str()),
                    ("REFUND0000000001", "PAYMENT000000001")
                );
                assert_eq!(refund.key.map(|key| key.value).as_deref(), Some(KEY));
                assert_eq!(refund.amount, Money { minor: 5_950, currency: "EUR".into() });
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_refusal_of_the_refund_is_a_decline_with_adyens_code() {
    for (status, code, kind) in [(422, "137", "validation"), (422, "167", "validation"), (400, "702", "validation")] {
        match outcome_of(status, &[("pspReference", "REQ1")], &error(code, kind, "Invalid amount specified")) {
            Ok(Outcome::Declined(decline)) => {
                assert_eq!(decline.code, code);
                assert_eq!(decline.detail, format!("Invalid amount specified (Adyen {status} {code}, REQ1)"));
            }
            other => panic!("{status} {code}: {other:?}"),
        }
    }
}

#[test]
fn a_refusal_of_the_call_is_a_matter_of_the_set_up() {
    for (status, body) in [
        (401, error("000", "security", "HTTP Status Response - Unauthorized")),
        (403, error("901", "security", "Invalid Merchant Account")),
        (401, "<html>".into()),
        (404, "<html>".into()),
    ] {
        assert!(matches!(outcome_of(status, &[], &body), Err(Fault::Unauthorized(_))), "{status} {body}");
    }
}

#[test]
fn not_sent_is_only_what_surely_did_nothing() {
    let busy = outcome_of(429, &[("Retry-After", "3")], "");
    assert!(matches!(&busy, Err(Fault::NotSent(retry)) if retry.after_ms == Some(3_000)), "{busy:?}");
    let transient = [("transient-error", "true")];
    let store = error("703", "internal", "required resource temporarily unavailable");
    assert!(matches!(outcome_of(503, &transient, &store), Err(Fault::NotSent(_))));
    // Two orders under one key at once: the other one may pay.
    let in_progress = error("704", "validation", "request already processed or in progress");
    for (status, headers, body) in [
        (503, &[][..], store.as_str()),
        (503, &[], "<html>"),
        (500, &[], error("905", "internal", "Failed").as_str()),
        (500, &transient, ""),
        (502, &[], "<html>"),
        (409, &transient, &in_progress),
        (409, &[], ""),
        (422, &transient, &in_progress),
        (422, &[], &in_progress),
        (422, &[], "<html>"),
        (422, &[], &error("5", "internal", "?")),
        (302, &[], ""),
        (201, &[], ""),
        (201, &[], "{\"pspReference\":\"R\"}"),
        (201, &[], &received().to_string().replace(KEY, "another")),
        (201, &[], &received().to_string().replace("EUR", "MGA")),
    ] {
        let outcome = outcome_of(status, headers, body);
        assert!(matches!(outcome, Err(Fault::OutcomeUnknown(_))), "{status} {body}: {outcome:?}");
    }
}

#[test]
fn the_webhook_is_waited_for_before_an_order_may_be_given_again() {
    let mut query = RefundQuery {
        key: IdempotencyKey { value: KEY.into() },
        payment: "PAYMENT000000001".into(),
        reference: None,
        sent_at: Instant { unix_ms: 1_000_000 },
    };
    let after = |ms: u64| UNIX_EPOCH + Duration::from_millis(1_000_000 + ms);
    assert!(awaits_news(&query, after(0)));
    assert!(awaits_news(&query, after(NEWS_FIRST_MS - 1)));
    assert!(!awaits_news(&query, after(NEWS_FIRST_MS)));
    query.reference = Some("REFUND0000000001".into());
    assert!(!awaits_news(&query, after(0)), "its name is known, so Adyen has it");
}
