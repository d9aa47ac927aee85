//! What must hold after whatever crash.

use std::collections::BTreeMap;

use serde_json::Value;

use super::paths::the_request;
use crate::erp::Erp;
use crate::world::{World, cents};

/// Σ of what the sandbox gateway has paid out, by payment.
fn paid(world: &World) -> BTreeMap<String, i64> {
    let mut paid = BTreeMap::new();
    for (payment, _, amount, status) in world.refunds() {
        if status != "failed" && status != "canceled" && status != "reversed" {
            *paid.entry(payment).or_default() += amount;
        }
    }
    paid
}

/// What must hold, whatever happened.
pub async fn oracles(world: &World, erp: Erp, context: &str) {
    let request = the_request(world).await;
    let status = request["status"].as_str().unwrap();
    assert!(["completed", "needs_attention"].contains(&status), "{context}: it rests as {status}: {request:#}");
    let memos = erp.memos(world).await;
    assert_eq!(memos.len(), 1, "{context}: one memo");
    let approved = cents(&request["amount"]);
    let out: i64 = paid(world).values().sum();
    let legs = request["legs"].as_array().unwrap().iter().filter(|leg| leg["status"] == "succeeded");
    let succeeded: i64 =
        legs.clone().filter(|leg| leg["to"] == "original_tender").map(|leg| cents(&leg["amount"])).sum();
    assert!(out <= approved, "{context}: {out} paid of {approved} approved: {:?}", world.refunds());
    assert_eq!(out, succeeded, "{context}: the gateway and the request agree: {:?} {request:#}", world.refunds());
    if status == "completed" {
        let arrived: i64 = legs.map(|leg| cents(&leg["amount"])).sum();
        assert_eq!(arrived, approved, "{context}: all of it arrived");
        assert_eq!(memos[0]["status"], "posted", "{context}: {memos:#?}");
        assert_eq!(request["credit_memo"]["number"], memos[0]["number"], "{context}: under its number");
    } else {
        assert!(!request["tasks"].as_array().unwrap().is_empty(), "{context}: a person is told what to do");
    }
    world.journal().await;
    assert_eq!(world.doctor().await, Vec::<Value>::new(), "{context}: the doctor finds nothing");
}
