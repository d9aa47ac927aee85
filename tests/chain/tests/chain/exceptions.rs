//! Exceptions: queues of their own with people who look after them.

use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::refunds::sandbox;
use crate::world::{ADMIN, ALICE, FINANCE, LEAD, MANAGER, World};

/// How many stand in a queue, and whether the caller looks after it.
async fn counted(world: &World, user: &LocalUser<'_>, queue: &str) -> (u64, bool) {
    let all = world.get("/v1/queue/exceptions", user).await;
    let items = all["items"].as_array().unwrap();
    assert_eq!(items.len(), 5, "{all:#}");
    let found = items.iter().find(|item| item["queue"] == queue).unwrap();
    (found["waiting"].as_u64().unwrap(), found["is_mine"].as_bool().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_lacks_its_backup_stands_in_a_queue_whose_owners_are_told_once_and_hand_it_on() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    world.invoice("INV-2", "80.00", "ch_2").await;
    let bare = world.ask("k1", json!({"kind": "refund", "invoice": "INV-1", "reason": "damaged"})).await;
    let plain = world.ask("k2", json!({"kind": "refund", "invoice": "INV-2", "reason": "late"})).await;
    world.rest().await;
    let request = world.request(&bare).await;
    assert_eq!(request["exceptions"], json!([{"queue": "missing_backup", "owners": ["team-lead"]}]), "{request:#}");
    assert_eq!(world.request(&plain).await["exceptions"], json!([]));
    let seen = world.get(&format!("/v1/requests/{bare}"), &ALICE).await;
    assert_eq!(seen["exceptions"], json!([]), "who asked does not read how requests are watched: {seen:#}");
    let told = world.outside.events("request.exception");
    assert_eq!(told.len(), 1);
    let event: Value = serde_json::from_slice(&told[0].body).unwrap();
    let told = &event["data"]["waits_for"];
    assert_eq!((&told["queue"], &told["to"]), (&json!("missing_backup"), &json!(["team-lead"])), "{event:#}");
    let waiting = world.get("/v1/queue?exception=missing_backup", &LEAD).await;
    assert_eq!(waiting["items"].as_array().unwrap().len(), 1, "{waiting:#}");
    assert_eq!(waiting["items"][0]["id"], json!(bare));
    assert_eq!(counted(&world, &LEAD, "missing_backup").await, (1, true));
    assert_eq!(counted(&world, &LEAD, "dispute").await, (0, false));
    world.rest_for_hours(1).await;
    assert_eq!(world.outside.events("request.exception").len(), 1, "once");
    assert_eq!(world.approve(&bare, &LEAD).await.status, StatusCode::OK);
    world.rest().await;
    assert_eq!(counted(&world, &LEAD, "missing_backup").await, (0, true), "what is decided stands in no queue");
    let events = world.get(&format!("/v1/requests/{bare}/events?limit=200"), &ADMIN).await;
    let count = events["items"].as_array().unwrap().iter().filter(|event| event["what"] == "request.exception").count();
    assert_eq!(count, 1, "{events:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispute_brings_what_waits_to_those_who_look_after_disputes_and_nobody_else_opens_their_queue() {
    let owners = "[[exceptions]]\nqueue = \"dispute\"\nowners = [{ person = \"dora\", fallback = \"finance\" }]\n";
    let world = World::with_policy(|policy| {
        policy.replacen("[[exceptions]]\nqueue = \"dispute\"\nowners = [\"finance\"]\n", owners, 1)
    });
    world.invoice("INV-1", "700.00", "ch_1").await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1", "reason": "late"})).await;
    world.rest().await;
    assert_eq!(world.request(&id).await["exceptions"], json!([]));
    let dispute = json!({"id": "dp_1", "payment": "ch_1", "amount": {"value": "700.00", "currency": "EUR"},
                         "status": "open", "reason": "fraudulent"});
    sandbox(&world, "d1", &json!({"type": "dispute.updated", "dispute": dispute})).await;
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!(request["exceptions"], json!([{"queue": "dispute", "owners": ["person:dora:finance"]}]), "{request:#}");
    let dora = LocalUser { name: "dora", roles: &["approver:team-lead"] };
    assert_eq!(counted(&world, &dora, "dispute").await, (1, true));
    let shown = world.get("/v1/queue?exception=dispute", &dora).await;
    assert_eq!(shown["items"][0]["id"], json!(id), "{shown:#}");
    for (user, wanted) in [(&FINANCE, StatusCode::OK), (&ADMIN, StatusCode::OK), (&MANAGER, StatusCode::FORBIDDEN)] {
        let reply = world.call("GET", "/v1/queue?exception=dispute", user, "-", "").await.unwrap();
        assert_eq!(reply.status, wanted, "{}: {}", user.name, reply.text);
    }
    let wrong = world.call("GET", "/v1/queue?exception=disputes", &FINANCE, "-", "").await.unwrap();
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    let to = json!({"to": "max", "note": "Max knows this customer"});
    world.get("/v1/me", &MANAGER).await;
    let handed = world.post(&format!("/v1/requests/{id}/reassign"), &dora, &to).await;
    assert_eq!(handed.status, StatusCode::OK, "who looks after the exception hands it on: {}", handed.text);
}
