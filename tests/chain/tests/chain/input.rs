//! Bad input gets a problem document, and nothing is half stored.

use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ALICE, MANAGER, World};

async fn refused(world: &World, body: &str) -> (StatusCode, Value) {
    let reply = world.call("POST", "/v1/requests", &ALICE, "k", body).await.unwrap();
    assert_eq!(reply.headers["content-type"], "application/problem+json", "{body}: {}", reply.text);
    let problem = reply.json;
    assert!(problem["type"].as_str().unwrap().starts_with("urn:contraflow:problem:"));
    assert!(!problem["detail"].as_str().unwrap().is_empty());
    (reply.status, problem)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_bad_field_is_named_by_its_pointer() {
    let world = World::new();
    let amount = |value: &str, currency: &str| json!({"value": value, "currency": currency});
    for (body, pointer) in [
        (json!({"kind": "gift", "customer": "C", "amount": amount("1.00", "EUR")}), "/kind"),
        (json!({"kind": "refund"}), "/invoice"),
        (json!({"kind": "goodwill_credit"}), "/customer"),
        (json!({"kind": "goodwill_credit", "customer": "C"}), "/amount"),
        (json!({"kind": "goodwill_credit", "customer": "C", "amount": amount("1.5", "EUR")}), "/amount/value"),
        (json!({"kind": "goodwill_credit", "customer": "C", "amount": amount("0.00", "EUR")}), "/amount/value"),
        (json!({"kind": "goodwill_credit", "customer": "C", "amount": amount("-5.00", "EUR")}), "/amount/value"),
        (json!({"kind": "goodwill_credit", "customer": "C", "amount": amount("1e3", "EUR")}), "/amount/value"),
        (json!({"kind": "goodwill_credit", "customer": "C", "amount": amount("100.50", "JPY")}), "/amount/value"),
        (json!({"kind": "goodwill_credit", "customer": "C", "amount": amount("1.00", "XQX")}), "/amount/currency"),
        (json!({"kind": "refund", "invoice": "I", "lines": [{"line": "1", "quantity": "0"}]}), "/lines/0/quantity"),
        (json!({"kind": "refund", "invoice": "I", "lines": [{"line": "1"}]}), "/lines/0"),
        (json!({"kind": "refund", "invoice": "I", "destination": "moon"}), "/destination"),
        (json!({"kind": "refund", "invoice": "I", "note": "x".repeat(4001)}), "/note"),
        (
            json!({"kind": "refund", "invoice": "I", "evidence": [{"kind": "photo", "url": "javascript:alert(1)"}]}),
            "/evidence/0/url",
        ),
        (json!({"kind": "refund", "invoice": "I", "surprise": 1}), "/surprise"),
        (json!({"kind": "refund", "invoice": 7}), "/invoice"),
    ] {
        let (status, problem) = refused(&world, &body.to_string()).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY || status == StatusCode::BAD_REQUEST, "{body}: {status}");
        let pointers: Vec<_> =
            problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].clone()).collect();
        assert!(pointers.contains(&json!(pointer)), "{body}: {pointers:?}");
    }
    for body in
        ["", "{", "[]", "null", "\u{feff}{}", "{\"kind\": \"refund\", \"kind\": \"refund\", \"invoice\": \"I\"}"]
    {
        let (status, _) = refused(&world, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
    }
    assert_eq!(world.get("/v1/requests", &MANAGER).await["items"], json!([]), "nothing is stored");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_without_a_key_or_too_long_or_reused_for_other_input_is_refused() {
    let world = World::new();
    let body = json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "60.00", "currency": "EUR"}});
    let missing = world.call("POST", "/v1/requests", &ALICE, "", &body.to_string()).await.unwrap();
    assert_eq!(missing.status, StatusCode::BAD_REQUEST);
    let long = world.call("POST", "/v1/requests", &ALICE, &"k".repeat(256), &body.to_string()).await.unwrap();
    assert_eq!(long.status, StatusCode::BAD_REQUEST);
    let first = world.ask("k", body.clone()).await;
    assert_eq!(world.ask("k", body.clone()).await, first, "the same key and input: the same request");
    let other = json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "61.00", "currency": "EUR"}});
    let reused = world.call("POST", "/v1/requests", &ALICE, "k", &other.to_string()).await.unwrap();
    assert_eq!(reused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reused.json["type"].as_str().unwrap().ends_with("idempotency-key-reused"));
    let big = world.call("POST", "/v1/requests", &ALICE, "k2", &" ".repeat(300 * 1024)).await.unwrap();
    assert_eq!(big.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_invoice_does_not_allow_ends_as_ineligible_with_a_code() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    for (n, (body, code)) in [
        (json!({"kind": "refund", "invoice": "NONE"}), "invoice.not_found"),
        (
            json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "100.01", "currency": "EUR"}}),
            "amount.exceeds_remaining",
        ),
        (
            json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "10.00", "currency": "USD"}}),
            "currency.differs",
        ),
        (
            json!({"kind": "refund", "invoice": "INV-1", "lines": [{"line": "9", "quantity": "1"}]}),
            "amount.exceeds_remaining",
        ),
        (
            json!({"kind": "refund", "invoice": "INV-1", "lines": [{"line": "1", "quantity": "5"}]}),
            "amount.exceeds_remaining",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let id = world.ask(&format!("k{n}"), body).await;
        world.rest().await;
        let request = world.request(&id).await;
        assert_eq!(request["status"], "ineligible", "{request:#}");
        assert_eq!(request["findings"][0]["code"], code, "{request:#}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decisions_and_addresses_that_are_none_are_refused() {
    let world = World::new();
    let id = world
        .ask("k", json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "60.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    let path = format!("/v1/requests/{id}/decisions");
    for body in [json!({"decision": "perhaps"}), json!({}), json!({"decision": "approve", "amount": "1"})] {
        assert_eq!(world.post(&path, &MANAGER, &body).await.status, StatusCode::BAD_REQUEST, "{body}");
    }
    let unknown = "/v1/requests/00000000-0000-7000-8000-000000000000/decisions";
    assert_eq!(world.post(unknown, &MANAGER, &json!({"decision": "approve"})).await.status, StatusCode::NOT_FOUND);
    let batch =
        json!({"decisions": [{"request": id, "decision": "approve"}, {"request": "none", "decision": "approve"}]});
    let answered = world.post("/v1/decisions", &MANAGER, &batch).await;
    assert_eq!(answered.json["items"][0]["status"], 200, "{}", answered.text);
    assert_eq!(answered.json["items"][1]["status"], 404);
    for path in ["/v1/requests?status=lost", "/v1/requests?limit=0", "/v1/requests?limit=9999"] {
        let reply = world.call("GET", path, &MANAGER, "-", "").await.unwrap();
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path}");
    }
}
