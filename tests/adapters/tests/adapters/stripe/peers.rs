//! Stripe, as two servers that others wrote have it: `stateful` keeps idempotency keys and caps, `localstripe` does
//! neither.

use contraflow_peers::process::Peer;
use serde_json::{Value as Json, json};

use super::{AUTHORIZATION, before, charge, refunds};
use crate::harness::running::fault;
use crate::suites::gateway::{KEY, order, query, refund};

#[tokio::test]
async fn a_refund_is_made_found_and_replayed_once() {
    let peer = Peer::stripe("stateful");
    let stripe = before(&peer.url);
    let charge = charge(&peer, "11900", "eur");
    assert_eq!(stripe.find(&query(KEY, &charge)).await, json!({"Ok": null}));
    let made = refund(&stripe.submit(&order(KEY, &charge, 3_333, "EUR")).await, "Accepted");
    assert_eq!(made["status"], "Succeeded");
    assert_eq!(made["payment"], charge);
    assert_eq!(made["amount"], json!({"minor": 3_333, "currency": "EUR"}));
    assert_eq!(refund(&stripe.submit(&order(KEY, &charge, 3_333, "EUR")).await, "AlreadyAccepted"), made);
    assert_eq!(stripe.find(&query(KEY, &charge)).await["Ok"], made);
    let mut by_reference = query(KEY, &charge);
    by_reference["reference"] = made["reference"].clone();
    assert_eq!(stripe.find(&by_reference).await["Ok"], made);
    by_reference["reference"] = json!("re_unknown");
    assert_eq!(stripe.find(&by_reference).await["Ok"], made);
    let there = refunds(&peer, &charge);
    assert_eq!(there.len(), 1);
    assert_eq!(there[0]["metadata"]["contraflow_request"], "0199c7b0-0000-7000-8000-000000000001");
}

#[tokio::test]
async fn more_than_remains_is_declined() {
    let peer = Peer::stripe("stateful");
    let stripe = before(&peer.url);
    let charge = charge(&peer, "10000", "eur");
    let declined = |answer: Json| answer["Ok"]["Declined"]["code"].as_str().map(str::to_owned);
    assert_eq!(
        declined(stripe.submit(&order("leg-1", &charge, 10_001, "EUR")).await).as_deref(),
        Some("invalid_request_error")
    );
    refund(&stripe.submit(&order("leg-2", &charge, 10_000, "EUR")).await, "Accepted");
    assert_eq!(
        declined(stripe.submit(&order("leg-3", &charge, 1, "EUR")).await).as_deref(),
        Some("charge_already_refunded")
    );
    assert_eq!(
        declined(stripe.submit(&order("leg-4", "ch_unknown", 1, "EUR")).await).as_deref(),
        Some("resource_missing")
    );
    assert_eq!(stripe.find(&query("leg-4", &charge)).await, json!({"Ok": null}));
}

#[tokio::test]
async fn a_server_that_ignores_keys_pays_again_and_the_first_is_found() {
    let peer = Peer::stripe("localstripe");
    let stripe = before(&peer.url);
    let charge = localstripe_charge(&peer);
    let first = refund(&stripe.submit(&order(KEY, &charge, 1_000, "EUR")).await, "Accepted");
    // It is the caller's part to look up before it sends anything again; see what would happen otherwise.
    let second = refund(&stripe.submit(&order(KEY, &charge, 1_000, "EUR")).await, "Accepted");
    assert_ne!(first["reference"], second["reference"]);
    assert_eq!(refunds(&peer, &charge).len(), 2);
    let found = stripe.find(&query(KEY, &charge)).await;
    assert!([&first, &second].contains(&&found["Ok"]), "{found}");
}

#[tokio::test]
async fn a_payment_intent_is_refunded_by_its_own_name() {
    let peer = Peer::stripe("localstripe");
    let stripe = before(&peer.url);
    let intent = localstripe_intent(&peer)["id"].as_str().unwrap().to_owned();
    let made = refund(&stripe.submit(&order(KEY, &intent, 2_500, "EUR")).await, "Accepted");
    assert_eq!(made["payment"], intent);
    assert_eq!(stripe.find(&query(KEY, &intent)).await["Ok"], made);
    fault(&stripe.find(&query(KEY, "pi_unknown")).await, "OutcomeUnknown");
}

/// A charge of 119.00 EUR at localstripe.
pub fn localstripe_charge(peer: &Peer) -> String {
    let intent = localstripe_intent(peer);
    intent["latest_charge"]["id"].as_str().unwrap_or_else(|| panic!("{intent}")).to_owned()
}

fn localstripe_intent(peer: &Peer) -> Json {
    let method = peer.post_form(
        "/v1/payment_methods",
        AUTHORIZATION,
        &[
            ("type", "card"),
            ("card[number]", "4242424242424242"),
            ("card[exp_month]", "12"),
            ("card[exp_year]", "2030"),
            ("card[cvc]", "123"),
        ],
    );
    let method = method["id"].as_str().unwrap_or_else(|| panic!("{method}"));
    peer.post_form(
        "/v1/payment_intents",
        AUTHORIZATION,
        &[("amount", "11900"), ("currency", "eur"), ("payment_method", method), ("confirm", "true")],
    )
}
