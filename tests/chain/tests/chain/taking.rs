//! What deciders see of each other: who is looking at a request, who was faster, and what may be the same request.

use http::StatusCode;
use serde_json::json;

use crate::world::{ALICE, FINANCE, LEAD, MANAGER, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_takes_a_request_is_seen_in_the_queue_and_keeps_nobody_from_deciding() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    let path = |what: &str| format!("/v1/requests/{id}/{what}");
    let own = world.post(&path("take"), &ALICE, &json!({})).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.text);
    let taken = world.post(&path("take"), &LEAD, &json!({})).await;
    assert_eq!(taken.json["taken"]["by"], "lea", "{}", taken.text);
    assert_eq!(world.get("/v1/queue", &MANAGER).await["items"][0]["taken"]["by"], "lea");
    let refused = world.post(&path("take"), &MANAGER, &json!({})).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.json["detail"].as_str().unwrap().starts_with("lea is looking at this until"), "{}", refused.text);
    let over = world.post(&path("take"), &MANAGER, &json!({"over": true})).await;
    assert_eq!(over.json["taken"]["by"], "max", "{}", over.text);
    let released = world.post(&path("release"), &MANAGER, &json!({})).await;
    assert_eq!(released.json["taken"], json!(null), "{}", released.text);
    world.post(&path("take"), &MANAGER, &json!({})).await;
    let silent = world.decide(&id, &LEAD, "reject", "").await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(silent.json["errors"][0]["pointer"], "/note", "{}", silent.text);
    assert_eq!(world.decide(&id, &LEAD, "reject", "no receipt").await.status, StatusCode::OK);
    let late = world.decide(&id, &MANAGER, "approve", "").await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let told = late.json["detail"].as_str().unwrap();
    assert!(told.starts_with("lea rejected it at 2026-11-21T12:") && told.contains("(“no receipt”)"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn likely_duplicates_stand_side_by_side_and_each_sees_only_what_they_may_read() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let ask = |amount: &str, note: &str| json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": amount, "currency": "EUR"}, "reason": "damaged", "note": note});
    let first = world.ask("k1", ask("30.00", "The box was damaged on arrival")).await;
    let same = world.ask("k2", ask("30.00", "box arrived damaged")).await;
    let near = world.ask("k3", ask("29.00", "The box was damaged on arrival.")).await;
    let amount = json!({"value": "3.00", "currency": "EUR"});
    world.ask("k4", json!({"kind": "goodwill_credit", "customer": "CUST-9", "amount": amount, "reason": "late"})).await;
    world.rest().await;
    let path = format!("/v1/requests/{first}/duplicates");
    let twins = world.get(&path, &MANAGER).await;
    assert_eq!((&twins["looked_at"], &twins["is_whole"]), (&json!(2), &json!(true)), "{twins:#}");
    let items = twins["items"].as_array().unwrap();
    assert_eq!(
        items.iter().map(|item| &item["request"]).collect::<Vec<_>>(),
        [&json!(same), &json!(near)],
        "{twins:#}"
    );
    assert_eq!((&items[0]["exact"], &items[1]["exact"]), (&json!(true), &json!(false)));
    let amount = items[1]["aspects"].as_array().unwrap().iter().find(|aspect| aspect["aspect"] == "amount").unwrap();
    assert_eq!(*amount, json!({"aspect": "amount", "alike": 83, "this": "30.00 EUR", "other": "29.00 EUR"}));
    assert_eq!(world.get(&path, &ALICE).await["items"].as_array().unwrap().len(), 2, "her own");
    let rita = crate::world::EVERYONE;
    assert_eq!(world.get(&path, &rita).await["items"].as_array().unwrap().len(), 2);
    let stranger = contraflow_host::local_auth::LocalUser { name: "rita", roles: &["requester"] };
    let refused = world.call("GET", &path, &stranger, "-", "").await.unwrap();
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    assert_eq!(world.get(&path, &FINANCE).await, twins);
}
