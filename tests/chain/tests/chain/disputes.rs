//! Disputes freeze, and pay nobody.

use std::time::Duration;

use serde_json::{Value, json};

use crate::refunds::sandbox;
use crate::world::{ADMIN, ALICE, FINANCE, MANAGER, World, cents};

fn dispute(status: &str) -> Value {
    json!({"type": "dispute.updated", "dispute": {"id": "dp_1", "payment": "ch_1", "amount": {"value": "100.00", "currency": "EUR"},
           "status": status, "reason": "fraudulent"}})
}

/// A refund of 40.00 of a payment of 100.00, that waits for a decision.
async fn asked() -> (World, String) {
    asked_of("ch_1").await
}

async fn asked_of(payment: &str) -> (World, String) {
    let world = World::new();
    world.invoice("INV-1", "100.00", payment).await;
    let id = world
        .ask("k", json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "40.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    (world, id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispute_freezes_a_refund_that_waits_and_a_won_one_lets_it_go_on() {
    let (world, id) = asked().await;
    sandbox(&world, "d1", &dispute("open")).await;
    assert_eq!(world.request(&id).await["legs"][0]["frozen"], true);
    world.approve(&id, &MANAGER).await;
    world.rest().await;
    assert!(world.refunds().is_empty(), "frozen");
    sandbox(&world, "d2", &dispute("won")).await;
    world.rest().await;
    assert_eq!(world.refunds().len(), 1);
    assert_eq!(world.request(&id).await["status"], "completed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_dispute_refuses_the_refund_that_waits() {
    let (world, id) = asked().await;
    sandbox(&world, "d1", &dispute("open")).await;
    sandbox(&world, "d2", &dispute("lost")).await;
    world.rest().await;
    assert_eq!(world.request(&id).await["status"], "rejected");
    let again = world
        .ask("k2", json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "1.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    assert_eq!(world.request(&again).await["status"], "ineligible", "the bank has paid all of it");
    assert!(world.refunds().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispute_before_the_request_freezes_it_from_the_start() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    for _ in 0..2 {
        sandbox(&world, "d1", &dispute("open")).await;
    }
    let id = world
        .ask("k", json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "40.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!(request["findings"][0]["code"], "dispute.open", "{request:#}");
    world.approve(&id, &MANAGER).await;
    world.rest().await;
    assert!(world.refunds().is_empty());
}

/// What the journal has moved on an account.
async fn moved(world: &World, account: &str) -> i64 {
    let entries = world.journal().await;
    let legs = entries.iter().flat_map(|entry| entry["legs"].as_array().unwrap().clone());
    legs.filter(|leg| leg["account"] == account).map(|leg| cents(&leg["amount"])).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_dispute_is_booked_once_whether_or_not_a_request_knows_its_payment() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    for (id, status) in [("d1", "open"), ("d2", "lost"), ("d3", "lost")] {
        sandbox(&world, id, &dispute(status)).await;
    }
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!(moved(&world, "Expenses:Chargebacks").await, 10_000);
    assert_eq!(moved(&world, "Assets:Gateway:Sandbox").await, 0, "captured, and taken");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_that_a_dispute_stops_on_its_way_ends_with_what_the_bank_has_paid() {
    let (world, id, mut lost) = on_its_way("open").await;
    sandbox(&world, "d1", &lost).await;
    lost["dispute"]["status"] = json!("lost");
    sandbox(&world, "d2", &lost).await;
    world.rest_for(Duration::from_secs(60)).await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    assert_eq!(request["legs"][1]["to"], "out_of_band");
    assert!(world.refunds().is_empty());
    // 100.00 are gone, of which 40.00 were owed to the customer.
    assert_eq!(moved(&world, "Expenses:Chargebacks").await, 6_000);
    assert_eq!(moved(&world, "Assets:Receivable:CUST-7").await, 0);
    assert_eq!(moved(&world, "Assets:Cash").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_that_is_out_is_evidence_for_the_bank() {
    let (world, id) = asked().await;
    world.approve(&id, &MANAGER).await;
    world.rest().await;
    sandbox(&world, "d1", &dispute("open")).await;
    let address = format!("/v1/requests/{id}/dispute-evidence");
    let task = world.request(&id).await["tasks"][0].clone();
    assert_eq!(task["code"], "dispute.evidence", "{task}");
    for user in [FINANCE, ADMIN] {
        let file = world.get(&address, &user).await;
        assert_eq!(file["payments"][0]["exposure"], json!({"value": "40.00", "currency": "EUR"}), "{file:#}");
        assert_eq!(file["legs"][0]["gateway_reference"], world.first_refund());
        assert_eq!(file["decisions"][0]["by"], "max");
        assert_eq!(file["packet"]["invoice"]["number"], "INV-1");
    }
    let refused = world.call("GET", &address, &ALICE, "-", "").await.unwrap();
    assert_eq!(refused.status, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_early_fraud_warning_puts_a_person_before_the_money() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let warning = json!({"type": "fraud_warning.updated", "warning": {"id": "w_1", "payment": "ch_1", "actionable": true, "kind": "made_with_stolen_card"}});
    sandbox(&world, "w1", &warning).await;
    // A credit that the policy passes by itself on any other invoice.
    let ask = |invoice: &str| json!({"kind": "goodwill_credit", "invoice": invoice, "amount": {"value": "10.00", "currency": "EUR"}, "destination": "original_tender"});
    let id = world.ask("k", ask("INV-1")).await;
    world.invoice("INV-2", "100.00", "ch_2").await;
    let other = world.ask("k2", ask("INV-2")).await;
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "pending_approval", "{request:#}");
    assert_eq!(request["findings"][0]["code"], "fraud.early_warning");
    assert_eq!(world.request(&other).await["status"], "completed");
}

/// A refund of 40.00 that is approved and can't be sent, for its gateway is away; and a dispute on its payment.
async fn on_its_way(status: &str) -> (World, String, Value) {
    let (world, id) = asked_of("ch_1__unavailable-forever").await;
    world.approve(&id, &MANAGER).await;
    world.rest().await;
    let mut dispute = dispute(status);
    dispute["dispute"]["payment"] = json!("ch_1__unavailable-forever");
    (world, id, dispute)
}

/// The same after the dispute was lost: the bank has paid what the refund was to pay.
async fn paid_by_the_bank() -> (World, String, Value) {
    let (world, id, lost) = on_its_way("lost").await;
    sandbox(&world, "d1", &lost).await;
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!(world.request(&id).await["status"], "completed");
    (world, id, lost)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispute_that_is_won_after_all_is_booked_back_once_and_pays_nobody() {
    let (world, id, lost) = paid_by_the_bank().await;
    let mut won = lost.clone();
    won["dispute"]["status"] = json!("won");
    for message in ["d2", "d3"] {
        sandbox(&world, message, &won).await;
        world.rest_for(Duration::from_secs(60)).await;
    }
    assert_eq!(moved(&world, "Expenses:Chargebacks").await, 0);
    assert_eq!(moved(&world, "Assets:Gateway:Sandbox").await, 10_000, "captured, taken, and given back");
    assert_eq!(moved(&world, "Assets:Receivable:CUST-7").await, -4_000, "the customer is owed the memo again");
    let request = world.request(&id).await;
    assert_eq!((&request["status"], &request["tasks"][0]["code"]), (&json!("needs_attention"), &json!("leg.reroute")));
    assert_eq!(request["legs"][1]["status"], "reversed", "{request:#}");
    assert!(world.refunds().is_empty(), "a person decides");

    // Taken a second time before anybody has decided: the bank has paid again.
    sandbox(&world, "d4", &lost).await;
    world.rest_for(Duration::from_secs(60)).await;
    let request = world.request(&id).await;
    assert_eq!((&request["status"], &request["tasks"]), (&json!("completed"), &json!([])), "{request:#}");
    assert_eq!(moved(&world, "Expenses:Chargebacks").await, 6_000);
    assert_eq!(moved(&world, "Assets:Receivable:CUST-7").await, 0);

    // And given back once more: a person pays it out by hand.
    sandbox(&world, "d5", &won).await;
    world.rest_for(Duration::from_secs(60)).await;
    world.redirect(&id, &json!({"destination": "manual"}), &MANAGER).await;
    world.rest_for(Duration::from_secs(60)).await;
    let request = world.request(&id).await;
    assert_eq!(request["tasks"][0]["code"], "leg.pay_out", "{request:#}");
    assert_eq!(moved(&world, "Expenses:Chargebacks").await, 0);
    assert_eq!(moved(&world, "Assets:Gateway:Sandbox").await, 10_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispute_that_names_no_amount_is_known_to_a_payment_that_comes_later() {
    let world = World::new();
    let mut lost = dispute("lost");
    lost["dispute"]["amount"] = Value::Null;
    sandbox(&world, "d1", &lost).await;
    world.invoice("INV-1", "100.00", "ch_1").await;
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!(moved(&world, "Expenses:Chargebacks").await, 0, "nobody knows yet how much");
    for key in ["k1", "k2"] {
        let id = world.ask(key, json!({"kind": "refund", "invoice": "INV-1"})).await;
        world.rest_for(Duration::from_secs(60)).await;
        assert_eq!(world.request(&id).await["status"], "ineligible", "the bank has paid all of it");
    }
    assert_eq!(moved(&world, "Expenses:Chargebacks").await, 10_000);
    assert_eq!(moved(&world, "Assets:Gateway:Sandbox").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispute_in_another_currency_holds_all_of_the_payment_and_is_booked_by_a_person() {
    let (world, id) = asked().await;
    let dollars = |status: &str| {
        let mut news = dispute(status);
        news["dispute"]["amount"] = json!({"value": "5.00", "currency": "USD"});
        news
    };
    sandbox(&world, "d1", &dollars("open")).await;
    world.approve(&id, &MANAGER).await;
    world.rest_for(Duration::from_secs(60)).await;
    assert!(world.refunds().is_empty(), "frozen");
    sandbox(&world, "d2", &dollars("lost")).await;
    world.rest_for(Duration::from_secs(60)).await;
    let request = world.request(&id).await;
    let task = |code: &str| request["tasks"].as_array().unwrap().iter().any(|task| task["code"] == code);
    assert!(task("dispute.currency") && task("leg.reroute"), "{request:#}");
    assert!(world.refunds().is_empty());
    assert_eq!(moved(&world, "Expenses:Chargebacks").await, 0);
    let again = world
        .ask("k2", json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "1.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    assert_eq!(world.request(&again).await["status"], "ineligible");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_a_gateway_puts_back_of_a_dispute_that_stays_lost_is_told_and_not_booked_by_itself() {
    let (world, id, mut lost) = paid_by_the_bank().await;
    lost["dispute"]["reinstated"] = json!(true);
    for message in ["d2", "d3"] {
        sandbox(&world, message, &lost).await;
        world.rest_for(Duration::from_secs(30)).await;
    }
    let request = world.request(&id).await;
    let tasks = request["tasks"].as_array().unwrap();
    assert_eq!((&request["status"], tasks.len()), (&json!("completed"), 1), "{request:#}");
    assert_eq!(tasks[0]["code"], "dispute.reinstated");
    assert_eq!(moved(&world, "Expenses:Chargebacks").await, 6_000);
    lost["dispute"]["status"] = json!("won");
    sandbox(&world, "d4", &lost).await;
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!(world.request(&id).await["tasks"][0]["code"], "leg.reroute");
    assert_eq!(moved(&world, "Expenses:Chargebacks").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispute_of_a_payment_that_went_back_as_store_credit_is_flagged_and_has_its_evidence() {
    for destination in ["store_credit", "manual"] {
        let world = World::new();
        world.invoice("INV-1", "50.00", "ch_1").await;
        let ask = json!({"kind": "refund", "invoice": "INV-1", "destination": destination});
        let id = world.ask("k", ask).await;
        world.rest().await;
        world.approve(&id, &MANAGER).await;
        world.rest().await;
        for status in ["open", "lost"] {
            let dispute = json!({"id": "dp_1", "payment": "ch_1", "status": status, "reason": "fraudulent",
                                 "amount": {"value": "50.00", "currency": "EUR"}});
            sandbox(&world, status, &json!({"type": "dispute.updated", "dispute": dispute})).await;
        }
        world.rest_for(Duration::from_secs(60)).await;
        let request = world.request(&id).await;
        assert_eq!(request["legs"][0]["dual_payout_risk"], true, "{request:#}");
        let tasks: Vec<_> = request["tasks"].as_array().unwrap().iter().map(|task| &task["code"]).collect();
        assert!(tasks.contains(&&json!("dispute.evidence")), "{request:#}");
        let file = world.get(&format!("/v1/requests/{id}/dispute-evidence"), &FINANCE).await;
        let given = &file["payments"][0]["given_otherwise"][0];
        assert_eq!((&given["leg"], &given["amount"]["value"]), (&json!("l1"), &json!("50.00")), "{file:#}");
        if destination == "store_credit" {
            assert_eq!(file["payments"][0]["exposure"]["value"], "50.00", "{file:#}");
        }
        assert_eq!(moved(&world, "Expenses:Chargebacks").await, 5_000);
    }
}

/// A refund that is approved and held by a dispute, which messages then say is won.
async fn told_to_be_won(payment: &str) -> (World, String) {
    let (world, id) = asked_of(payment).await;
    let said = |status: &str| {
        let mut news = dispute(status);
        news["dispute"]["payment"] = json!(payment);
        news
    };
    sandbox(&world, "d1", &said("open")).await;
    world.approve(&id, &MANAGER).await;
    world.rest().await;
    assert!(world.refunds().is_empty(), "frozen");
    world.advance(Duration::from_secs(60));
    sandbox(&world, "d2", &said("won")).await;
    (world, id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_won_releases_nothing_while_the_gateway_says_otherwise() {
    for stands in ["lost", "under_review"] {
        let (world, id) = told_to_be_won(&format!("ch_1__disputes-{stands}")).await;
        world.rest_for_hours(30).await;
        let request = world.request(&id).await;
        assert_eq!(request["tasks"][0]["code"], "dispute.contradicted", "{request:#}");
        assert_eq!(request["tasks"].as_array().unwrap().len(), 1, "{request:#}");
        // No retry overrules the gateway.
        world.post(&format!("/v1/requests/{id}/retry"), &FINANCE, &json!({})).await;
        world.rest_for(Duration::from_secs(60)).await;
        let request = world.request(&id).await;
        assert_eq!(request["tasks"][0]["code"], "dispute.contradicted", "{request:#}");
        assert!(world.refunds().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_won_that_the_gateway_confirms_releases_with_no_person_and_an_old_one_that_comes_again_does_not() {
    let (world, id) = told_to_be_won("ch_1__blind-2").await;
    world.rest_for(Duration::from_secs(60)).await;
    let request = world.request(&id).await;
    assert_eq!((&request["status"], &request["tasks"]), (&json!("completed"), &json!([])), "{request:#}");
    assert_eq!(world.refunds().len(), 1);
    let events = world.get(&format!("/v1/requests/{id}/events"), &FINANCE).await;
    assert!(events.to_string().contains("dispute.confirmed"), "{events:#}");

    // The bank takes the money a second time; somebody sends the first decision again, under another name and date.
    let again = json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "10.00", "currency": "EUR"}});
    let again = world.ask("k2", again).await;
    world.rest().await;
    for (message, status) in [("d3", "open"), ("d4", "won")] {
        let mut news = dispute(status);
        news["dispute"]["payment"] = json!("ch_1__blind-2");
        world.advance(Duration::from_secs(60));
        sandbox(&world, message, &news).await;
    }
    // The gateway itself knows of the second opening alone.
    world.database().execute("DELETE FROM sandbox_dispute WHERE status = 'won'", []).unwrap();
    world.approve(&again, &MANAGER).await;
    world.rest_for(Duration::from_secs(600)).await;
    assert_eq!(world.request(&again).await["tasks"][0]["code"], "dispute.contradicted");
    assert_eq!(world.refunds().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_won_whose_gateway_cannot_be_asked_releases_nothing_and_becomes_a_task_for_a_person() {
    for payment in ["ch_1__blind-forever", "ch_1__no-disputes"] {
        let (world, id) = told_to_be_won(payment).await;
        world.rest_for_hours(40).await;
        let request = world.request(&id).await;
        assert_eq!(request["tasks"][0]["code"], "dispute.confirm", "{request:#}");
        assert!(world.refunds().is_empty());
        let reply = world.post(&format!("/v1/requests/{id}/retry"), &FINANCE, &json!({})).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        world.rest_for(Duration::from_secs(60)).await;
        assert_eq!(world.request(&id).await["status"], "completed", "{payment}");
        assert_eq!(world.refunds().len(), 1);
    }
}
