//! Store credit: spent, undone, expired and taken back, in the account and in the books.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ALICE, FINANCE, LEAD, Reply, World, cents};

fn eur(value: &str) -> Value {
    json!({"value": value, "currency": "EUR"})
}

/// A goodwill credit that became store credit of customer C.
async fn granted(world: &World, key: &str, value: &str) -> String {
    let id = world.ask(key, json!({"kind": "goodwill_credit", "customer": "C", "amount": eur(value)})).await;
    world.rest().await;
    if world.request(&id).await["status"] == "pending_approval" {
        world.approve(&id, &LEAD).await;
        world.rest().await;
    }
    assert_eq!(world.request(&id).await["status"], "completed");
    id
}

async fn spend(world: &World, key: &str, value: &str) -> Reply {
    let body = json!({"amount": eur(value), "reference": "ORDER-1"}).to_string();
    world.call("POST", "/v1/customers/C/store-credit/spendings", &FINANCE, key, &body).await.unwrap()
}

async fn undo(world: &World, key: &str) -> Reply {
    world.post(&format!("/v1/customers/C/store-credit/spendings/{key}/undo"), &FINANCE, &json!({})).await
}

async fn balance(world: &World) -> Value {
    world.get("/v1/customers/C/balance", &FINANCE).await["balances"][0].clone()
}

fn left(balance: &Value) -> Vec<i64> {
    balance["grants"].as_array().unwrap().iter().map(|grant| cents(&grant["remaining"])).collect()
}

/// What an account of the books comes to, in cents; and each entry balances.
async fn booked(world: &World, account: &str) -> i64 {
    let legs = world.journal().await.into_iter().flat_map(|entry| entry["legs"].as_array().unwrap().clone());
    legs.filter(|leg| leg["account"] == account).map(|leg| cents(&leg["amount"])).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn store_credit_is_spent_once_and_an_undone_spending_is_back_where_it_was() {
    let world = World::new();
    let first = granted(&world, "k1", "30.00").await;
    granted(&world, "k2", "20.00").await;
    let spent = spend(&world, "s1", "40.00").await;
    assert_eq!(spent.status, StatusCode::CREATED, "{}", spent.text);
    let replayed = spend(&world, "s1", "40.00").await;
    assert_eq!((replayed.status, replayed.text), (StatusCode::CREATED, spent.text), "the same answer");
    let other = spend(&world, "s1", "1.00").await;
    assert_eq!(
        (other.status, &other.json["type"]),
        (StatusCode::CONFLICT, &json!("urn:contraflow:problem:idempotency-key-reused"))
    );
    let too_much = spend(&world, "s2", "10.01").await;
    assert_eq!(too_much.status, StatusCode::CONFLICT);
    assert!(too_much.json["detail"].as_str().unwrap().contains("0.01 too much"), "{}", too_much.text);
    let nothing = spend(&world, "s2", "0.00").await;
    assert_eq!(
        (nothing.status, &nothing.json["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/amount/value"))
    );
    let by_alice = world.call("POST", "/v1/customers/C/store-credit/spendings", &ALICE, "s3", "{}").await.unwrap();
    assert_eq!(by_alice.status, StatusCode::FORBIDDEN);
    assert_eq!(left(&balance(&world).await), [0, 1000]);

    world.rest_for(Duration::from_secs(30)).await;
    assert_eq!(booked(&world, "Liabilities:Store-Credit:C").await, -1000, "what is still owed as store credit");
    assert_eq!(booked(&world, "Assets:Receivable:C").await, -4000, "ORDER-1 is paid with it");
    let events = world.get(&format!("/v1/requests/{first}/events"), &FINANCE).await;
    assert!(events["items"].as_array().unwrap().iter().any(|event| event["what"] == "credit.spent"), "{events:#}");

    let undone = undo(&world, "s1").await;
    assert_eq!(undone.status, StatusCode::OK, "{}", undone.text);
    assert_eq!(undo(&world, "s1").await.text, undone.text, "undone once");
    assert_eq!(undo(&world, "none").await.status, StatusCode::NOT_FOUND);
    assert_eq!(left(&balance(&world).await), [3000, 2000]);
    world.rest_for(Duration::from_secs(30)).await;
    assert_eq!(booked(&world, "Liabilities:Store-Credit:C").await, -5000);
    assert_eq!(booked(&world, "Assets:Receivable:C").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_left_of_a_grant_expires_and_is_booked_as_breakage() {
    let world = World::with_policy(|policy| policy.replace("# goodwill_credit = 365", "goodwill_credit = 30"));
    granted(&world, "k1", "30.00").await;
    assert_eq!(spend(&world, "s1", "10.00").await.status, StatusCode::CREATED);
    world.rest_for(Duration::from_secs(30)).await;
    world.advance(Duration::from_secs(31 * 86_400));
    let shown = balance(&world).await;
    assert_eq!(
        (cents(&shown["balance"]), &shown["entries"][2]["what"]),
        (0, &json!("expired")),
        "before anyone wrote it"
    );
    world.rest_for_hours(25).await;
    assert_eq!(balance(&world).await, shown, "what is written is what was shown");
    assert_eq!(booked(&world, "Income:Breakage").await, -2000);
    assert_eq!(booked(&world, "Liabilities:Store-Credit:C").await, 0);
    let late = spend(&world, "s2", "0.01").await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);
    undo(&world, "s1").await;
    world.rest_for(Duration::from_secs(30)).await;
    assert_eq!(cents(&balance(&world).await["balance"]), 0, "it comes back with its expiry");
    assert_eq!(booked(&world, "Income:Breakage").await, -3000);
}

/// Scenario 26.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_credit_of_50_with_20_used_is_not_voided_or_30_of_it_by_explicit_choice() {
    let world = World::new();
    let id = granted(&world, "k1", "50.00").await;
    assert_eq!(spend(&world, "s1", "20.00").await.status, StatusCode::CREATED);
    world.rest_for(Duration::from_secs(30)).await;
    let reverse = format!("/v1/requests/{id}/reverse");
    let refused = world.post(&reverse, &FINANCE, &json!({})).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let detail = refused.json["detail"].as_str().unwrap();
    assert!(detail.contains("20.00 too much") && detail.contains("allow_partial"), "{detail}");
    assert_eq!(world.request(&id).await["credit_memo"]["status"], "issued", "nothing was changed");

    let voided = world.post(&reverse, &FINANCE, &json!({"allow_partial": true})).await;
    assert_eq!(voided.status, StatusCode::OK, "{}", voided.text);
    world.rest_for(Duration::from_secs(30)).await;
    assert_eq!(world.request(&id).await["credit_memo"]["status"], "void");
    assert_eq!(cents(&balance(&world).await["balance"]), 0);
    let revoked = balance(&world).await["entries"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&revoked["what"], cents(&revoked["amount"])), (&json!("revoked"), 3000));
    assert_eq!(booked(&world, "Liabilities:Store-Credit:C").await, 0);
    assert_eq!(booked(&world, "Income:Sales-Returns").await, 0);
    // The order's own invoice is not in these books: with its 20.00 the customer owes what was used without a right to
    // it.
    assert_eq!(booked(&world, "Assets:Receivable:C").await, 0);

    // The order is cancelled after all: the credit comes back to a void memo, so nobody has it and nobody owes it.
    assert_eq!(undo(&world, "s1").await.status, StatusCode::OK);
    world.rest_for(Duration::from_secs(30)).await;
    assert_eq!(cents(&balance(&world).await["balance"]), 0);
    assert_eq!(booked(&world, "Liabilities:Store-Credit:C").await, 0);
    assert_eq!(booked(&world, "Assets:Receivable:C").await, 0);
}

