//! Debit memos: what makes the customer owe more.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{FINANCE, LEAD, World, cents};

fn ask(kind: &str, value: &str, direction: Option<&str>) -> Value {
    let mut body = json!({"kind": kind, "customer": "CUST-7", "amount": {"value": value, "currency": "EUR"}});
    if let Some(direction) = direction {
        body["direction"] = json!(direction);
    }
    body
}

async fn done(world: &World, key: &str, body: Value) -> Value {
    let id = world.ask(key, body).await;
    world.rest().await;
    world.approve(&id, &LEAD).await;
    world.rest().await;
    world.request(&id).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fees_and_corrections_upwards_are_debit_memos_with_numbers_of_their_own_and_move_no_money() {
    let world = World::new();
    let asks = [
        (ask("fee_assessment", "15.00", None), "debit", "DM-000001"),
        (ask("account_correction", "7.00", Some("debit")), "debit", "DM-000002"),
        (ask("account_correction", "3.00", None), "credit", "CM-000001"),
        (ask("balance_correction", "2.00", Some("debit")), "debit", "DM-000003"),
    ];
    let mut fee = String::new();
    for (index, (body, direction, number)) in asks.into_iter().enumerate() {
        let request = done(&world, &format!("k{index}"), body).await;
        assert_eq!(request["status"], "completed", "{request:#}");
        assert_eq!(request["direction"], direction);
        assert_eq!(request["credit_memo"]["number"], number);
        assert_eq!(request["legs"].as_array().unwrap().is_empty(), direction == "debit");
        if index == 0 {
            fee = request["id"].as_str().unwrap().to_owned();
        }
    }
    let entries = world.journal().await;
    let of = |number: &str| {
        let entry = entries.iter().find(|entry| entry["document"] == number).unwrap();
        let legs = entry["legs"].as_array().unwrap().iter();
        legs.map(|leg| (leg["account"].as_str().unwrap().to_owned(), cents(&leg["amount"]))).collect::<Vec<_>>()
    };
    assert_eq!(of("DM-000001"), [("Assets:Receivable:CUST-7".to_owned(), 1500), ("Income:Sales".to_owned(), -1500)]);
    assert_eq!(of("DM-000002")[0], ("Assets:Receivable:CUST-7".to_owned(), 700));

    let voided = world.post(&format!("/v1/requests/{fee}/reverse"), &FINANCE, &json!({"note": "waived"})).await;
    assert_eq!(voided.status, StatusCode::OK, "{}", voided.text);
    world.rest_for(Duration::from_secs(30)).await;
    assert_eq!(world.request(&fee).await["credit_memo"]["status"], "void");
    let last = world.journal().await.pop().unwrap();
    assert_eq!(last["narration"], "DM-000001 voided");
    assert_eq!(cents(&last["legs"][0]["amount"]), -1500);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_correction_says_its_direction() {
    let world = World::new();
    for body in [
        ask("goodwill_credit", "5.00", Some("debit")),
        ask("fee_assessment", "5.00", Some("credit")),
        ask("account_correction", "5.00", Some("up")),
    ] {
        let reply = world.call("POST", "/v1/requests", &crate::world::ALICE, "k", &body.to_string()).await.unwrap();
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", reply.text);
        assert_eq!(reply.json["errors"][0]["pointer"], "/direction", "{}", reply.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invoice_whose_net_is_below_zero_is_credited_to_its_end() {
    let world = World::new();
    let line = |id: &str, net: &str, tax: &str, gross: &str| {
        json!({"id": id, "description": id, "quantity": "1", "unit_price": net, "discount": "0.00", "tax_rate": "0.19",
               "net": net, "tax": tax, "gross": gross})
    };
    world
        .import(&json!({
            "number": "INV-5", "issued_on": "2026-11-01", "currency": "EUR",
            "customer": {"id": "CUST-7", "name": "Nordlicht GmbH", "country": "DE", "tier": "standard", "email": "ap@nordlicht.example"},
            "prices_include_tax": false, "tax_rounding": "line",
            "lines": [line("goods", "100.00", "19.00", "119.00"), line("prepaid", "-110.00", "0.00", "-110.00")],
            "payments": [{"id": "P5", "gateway": "sandbox", "reference": "ch_5", "method": "card", "captured": "9.00",
                          "paid_at": "2026-11-02T09:00:00Z"}],
        }))
        .await;
    for (key, amount) in [("k1", Some("4.00")), ("k2", None)] {
        let mut body = json!({"kind": "refund", "invoice": "INV-5"});
        if let Some(amount) = amount {
            body["amount"] = json!({"value": amount, "currency": "EUR"});
        }
        let request = done(&world, key, body).await;
        assert_eq!(request["status"], "completed", "{request:#}");
        assert!(request["totals"]["net"]["value"].as_str().unwrap().starts_with('-'), "{request:#}");
    }
    let refunded: i64 = world.refunds().iter().map(|refund| refund.2).sum();
    assert_eq!(refunded, 900);
    world.journal().await;
}
