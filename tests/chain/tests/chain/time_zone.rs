//! Days are days of the business's time zone, which the policy sets.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;

use crate::world::{ADMIN, FINANCE, LEAD, World};

/// The day in Auckland, when it is the evening before in UTC.
const TODAY: &str = "2026-11-23";

fn in_auckland() -> World {
    let world = World::with_policy(|policy| policy.replace("\"UTC\"", "\"Pacific/Auckland\""));
    let day = 24 * 3_600_000;
    world.advance(Duration::from_millis(day - world.now_ms() % day + 20 * 3_600_000));
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memos_and_bookings_bear_the_day_of_the_business() {
    let world = in_auckland();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.host.idle().await;
    world.approve(&id, &LEAD).await;
    world.host.idle().await;
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!(world.request(&id).await["status"], "completed");
    let memo = &world.get("/v1/books/credit-memos", &ADMIN).await["items"][0];
    assert_eq!(memo["issued_on"], TODAY, "{memo}");
    let journal = world.get("/v1/books/journal?limit=200", &ADMIN).await;
    let entries = journal["items"].as_array().unwrap();
    let days: Vec<_> = entries.iter().map(|entry| entry["booked_on"].as_str().unwrap()).collect();
    assert!(days.iter().filter(|day| **day == TODAY).count() >= 2, "the memo and the refund: {journal}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schedule_comes_as_its_day_begins_where_the_business_is() {
    let world = in_auckland();
    let body = json!({
        "name": "Loyalty", "every": "month", "day": 23, "from": TODAY,
        "request": {"kind": "goodwill_credit", "customer": "C", "amount": {"value": "5.00", "currency": "EUR"}, "reason": "late"},
    });
    let made = world.call("POST", "/v1/schedules", &FINANCE, "k", &body.to_string()).await.unwrap();
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(made.json["time_zone"], "Pacific/Auckland");
    world.rest_for(Duration::from_secs(60)).await;
    let made = world.get("/v1/requests?customer=C", &ADMIN).await;
    assert_eq!(made["items"].as_array().unwrap().len(), 1, "its day has begun in Auckland: {made}");
}
