//! Finding invoices and customers by what somebody knows of them.

use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ALICE, FINANCE, LEAD, World};

async fn found(world: &World, what: &str, words: &str, who: &LocalUser<'_>) -> Value {
    world.get(&format!("/v1/{what}?find={words}"), who).await
}

fn numbers(found: &Value) -> Vec<&str> {
    found["items"].as_array().unwrap().iter().map(|item| item["number"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invoice_is_found_by_part_of_its_number_its_customer_an_amount_or_a_card() {
    let world = World::new();
    world.sensors("INV-1001", "ch_1001").await;
    world
        .import(&json!({
            "number": "INV-1002", "issued_on": "2026-10-03", "currency": "EUR",
            "customer": {"id": "CUST-8", "name": "Südwind AG", "country": "DE", "tier": "standard", "email": "ap@suedwind.example"},
            "prices_include_tax": false, "tax_rounding": "line",
            "lines": [{"id": "1", "description": "Sensor", "quantity": "4", "unit_price": "25.00", "discount": "0.00",
                       "tax_rate": "0.19", "net": "100.00", "tax": "19.00", "gross": "119.00"}],
            "payments": [{"id": "PAY-2", "gateway": "sandbox", "reference": "ch_1002", "method": "card",
                          "captured": "119.00", "paid_at": "2026-10-04T09:00:00Z", "last_four": "4242"}],
        }))
        .await;
    assert_eq!(numbers(&found(&world, "invoices", "4242+s%C3%BCdwind", &LEAD).await), ["INV-1002"]);
    let shown = world.get("/v1/books/invoices/INV-1002", &FINANCE).await;
    assert_eq!(shown["payments"][0]["last_four"], "4242", "{shown:#}");
    for words in ["v-1001", "INV+1001", "1001+119.00"] {
        assert_eq!(numbers(&found(&world, "invoices", words, &LEAD).await), ["INV-1001"], "{words}");
    }
    let both = found(&world, "invoices", "119%2C00", &LEAD).await;
    assert_eq!((numbers(&both), &both["more"]), (vec!["INV-1002", "INV-1001"], &json!(false)));
    let first = found(&world, "invoices", "119.00&limit=1", &LEAD).await;
    assert_eq!((numbers(&first), &first["more"]), (vec!["INV-1002"], &json!(true)));
    assert_eq!(both["items"][0]["gross"], json!({"value": "119.00", "currency": "EUR"}));
    let customers = found(&world, "customers", "cust", &LEAD).await;
    assert_eq!(customers["items"].as_array().unwrap().len(), 2, "{customers:#}");
    assert_ne!(customers["items"][0]["email"], "", "{customers:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_asks_for_credits_finds_what_to_ask_about_and_reads_no_more_of_it() {
    let world = World::new();
    world.sensors("INV-1001", "ch_1001").await;
    let invoices = found(&world, "invoices", "1001", &ALICE).await;
    assert_eq!(numbers(&invoices), ["INV-1001"]);
    assert_eq!(invoices["items"][0]["customer"]["email"], "", "{invoices:#}");
    let customers = found(&world, "customers", "cust", &ALICE).await;
    assert_eq!(customers["items"][0]["email"], "", "{customers:#}");
    let reader = found(&world, "invoices", "1001", &FINANCE).await;
    assert_ne!(reader["items"][0]["customer"]["email"], "", "{reader:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_looked_for_is_told_with_what_to_write() {
    let world = World::new();
    for (words, told) in [("", "write what to look for"), ("ab", "at least 3 characters"), ("a+b+c", "at least 3")] {
        let reply = world.call("GET", &format!("/v1/invoices?find={words}"), &LEAD, "", "").await.unwrap();
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", reply.text);
        assert!(reply.text.contains(told), "{}", reply.text);
    }
}
