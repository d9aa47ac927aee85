//! Store credit that goes to another customer or lasts longer: two people agree, and the books follow.

use std::time::Duration;

use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ADMIN, ALICE, FINANCE, LEAD, MANAGER, Reply, World, cents};

const ANN: LocalUser<'_> = LocalUser { name: "ann", roles: &["finance"] };
const BEN: LocalUser<'_> = LocalUser { name: "ben", roles: &["finance"] };

fn eur(value: &str) -> Value {
    json!({"value": value, "currency": "EUR"})
}

/// A world in which the ERP knows two customers, and credit of the first expires after 365 days.
async fn world() -> World {
    let world = World::with_policy(|policy| policy.replace("# goodwill_credit = 365", "goodwill_credit = 365"));
    for (number, customer) in [("INV-7", "CUST-7"), ("INV-8", "CUST-8")] {
        let invoice = json!({
            "number": number, "issued_on": "2026-11-01", "currency": "EUR",
            "customer": {"id": customer, "name": "Nordlicht GmbH", "country": "DE", "tier": "", "email": "ap@nordlicht.example"},
            "prices_include_tax": false, "tax_rounding": "line",
            "lines": [{"id": "1", "description": "Sensor", "quantity": "1", "unit_price": "25.00", "discount": "0.00",
                       "tax_rate": "0", "net": "25.00", "tax": "0.00", "gross": "25.00"}],
            "payments": [],
        });
        world.import(&invoice).await;
    }
    world
}

/// Credit of alice's asking, which lea approves where the policy wants it.
async fn granted(world: &World, key: &str, value: &str) -> String {
    let ask = json!({"kind": "goodwill_credit", "customer": "CUST-7", "amount": eur(value), "reason": key});
    let id = world.ask(key, ask).await;
    world.rest().await;
    if world.request(&id).await["status"] == "pending_approval" {
        world.approve(&id, &LEAD).await;
        world.rest().await;
    }
    assert_eq!(world.request(&id).await["status"], "completed");
    id
}

async fn asked(world: &World, user: &LocalUser<'_>, key: &str, wish: Value) -> Reply {
    let path = "/v1/customers/CUST-7/store-credit/changes";
    world.call("POST", path, user, key, &wish.to_string()).await.unwrap()
}

async fn confirm(world: &World, user: &LocalUser<'_>, change: &Value) -> Reply {
    let id = change["id"].as_str().unwrap();
    world.post(&format!("/v1/customers/CUST-7/store-credit/changes/{id}/confirm"), user, &json!({})).await
}

async fn balance(world: &World, customer: &str) -> i64 {
    let answer = world.get(&format!("/v1/customers/{customer}/balance"), &FINANCE).await;
    answer["balances"].as_array().unwrap().iter().map(|balance| cents(&balance["balance"])).sum()
}

