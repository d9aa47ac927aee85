//! News of a payment with many requests on it: they get in at once, and reach every request in portions.

use std::time::Duration;

use serde_json::{Value, json};

use crate::imports;
use crate::refunds::sandbox;
use crate::world::{ALICE, FINANCE, LEAD, World, cents};

/// Rows of one file.
const ROWS: usize = 500;

/// An invoice that was paid at once, and so many refunds of it that wait for a decision; their ids, in order.
pub async fn waiting_on(gross: &str, count: usize) -> (World, Vec<String>) {
    let world = World::new();
    let invoice = json!({
        "number": "INV-1", "issued_on": "2026-11-01", "currency": "EUR",
        "customer": {"id": "CUST-7", "name": "Nordlicht GmbH", "country": "DE", "tier": "standard", "email": "ap@nordlicht.example"},
        "prices_include_tax": false, "tax_rounding": "line",
        "lines": [{"id": "1", "description": "Plant", "quantity": "1", "unit_price": gross, "discount": "0.00",
                   "tax_rate": "0", "net": gross, "tax": "0.00", "gross": gross}],
        "payments": [{"id": "PAY-1", "gateway": "sandbox", "reference": "ch_1", "method": "card", "captured": gross,
                      "paid_at": "2026-11-02T09:00:00Z"}],
    });
    world.import(&invoice).await;
    let rows: Vec<_> =
        (0..count).map(|row| format!("refund;INV-1;{}.{:02};EUR;late\n", 1 + row / 100, row % 100)).collect();
    let mut ids = Vec::new();
    for some in rows.chunks(ROWS) {
        let file = format!("kind;invoice;amount;currency;reason\n{}", some.concat());
        let reply = imports::send(&world, &ALICE, file.as_bytes()).await.unwrap();
        let items = reply.json["items"].as_array().expect(&reply.text);
        ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        world.host.idle().await;
    }
    ids.sort();
    // The clock takes up 200 of them in a round.
    world.rest_for(Duration::from_secs(60 + 15 * u64::try_from(count).unwrap() / 200)).await;
    assert_eq!(stored(&world, "$.status", "pending_approval"), count);
    (world, ids)
}

async fn waiting(count: usize) -> (World, Vec<String>) {
    waiting_on("1000.00", count).await
}

/// How many requests have that, as they are stored.
pub fn stored(world: &World, path: &str, value: &str) -> usize {
    let sql = "SELECT count(*) FROM contraflow_kv WHERE key > 'request/' AND key < 'request0' AND CAST(CAST(value AS TEXT) ->> ?1 AS TEXT) = ?2";
    let count: i64 = world.database().query_row(sql, [path, value], |row| row.get(0)).unwrap();
    usize::try_from(count).unwrap()
}

async fn how_many(world: &World, ids: &[String], fits: impl Fn(&Value) -> bool) -> usize {
    let mut count = 0;
    for id in ids {
        count += usize::from(fits(&world.request(id).await));
    }
    count
}

fn dispute(status: &str) -> Value {
    dispute_over("1000.00", status)
}

pub fn dispute_over(amount: &str, status: &str) -> Value {
    json!({"type": "dispute.updated", "dispute": {"id": "dp_1", "payment": "ch_1",
           "amount": {"value": amount, "currency": "EUR"}, "status": status, "reason": "fraudulent"}})
}

/// Whether requests are still to hear of the payment.
pub fn follows(world: &World) -> bool {
    let found = "SELECT count(*) FROM contraflow_kv WHERE key = 'follow/sandbox/ch_1'";
    world.database().query_row(found, [], |row| row.get::<_, i64>(0)).unwrap() == 1
}

