//! Bounds on what people approve.

use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{LEAD, MANAGER, World};

const BOUND: &str = "[[spending.limits]]\nper = \"customer\"\nlevel = \"team-lead\"\ndays = 30\nup_to = \"120.00\"\n";

async fn goodwill(world: &World, key: &str, value: &str) -> String {
    let amount = json!({"value": value, "currency": "EUR"});
    world.ask(key, json!({"kind": "goodwill_credit", "customer": "CUST-7", "amount": amount, "note": key})).await
}

fn findings(request: &Value) -> Vec<&str> {
    request["findings"].as_array().unwrap().iter().filter_map(|finding| finding["code"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_approve_at_once_one_needs_the_next_level_where_both_do_not_fit_the_bound() {
    let world = World::with_policy(|policy| format!("{policy}\n{BOUND}"));
    let (one, two) = (goodwill(&world, "k1", "70.00").await, goodwill(&world, "k2", "70.00").await);
    world.rest().await;
    let leo = LocalUser { name: "leo", roles: &["approver:team-lead"] };
    let (first, second) = tokio::join!(world.approve(&one, &LEAD), world.approve(&two, &leo));
    assert_eq!((first.status, second.status), (StatusCode::OK, StatusCode::OK), "{}\n{}", first.text, second.text);
    world.rest().await;
    let (one, two) = (world.request(&one).await, world.request(&two).await);
    let (done, waits) = if one["status"] == "completed" { (one, two) } else { (two, one) };
    assert_eq!((&done["status"], &waits["status"]), (&json!("completed"), &json!("pending_approval")), "{waits:#}");
    assert!(findings(&waits).contains(&"approval.limit"), "{waits:#}");
    assert_eq!(waits["approvals"]["required"], json!(["team-lead", "manager"]));
    let id = waits["id"].as_str().unwrap();
    let fits_no_more = goodwill(&world, "k4", "50.01").await;
    world.rest().await;
    assert!(world.approve(&fits_no_more, &LEAD).await.status.is_success());
    assert!(world.approve(id, &MANAGER).await.status.is_success());
    world.rest().await;
    assert_eq!(world.request(id).await["status"], "completed", "the manager answers for it");
    assert_eq!(world.request(&fits_no_more).await["approvals"]["next"], "manager", "50.01 of 50.00 that were left");
    let events = world.get(&format!("/v1/requests/{id}/events"), &MANAGER).await;
    let beyond = events["items"].as_array().unwrap().iter().find(|event| event["data"]["beyond"].is_object());
    assert_eq!(beyond.unwrap()["data"]["beyond"]["needs"], "manager", "the record says why");
}
