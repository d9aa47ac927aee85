//! A memo that was posted and that somebody voids in the ERP afterwards.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use crate::refunds::sandbox;
use crate::world::{FINANCE, MANAGER, World, cents};

/// A refund of 40.00 of the invoice's 100.00, decided.
async fn approved(world: &World, reference: &str) -> String {
    let ask = json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "40.00", "currency": "EUR"}});
    world.invoice("INV-1", "100.00", reference).await;
    let id = world.ask("k", ask).await;
    world.rest().await;
    assert_eq!(world.approve(&id, &MANAGER).await.status, StatusCode::OK);
    world.rest_for(Duration::from_secs(30)).await;
    assert_eq!(world.request(&id).await["credit_memo"]["number"], "CM-000001");
    id
}

/// What a person does on the screen of an ERP that lets them.
fn void_in_the_erp(world: &World) {
    let sql = "UPDATE books_document SET status = 'voided', void_key = 'by hand', voided_on = '2026-11-21' WHERE status = 'posted'";
    assert_eq!(world.database().execute(sql, []).unwrap(), 1);
}

async fn is_noticed(world: &World, id: &str) {
    let request = world.request(id).await;
    assert_eq!(request["status"], "needs_attention", "{request:#}");
    let tasks = request["tasks"].as_array().unwrap();
    let task = tasks.iter().find(|task| task["code"] == "erp.voided_there").unwrap_or_else(|| panic!("{request:#}"));
    assert!(task["detail"].as_str().unwrap().contains("No money is out"), "{task}");
    assert_eq!(request["credit_memo"]["status"], "void");
}

/// Hands a new memo in, for which the money goes out.
async fn goes_on(world: &World, id: &str) {
    let retried = world.post(&format!("/v1/requests/{id}/retry"), &FINANCE, &json!({})).await;
    assert_eq!(retried.status, StatusCode::OK, "{}", retried.text);
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!(world.request(id).await["credit_memo"]["number"], "CM-000002");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_waited_for_a_dispute_is_not_sent_for_a_memo_that_was_voided_meanwhile() {
    let dispute = |status: &str| {
        json!({"type": "dispute.updated", "dispute": {"id": "dp_1", "payment": "ch_1", "status": status, "reason": "fraudulent",
               "amount": {"value": "100.00", "currency": "EUR"}}})
    };
    let world = World::new();
    sandbox(&world, "d1", &dispute("open")).await;
    let id = approved(&world, "ch_1").await;
    void_in_the_erp(&world);
    world.rest_for_hours(5).await;
    assert_eq!(world.request(&id).await["status"], "executing", "nobody looks for ever");
    sandbox(&world, "d2", &dispute("won")).await;
    world.rest_for(Duration::from_secs(60)).await;
    assert!(world.refunds().is_empty(), "{:?}", world.refunds());
    is_noticed(&world, &id).await;
    goes_on(&world, &id).await;
    let request = world.request(&id).await;
    assert_eq!((&request["status"], &request["tasks"]), (&json!("completed"), &json!([])), "{request:#}");
    assert_eq!(world.refunds().len(), 1);
    let memos: Vec<_> = world.memos().await.iter().map(|memo| memo["status"].clone()).collect();
    assert_eq!(memos, [json!("voided"), json!("posted")]);
    let legs = world.journal().await.into_iter().flat_map(|entry| entry["legs"].as_array().unwrap().clone());
    let owed = |leg: &Value| leg["account"] == "Assets:Receivable:CUST-7";
    assert_eq!(legs.filter(owed).map(|leg| cents(&leg["amount"])).sum::<i64>(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_retries_is_not_sent_for_a_memo_that_was_voided_meanwhile() {
    let world = World::new();
    let id = approved(&world, "ch_1__decline").await;
    assert_eq!(world.request(&id).await["tasks"][0]["code"], "leg.reroute");
    void_in_the_erp(&world);
    let retried = world.post(&format!("/v1/requests/{id}/retry"), &FINANCE, &json!({})).await;
    assert_eq!(retried.status, StatusCode::OK, "{}", retried.text);
    world.rest_for(Duration::from_secs(60)).await;
    is_noticed(&world, &id).await;
    let legs = world.request(&id).await["legs"].clone();
    assert_eq!(
        (&legs[0]["status"], &legs[1]["status"]),
        (&json!("failed"), &json!("reserved")),
        "it was not sent again"
    );
    goes_on(&world, &id).await;
}
