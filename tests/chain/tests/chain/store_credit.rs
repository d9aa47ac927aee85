//! Store credit: spent, undone, expired and taken back, in the account and in the books.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ALICE, FINANCE, LEAD, Reply, World, cents};

fn eur(value: &str) -> Value {
    json!({"value": value, "currency": "EUR"})
}

/// A goodwill credit that became store credit of customer C.
async fn granted(world: &World, key: &str, value: &str) -> String {
    let id = world.ask(key, json!({"kind": "goodwill_credit", "customer": "C", "amount": eur(value)})).await;
    world.rest().await;
    if world.request(&id).await["status"] == "pending_approval" {
        world.approve(&id, &LEAD).await;
        world.rest().await;
    }
    assert_eq!(world.request(&id).await["status"], "completed");
    id
}

async fn spend(world: &World, key: &str, value: &str) -> Reply {
    let body = json!({"amount": eur(value), "reference": "ORDER-1"}).to_string();
    world.call("POST", "/v1/customers/C/store-credit/spendings", &FINANCE, key, &body).await.unwrap()
}

async fn undo(world: &World, key: &str) -> Reply {
    world.post(&format!("/v1/customers/C/store-credit/spendings/{key}/undo"), &FINANCE, &json!({})).await
}

async fn balance(world: &World) -> Value {
    world.get("/v1/customers/C/balance", &FINANCE).await["balances"][0].clone()
}

fn left(balance: &Value) -> Vec<i64> {
    balance["grants"].as_array().unwrap().iter().map(|grant| cents(&grant["remaining"])).collect()
}

