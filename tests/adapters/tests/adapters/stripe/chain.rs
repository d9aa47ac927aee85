//! A refund through the whole application, with Stripe at its end.

use std::time::Duration;

use contraflow_peers::process::Peer;
use serde_json::{Value as Json, json};

use super::application::Chain;
use super::peers::localstripe_charge;
use super::{charge, refunds};
use crate::harness::lossy::Lossy;
use crate::harness::wire::{Wire, answer};

const AN_HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn an_approved_refund_is_paid_once() {
    let peer = Peer::stripe("stateful");
    let chain = Chain::start(&peer.url);
    let charge = charge(&peer, "11900", "eur");
    chain.import_invoice(&charge).await;
    let id = chain.refund_half().await;
    for _ in 0..3 {
        chain.pass(AN_HOUR).await;
    }
    let leg = chain.leg(&id).await;
    assert_eq!(leg["status"], "succeeded", "{leg}");
    let there = refunds(&peer, &charge);
    assert_eq!(there.len(), 1);
    assert_eq!((&there[0]["amount"], &there[0]["id"]), (&json!(5_950), &leg["gateway_reference"]));
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_and_never_sent_again_even_where_keys_are_ignored() {
    let peer = Peer::stripe("localstripe");
    let network = Lossy::before(&peer.url).await;
    let chain = Chain::start(&network.url);
    let charge = localstripe_charge(&peer);
    chain.import_invoice(&charge).await;
    let id = chain.refund_half().await;
    assert_eq!(refunds(&peer, &charge).len(), 1, "{}", chain.leg(&id).await);
    for _ in 0..3 {
        chain.pass(AN_HOUR).await;
    }
    let leg = chain.leg(&id).await;
    assert_eq!(leg["status"], "succeeded", "{leg}");
    assert_eq!(refunds(&peer, &charge).len(), 1);
    assert!(chain.events(&id).await.contains("unknown"));
}

fn refund(key: &str, status: &str, failure: Option<&str>) -> Json {
    json!({"id": "re_1", "object": "refund", "amount": 5_950, "currency": "eur", "charge": "ch_1", "payment_intent": "pi_1",
           "status": status, "failure_reason": failure, "metadata": {"contraflow_key": key}})
}

/// The answer to an order whose key is not known yet: it names none.
fn answered(status: &str) -> String {
    let mut refund = refund("", status, None);
    refund["metadata"] = json!({});
    refund.to_string()
}

fn event(id: &str, kind: &str, refund: &Json) -> Json {
    json!({"id": id, "object": "event", "type": kind, "created": 1_760_400_000, "data": {"object": refund}})
}

#[tokio::test]
async fn events_out_of_order_and_repeated_move_the_leg_to_succeeded_and_to_late_failed() {
    let said = answered("pending");
    let wire = Wire::says(vec![answer("200 OK", "", &said)]).await;
    let chain = Chain::start(&wire.url);
    chain.import_invoice("ch_1").await;
    let id = chain.refund_half().await;
    assert_eq!(chain.leg(&id).await["status"], "pending");
    let order = wire.seen().remove(0);
    let key = order.lines().find_map(|line| line.strip_prefix("idempotency-key: ")).unwrap().to_owned();

    let created = event("evt_1", "refund.created", &refund(&key, "pending", None));
    let succeeded = event("evt_2", "refund.updated", &refund(&key, "succeeded", None));
    let failed = event("evt_3", "refund.failed", &refund(&key, "failed", Some("lost_or_stolen_card")));
    for event in [&succeeded, &created, &succeeded, &created] {
        chain.deliver(event).await;
        let leg = chain.leg(&id).await;
        assert_eq!(leg["status"], "succeeded", "{leg}");
    }
    for event in [&failed, &succeeded, &failed, &created, &failed] {
        chain.deliver(event).await;
        let leg = chain.leg(&id).await;
        assert_eq!(leg["status"], "late_failed", "{leg}");
    }
    // As often as the late failure itself is told.
    let events = chain.events(&id).await;
    let told = events.matches("late_failed").count();
    chain.deliver(&failed).await;
    assert_eq!(chain.events(&id).await.matches("late_failed").count(), told);
}

#[tokio::test]
async fn a_dispute_freezes_the_refund_by_either_name_of_its_payment_until_it_is_won() {
    for name in ["ch_1", "pi_1"] {
        let dispute = |status: &str| {
            json!({"id": "du_1", "object": "dispute", "amount": 11_900, "currency": "eur", "charge": "ch_1",
                   "payment_intent": "pi_1", "reason": "fraudulent", "status": status})
        };
        // It is asked for the dispute first, and not taken at its event's word.
        let said = [dispute("under_review").to_string(), dispute("won").to_string(), answered("succeeded")];
        let wire = Wire::says(said.iter().map(|said| answer("200 OK", "", said)).collect()).await;
        let chain = Chain::start(&wire.url);
        chain.import_invoice(name).await;
        chain.deliver(&event("evt_1", "charge.dispute.created", &dispute("needs_response"))).await;
        let id = chain.refund_half().await;
        chain.pass(AN_HOUR).await;
        assert!(wire.seen().is_empty(), "{name}: {}", chain.request(&id).await);
        chain.deliver(&event("evt_2", "charge.dispute.closed", &dispute("won"))).await;
        for _ in 0..3 {
            chain.pass(AN_HOUR).await;
        }
        let calls: Vec<_> = wire.seen().iter().map(|call| call.lines().next().unwrap().to_owned()).collect();
        let look = "GET /v1/disputes/du_1 HTTP/1.1";
        assert_eq!(calls, [look, look, "POST /v1/refunds HTTP/1.1"], "{name}: {}", chain.request(&id).await);
        assert_eq!(chain.leg(&id).await["status"], "succeeded", "{name}");
    }
}
