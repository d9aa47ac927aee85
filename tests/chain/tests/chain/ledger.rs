//! The books' journal, read by the checker of another ledger.

use std::process::Command;
use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use crate::built::root;
use crate::world::{FINANCE, LEAD, World, cents};

/// What Beancount's checker says of a journal: nothing, when it is content.
fn bean_check(world: &World, journal: &str) -> (bool, String) {
    let file = world.state.path().join("journal.beancount");
    std::fs::write(&file, journal).unwrap();
    let checker = root().join("target/peers/beancount/bin/bean-check");
    let said = Command::new(checker).arg(&file).output().expect("set the checker up: tests/peers/beancount/setup");
    (said.status.success(), String::from_utf8_lossy(&said.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bean_check_accepts_the_journal_of_credits_refunds_fees_and_what_came_back() {
    let world = World::new();
    world.sensors("INV-1001", "ch_1001").await;
    let refund = world
        .ask("k1", json!({"kind": "refund", "invoice": "INV-1001", "lines": [{"line": "1", "quantity": "3"}]}))
        .await;
    let fee = world
        .ask(
            "k2",
            json!({"kind": "fee_assessment", "customer": "CUST-7", "amount": {"value": "15.00", "currency": "EUR"}}),
        )
        .await;
    let yen = world
        .ask(
            "k3",
            json!({"kind": "goodwill_credit", "customer": "CUST-7", "amount": {"value": "500", "currency": "JPY"}}),
        )
        .await;
    world.rest().await;
    for id in [&refund, &fee] {
        world.approve(id, &LEAD).await;
    }
    world.rest().await;
    world.post(&format!("/v1/requests/{yen}/reverse"), &FINANCE, &json!({})).await;
    world.rest_for(Duration::from_secs(30)).await;
    let reply = world.call("GET", "/v1/books/journal?format=beancount", &FINANCE, "-", "").await.unwrap();
    let (content, said) = bean_check(&world, &reply.text);
    assert!(content, "{said}\n{}", reply.text);
    assert!(reply.text.contains("89.25 EUR"), "{}", reply.text);
    // The checker is awake: a journal that is a cent off is refused.
    let (content, _) = bean_check(&world, &reply.text.replacen("89.25 EUR", "89.24 EUR", 1));
    assert!(!content);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bean_check_accepts_the_journal_before_and_after_drafts_are_posted_in_any_order() {
    let world = World::with_drafts();
    world.sensors("INV-1001", "ch_1001").await;
    let mut references = Vec::new();
    for (key, quantity) in [("k1", "1"), ("k2", "2"), ("k3", "1")] {
        let lines = json!([{"line": "1", "quantity": quantity}]);
        let id = world.ask(key, json!({"kind": "refund", "invoice": "INV-1001", "lines": lines})).await;
        world.rest().await;
        world.approve(&id, &LEAD).await;
        world.rest_for(Duration::from_secs(30)).await;
        references.push(world.request(&id).await["credit_memo"]["erp_reference"].as_str().unwrap().to_owned());
    }
    // All of the money is out; one memo is voided by hand, and two are posted, the later one first.
    for (reference, what) in [(&references[1], "post"), (&references[2], "void"), (&references[0], "post")] {
        let reply = world.call("GET", "/v1/books/journal?format=beancount", &FINANCE, "-", "").await.unwrap();
        let (content, said) = bean_check(&world, &reply.text);
        assert!(content, "{said}\n{}", reply.text);
        let moved = world.post(&format!("/v1/books/credit-memos/{reference}/{what}"), &FINANCE, &json!({})).await;
        assert_eq!(moved.status, StatusCode::OK, "{}", moved.text);
        world.rest_for(Duration::from_secs(300)).await;
    }
    let reply = world.call("GET", "/v1/books/journal?format=beancount", &FINANCE, "-", "").await.unwrap();
    let (content, said) = bean_check(&world, &reply.text);
    assert!(content, "{said}\n{}", reply.text);
    let legs = world.journal().await.into_iter().flat_map(|entry| entry["legs"].as_array().unwrap().clone());
    let owed: i64 =
        legs.filter(|leg| leg["account"] == "Assets:Receivable:CUST-7").map(|leg| cents(&leg["amount"])).sum();
    assert_eq!(owed, 2975, "what went out on the memo that was voided");
    let open = world.get("/v1/books/invoices/INV-1001", &FINANCE).await["open"].clone();
    assert_eq!(cents(&open), 2975, "and the invoice says the same");
}

/// An invoice of so many euros that was paid in another currency.
async fn paid_abroad(world: &World, number: &str, gross: &str, currency: &str, captured: &str) {
    world
        .import(&json!({
            "number": number, "issued_on": "2026-11-01", "currency": "EUR",
            "customer": {"id": "CUST-7", "name": "Nordlicht GmbH", "country": "DE", "tier": "standard", "email": "ap@nordlicht.example"},
            "prices_include_tax": false, "tax_rounding": "line",
            "lines": [{"id": "1", "description": "Sensor", "quantity": "3", "unit_price": "1.00", "discount": "0.00", "tax_rate": "0",
                       "net": gross, "tax": "0.00", "gross": gross}],
            "payments": [{"id": format!("PAY-{number}"), "gateway": "sandbox", "reference": format!("ch_{number}"), "method": "card",
                          "currency": currency, "captured": captured, "applied": gross, "paid_at": "2026-11-02T09:00:00Z"}],
        }))
        .await;
}

/// A refund in the invoice's currency; gives its leg.
async fn refunded(world: &World, key: &str, invoice: &str, amount: Option<&str>) -> Value {
    let mut body = json!({"kind": "refund", "invoice": invoice});
    if let Some(amount) = amount {
        body["amount"] = json!({"value": amount, "currency": "EUR"});
    }
    let id = world.ask(key, body).await;
    world.rest().await;
    world.approve(&id, &LEAD).await;
    world.rest_for(Duration::from_secs(30)).await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    assert_eq!(request["legs"][0]["settles"], request["amount"]);
    request["legs"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refunds_go_back_in_the_captured_currency_to_its_end_and_bean_check_accepts_the_gain_and_the_loss() {
    let world = World::new();
    let rate = |day: &str, rate: &str| json!({"day": day, "from": "USD", "to": "EUR", "rate": rate});
    let rates = json!([rate("2026-11-21", "0.95"), rate("2026-11-22", "0.90")]);
    let send = async |rates: &Value| world.post("/v1/books/rates", &FINANCE, rates).await;
    assert_eq!(send(&rates).await.status, StatusCode::CREATED);
    assert_eq!(send(&rates).await.status, StatusCode::OK, "the same again");
    let other = send(&rate("2026-11-21", "0.96")).await;
    assert_eq!(
        (other.status, &other.json["type"]),
        (StatusCode::CONFLICT, &json!("urn:contraflow:problem:rate-differs"))
    );
    let wrong = send(&rate("2026-02-30", "-1")).await;
    assert_eq!((wrong.status, wrong.json["errors"].as_array().unwrap().len()), (StatusCode::UNPROCESSABLE_ENTITY, 2));

    paid_abroad(&world, "INV-USD", "100.00", "USD", "110.00").await;
    paid_abroad(&world, "INV-JPY", "10.00", "JPY", "1600").await;
    let first = refunded(&world, "k1", "INV-USD", Some("33.33")).await;
    assert_eq!(first["amount"], json!({"value": "36.66", "currency": "USD"}));
    let yen = refunded(&world, "k2", "INV-JPY", Some("3.33")).await;
    assert_eq!(yen["amount"], json!({"value": "533", "currency": "JPY"}));
    world.advance(Duration::from_secs(86_400));
    assert_eq!(refunded(&world, "k3", "INV-USD", Some("33.33")).await["amount"]["value"], "36.67");
    assert_eq!(refunded(&world, "k4", "INV-USD", None).await["amount"]["value"], "36.67");
    let paid: i64 = world.refunds().iter().filter(|refund| refund.0 == "ch_INV-USD").map(|refund| refund.2).sum();
    assert_eq!(paid, 11_000, "all that was captured, and no cent more");
    let state = world.get("/v1/books/invoices/INV-USD", &FINANCE).await;
    assert_eq!((&state["refunded"]["value"], &state["open"]["value"]), (&json!("100.00"), &json!("0.00")));

    let journal = world.journal().await;
    let booked = |account: &str| -> Vec<i64> {
        let legs = journal.iter().flat_map(|entry| entry["legs"].as_array().unwrap());
        legs.filter(|leg| leg["account"] == account).map(|leg| cents(&leg["amount"])).collect()
    };
    assert_eq!(booked("Expenses:FX"), [150], "36.66 USD are worth 34.83 EUR on the first day");
    assert_eq!(booked("Income:FX"), [-33, -34], "and 36.67 USD are worth 33.00 EUR on the second");
    let reply = world.call("GET", "/v1/books/journal?format=beancount", &FINANCE, "-", "").await.unwrap();
    let (content, said) = bean_check(&world, &reply.text);
    assert!(content, "{said}\n{}", reply.text);
    assert!(reply.text.contains("-36.66 USD @@ 34.83 EUR"), "{}", reply.text);
    let (content, _) = bean_check(&world, &reply.text.replacen("@@ 34.83 EUR", "@@ 34.73 EUR", 1));
    assert!(!content, "the checker counts prices");
}
