//! A payment is one thing, and what it paid of invoices are others.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use crate::openapi::fits;
use crate::refunds::sandbox;
use crate::world::{ALICE, FINANCE, MANAGER, World, cents};

/// A part of a payment of the sandbox gateway.
fn part(id: &str, reference: &str, captured: &str) -> Value {
    json!({"id": id, "gateway": "sandbox", "reference": reference, "method": "card", "captured": captured,
           "paid_at": "2026-11-02T09:00:00Z"})
}

/// A refund of that invoice, approved, and driven until it rests.
async fn refunded(world: &World, key: &str, ask: Value) -> Value {
    let id = world.ask(key, ask).await;
    world.rest().await;
    let approved = world.approve(&id, &MANAGER).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text);
    world.rest_for(Duration::from_secs(30)).await;
    world.request(&id).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_was_captured_in_parts_is_paid_back_in_these_parts() {
    let world = World::new();
    let parts = [part("P1", "ch_1__captured-2500", "15.00"), part("P2", "ch_1__captured-2500", "10.00")];
    world.invoice_paid_by("INV-1", "25.00", &parts).await;
    let request = refunded(&world, "k", json!({"kind": "refund", "invoice": "INV-1"})).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    let amounts: Vec<_> = world.refunds().iter().map(|refund| refund.2).collect();
    assert_eq!(amounts, [1_500, 1_000]);
    let again = world.ask("k2", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    assert_eq!(world.request(&again).await["status"], "ineligible");
    world.journal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_payment_of_two_invoices_is_paid_back_by_both_and_no_more() {
    let world = World::new();
    for (number, paid) in [("G", "60.00"), ("H", "40.00")] {
        let payment = part(&format!("P-{number}"), "ch_g__captured-10000", paid);
        world.invoice_paid_by(number, paid, &[payment]).await;
    }
    for number in ["G", "H"] {
        let request = refunded(&world, number, json!({"kind": "refund", "invoice": number})).await;
        assert_eq!(request["status"], "completed", "{request:#}");
    }
    let amounts: Vec<_> = world.refunds().iter().map(|refund| refund.2).collect();
    assert_eq!(amounts, [6_000, 4_000]);
    world.journal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispute_of_a_payment_of_two_invoices_holds_the_refunds_of_both() {
    let world = World::new();
    for (number, paid) in [("G", "60.00"), ("H", "40.00")] {
        world.invoice_paid_by(number, paid, &[part(&format!("P-{number}"), "ch_g", paid)]).await;
    }
    let mut ids = Vec::new();
    for number in ["G", "H"] {
        let ask = json!({"kind": "refund", "invoice": number, "amount": {"value": "40.00", "currency": "EUR"}});
        ids.push(world.ask(number, ask).await);
    }
    world.rest().await;
    let dispute = |status: &str| {
        json!({"type": "dispute.updated", "dispute": {"id": "dp_1", "payment": "ch_g", "status": status,
               "amount": {"value": "40.00", "currency": "EUR"}, "reason": "fraudulent"}})
    };
    sandbox(&world, "d1", &dispute("open")).await;
    for id in &ids {
        let request = world.request(id).await;
        assert_eq!(request["legs"][0]["frozen"], true, "{request:#}");
        world.approve(id, &MANAGER).await;
    }
    sandbox(&world, "d2", &dispute("lost")).await;
    world.rest_for(Duration::from_secs(60)).await;
    let paid: i64 = world.refunds().iter().map(|refund| refund.2).sum();
    let mut by_bank = 0;
    for id in &ids {
        let request = world.request(id).await;
        assert_eq!(request["status"], "completed", "{request:#}");
        let legs = request["legs"].as_array().unwrap();
        let arrived = legs.iter().filter(|leg| leg["to"] == "out_of_band" && leg["status"] == "succeeded");
        by_bank += arrived.map(|leg| cents(&leg["amount"])).sum::<i64>();
    }
    assert_eq!((paid, by_bank), (4_000, 4_000), "the bank has paid one of them");
}

/// An open invoice of 100.00.
async fn open_invoice(world: &World) {
    world.invoice_paid_by("INV-1", "100.00", &[]).await;
}

async fn pay(world: &World, payments: &Value) -> crate::world::Reply {
    let reply = world.post("/v1/books/invoices/INV-1/payments", &FINANCE, payments).await;
    fits(world, "/v1/books/invoices/{number}/payments", "post", &reply).await;
    reply
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invoice_that_is_paid_later_is_paid_in_the_books_and_refunded() {
    let world = World::new();
    open_invoice(&world).await;
    let state = async || world.get("/v1/books/invoices/INV-1", &FINANCE).await;
    assert_eq!(state().await["open"]["value"], "100.00");
    let first = pay(&world, &part("P1", "ch_1", "30.00")).await;
    assert_eq!((first.status, &first.json["payments"][0]["outcome"]), (StatusCode::CREATED, &json!("imported")));
    assert_eq!(state().await["open"]["value"], "70.00");
    let rest = json!([part("P1", "ch_1", "30.00"), part("P2", "ch_2", "45.00"), part("P3", "ch_1", "25.00")]);
    let more = pay(&world, &rest).await;
    assert_eq!(more.status, StatusCode::CREATED, "{}", more.text);
    assert_eq!(more.json["payments"][0]["outcome"], "unchanged");
    let again = pay(&world, &rest).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text);
    let paid = state().await;
    assert_eq!((&paid["open"]["value"], paid["payments"].as_array().unwrap().len()), (&json!("0.00"), 3), "{paid:#}");
    // The same invoice is the same still.
    open_invoice(&world).await;

    let request = refunded(&world, "k", json!({"kind": "refund", "invoice": "INV-1"})).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    let paid_back: Vec<_> = world.refunds().into_iter().map(|refund| (refund.0, refund.2)).collect();
    let expected = [("ch_1", 3_000), ("ch_2", 4_500), ("ch_1", 2_500)];
    assert_eq!(paid_back, expected.map(|(payment, minor)| (payment.to_owned(), minor)));
    let receivable: i64 = legs_on(&world, "Assets:Receivable:CUST-7").await.iter().sum();
    assert_eq!((receivable, &state().await["open"]["value"]), (0, &json!("0.00")));
}

/// What the journal has moved on an account, entry by entry.
async fn legs_on(world: &World, account: &str) -> Vec<i64> {
    let entries = world.journal().await;
    let legs = entries.iter().flat_map(|entry| entry["legs"].as_array().unwrap().clone());
    legs.filter(|leg| leg["account"] == account).map(|leg| cents(&leg["amount"])).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invoice_that_was_credited_before_it_was_paid_owes_the_customer_what_is_too_much() {
    let world = World::new();
    open_invoice(&world).await;
    let request = refunded(
        &world,
        "k1",
        json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "40.00", "currency": "EUR"}}),
    )
    .await;
    assert_eq!((&request["status"], &request["legs"][0]["to"]), (&json!("completed"), &json!("invoice_balance")));
    let paid = pay(&world, &part("P1", "ch_1", "60.00")).await;
    assert_eq!(paid.status, StatusCode::CREATED, "{}", paid.text);
    assert_eq!(world.get("/v1/books/invoices/INV-1", &FINANCE).await["open"]["value"], "0.00");
    let rest = refunded(&world, "k2", json!({"kind": "refund", "invoice": "INV-1"})).await;
    assert_eq!(rest["status"], "completed", "{rest:#}");
    assert_eq!(
        (&rest["legs"][0]["to"], &rest["legs"][0]["amount"]["value"]),
        (&json!("original_tender"), &json!("60.00"))
    );
    assert_eq!(world.refunds().len(), 1);
    world.journal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_breaks_a_rule_is_told_and_nothing_is_added() {
    let world = World::new();
    open_invoice(&world).await;
    world.invoice("INV-2", "10.00", "ch_2").await;
    assert_eq!(pay(&world, &part("P1", "ch_1", "30.00")).await.status, StatusCode::CREATED);
    let mut foreign = part("P9", "ch_9", "11.00");
    foreign["currency"] = json!("USD");
    let mut undated = part("P9", "ch_9", "11.00");
    undated["paid_at"] = json!("yesterday");
    for (payments, status, pointer) in [
        (part("P1", "ch_1", "30.01"), 409, ""),
        (json!([part("P9", "ch_9", "5.00"), part("P9", "ch_9", "6.00")]), 409, "/1"),
        (part("PAY-INV-2", "ch_1", "30.00"), 422, "/id"),
        (part("P9", "ch_9", "0.00"), 422, "/captured"),
        (part("P9", "ch_9", "1.0"), 422, "/captured"),
        (part("", "ch_9", "1.00"), 422, "/id"),
        (part("P9", "ch_9", "10000000000000.00"), 422, "/captured"),
        (foreign, 422, "/applied"),
        (undated, 422, "/paid_at"),
        (
            json!([part("P8", "ch_8", "5.00"), {"id": "P9", "method": "card", "captured": 1, "paid_at": ""}]),
            422,
            "/1/captured",
        ),
        (json!([]), 422, ""),
    ] {
        let reply = pay(&world, &payments).await;
        assert_eq!(reply.status.as_u16(), status, "{payments}: {}", reply.text);
        assert_eq!(reply.json["errors"][0]["pointer"], pointer, "{payments}: {}", reply.text);
    }
    let paid = world.get("/v1/books/invoices/INV-1", &FINANCE).await;
    assert_eq!((&paid["open"]["value"], paid["payments"].as_array().unwrap().len()), (&json!("70.00"), 1));
    let nobody = world.post("/v1/books/invoices/INV-1/payments", &ALICE, &part("P2", "ch_2", "1.00")).await;
    assert_eq!(nobody.status, StatusCode::FORBIDDEN, "{}", nobody.text);
    let nowhere = world.post("/v1/books/invoices/INV-404/payments", &FINANCE, &part("P2", "ch_2", "1.00")).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND, "{}", nowhere.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invoice_takes_200_payments_and_all_of_them_are_refunded() {
    let world = World::new();
    open_invoice(&world).await;
    let payments: Vec<_> = (0..200).map(|number| part(&format!("P{number}"), "ch_1", "0.50")).collect();
    assert_eq!(pay(&world, &json!(payments)).await.status, StatusCode::CREATED);
    let more = pay(&world, &part("P200", "ch_1", "0.50")).await;
    assert_eq!((more.status.as_u16(), &more.json["errors"][0]["pointer"]), (422, &json!("/id")), "{}", more.text);
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    let request = world.request(&id).await;
    // More legs than a request may have: it is told, and nothing is lost.
    assert!(["pending_approval", "ineligible"].contains(&request["status"].as_str().unwrap()), "{request:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_paid_too_much_goes_back_without_a_credit_memo() {
    let world = World::new();
    world.invoice_paid_by("INV-1", "100.00", &[part("P1", "ch_1", "100.00")]).await;
    assert_eq!(pay(&world, &part("P2", "ch_2", "100.00")).await.status, StatusCode::CREATED);
    let state = async || world.get("/v1/books/invoices/INV-1", &FINANCE).await;
    assert_eq!(state().await["open"]["value"], "-100.00");
    let ask = json!({"kind": "balance_correction", "direction": "debit", "invoice": "INV-1", "reason": "paid_twice"});
    let request = refunded(&world, "k", ask.clone()).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    assert_eq!(request["legs"][0]["payment"], "P2", "{request:#}");
    let refunds: Vec<_> = world.refunds().into_iter().map(|refund| (refund.0, refund.2)).collect();
    assert_eq!(refunds, [("ch_2".to_owned(), 10_000)]);
    let after = state().await;
    let amounts = ["credited", "refunded", "open"].map(|amount| after[amount]["value"].clone());
    assert_eq!(amounts, ["0.00", "100.00", "0.00"], "{after:#}");
    let memos = world.memos().await;
    assert!(memos.iter().all(|memo| memo["direction"] == "payout" && memo["number"] != "CM-000001"), "{memos:#?}");
    assert_eq!(legs_on(&world, "Assets:Receivable:CUST-7").await, [10_000, -10_000, -10_000, 10_000]);
    assert_eq!(legs_on(&world, "Income:Sales-Returns").await, [0_i64; 0]);

    let again = world.ask("k2", ask).await;
    world.rest().await;
    assert_eq!(world.request(&again).await["status"], "ineligible", "nothing is left to pay out");
    // What was sold can still be credited.
    let credit = refunded(&world, "k3", json!({"kind": "refund", "invoice": "INV-1"})).await;
    assert_eq!((&credit["status"], &credit["legs"][0]["payment"]), (&json!("completed"), &json!("P1")), "{credit:#}");
    assert_eq!(state().await["open"]["value"], "0.00");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payout_that_fails_days_later_is_owed_again_and_sent_again() {
    let world = World::new();
    let payments = [part("P1", "ch_1", "100.00"), part("P2", "ch_2", "100.00")];
    world.invoice_paid_by("INV-1", "100.00", &payments).await;
    let ask = json!({"kind": "balance_correction", "direction": "debit", "invoice": "INV-1",
                     "amount": {"value": "40.00", "currency": "EUR"}});
    let request = refunded(&world, "k", ask).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    let id = request["id"].as_str().unwrap();
    let news = json!({"type": "refund.updated", "refund": {"id": world.first_refund(), "payment": "ch_2", "status": "failed",
                      "amount": {"value": "40.00", "currency": "EUR"}, "failure": "expired_card"}});
    sandbox(&world, "e1", &news).await;
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!(world.request(id).await["legs"][0]["status"], "late_failed");
    assert_eq!(world.get("/v1/books/invoices/INV-1", &FINANCE).await["open"]["value"], "-100.00");
    let retried = world.post(&format!("/v1/requests/{id}/retry"), &FINANCE, &json!({})).await;
    assert_eq!(retried.status, StatusCode::OK, "{}", retried.text);
    world.rest_for(Duration::from_secs(30)).await;
    assert_eq!(world.request(id).await["status"], "completed");
    assert_eq!(world.get("/v1/books/invoices/INV-1", &FINANCE).await["open"]["value"], "-60.00");
    world.journal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_that_waits_sees_a_payment_that_is_added_to_its_invoice_later_and_goes_out_as_approved() {
    let world = World::new();
    open_invoice(&world).await;
    assert_eq!(pay(&world, &part("P1", "ch_1", "60.00")).await.status, StatusCode::CREATED);
    let ask = json!({"kind": "refund", "invoice": "INV-1", "destination": "original_tender",
                     "amount": {"value": "60.00", "currency": "EUR"}});
    let id = world.ask("k", ask).await;
    world.rest().await;
    // More goes back elsewhere than was captured, by all that the books say.
    let elsewhere = json!({"type": "refund.updated", "refund": {"id": "re_x", "payment": "ch_1", "status": "succeeded",
                           "amount": {"value": "40.00", "currency": "EUR"}}});
    sandbox(&world, "e1", &elsewhere).await;
    assert_eq!(world.approve(&id, &MANAGER).await.status, StatusCode::OK);
    world.rest_for(Duration::from_secs(120)).await;
    assert!(world.refunds().is_empty());
    let before = world.request(&id).await;
    assert!(before["tasks"].to_string().contains("leg.held"), "{before:#}");
    // The rest of what was captured comes into the books.
    assert_eq!(pay(&world, &part("P2", "ch_1", "40.00")).await.status, StatusCode::CREATED);
    world.rest_for_hours(3).await;
    let after = world.request(&id).await;
    assert_eq!((&after["status"], &after["tasks"]), (&json!("completed"), &json!([])), "{after:#}");
    assert_eq!(after["content_hash"], before["content_hash"]);
    assert_eq!(world.refunds().iter().map(|refund| refund.2).collect::<Vec<_>>(), [6_000]);
}
