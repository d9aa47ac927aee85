//! The books' journal, read by the checker of another ledger.

use std::process::Command;
use std::time::Duration;

use serde_json::json;

use crate::world::{FINANCE, LEAD, World, root};

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