/// Credits of 1.00 for customer C, so many that no commit could change all their requests.
async fn many_granted(world: &World, count: usize) {
    let rows: String = (0..count).map(|row| format!("goodwill_credit,C,1.00,EUR,row {row}\n")).collect();
    let csv = format!("kind,customer,amount,currency,reason\n{rows}");
    let request = http::Request::post("/v1/imports")
        .header("host", "localhost")
        .header("authorization", format!("Bearer {}", world.token(&ALICE)))
        .header("content-type", "text/csv")
        .body(bytes::Bytes::from(csv))
        .unwrap();
    let reply = world.send(request).await.unwrap();
    assert!(reply.status.is_success(), "{}", reply.text);
    world.rest_for(Duration::from_secs(300)).await;
    loop {
        let waiting = world.get("/v1/queue?limit=50", &LEAD).await["items"].as_array().unwrap().clone();
        if waiting.is_empty() {
            break;
        }
        let decision =
            |item: &Value| json!({"request": item["id"], "decision": "approve", "content_hash": item["content_hash"]});
        let decisions: Vec<_> = waiting.iter().map(decision).collect();
        let decided = world.post("/v1/decisions", &LEAD, &json!({"decisions": decisions})).await;
        assert_eq!(decided.status, StatusCode::OK, "{}", decided.text);
        world.rest_for(Duration::from_secs(60)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn store_credit_of_any_number_of_grants_is_spent_at_once_and_every_request_hears_of_it() {
    let world = World::new();
    many_granted(&world, 60).await;
    assert_eq!(cents(&balance(&world).await["balance"]), 6_000);
    let trays = "SELECT count(*) FROM contraflow_kv WHERE key LIKE 'credit-tray/%'";
    let trays: u64 = world.database().query_row(trays, [], |row| row.get(0)).unwrap();
    assert!(trays > 0, "grants come in beside the account");
    let spent = spend(&world, "s1", "60.00").await;
    assert_eq!(spent.status, StatusCode::CREATED, "{}", spent.text);
    assert_eq!(spent.json["parts"].as_array().unwrap().len(), 60);
    assert_eq!(spend(&world, "s1", "60.00").await.text, spent.text, "the same answer");
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!(booked(&world, "Liabilities:Store-Credit:C").await, 0);
    assert_eq!(booked(&world, "Assets:Receivable:C").await, -6_000);
    assert_eq!(undo(&world, "s1").await.status, StatusCode::OK);
    assert_eq!(cents(&balance(&world).await["balance"]), 6_000);
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!(booked(&world, "Liabilities:Store-Credit:C").await, -6_000);
    let untold = "SELECT count(*) FROM contraflow_kv WHERE key LIKE 'credit-tell/%'";
    assert_eq!(world.database().query_row(untold, [], |row| row.get::<_, u64>(0)).unwrap(), 0, "everybody was told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_cannot_be_read_keeps_no_other_from_hearing_of_its_store_credit() {
    let world = World::new();
    many_granted(&world, 30).await;
    let first = world.all("/v1/requests", &LEAD).await.pop().unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(spend(&world, "s1", "30.00").await.status, StatusCode::CREATED);
    let good = world.spoil(&first);
    for _ in 0..4 {
        world.advance(Duration::from_secs(15));
        world.tick().await;
        world.host.idle().await;
    }
    assert_eq!(booked(&world, "Liabilities:Store-Credit:C").await, -100, "all but that one are booked");
    world.put_back(&first, &good);
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!(booked(&world, "Liabilities:Store-Credit:C").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn store_credit_of_many_entries_shows_them_page_by_page() {
    let world = World::new();
    granted(&world, "k1", "50.00").await;
    for number in 0..75 {
        assert_eq!(spend(&world, &format!("s{number}"), "0.50").await.status, StatusCode::CREATED);
        assert_eq!(undo(&world, &format!("s{number}")).await.status, StatusCode::OK);
    }
    world.rest_for(Duration::from_secs(30)).await;
    let (mut sequences, mut address) = (Vec::new(), "/v1/customers/C/balance?limit=40".to_owned());
    loop {
        let shown = world.get(&address, &FINANCE).await["balances"][0].clone();
        assert_eq!(cents(&shown["balance"]), 5_000);
        let entries = shown["entries"].as_array().unwrap();
        assert!(entries.len() <= 40);
        sequences.extend(entries.iter().rev().map(|entry| entry["sequence"].as_u64().unwrap()));
        let Some(next) = shown["next"].as_str() else { break };
        address = format!("/v1/customers/C/balance?limit=40&cursor={}", next.replace('/', "%2F"));
    }
    assert_eq!(sequences, (1..=151).rev().collect::<Vec<u64>>());
    // The first spending has left the account, and is still known.
    assert_eq!(undo(&world, "s0").await.status, StatusCode::OK);
    assert_eq!(cents(&balance(&world).await["balance"]), 5_000);
}

/// Case c8: K spends 25.00 for an order, whose invoice is refunded to where it was paid from.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn store_credit_that_was_spent_is_given_back_once_by_the_refund_or_by_undoing_it() {
    for undone_first in [false, true] {
        let world = World::new();
        granted(&world, "k1", "25.00").await;
        let body = json!({"amount": eur("25.00"), "reference": "O1"}).to_string();
        let spent = world.call("POST", "/v1/customers/C/store-credit/spendings", &FINANCE, "S", &body).await.unwrap();
        assert_eq!(spent.status, StatusCode::CREATED, "{}", spent.text);
        let mut invoice = json!({
            "number": "O1", "issued_on": "2026-11-01", "currency": "EUR",
            "customer": {"id": "C", "name": "C", "country": "DE", "tier": "", "email": ""},
            "prices_include_tax": false, "tax_rounding": "line",
            "lines": [{"id": "1", "description": "Sensor", "quantity": "1", "unit_price": "25.00", "discount": "0.00",
                       "tax_rate": "0", "net": "25.00", "tax": "0.00", "gross": "25.00"}],
        });
        invoice["payments"] = json!([{"id": "P-O1", "gateway": "", "reference": "S", "method": "store_credit",
                                      "captured": "25.00", "paid_at": "2026-11-21T09:00:00Z"}]);
        world.import(&invoice).await;
        if undone_first {
            assert_eq!(undo(&world, "S").await.status, StatusCode::OK);
        }
        let refund = world.ask("k2", json!({"kind": "refund", "invoice": "O1"})).await;
        world.rest().await;
        world.approve(&refund, &LEAD).await;
        world.rest_for(Duration::from_secs(60)).await;
        assert_eq!(cents(&balance(&world).await["balance"]), 2_500, "once");
        let refunded = world.request(&refund).await;
        if undone_first {
            assert_eq!(refunded["status"], "needs_attention", "{refunded:#}");
            assert_eq!(refunded["tasks"][0]["code"], "leg.reroute", "a person decides: {refunded:#}");
        } else {
            assert_eq!(refunded["status"], "completed", "{refunded:#}");
            let again = undo(&world, "S").await;
            assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
            assert!(again.json["detail"].as_str().unwrap().contains("given back already"), "{}", again.text);
        }
        assert_eq!(cents(&balance(&world).await["balance"]), 2_500);
    }
}

async fn hold(world: &World, key: &str, value: &str) -> Reply {
    let body = json!({"amount": eur(value), "reference": "ORDER-9"}).to_string();
    world.call("POST", "/v1/customers/C/store-credit/holds", &FINANCE, key, &body).await.unwrap()
}

async fn with_hold(world: &World, key: &str, what: &str, body: &Value) -> Reply {
    world.post(&format!("/v1/customers/C/store-credit/holds/{key}/{what}"), &FINANCE, body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_held_for_an_order_is_spent_by_no_other_until_it_is_captured_or_released() {
    let world = World::new();
    granted(&world, "k1", "30.00").await;
    granted(&world, "k2", "20.00").await;
    let held = hold(&world, "h1", "40.00").await;
    assert_eq!(held.status, StatusCode::CREATED, "{}", held.text);
    assert_eq!(hold(&world, "h1", "40.00").await.text, held.text, "the same answer");
    assert_eq!(hold(&world, "h1", "1.00").await.json["type"], "urn:contraflow:problem:idempotency-key-reused");
    assert_eq!(spend(&world, "h1", "1.00").await.json["type"], "urn:contraflow:problem:idempotency-key-reused");
    let shown = balance(&world).await;
    assert_eq!((&shown["balance"], shown["holds"].as_array().unwrap().len()), (&eur("10.00"), 1), "{shown:#}");
    assert_eq!(spend(&world, "s1", "10.01").await.status, StatusCode::CONFLICT);
    assert_eq!(hold(&world, "h2", "10.01").await.status, StatusCode::CONFLICT);
    assert_eq!(hold(&world, "h3", "10.00").await.status, StatusCode::CREATED);
    let released = with_hold(&world, "h3", "release", &json!({})).await;
    assert_eq!((released.status, &released.json["balance"]), (StatusCode::OK, &eur("10.00")), "{}", released.text);
    assert_eq!(with_hold(&world, "h3", "capture", &json!({})).await.json["type"], "urn:contraflow:problem:hold-over");
    assert_eq!(hold(&world, "h3", "10.00").await.json["type"], "urn:contraflow:problem:hold-over");

    let captured = with_hold(&world, "h1", "capture", &json!({"amount": eur("35.00")})).await;
    assert_eq!(captured.status, StatusCode::CREATED, "{}", captured.text);
    let again = with_hold(&world, "h1", "capture", &json!({"amount": eur("35.00")})).await;
    assert_eq!((again.status, again.text), (StatusCode::CREATED, captured.text), "the same answer");
    assert_eq!(with_hold(&world, "h1", "capture", &json!({"amount": eur("1.00")})).await.status, StatusCode::CONFLICT);
    assert_eq!(balance(&world).await["balance"], eur("15.00"), "what was not captured is free");
    world.rest().await;
    assert_eq!(booked(&world, "Liabilities:Store-Credit:C").await, -1_500);
    assert_eq!(undo(&world, "h1").await.status, StatusCode::OK, "it is a spending like any other");
    assert_eq!(balance(&world).await["balance"], eur("50.00"));
    assert_eq!(with_hold(&world, "h9", "capture", &json!({})).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_orders_that_are_checked_out_at_once_only_as_many_get_credit_as_there_is() {
    let world = World::new();
    granted(&world, "k1", "30.00").await;
    let (one, two, three, four) = tokio::join!(
        hold(&world, "h1", "10.00"),
        hold(&world, "h2", "10.00"),
        hold(&world, "h3", "10.00"),
        hold(&world, "h4", "10.00")
    );
    let holds = [one, two, three, four];
    assert_eq!(holds.iter().filter(|reply| reply.status == StatusCode::CREATED).count(), 3);
    assert!(holds.iter().all(|reply| [StatusCode::CREATED, StatusCode::CONFLICT].contains(&reply.status)));
    assert_eq!(balance(&world).await["balance"], eur("0.00"));
}
