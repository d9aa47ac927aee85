//! A spending of store credit, crashed at every call.

use std::time::Duration;

use serde_json::json;

use super::crash_at::{CrashAt, Edge};
use crate::world::{FINANCE, World, cents};

/// A customer with 20.00 of store credit, who spends 5.00 of it; the caller tries again after a crash, with the same key.
async fn spend(world: &World) -> Option<()> {
    let body = json!({"amount": {"value": "5.00", "currency": "EUR"}, "reference": "ORDER-1"}).to_string();
    world.call("POST", "/v1/customers/C/store-credit/spendings", &FINANCE, "the-spending", &body).await?;
    world.host.idle().await;
    Some(())
}

async fn with_store_credit() -> World {
    let world = World::new();
    let body = json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "20.00", "currency": "EUR"}});
    world.ask("k", body).await;
    world.rest_for(Duration::from_secs(30)).await;
    world
}

async fn spent_once(world: &World, context: &str) {
    let balance = world.get("/v1/customers/C/balance", &FINANCE).await["balances"][0].clone();
    assert_eq!(cents(&balance["balance"]), 1500, "{context}: {balance:#}");
    assert_eq!(balance["entries"].as_array().unwrap().len(), 2, "{context}: {balance:#}");
    let legs = world.journal().await.into_iter().flat_map(|entry| entry["legs"].as_array().unwrap().clone());
    let owed: i64 =
        legs.filter(|leg| leg["account"] == "Liabilities:Store-Credit:C").map(|leg| cents(&leg["amount"])).sum();
    assert_eq!(owed, -1500, "{context}: the books owe what the account says");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spending_of_store_credit_is_counted_and_booked_once_whatever_call_it_crashes_at() {
    let counter = CrashAt::counter();
    let world = with_store_credit().await.restarted(Some(counter.clone()));
    spend(&world).await;
    let calls = counter.calls();
    spent_once(&world, "undisturbed").await;
    let mut crashes = 0;
    for target in 0..calls {
        for edge in [Edge::Before, Edge::After] {
            let crash = CrashAt::new(target, edge);
            let world = with_store_credit().await.restarted(Some(crash.clone()));
            spend(&world).await;
            let world = world.restarted(None);
            spend(&world).await.expect("the host lives");
            world.rest_for(Duration::from_secs(60)).await;
            spent_once(&world, &format!("crash {edge:?} call {target}")).await;
            crashes += u32::from(crash.has_fired());
        }
    }
    crate::tell(&format!("spending: {crashes} crash points of {calls} calls"));
    assert!(u64::from(crashes) >= calls && calls >= 5, "{crashes} crashes at {calls} calls");
}
