//! What is sent and what answers mean, over hand-made answers of Stripe's documented shapes.

use std::time::UNIX_EPOCH;

use bytes::Bytes;

use super::*;
use crate::bindings::contract::{DisputeStatus, IdempotencyKey, Instant, Money, RefundStatus};
use crate::bindings::contraflow::types::values::RequestId;

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../tests/fixtures/", $name, ".json"))
    };
}

fn order(payment: &str, minor: i64, currency: &str) -> RefundOrder {
    RefundOrder {
        key: IdempotencyKey { value: "leg-1".into() },
        request: RequestId { value: "0199c7b0-0000-7000-8000-000000000001".into() },
        payment: payment.into(),
        amount: Money { minor, currency: currency.into() },
        reason: RefundReason::RequestedByCustomer,
    }
}

fn query() -> RefundQuery {
    RefundQuery {
        key: IdempotencyKey { value: "leg-1".into() },
        payment: "ch_3PkTvWA1".into(),
        reference: None,
        sent_at: Instant { unix_ms: 1_760_000_000_000 },
    }
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut builder = http::Response::builder().status(status).header("request-id", "req_1");
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(Bytes::copy_from_slice(body.as_bytes())).expect("an answer")
}

fn outcome_of(status: u16, headers: &[(&str, &str)], body: &str) -> Result<Outcome, Fault> {
    outcome(&order("ch_3PkTvWA1", 11_900, "EUR"), &answer(status, headers, body), UNIX_EPOCH)
}

