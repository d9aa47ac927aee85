//! One line of `wiring.toml` changes a vendor: the application runs with what the changed wiring gives.

use std::time::Duration;

use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::world::{MANAGER, World};

const KEYLESS: &str = "tests/fixtures/erp-keyless";

/// A refund of an invoice that the sandbox was paid.
async fn asked(world: &World) -> String {
    world.invoice("INV-1", "100.00", "ch_1").await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    id
}

async fn completed(world: &World, id: &str) -> Value {
    let request = world.request(id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    request
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_erp_takes_the_documents() {
    let world = World::wired(|wiring| wiring.erp = KEYLESS.into());
    let id = asked(&world).await;
    assert_eq!(world.approve(&id, &MANAGER).await.status, StatusCode::OK);
    world.rest().await;
    completed(&world, &id).await;
    assert_eq!(world.refunds().len(), 1);
    assert!(world.memos().await.is_empty(), "the books had the invoice alone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_is_not_wired_is_told_before_anybody_approves_and_pays_once_it_is() {
    let world = World::wired(|wiring| wiring.demo.gateways.clear());
    let id = asked(&world).await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "pending_approval", "{request:#}");
    let finding = &request["findings"][0];
    assert_eq!((&finding["code"], &finding["severity"]), (&json!("gateway.not_wired"), &json!("warning")));
    assert!(finding["message"].as_str().unwrap().contains("no gateway of that name is wired"), "{finding}");
    let news = Request::post("/webhooks/sandbox").header("host", "localhost").body(bytes::Bytes::new()).unwrap();
    assert_eq!(world.send(news).await.unwrap().status, StatusCode::NOT_FOUND);

    assert_eq!(world.approve(&id, &MANAGER).await.status, StatusCode::OK);
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "executing", "{request:#}");
    assert_eq!(request["legs"][0]["status"], "reserved", "nothing is sent, and nobody is taken down");

    let world = world.rewired();
    world.rest_for(Duration::from_secs(600)).await;
    completed(&world, &id).await;
    assert_eq!(world.refunds().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_courier_nobody_is_told() {
    let world = World::wired(|wiring| wiring.couriers.clear());
    let credit = json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "25.00", "currency": "EUR"}});
    let id = world.ask("k", credit).await;
    world.rest().await;
    completed(&world, &id).await;
    assert!(world.outside.sent().is_empty(), "{:?}", world.outside.sent());
}
