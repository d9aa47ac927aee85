//! Lists of any size: every row is reached, whatever the requests hold.

use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ALICE, LEAD, MANAGER, World};

fn ids(items: &Value) -> Vec<String> {
    items.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// A request of Alice's to which somebody asks her something.
async fn a_question(world: &World) -> String {
    world.invoice("INV-1", "100.00", "ch_1").await;
    let id = world.ask("question", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    let asked = world.decide(&id, &LEAD, "request_info", "A photo?").await;
    assert_eq!(asked.json["status"], "info_requested", "{}", asked.text);
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_behind_more_newer_requests_than_a_page_has_wait_for_whoever_asked() {
    let world = World::new();
    let id = a_question(&world).await;
    for count in 0..53 {
        let customer = format!("CUST-{count}");
        let body = json!({"kind": "account_credit", "customer": customer, "amount": {"value": "900.00", "currency": "EUR"}});
        world.ask(&format!("newer-{count}"), body).await;
    }
    world.rest().await;
    assert_eq!(ids(&world.get("/v1/queue", &ALICE).await["items"]), [id.clone()]);
    assert_eq!(ids(&world.get("/v1/queue?limit=1", &ALICE).await["items"]), [id.clone()]);
    assert!(!ids(&world.get("/v1/queue", &MANAGER).await["items"]).contains(&id), "it waits for Alice");
    let answered = world.post(&format!("/v1/requests/{id}/reply"), &ALICE, &json!({"note": "here"})).await;
    assert_eq!(answered.status, StatusCode::OK, "{}", answered.text);
    assert_eq!(world.get("/v1/queue", &ALICE).await["items"], json!([]));
    world.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_of_before_there_was_an_index_are_entered_by_the_clock() {
    let world = World::new();
    let id = a_question(&world).await;
    _ = world.tick().await;
    let forget = "DELETE FROM contraflow_kv WHERE key LIKE 'question/%' OR key = 'clock/questions'";
    assert_eq!(world.database().execute(forget, []).unwrap(), 2);
    assert_eq!(world.doctor().await.len(), 1, "an index entry is missing");
    _ = world.tick().await;
    assert_eq!(ids(&world.get("/v1/queue", &ALICE).await["items"]), [id]);
    world.rest().await;
}