/// What the books owe a customer as store credit.
async fn owed(world: &World, customer: &str) -> i64 {
    let account = format!("Liabilities:Store-Credit:{customer}");
    let entries = world.journal().await;
    let legs = entries.iter().flat_map(|entry| entry["legs"].as_array().unwrap().clone());
    -legs.filter(|leg| leg["account"] == account.as_str()).map(|leg| cents(&leg["amount"])).sum::<i64>()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credit_goes_to_another_customer_once_two_people_agree_and_the_books_follow_it_to_its_end() {
    let world = world().await;
    let id = granted(&world, "late", "40.00").await;
    let wish = json!({"what": "transfer", "to": "CUST-8", "amount": eur("30.00"), "note": "it was their order"});
    let made = asked(&world, &ANN, "t1", wish.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let again = asked(&world, &ANN, "t1", wish.clone()).await;
    assert_eq!((again.status, &again.json), (StatusCode::OK, &made.json), "the same again is the same change");
    assert_eq!((balance(&world, "CUST-7").await, balance(&world, "CUST-8").await), (4_000, 0), "nothing has moved");
    let waiting = world.get("/v1/store-credit/changes", &MANAGER).await;
    assert_eq!(waiting["items"][0]["id"], made.json["id"], "it is on a list: {waiting:#}");
    for (user, wanted) in [
        (&ANN, "asked for this change"),
        (&ALICE, "needs the role finance"),
        (&LocalUser { name: "alice", roles: &["finance"] }, "had a part in request"),
    ] {
        let refused = confirm(&world, user, &made.json).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}: {}", user.name, refused.text);
        assert!(refused.text.contains(wanted), "{}: {}", user.name, refused.text);
    }
    assert_eq!(balance(&world, "CUST-8").await, 0, "and nothing was moved by those who may not");
    let done = confirm(&world, &BEN, &made.json).await;
    assert_eq!((done.status, &done.json["status"]), (StatusCode::OK, &json!("done")), "{}", done.text);
    let late = confirm(&world, &BEN, &made.json).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);
    world.rest().await;
    assert_eq!((balance(&world, "CUST-7").await, balance(&world, "CUST-8").await), (1_000, 3_000));
    assert_eq!((owed(&world, "CUST-7").await, owed(&world, "CUST-8").await), (1_000, 3_000));
    assert_eq!(world.get("/v1/store-credit/changes", &MANAGER).await["items"], json!([]));
    let spent = json!({"amount": eur("12.00"), "reference": "ORDER-8"}).to_string();
    let spent = world.call("POST", "/v1/customers/CUST-8/store-credit/spendings", &FINANCE, "s", &spent).await.unwrap();
    assert_eq!(spent.status, StatusCode::CREATED, "{}", spent.text);
    world.rest().await;
    assert_eq!((owed(&world, "CUST-7").await, owed(&world, "CUST-8").await), (1_000, 1_800));
    // What nobody used expires at whoever has it, after the same time.
    for _ in 0..4 {
        world.advance(Duration::from_secs(92 * 86_400));
        world.rest_for_hours(25).await;
    }
    assert_eq!((balance(&world, "CUST-7").await, balance(&world, "CUST-8").await), (0, 0));
    assert_eq!((owed(&world, "CUST-7").await, owed(&world, "CUST-8").await), (0, 0), "breakage is booked for both");
    let events = world.get(&format!("/v1/requests/{id}/events?limit=200"), &ADMIN).await;
    let of = |what: &str| events["items"].as_array().unwrap().iter().filter(|event| event["what"] == what).count();
    assert_eq!((of("credit.transferred"), of("credit.spent"), of("credit.expired")), (1, 1, 2), "{events:#}");
    assert_eq!(world.doctor().await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_customers_that_are_one_are_merged_and_what_is_about_to_expire_is_carried_forward() {
    let world = world().await;
    for number in 0..23 {
        granted(&world, &format!("k{number}"), "2.00").await;
    }
    let far = json!({"what": "carry_forward", "currency": "EUR", "expiring_before": "2027-12-01T00:00:00Z",
                     "until": "2028-06-30T00:00:00Z", "note": "shop was closed"});
    let made = asked(&world, &ANN, "c1", far).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let first = confirm(&world, &BEN, &made.json).await;
    assert_eq!((&first.json["status"], &first.json["grants"]), (&json!("waiting"), &json!(20)), "{}", first.text);
    let second = confirm(&world, &BEN, &made.json).await;
    assert_eq!((&second.json["status"], &second.json["grants"]), (&json!("done"), &json!(23)), "{}", second.text);
    let merge = json!({"what": "merge", "to": "CUST-8", "currency": "EUR", "note": "two accounts of one person"});
    let made = asked(&world, &ANN, "m1", merge).await;
    assert_eq!(confirm(&world, &BEN, &made.json).await.json["status"], "waiting");
    let done = confirm(&world, &BEN, &made.json).await;
    assert_eq!((&done.json["status"], &done.json["moved"]), (&json!("done"), &eur("46.00")), "{}", done.text);
    world.rest().await;
    assert_eq!((balance(&world, "CUST-7").await, balance(&world, "CUST-8").await), (0, 4_600));
    assert_eq!((owed(&world, "CUST-7").await, owed(&world, "CUST-8").await), (0, 4_600));
    let held = world.get("/v1/customers/CUST-8/balance", &FINANCE).await;
    assert_eq!(held["balances"][0]["grants"][0]["expires_at"], "2028-06-30T00:00:00.000Z", "{held:#}");
    let path = "/v1/customers/CUST-7/store-credit/statement?currency=EUR&from=2026-11-01";
    let statement = world.get(path, &FINANCE).await;
    assert_eq!((&statement["opening"], &statement["closing"]), (&eur("0.00"), &eur("0.00")), "{statement:#}");
    let sums: Vec<_> = statement["sums"].as_array().unwrap().iter().map(|sum| cents(&sum["change"])).collect();
    assert_eq!(sums, [0, 4_600, -4_600]);
    assert_eq!(statement["lines"].as_array().unwrap().len(), 23 + 2 + 2);
    assert_eq!(world.doctor().await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_change_is_refused_where_it_is_wrong_and_whoever_asked_takes_it_back() {
    let world = world().await;
    granted(&world, "late", "40.00").await;
    let transfer =
        |to: &str, value: &str| json!({"what": "transfer", "to": to, "amount": eur(value), "note": "theirs"});
    for (wish, status, told) in [
        (transfer("CUST-9", "1.00"), StatusCode::UNPROCESSABLE_ENTITY, "the ERP knows no customer `CUST-9`"),
        (transfer("CUST-7", "1.00"), StatusCode::UNPROCESSABLE_ENTITY, "is the customer who has the credit"),
        (transfer("CUST-8", "0.00"), StatusCode::UNPROCESSABLE_ENTITY, "must be more than zero"),
        (transfer("CUST-8", "40.01"), StatusCode::CONFLICT, "0.01 too much"),
        (
            json!({"what": "transfer", "to": "CUST-8", "amount": eur("1.00"), "note": " "}),
            StatusCode::UNPROCESSABLE_ENTITY,
            "/note",
        ),
        (json!({"what": "burn", "note": "x"}), StatusCode::BAD_REQUEST, "burn"),
        (
            json!({"what": "merge", "to": "CUST-8", "currency": "EUR", "all": 1, "note": "x"}),
            StatusCode::BAD_REQUEST,
            "all",
        ),
    ] {
        let refused = asked(&world, &ANN, "wrong", wish.clone()).await;
        assert_eq!(refused.status, status, "{wish}: {}", refused.text);
        assert!(refused.text.contains(told), "{wish}: {}", refused.text);
    }
    let made = asked(&world, &ANN, "t", transfer("CUST-8", "40.00")).await.json;
    let other = asked(&world, &ANN, "t", transfer("CUST-8", "39.00")).await;
    assert_eq!(other.status, StatusCode::CONFLICT, "{}", other.text);
    let path = format!("/v1/customers/CUST-7/store-credit/changes/{}/refuse", made["id"].as_str().unwrap());
    let silent = world.post(&path, &BEN, &json!({})).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", silent.text);
    let back = world.post(&path, &ANN, &json!({"note": "wrong customer"})).await;
    assert_eq!(back.json["status"], "withdrawn", "{}", back.text);
    assert_eq!(confirm(&world, &BEN, &made).await.status, StatusCode::CONFLICT);
    let made = asked(&world, &ANN, "t2", transfer("CUST-8", "40.00")).await.json;
    let spent = json!({"amount": eur("5.00"), "reference": "ORDER-7"}).to_string();
    world.call("POST", "/v1/customers/CUST-7/store-credit/spendings", &FINANCE, "s", &spent).await.unwrap();
    let short = confirm(&world, &BEN, &made).await;
    assert_eq!(short.status, StatusCode::CONFLICT, "it was spent meanwhile: {}", short.text);
    assert_eq!((balance(&world, "CUST-7").await, balance(&world, "CUST-8").await), (3_500, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_was_ahead_for_a_while_lets_credit_of_others_expire_neither_early_nor_late() {
    let world = world().await;
    granted(&world, "late", "40.00").await;
    let wish = json!({"what": "merge", "to": "CUST-8", "currency": "EUR", "note": "two accounts of one person"});
    let made = asked(&world, &ANN, "m", wish).await;
    assert_eq!(confirm(&world, &BEN, &made.json).await.json["status"], "done");
    world.rest().await;
    let ahead = Duration::from_secs(400 * 86_400);
    world.advance(ahead);
    for _ in 0..2 {
        world.tick().await;
        world.host.idle().await;
        world.advance(Duration::from_secs(60));
    }
    world.turn_back(ahead);
    world.rest_for(Duration::from_secs(3_600)).await;
    assert_eq!((balance(&world, "CUST-8").await, owed(&world, "CUST-8").await), (4_000, 4_000), "nothing has expired");
    for _ in 0..4 {
        world.advance(Duration::from_secs(92 * 86_400));
        world.rest_for_hours(25).await;
    }
    assert_eq!((balance(&world, "CUST-8").await, owed(&world, "CUST-8").await), (0, 0), "and then it has");
}
