//! What goes wrong between us and Stripe: an outcome is unknown unless it is proven.

use serde_json::json;

use super::{Stripe, before};
use crate::harness::running::{Conditions, fault};
use crate::harness::wire::{Wire, answer};
use crate::suites::gateway::{Adapter, Gateway as _, KEY, order, query, refund};

const REFUND: &str = r#"{"id":"re_1","object":"refund","amount":1250,"currency":"eur","charge":"ch_1","payment_intent":null,
    "status":"pending","metadata":{"contraflow_key":"leg-1"}}"#;

#[tokio::test]
async fn the_request_is_what_stripe_documents() {
    let wire = Wire::says(vec![answer("200 OK", "", REFUND)]).await;
    let stripe = before(&wire.url);
    let made = refund(&stripe.submit(&order(KEY, "ch_1", 1_250, "EUR")).await, "Accepted");
    assert_eq!(made["status"], "Pending");
    let seen = wire.seen();
    let (head, body) = seen[0].split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("POST /v1/refunds HTTP/1.1"));
    let mut headers: Vec<_> = lines.map(|line| line.split_once(": ").unwrap()).collect();
    // The host's own, not the adapter's.
    headers.retain(|(name, _)| *name != "traceparent");
    headers.sort_unstable();
    let host = wire.url.trim_start_matches("http://");
    let length = body.len().to_string();
    assert_eq!(
        headers,
        [
            ("authorization", "Bearer sk_test_contraflow"),
            ("content-length", &*length),
            ("content-type", "application/x-www-form-urlencoded"),
            ("host", host),
            ("idempotency-key", KEY),
            ("stripe-version", "2025-10-29.clover"),
        ]
    );
    assert_eq!(
        body,
        "charge=ch_1&amount=1250&metadata%5Bcontraflow_key%5D=leg-1\
         &metadata%5Bcontraflow_request%5D=0199c7b0-0000-7000-8000-000000000001"
    );
}

