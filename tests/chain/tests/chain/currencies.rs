//! Refunds over tenders that were captured in several currencies.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use crate::refunds::sandbox;
use crate::world::{FINANCE, LEAD, World, cents};

/// 100.00 EUR, paid with 40.00 EUR and 66.00 USD.
async fn two_currencies(world: &World, dollars: &str) {
    let payment = |id: &str, reference: &str, captured: &str| {
        json!({"id": id, "gateway": "sandbox", "reference": reference, "method": "card", "captured": captured,
               "paid_at": "2026-11-02T09:00:00Z"})
    };
    let mut abroad = payment("P-USD", dollars, "66.00");
    (abroad["currency"], abroad["applied"]) = (json!("USD"), json!("60.00"));
    world
        .import(&json!({
            "number": "INV-2C", "issued_on": "2026-11-01", "currency": "EUR",
            "customer": {"id": "CUST-7", "name": "Nordlicht GmbH", "country": "DE", "tier": "standard", "email": "ap@nordlicht.example"},
            "prices_include_tax": false, "tax_rounding": "line",
            "lines": [{"id": "1", "description": "Sensor", "quantity": "4", "unit_price": "25.00", "discount": "0.00", "tax_rate": "0",
                       "net": "100.00", "tax": "0.00", "gross": "100.00"}],
            "payments": [payment("P-EUR", "ch_eur", "40.00"), abroad],
        }))
        .await;
}

/// Half of that invoice, asked for and approved.
async fn half_of_it(world: &World, dollars: &str) -> String {
    two_currencies(world, dollars).await;
    let id = world
        .ask("k", json!({"kind": "refund", "invoice": "INV-2C", "amount": {"value": "50.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    assert_eq!(world.approve(&id, &LEAD).await.status, StatusCode::OK);
    world.rest().await;
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_is_split_by_what_each_tender_paid_of_the_invoice_and_a_lost_leg_is_worth_that_elsewhere() {
    let world = World::new();
    let id = half_of_it(&world, "ch_usd__decline").await;
    let request = world.request(&id).await;
    let money = |leg: &Value| (leg["amount"].clone(), leg["settles"].clone());
    let (eur, usd) =
        (|value: &str| json!({"value": value, "currency": "EUR"}), json!({"value": "33.00", "currency": "USD"}));
    assert_eq!(money(&request["legs"][0]), (eur("20.00"), eur("20.00")), "{request:#}");
    assert_eq!(money(&request["legs"][1]), (usd, eur("30.00")));
    assert_eq!(request["status"], "needs_attention", "the gateway declines the dollars");
    assert!(request["tasks"][0]["detail"].as_str().unwrap().contains("33.00 USD (leg l2)"), "{request:#}");

    world.redirect(&id, &json!({"leg": "l2", "destination": "store_credit"}), &LEAD).await;
    world.rest_for(Duration::from_secs(30)).await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    assert_eq!(money(&request["legs"][2]), (eur("30.00"), eur("30.00")));
    let balance = world.get("/v1/customers/CUST-7/balance", &FINANCE).await;
    assert_eq!(balance["balances"][0]["balance"], eur("30.00"));
    let settled: i64 = [0, 2].map(|leg| cents(&request["legs"][leg]["settles"])).iter().sum();
    assert_eq!(settled, cents(&request["credit_memo"]["total"]), "the memo is the sum of what its legs settle");
    world.journal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_in_another_currency_says_what_it_paid_of_the_invoice() {
    let world = World::new();
    let import = async |payment: Value| {
        let mut payment = payment;
        for (name, value) in [("id", "P"), ("method", "card"), ("paid_at", "2026-11-02T09:00:00Z")] {
            payment[name] = json!(value);
        }
        let invoice = json!({
            "number": "INV-X", "issued_on": "2026-11-01", "currency": "EUR", "customer": {"id": "C", "name": "C"},
            "prices_include_tax": false, "tax_rounding": "line",
            "lines": [{"id": "1", "description": "x", "quantity": "1", "unit_price": "1", "tax_rate": "0", "net": "100.00", "tax": "0.00", "gross": "100.00"}],
            "payments": [payment],
        });
        world.post("/v1/books/invoices", &FINANCE, &invoice).await
    };
    for (payment, pointer) in [
        (json!({"captured": "110.00", "currency": "USD"}), "/payments/0/applied"),
        (json!({"captured": "110.00", "applied": "100.00"}), "/payments/0/applied"),
        (json!({"captured": "16000.00", "currency": "JPY", "applied": "100.00"}), "/payments/0/captured"),
        (json!({"captured": "110.00", "currency": "USX", "applied": "100.00"}), "/payments/0/currency"),
    ] {
        let refused = import(payment.clone()).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{payment}: {}", refused.text);
        assert_eq!(refused.json["errors"][0]["pointer"], pointer, "{payment}: {}", refused.text);
    }
    assert_eq!(
        import(json!({"captured": "16000", "currency": "JPY", "applied": "100.00"})).await.status,
        StatusCode::CREATED
    );
    let shown = world.get("/v1/books/invoices/INV-X", &FINANCE).await;
    assert_eq!((&shown["payments"][0]["currency"], &shown["open"]["value"]), (&json!("JPY"), &json!("0.00")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_bank_pays_of_a_foreign_tender_settles_what_that_was_worth_on_the_invoice() {
    let world = World::new();
    let dollars = "ch_usd__unavailable-forever";
    let id = half_of_it(&world, dollars).await;
    for status in ["open", "lost"] {
        let dispute = json!({"id": "dp_1", "payment": dollars, "amount": {"value": "66.00", "currency": "USD"},
                             "status": status, "reason": "fraudulent"});
        sandbox(&world, status, &json!({"type": "dispute.updated", "dispute": dispute})).await;
    }
    world.rest_for(Duration::from_secs(60)).await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    let shown = |leg: usize| {
        let leg = &request["legs"][leg];
        [&leg["to"], &leg["status"], &leg["amount"]["value"], &leg["amount"]["currency"]]
            .map(|word| word.as_str().unwrap())
    };
    assert_eq!(shown(0), ["original_tender", "succeeded", "20.00", "EUR"]);
    assert_eq!(shown(1), ["original_tender", "canceled", "33.00", "USD"]);
    assert_eq!(shown(2), ["out_of_band", "succeeded", "30.00", "EUR"]);
    assert_eq!(cents(&request["credit_memo"]["total"]), 5_000);
    let refunds = world.refunds();
    assert_eq!(refunds.len(), 1, "the dollars went out by the bank alone: {refunds:?}");
    world.journal().await;
}
