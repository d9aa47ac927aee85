//! A spending of store credit, crashed at every call and at every pair of them.

use std::time::Duration;

use serde_json::json;

use super::rows::{Story, every_row};
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

struct Spending;

impl Story for Spending {
    fn name(&self) -> &str {
        "spending"
    }

    async fn beginning(&self) -> World {
        with_store_credit().await
    }

    async fn to_rest(&self, world: &World, _context: &str) {
        spend(world).await.expect("the host lives");
        world.rest_at_most(Duration::from_secs(60)).await;
    }

    async fn is_right(&self, world: &World, context: &str) {
        spent_once(world, context).await;
    }
}

#[tokio::test]
async fn a_spending_of_store_credit_is_counted_and_booked_once_whatever_calls_it_crashes_at() {
    every_row(&Spending, 2).await;
}
