//! Disputes freeze, and pay nobody.

use serde_json::{Value, json};

use crate::refunds::sandbox;
use crate::world::{MANAGER, World};

fn dispute(status: &str) -> Value {
    json!({"type": "dispute.updated", "dispute": {"id": "dp_1", "payment": "ch_1", "amount": {"value": "100.00", "currency": "EUR"},
           "status": status, "reason": "fraudulent"}})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispute_freezes_a_refund_that_waits_and_a_won_one_lets_it_go_on() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let id = world
        .ask("k", json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "40.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    sandbox(&world, "d1", &dispute("open")).await;
    assert_eq!(world.request(&id).await["legs"][0]["frozen"], true);
    world.approve(&id, &MANAGER).await;
    world.rest().await;
    assert!(world.refunds().is_empty(), "frozen");
    sandbox(&world, "d2", &dispute("won")).await;
    world.rest().await;
    assert_eq!(world.refunds().len(), 1);
    assert_eq!(world.request(&id).await["status"], "completed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_dispute_refuses_the_refund_that_waits() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let id = world
        .ask("k", json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "40.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    sandbox(&world, "d1", &dispute("open")).await;
    sandbox(&world, "d2", &dispute("lost")).await;
    world.rest().await;
    assert_eq!(world.request(&id).await["status"], "rejected");
    let again = world
        .ask("k2", json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "1.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    assert_eq!(world.request(&again).await["status"], "ineligible", "the bank has paid all of it");
    assert!(world.refunds().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispute_before_the_request_freezes_it_from_the_start() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    for _ in 0..2 {
        sandbox(&world, "d1", &dispute("open")).await;
    }
    let id = world
        .ask("k", json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "40.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!(request["findings"][0]["code"], "dispute.open", "{request:#}");
    world.approve(&id, &MANAGER).await;
    world.rest().await;
    assert!(world.refunds().is_empty());
}