/// What an account of the books comes to, in cents; and each entry balances.
async fn booked(world: &World, account: &str) -> i64 {
    let legs = world.journal().await.into_iter().flat_map(|entry| entry["legs"].as_array().unwrap().clone());
    legs.filter(|leg| leg["account"] == account).map(|leg| cents(&leg["amount"])).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn store_credit_is_spent_oldest_first_once_and_an_undone_spending_is_back_where_it_was() {
    let world = World::new();
    let first = granted(&world, "k1", "30.00").await;
    granted(&world, "k2", "20.00").await;
    let spent = spend(&world, "s1", "40.00").await;
    assert_eq!(spent.status, StatusCode::CREATED, "{}", spent.text);
    let replayed = spend(&world, "s1", "40.00").await;
    assert_eq!((replayed.status, replayed.text), (StatusCode::CREATED, spent.text), "the same answer");
    let other = spend(&world, "s1", "1.00").await;
    assert_eq!(
        (other.status, &other.json["type"]),
        (StatusCode::CONFLICT, &json!("urn:contraflow:problem:idempotency-key-reused"))
    );
    let too_much = spend(&world, "s2", "10.01").await;
    assert_eq!(too_much.status, StatusCode::CONFLICT);
    assert!(too_much.json["detail"].as_str().unwrap().contains("0.01 too much"), "{}", too_much.text);
    let nothing = spend(&world, "s2", "0.00").await;
    assert_eq!(
        (nothing.status, &nothing.json["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/amount/value"))
    );
    let by_alice = world.call("POST", "/v1/customers/C/store-credit/spendings", &ALICE, "s3", "{}").await.unwrap();
    assert_eq!(by_alice.status, StatusCode::FORBIDDEN);
    assert_eq!(left(&balance(&world).await), [0, 1000]);

    world.rest_for(Duration::from_secs(30)).await;
    assert_eq!(booked(&world, "Liabilities:Store-Credit:C").await, -1000, "what is still owed as store credit");
    assert_eq!(booked(&world, "Assets:Receivable:C").await, -4000, "ORDER-1 is paid with it");
    let events = world.get(&format!("/v1/requests/{first}/events"), &FINANCE).await;
    assert!(events["items"].as_array().unwrap().iter().any(|event| event["what"] == "credit.spent"), "{events:#}");

    let undone = undo(&world, "s1").await;
    assert_eq!(undone.status, StatusCode::OK, "{}", undone.text);
    assert_eq!(undo(&world, "s1").await.text, undone.text, "undone once");
    assert_eq!(undo(&world, "none").await.status, StatusCode::NOT_FOUND);
    assert_eq!(left(&balance(&world).await), [3000, 2000]);
    world.rest_for(Duration::from_secs(30)).await;
    assert_eq!(booked(&world, "Liabilities:Store-Credit:C").await, -5000);
    assert_eq!(booked(&world, "Assets:Receivable:C").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_left_of_a_grant_expires_and_is_booked_as_breakage() {
    let world = World::with_policy(|policy| policy.replace("# goodwill_credit = 365", "goodwill_credit = 30"));
    granted(&world, "k1", "30.00").await;
    assert_eq!(spend(&world, "s1", "10.00").await.status, StatusCode::CREATED);
    world.rest_for(Duration::from_secs(30)).await;
    world.advance(Duration::from_secs(31 * 86_400));
    let shown = balance(&world).await;
    assert_eq!(
        (cents(&shown["balance"]), &shown["entries"][2]["what"]),
        (0, &json!("expired")),
        "before anyone wrote it"
    );
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!(balance(&world).await, shown, "what is written is what was shown");
    assert_eq!(booked(&world, "Income:Breakage").await, -2000);
    assert_eq!(booked(&world, "Liabilities:Store-Credit:C").await, 0);
    let late = spend(&world, "s2", "0.01").await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);
    undo(&world, "s1").await;
    world.rest_for(Duration::from_secs(30)).await;
    assert_eq!(cents(&balance(&world).await["balance"]), 0, "it comes back with its expiry");
    assert_eq!(booked(&world, "Income:Breakage").await, -3000);
}

/// Scenario 26.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_credit_of_50_with_20_used_is_not_voided_or_30_of_it_by_explicit_choice() {
    let world = World::new();
    let id = granted(&world, "k1", "50.00").await;
    assert_eq!(spend(&world, "s1", "20.00").await.status, StatusCode::CREATED);
    world.rest_for(Duration::from_secs(30)).await;
    let reverse = format!("/v1/requests/{id}/reverse");
    let refused = world.post(&reverse, &FINANCE, &json!({})).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let detail = refused.json["detail"].as_str().unwrap();
    assert!(detail.contains("20.00 too much") && detail.contains("allow_partial"), "{detail}");
    assert_eq!(world.request(&id).await["credit_memo"]["status"], "issued", "nothing was changed");

    let voided = world.post(&reverse, &FINANCE, &json!({"allow_partial": true})).await;
    assert_eq!(voided.status, StatusCode::OK, "{}", voided.text);
    world.rest_for(Duration::from_secs(30)).await;
    assert_eq!(world.request(&id).await["credit_memo"]["status"], "void");
    assert_eq!(cents(&balance(&world).await["balance"]), 0);
    let revoked = balance(&world).await["entries"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&revoked["what"], cents(&revoked["amount"])), (&json!("revoked"), 3000));
    assert_eq!(booked(&world, "Liabilities:Store-Credit:C").await, 0);
    assert_eq!(booked(&world, "Income:Sales-Returns").await, 0);
    // The order's own invoice is not in these books: with its 20.00 the customer owes what was used without a right to
    // it.
    assert_eq!(booked(&world, "Assets:Receivable:C").await, 0);

    // The order is cancelled after all: the credit comes back to a void memo, so nobody has it and nobody owes it.
    assert_eq!(undo(&world, "s1").await.status, StatusCode::OK);
    world.rest_for(Duration::from_secs(30)).await;
    assert_eq!(cents(&balance(&world).await["balance"]), 0);
    assert_eq!(booked(&world, "Liabilities:Store-Credit:C").await, 0);
    assert_eq!(booked(&world, "Assets:Receivable:C").await, 0);
}
