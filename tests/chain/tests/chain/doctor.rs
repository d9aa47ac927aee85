//! The doctor finds what does not agree. (That it finds nothing in a sound store, every other test checks when its
//! world rests.)

use serde_json::{Value, json};

use crate::world::{ALICE, World};

/// A world with a completed refund and a store credit, and their ids.
async fn world() -> (World, String, String) {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let refund = json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "60.00", "currency": "EUR"}});
    let refund = world.ask("refund", refund).await;
    world.rest().await;
    world.approve(&refund, &crate::world::MANAGER).await;
    let credit =
        json!({"kind": "goodwill_credit", "customer": "CUST-7", "amount": {"value": "20.00", "currency": "EUR"}});
    let credit = world.ask("credit", credit).await;
    world.rest().await;
    (world, refund, credit)
}

/// Changes one stored entry behind the application's back.
fn tamper(world: &World, key: &str, change: impl FnOnce(&mut Value)) {
    let database = world.database();
    let stored: Vec<u8> =
        database.query_row("SELECT value FROM contraflow_kv WHERE key = ?1", [key], |row| row.get(0)).unwrap();
    let mut value: Value = serde_json::from_slice(&stored).unwrap();
    change(&mut value);
    let bytes = serde_json::to_vec(&value).unwrap();
    let changed = database.execute("UPDATE contraflow_kv SET value = ?2 WHERE key = ?1", (key, bytes)).unwrap();
    assert_eq!(changed, 1);
}

async fn codes(world: &World) -> Vec<String> {
    let mut codes: Vec<_> =
        world.doctor().await.iter().map(|found| found["code"].as_str().unwrap().to_owned()).collect();
    codes.sort();
    codes.dedup();
    codes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_counts_less_than_was_paid_back_is_found() {
    let (world, ..) = world().await;
    tamper(&world, "payment/sandbox/ch_1", |account| account["claims"][0]["counted"] = json!(false));
    assert_eq!(codes(&world).await, ["payment.claim", "payment.holder"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invoice_that_forgot_a_credit_is_found() {
    let (world, ..) = world().await;
    tamper(&world, "invoice/INV-1", |account| account["claims"] = json!([]));
    assert_eq!(codes(&world).await, ["invoice.claim", "invoice.credited"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_credit_that_was_raised_is_found() {
    let (world, ..) = world().await;
    tamper(&world, "credit/CUST-7/EUR", |account| account["grants"][0]["remaining"]["value"] = json!("25.00"));
    assert_eq!(codes(&world).await, ["store_credit.grants"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_event_and_a_leg_that_moved_without_one_are_found() {
    let (world, refund, _) = world().await;
    tamper(&world, &format!("event/{refund}/0000000002"), |event| event["actor"] = json!("nobody"));
    assert_eq!(codes(&world).await, ["record.broken"]);
    let (world, refund, _) = self::world().await;
    tamper(&world, &format!("request/{refund}"), |request| request["legs"][0]["status"] = json!("failed"));
    let found = codes(&world).await;
    assert!(found.contains(&"leg.status".to_owned()) && found.contains(&"payment.claim".to_owned()), "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_nobody_would_take_up_again_is_found() {
    let (world, _, credit) = world().await;
    let database = world.database();
    database.execute("DELETE FROM contraflow_kv WHERE key LIKE 'status/%' AND key LIKE '%' || ?1", [&credit]).unwrap();
    assert_eq!(codes(&world).await, ["index.missing"]);
    let reply = world.call("GET", "/v1/doctor", &ALICE, "-", "").await.unwrap();
    assert_eq!(reply.status, 403, "a requester has no business here");
}