#[tokio::test]
async fn an_answer_that_proves_nothing_leaves_the_outcome_unknown() {
    let cut = answer("200 OK", "", REFUND);
    let long = "x".repeat(1024 * 1024 + 1);
    for (what, said) in [
        ("nothing", Vec::new()),
        ("half a head", b"HTTP/1.1 200".to_vec()),
        ("half a body", cut[..cut.len() - 20].to_vec()),
        ("half a chunk", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{\"id\":".to_vec()),
        ("no HTTP", b"hello\r\n\r\n".to_vec()),
        ("no JSON", answer("200 OK", "", "<html>")),
        ("another object", answer("200 OK", "", r#"{"object":"balance"}"#)),
        ("more than we read", answer("200 OK", "", &long)),
        ("500", answer("500 Internal Server Error", "", r#"{"error":{"type":"api_error","message":"no"}}"#)),
        ("502", answer("502 Bad Gateway", "", "")),
        ("503", answer("503 Service Unavailable", "retry-after: 1\r\n", "")),
        ("302", answer("302 Found", "location: http://127.0.0.1:9/\r\n", "")),
        (
            "409",
            answer("409 Conflict", "", r#"{"error":{"type":"idempotency_error","code":"idempotency_key_in_use"}}"#),
        ),
    ] {
        let wire = Wire::says(vec![said.clone(), said]).await;
        let stripe = before(&wire.url);
        let answer = stripe.submit(&order(KEY, "ch_1", 1_250, "EUR")).await;
        assert!(answer["Err"]["OutcomeUnknown"].is_string(), "{what}: {answer}");
        assert_eq!(wire.seen().len(), 1, "{what}: sent again");
        let answer = stripe.find(&query(KEY, "ch_1")).await;
        assert!(answer["Err"]["OutcomeUnknown"].is_string(), "{what}: {answer}");
    }
}

#[tokio::test]
async fn what_never_arrived_or_was_held_off_was_not_sent() {
    // Nobody listens on the discard port.
    fault(&before("http://127.0.0.1:9").submit(&order(KEY, "ch_1", 1, "EUR")).await, "NotSent");
    let wire = Wire::says(vec![answer("429 Too Many Requests", "retry-after: 3\r\n", "{}")]).await;
    let held_off = fault(&before(&wire.url).submit(&order(KEY, "ch_1", 1, "EUR")).await, "NotSent");
    assert_eq!(held_off["after_ms"], 3_000);
}

#[tokio::test]
async fn credentials_that_are_missing_or_refused_are_a_persons_matter() {
    let wire = Wire::says(vec![answer("401 Unauthorized", "", "{}")]).await;
    fault(&before(&wire.url).submit(&order(KEY, "ch_1", 1, "EUR")).await, "Unauthorized");
    let keyless = Adapter::start(
        Stripe::FOLDER,
        Conditions { variables: vec![("stripe_api_url", wire.url.clone())], ..Conditions::default() },
    );
    fault(&keyless.submit(&order(KEY, "ch_1", 1, "EUR")).await, "Unauthorized");
    fault(&keyless.find(&query(KEY, "ch_1")).await, "Unauthorized");
    assert_eq!(wire.seen().len(), 1);
}

#[tokio::test]
async fn what_stripe_could_not_take_is_never_sent() {
    let wire = Wire::says(vec![]).await;
    let stripe = before(&wire.url);
    for order in [order(KEY, "ch_1", 5_124, "KWD"), order(KEY, "ch_1", 0, "EUR"), order(KEY, "PAY-1", 1, "EUR")] {
        fault(&stripe.submit(&order).await, "InvalidArgument");
    }
    assert!(wire.seen().is_empty());
}

#[tokio::test]
async fn a_look_up_reads_every_page_or_knows_nothing() {
    let page = |id: &str, key: &str, more: bool| {
        let refund = REFUND.replace("re_1", id).replace("leg-1", key);
        answer("200 OK", "", &format!(r#"{{"object":"list","has_more":{more},"data":[{refund}]}}"#))
    };
    let wire = Wire::says(vec![page("re_3", KEY, true), page("re_2", "other", true), page("re_1", KEY, false)]).await;
    let found = before(&wire.url).find(&query(KEY, "ch_1")).await;
    assert_eq!(found["Ok"]["reference"], "re_1");
    let paths: Vec<_> = wire.seen().iter().map(|request| request.lines().next().unwrap().to_owned()).collect();
    assert_eq!(
        paths,
        [
            "GET /v1/refunds?charge=ch_1&limit=100 HTTP/1.1",
            "GET /v1/refunds?charge=ch_1&limit=100&starting_after=re_3 HTTP/1.1",
            "GET /v1/refunds?charge=ch_1&limit=100&starting_after=re_2 HTTP/1.1",
        ]
    );
    let wire = Wire::says(vec![page("re_3", KEY, true), answer("500 Oops", "", "")]).await;
    fault(&before(&wire.url).find(&query(KEY, "ch_1")).await, "OutcomeUnknown");
    let endless = Wire::says((0..11).map(|_| page("re_3", "other", true)).collect()).await;
    fault(&before(&endless.url).find(&query(KEY, "ch_1")).await, "OutcomeUnknown");
    assert_eq!(endless.seen().len(), 10);
}

#[tokio::test]
async fn amounts_arrive_in_stripes_own_unit() {
    for (minor, currency, sent) in
        [(500, "JPY", "500"), (5, "ISK", "500"), (5_120, "KWD", "5120"), (1_250, "HUF", "1250")]
    {
        let said = REFUND.replace("1250", sent).replace("eur", &currency.to_lowercase());
        let wire = Wire::says(vec![answer("200 OK", "", &said)]).await;
        let made = refund(&before(&wire.url).submit(&order(KEY, "ch_1", minor, currency)).await, "Accepted");
        assert!(wire.seen()[0].contains(&format!("&amount={sent}&")), "{currency}");
        assert_eq!(made["amount"], json!({"minor": minor, "currency": currency}));
    }
}
