//! What passes by itself.

use serde_json::json;

use crate::world::{FINANCE, World, cents};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_small_goodwill_credit_becomes_store_credit_in_one_pass() {
    let world = World::new();
    let id = world
        .ask("k1", json!({"kind": "goodwill_credit", "customer": "CUST-7", "amount": {"value": "25.00", "currency": "EUR"}, "reason": "late"}))
        .await;
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    assert_eq!(request["approvals"]["required"], json!([]));
    assert_eq!(request["approvals"]["rule"], "small-goodwill");
    assert_eq!(request["credit_memo"]["number"], "CM-000001");
    assert_eq!(request["legs"][0]["status"], "succeeded");
    let balance = world.get("/v1/customers/CUST-7/balance", &FINANCE).await;
    assert_eq!(balance["balances"][0]["balance"], json!({"value": "25.00", "currency": "EUR"}));
    assert!(!world.journal().await.is_empty());
    let events = world.outside.events("request.completed");
    assert_eq!(events.len(), 1, "{:?}", world.outside.sent());
    let signature = events[0].headers["webhook-signature"].to_str().unwrap();
    assert!(signature.starts_with("v1,"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_goodwill_credit_one_cent_above_the_bound_waits_for_a_person() {
    let world = World::new();
    let id = world
        .ask(
            "k1",
            json!({"kind": "goodwill_credit", "customer": "CUST-7", "amount": {"value": "50.01", "currency": "EUR"}}),
        )
        .await;
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "pending_approval");
    assert_eq!(request["approvals"]["required"], json!(["team-lead"]));
    assert!(world.memos().await.is_empty(), "no memo before a person agreed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fee_is_a_debit_memo_and_pays_nobody() {
    let world = World::new();
    let id = world
        .ask("k1", json!({"kind": "fee_assessment", "customer": "CUST-7", "amount": {"value": "15.00", "currency": "EUR"}, "reason": "reminder"}))
        .await;
    world.rest().await;
    assert_eq!(world.request(&id).await["status"], "pending_approval");
    assert!(world.approve(&id, &crate::world::LEAD).await.status.is_success());
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    assert_eq!(request["legs"], json!([]));
    assert_eq!(cents(&request["amount"]), 1500);
    world.journal().await;
}