fn accepted(body: &str) -> Refund {
    match outcome_of(200, &[], body) {
        Ok(Outcome::Accepted(refund)) => refund,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_order_is_a_form_with_its_key_in_the_metadata() {
    let sent = |payment, minor, currency| order_form(&order(payment, minor, currency)).expect("a form");
    assert_eq!(
        sent("ch_3PkTvWA1", 11_900, "EUR"),
        "charge=ch_3PkTvWA1&amount=11900&metadata%5Bcontraflow_key%5D=leg-1\
         &metadata%5Bcontraflow_request%5D=0199c7b0-0000-7000-8000-000000000001"
    );
    assert!(sent("pi_3PkTvWA1", 1_000, "JPY").starts_with("payment_intent=pi_3PkTvWA1&amount=1000&"));
    assert!(sent("py_3PkTvWA1", 5, "ISK").starts_with("charge=py_3PkTvWA1&amount=500&"));
}

#[test]
fn a_reason_is_sent_only_when_the_order_gives_another_than_stripes_default() {
    let sent = |reason| order_form(&RefundOrder { reason, ..order("ch_1", 1, "EUR") }).expect("a form");
    assert!(!sent(RefundReason::RequestedByCustomer).contains("reason"));
    assert!(sent(RefundReason::Duplicate).ends_with("&reason=duplicate"));
    assert!(sent(RefundReason::Fraud).ends_with("&reason=fraudulent"));
}

#[test]
fn what_stripe_could_not_take_is_never_sent() {
    for (payment, minor, currency) in [
        ("tr_1", 1, "EUR"),
        ("ch", 1, "EUR"),
        ("ch_1&amount=9", 1, "EUR"),
        ("", 1, "EUR"),
        ("ch_1", 0, "EUR"),
        ("ch_1", -5, "EUR"),
        ("ch_1", 5_124, "KWD"),
    ] {
        let sent = order_form(&order(payment, minor, currency));
        assert!(matches!(sent, Err(Fault::InvalidArgument(_))), "{payment} {minor} {currency}: {sent:?}");
    }
    let mut spaced = order("ch_1", 1, "EUR");
    spaced.key.value = "leg 1".into();
    assert!(matches!(order_form(&spaced), Err(Fault::InvalidArgument(_))));
}

#[test]
fn a_refund_is_read_with_the_callers_name_for_its_payment() {
    let refund = accepted(fixture!("refund_succeeded"));
    assert_eq!(
        refund,
        Refund {
            reference: "re_3PkTvWA1".into(),
            payment: "ch_3PkTvWA1".into(),
            key: Some(IdempotencyKey { value: "leg-1".into() }),
            amount: Money { minor: 11_900, currency: "EUR".into() },
            status: RefundStatus::Succeeded,
            failure: None,
        }
    );
    assert_eq!(accepted(fixture!("refund_requires_action")).payment, "pi_3PkTvWA1");
}

#[test]
fn every_status_is_told_and_an_unknown_one_is_pending() {
    assert_eq!(accepted(fixture!("refund_pending")).status, RefundStatus::Pending);
    assert_eq!(accepted(fixture!("refund_requires_action")).status, RefundStatus::RequiresAction);
    let failed = accepted(fixture!("refund_failed"));
    assert_eq!((failed.status, failed.failure.as_deref()), (RefundStatus::Failed, Some("lost_or_stolen_card")));
    for (word, status) in [
        ("\"canceled\"", RefundStatus::Canceled),
        ("\"paused\"", RefundStatus::Pending),
        ("null", RefundStatus::Pending),
    ] {
        let body = fixture!("refund_succeeded").replace("\"succeeded\"", word);
        assert_eq!(accepted(&body).status, status, "{word}");
    }
}

#[test]
fn a_replayed_answer_was_accepted_before() {
    let replayed = outcome_of(200, &[("Idempotent-Replayed", "true")], fixture!("refund_succeeded"));
    assert!(matches!(replayed, Ok(Outcome::AlreadyAccepted(_))), "{replayed:?}");
}

#[test]
fn refusals_of_the_refund_are_declines() {
    for (status, body, code) in [
        (400, fixture!("error_charge_already_refunded"), "charge_already_refunded"),
        (400, fixture!("error_amount_too_large"), "invalid_request_error"),
        (404, fixture!("error_no_such_charge"), "resource_missing"),
    ] {
        match outcome_of(status, &[], body) {
            Ok(Outcome::Declined(decline)) => {
                assert_eq!(decline.code, code);
                assert!(decline.detail.ends_with(&format!("(Stripe {status}, req_1)")), "{}", decline.detail);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn refusals_of_the_call_are_faults() {
    let fault = |status, body| outcome_of(status, &[], body).expect_err("a fault");
    assert!(matches!(fault(400, fixture!("error_key_reused")), Fault::KeyReusedWithDifferentInput(_)));
    assert!(matches!(fault(400, fixture!("error_parameter")), Fault::InvalidArgument(_)));
    assert!(matches!(fault(401, fixture!("error_authentication")), Fault::Unauthorized(_)));
    assert!(matches!(fault(403, fixture!("error_authentication")), Fault::Unauthorized(_)));
    match outcome_of(429, &[("Retry-After", "2")], fixture!("error_rate_limit")) {
        Err(Fault::NotSent(retry)) => assert_eq!(retry.after_ms, Some(2_000)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn whatever_proves_nothing_is_unknown() {
    for (status, body) in [
        (500, fixture!("error_api")),
        (502, "<html>Bad Gateway</html>"),
        (503, ""),
        (400, fixture!("error_api")),
        (400, "not from Stripe"),
        (404, "<html>Not Found</html>"),
        (302, ""),
        (200, ""),
        (200, "{\"id\":\"re_1\""),
        (200, "{\"object\":\"refund\"}"),
        // The call that holds the key may yet pay.
        (409, fixture!("error_key_in_use")),
    ] {
        let outcome = outcome_of(status, &[], body);
        assert!(matches!(outcome, Err(Fault::OutcomeUnknown(_))), "{status} {body}: {outcome:?}");
    }
}

#[test]
fn the_oldest_refund_under_the_key_is_found() {
    let page = page(&query(), &answer(200, &[], fixture!("list_last_page")), UNIX_EPOCH).expect("a page");
    assert_eq!(page.found.map(|refund| refund.reference).as_deref(), Some("re_3PkTvWA1"));
    assert_eq!(page.next, None);
}

#[test]
fn a_page_without_it_leads_to_the_next() {
    let page = page(&query(), &answer(200, &[], fixture!("list_more")), UNIX_EPOCH).expect("a page");
    assert_eq!(page.found, None);
    let next = page.next.expect("another page");
    assert_eq!(
        list_path(&query(), Some(&next)).expect("a path"),
        "/v1/refunds?charge=ch_3PkTvWA1&limit=100&starting_after=re_3PkTvWA8"
    );
}

#[test]
fn a_list_that_cannot_be_read_proves_nothing() {
    for (status, body) in [
        (404, fixture!("error_no_such_charge")),
        (500, fixture!("error_api")),
        (200, "{\"data\":[]}"),
        (200, "{\"data\":[],\"has_more\":true}"),
        (200, "[]"),
    ] {
        let page = page(&query(), &answer(status, &[], body), UNIX_EPOCH);
        assert!(matches!(page, Err(Fault::OutcomeUnknown(_))), "{status} {body}: {page:?}");
    }
}

#[test]
fn a_reference_finds_its_refund_unless_it_has_another_key() {
    let mut query = query();
    let known = answer(200, &[], fixture!("refund_succeeded"));
    assert!(one(&query, &known, UNIX_EPOCH).expect("a refund").is_some());
    assert_eq!(one(&query, &answer(404, &[], fixture!("error_no_such_charge")), UNIX_EPOCH), Ok(None));
    query.key.value = "leg-2".into();
    assert!(matches!(one(&query, &known, UNIX_EPOCH), Err(Fault::OutcomeUnknown(_))));
    assert!(matches!(refund_path("re_1/cancel"), Err(Fault::InvalidArgument(_))));
    assert_eq!(refund_path("re_1").as_deref(), Ok("/v1/refunds/re_1"));
}

#[test]
fn a_dispute_is_asked_for_by_its_name_and_stands_where_stripe_says() {
    assert_eq!(dispute_path("du_1PkTvW").expect("a path"), "/v1/disputes/du_1PkTvW");
    assert!(matches!(dispute_path("du_1/close"), Err(Fault::InvalidArgument(_))));
    let said = |status: u16, body: &str, dispute: &str, payment: &str| {
        standing(dispute, payment, &answer(status, &[], body), UNIX_EPOCH)
    };
    for payment in ["ch_3PkTvWA1", "pi_3PkTvWA1"] {
        let won = said(200, fixture!("dispute_won"), "du_1PkTvW", payment);
        assert_eq!(won, Ok(Standing::Stands(DisputeStatus::Won)), "{payment}");
    }
    assert_eq!(said(404, fixture!("error_no_such_dispute"), "du_1PkTvW", "ch_3PkTvWA1"), Ok(Standing::Absent));
    for (status, body, dispute, payment) in [
        (200, fixture!("dispute_won"), "du_1PkTvW", "ch_other"),
        (200, fixture!("dispute_won"), "du_other", "ch_3PkTvWA1"),
        (200, "{}", "du_1PkTvW", "ch_3PkTvWA1"),
        (404, "<html>", "du_1PkTvW", "ch_3PkTvWA1"),
        (500, fixture!("error_api"), "du_1PkTvW", "ch_3PkTvWA1"),
        (401, fixture!("error_authentication"), "du_1PkTvW", "ch_3PkTvWA1"),
    ] {
        assert!(said(status, body, dispute, payment).is_err(), "{status} {dispute} {payment}");
    }
}
