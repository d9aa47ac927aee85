//! A spending of store credit, crashed at every call and at every pair of them.

use std::time::Duration;

use serde_json::json;

use super::rows::{Story, every_row};
use crate::world::{FINANCE, World, cents};

struct Spending;

impl Story for Spending {
    fn name(&self) -> String {
        "spending".to_owned()
    }

    /// A customer with 20.00 of store credit.
    async fn beginning(&self) -> World {
        let world = World::new();
        let body = json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "20.00", "currency": "EUR"}});
        world.ask("k", body).await;
        world.rest_for(Duration::from_secs(30)).await;
        world
    }

    /// Spends 5.00 of it; the caller tries again after a crash, with the same key.
    async fn to_rest(&self, world: &World, context: &str) {
        let body = json!({"amount": {"value": "5.00", "currency": "EUR"}, "reference": "ORDER-1"}).to_string();
        let path = "/v1/customers/C/store-credit/spendings";
        let reply = world.call("POST", path, &FINANCE, "the-spending", &body).await.expect("the host lives");
        assert_eq!(reply.status, 201, "{context}: {}", reply.text);
        world.rest_at_most(Duration::from_secs(60)).await;
    }

    async fn is_right(&self, world: &World, context: &str) {
        let balance = world.get("/v1/customers/C/balance", &FINANCE).await["balances"][0].clone();
        assert_eq!(cents(&balance["balance"]), 1500, "{context}: {balance:#}");
        assert_eq!(balance["entries"].as_array().unwrap().len(), 2, "{context}: {balance:#}");
        let legs = world.journal().await.into_iter().flat_map(|entry| entry["legs"].as_array().unwrap().clone());
        let owed: i64 =
            legs.filter(|leg| leg["account"] == "Liabilities:Store-Credit:C").map(|leg| cents(&leg["amount"])).sum();
        assert_eq!(owed, -1500, "{context}: the books owe what the account says");
    }
}

#[tokio::test]
async fn a_spending_of_store_credit_is_counted_and_booked_once_whatever_calls_it_crashes_at() {
    let tried = every_row(&Spending, 2).await;
    assert!(tried.ways >= 200 && tried.recoveries >= 5, "{tried:?}");
}
