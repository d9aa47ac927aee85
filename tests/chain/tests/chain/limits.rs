//! What passes by itself is bounded: for a customer, of a requester, and in all.

use std::collections::BTreeMap;
use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use crate::imports::{all, send};
use crate::world::{ALICE, FINANCE, LEAD, MANAGER, World, cents};

/// Sends a file of credits, each for a customer and an amount, and lets all of them be carried out.
async fn credits(world: &World, rows: impl Iterator<Item = (String, String)>) {
    let rows: String = rows
        .enumerate()
        .map(|(row, (customer, value))| format!("goodwill_credit,{customer},{value},EUR,r{row}\n"))
        .collect();
    let file = format!("kind,customer,amount,currency,reason\n{rows}");
    let reply = send(world, &ALICE, file.as_bytes()).await.unwrap();
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
    world.rest_at_most(Duration::from_secs(600)).await;
}

/// What was found last about a request; null where nothing was.
fn last(request: &Value) -> Value {
    request["findings"].as_array().and_then(|found| found.last()).cloned().unwrap_or_default()
}

/// How many requests there are by their state and what was found last; and what all of them that passed come to.
async fn outcomes(world: &World) -> (BTreeMap<(String, String), usize>, i64) {
    let (mut counts, mut passed) = (BTreeMap::new(), 0);
    for id in all(world).await {
        let request = world.request(&id).await;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let found = text(&last(&request)["code"]);
        if request["status"] == "completed" {
            passed += cents(&request["amount"]);
        }
        *counts.entry((text(&request["status"]), found)).or_insert(0) += 1;
    }
    (counts, passed)
}

/// Case b7: what is just under a threshold adds up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twelve_credits_to_one_customer_in_one_file_are_no_more_than_its_bound() {
    // So many at once for one customer look risky, too; this is about the bound.
    let world = World::with_policy(|policy| policy.replacen("person = 60", "person = 0", 1));
    let spellings = ["CUST-7", "cust-7", " Cust-7"];
    credits(&world, (0..12).map(|row| (spellings[row % 3].to_owned(), "50.00".to_owned()))).await;
    let (counts, passed) = outcomes(&world).await;
    assert_eq!(passed, 15_000, "{counts:?}");
    let waiting = all(&world).await;
    let mut told = Vec::new();
    for id in &waiting {
        let request = world.request(id).await;
        if request["status"] == "pending_approval" {
            told.push(last(&request)["message"].as_str().unwrap().to_owned());
        }
    }
    let words = "passed by itself in the last 30 days: 150.00 of 150.00 EUR for this customer; this one is 50.00 more";
    assert_eq!(told, [words; 9]);
}

/// Hostile finding 10: a thousand small credits to as many customers, by one requester.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_credits_by_one_requester_end_at_the_requesters_bound_to_the_cent() {
    let world = World::new();
    credits(&world, (0..190).map(|row| (format!("CUST-{row}"), "9.99".to_owned()))).await;
    let (counts, passed) = outcomes(&world).await;
    assert_eq!(passed, 150 * 999, "1498.50 of 1500.00 {counts:?}");
    assert_eq!(counts[&("pending_approval".into(), "automatic.limit".into())], 40, "{counts:?}");
}

/// Hostile finding 10: many requesters, many customers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_passes_by_itself_is_bounded_whoever_asks_and_whoever_gets_it_and_days_pass() {
    let world = World::with_policy(|policy| policy.replace("up_to = \"15000.00\"", "up_to = \"100.00\""));
    credits(&world, (0..30).map(|row| (format!("CUST-{row}"), "9.00".to_owned()))).await;
    let (_, passed) = outcomes(&world).await;
    assert_eq!(passed, 11 * 900);
    let credit = |customer: &str, value: &str| json!({"kind": "goodwill_credit", "customer": customer, "amount": {"value": value, "currency": "EUR"}});
    let rest = world.ask("k1", credit("CUST-90", "1.00")).await;
    let over = world.ask("k2", credit("CUST-91", "9.00")).await;
    world.rest().await;
    assert_eq!(world.request(&rest).await["status"], "completed", "to the last cent");
    assert_eq!(world.request(&over).await["status"], "pending_approval");
    // What was taken back stays counted.
    assert_eq!(world.post(&format!("/v1/requests/{rest}/reverse"), &FINANCE, &json!({})).await.status, StatusCode::OK);
    world.rest_for(Duration::from_secs(30)).await;
    let again = world.ask("k3", credit("CUST-92", "1.00")).await;
    world.rest().await;
    assert_eq!(world.request(&again).await["status"], "pending_approval");
    world.advance(Duration::from_secs(30 * 86_400));
    world.tick().await;
    let later = world.ask("k4", credit("CUST-93", "9.00")).await;
    world.rest().await;
    assert_eq!(world.request(&later).await["status"], "completed", "the days of the bound are over");
}

/// Hostile finding 10, case b3: neither money that a person pays out by hand nor money of unknown worth.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payout_by_hand_and_a_currency_without_a_factor_wait_for_a_person() {
    let world = World::new();
    let ask = async |key: &str, value: &str, currency: &str, to: &str| {
        let amount = json!({"value": value, "currency": currency});
        let id = world
            .ask(key, json!({"kind": "goodwill_credit", "customer": "C", "amount": amount, "destination": to}))
            .await;
        world.rest().await;
        let request = world.request(&id).await;
        assert_eq!(request["status"], "pending_approval", "{request:#}");
        (id, last(&request)["code"].clone(), request["approvals"]["required"].clone())
    };
    let (_, found, levels) = ask("k1", "0.01", "EUR", "manual").await;
    assert_eq!((found, levels), (json!("payout.by_hand"), json!(["team-lead"])));
    let (id, found, levels) = ask("k2", "50.000", "BHD", "auto").await;
    assert_eq!((found, levels), (json!("currency.factor_unknown"), json!(["manager", "finance"])));
    assert_eq!(world.approve(&id, &LEAD).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.approve(&id, &MANAGER).await.status, StatusCode::OK);
    assert_eq!(world.approve(&id, &FINANCE).await.status, StatusCode::OK);
}

/// Case c7: a customer whom no system knows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credit_for_a_customer_whom_the_books_do_not_know_waits_for_a_person_who_reads_the_near_match() {
    let world = World::with_policy(|policy| policy.replace("unknown = \"pass\"", "unknown = \"person\""));
    world.invoice("INV-1", "100.00", "ch_1").await;
    let ask = async |key: &str, customer: &str| {
        let amount = json!({"value": "20.00", "currency": "EUR"});
        let id = world.ask(key, json!({"kind": "goodwill_credit", "customer": customer, "amount": amount})).await;
        world.rest().await;
        world.request(&id).await
    };
    let known = ask("k1", "CUST-7").await;
    assert_eq!((&known["status"], &known["findings"]), (&json!("completed"), &json!([])), "{known:#}");
    let near = ask("k2", "cust 7").await;
    assert_eq!(near["status"], "pending_approval", "{near:#}");
    let codes: Vec<_> = near["findings"].as_array().unwrap().iter().map(|finding| finding["code"].clone()).collect();
    assert!(codes.contains(&json!("customer.unknown")), "{near:#}");
    let message = near["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "customer.unknown");
    let words = "the ERP knows no customer cust 7; it knows CUST-7, which looks like it";
    assert_eq!(message.unwrap()["message"], words);
    let unknown = ask("k3", "NOBODY").await;
    assert_eq!(unknown["findings"][0]["message"], "the ERP knows no customer NOBODY", "{unknown:#}");
    assert_eq!(unknown["status"], "pending_approval");
}