pub async fn taken(world: &World, id: &str, news: &Value) {
    let reply = sandbox(world, id, news).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(follows(world), "the rest hears by the clock");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispute_a_warning_a_refund_elsewhere_and_a_loss_get_in_at_once_and_reach_all_of_130_requests() {
    let (world, ids) = waiting(130).await;
    let frozen = |request: &Value| request["legs"][0]["frozen"] == true;
    taken(&world, "d1", &dispute("open")).await;
    assert_eq!(how_many(&world, &ids, frozen).await, 20, "the first portion is there with the answer");
    world.rest_for(Duration::from_secs(60)).await;
    assert!(!follows(&world));
    assert_eq!(how_many(&world, &ids, frozen).await, 130);

    let warning = json!({"type": "fraud_warning.updated",
                         "warning": {"id": "w_1", "payment": "ch_1", "actionable": true, "kind": "made_with_stolen_card"}});
    taken(&world, "w1", &warning).await;
    let elsewhere = json!({"type": "refund.updated", "refund": {"id": "re_x", "payment": "ch_1", "status": "succeeded",
                           "amount": {"value": "950.00", "currency": "EUR"}}});
    taken(&world, "e1", &elsewhere).await;
    world.rest_for(Duration::from_secs(60)).await;
    let has = |list: &'static str, code: &'static str| {
        move |request: &Value| request[list].as_array().unwrap().iter().any(|entry| entry["code"] == code)
    };
    assert_eq!(how_many(&world, &ids, has("findings", "fraud.early_warning")).await, 130);
    assert_eq!(how_many(&world, &ids, has("tasks", "payment.difference")).await, 130);

    taken(&world, "d2", &dispute("lost")).await;
    world.rest_for(Duration::from_secs(90)).await;
    assert!(!follows(&world));
    assert_eq!(how_many(&world, &ids, |request| request["status"] == "rejected").await, 130);
    let legs =
        world.journal().await.iter().flat_map(|entry| entry["legs"].as_array().unwrap().clone()).collect::<Vec<_>>();
    let lost: i64 =
        legs.iter().filter(|leg| leg["account"] == "Expenses:Chargebacks").map(|leg| cents(&leg["amount"])).sum();
    assert_eq!(lost, 100_000, "booked once");
    assert!(world.refunds().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_has_not_heard_of_a_dispute_yet_hears_of_it_before_it_is_paid_or_handed_off() {
    let (world, ids) = waiting(24).await;
    let (one, other) = (&ids[22], &ids[23]);
    taken(&world, "d1", &dispute("open")).await;
    assert_eq!(world.request(one).await["legs"][0]["frozen"], false, "it has not heard");
    assert_eq!(world.approve(one, &LEAD).await.status, 200);
    world.rest().await;
    assert_eq!(world.request(one).await["legs"][0]["frozen"], true);
    assert!(world.refunds().is_empty());
    assert_eq!(world.memos().await.len(), 1);

    taken(&world, "d2", &dispute("lost")).await;
    assert_eq!(world.request(other).await["status"], "pending_approval", "it has not heard");
    assert_eq!(world.approve(other, &LEAD).await.status, 200);
    world.rest().await;
    assert_eq!(world.request(other).await["status"], "rejected");
    assert_eq!(world.memos().await.len(), 1, "nothing is credited that the bank has paid");
    world.rest_for(Duration::from_secs(90)).await;
    assert!(world.refunds().is_empty());
    assert!(!follows(&world));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_cannot_be_read_keeps_no_other_from_hearing_and_hears_later() {
    let (world, ids) = waiting(3).await;
    let good = world.spoil(&ids[0]);
    taken(&world, "d1", &dispute("open")).await;
    for id in &ids[1..] {
        assert_eq!(world.request(id).await["legs"][0]["frozen"], true);
    }
    world.advance(Duration::from_secs(60));
    world.tick().await;
    assert!(follows(&world));
    world.put_back(&ids[0], &good);
    world.rest_for(Duration::from_secs(120)).await;
    assert_eq!(world.request(&ids[0]).await["legs"][0]["frozen"], true);
    assert!(!follows(&world));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_hears_of_a_dispute_before_a_payout_by_hand_is_confirmed() {
    let (world, _) = waiting(22).await;
    let amount = json!({"value": "1.50", "currency": "EUR"});
    let ask = json!({"kind": "refund", "invoice": "INV-1", "amount": amount, "destination": "manual"});
    let id = world.ask("by-hand", ask).await;
    world.rest().await;
    assert_eq!(world.approve(&id, &LEAD).await.status, 200);
    world.rest().await;
    let leg = &world.request(&id).await["legs"][0];
    assert_eq!((&leg["to"], &leg["status"]), (&json!("manual"), &json!("requires_action")));
    taken(&world, "d1", &dispute("open")).await;
    assert_eq!(world.request(&id).await["legs"][0]["dual_payout_risk"], false, "it has not heard");
    let paid = json!({"reference": "TRANSFER-1"});
    let reply = world.post(&format!("/v1/requests/{id}/legs/l1/confirm"), &FINANCE, &paid).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.json["legs"][0]["dual_payout_risk"], true, "{}", reply.text);
    assert!(reply.text.contains("dispute.evidence"), "{}", reply.text);
}
