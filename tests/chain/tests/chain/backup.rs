//! Missing backup: asked for on the ticket, followed up by the clock, closed when it arrives.

use http::StatusCode;
use serde_json::{Value, json};

use crate::approval::{ticket, ticket_body};
use crate::world::{ADMIN, ALICE, FINANCE, LEAD, MANAGER, World, ZENDESK_SECRET};

/// A ticket that asks for a refund of what arrived damaged, without a document.
async fn damaged(world: &World) -> String {
    world.sensors("INV-1001", "ch_1001").await;
    let mut body = ticket_body();
    body["credit"]["reason"] = json!("damaged");
    world.send(ticket(world, &body, ZENDESK_SECRET)).await.unwrap();
    world.rest().await;
    world.all_requests().await[0]["id"].as_str().unwrap().to_owned()
}

/// What the ticket was asked for.
fn asked(world: &World) -> Vec<String> {
    let text = |comment: &Value| comment["ticket"]["comment"]["body"].as_str().unwrap_or_default().to_owned();
    let comments = world.outside.comments();
    comments
        .iter()
        .map(text)
        .filter(|text| text.contains("before this can be decided") || text.contains("Before this"))
        .collect()
}

fn codes(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item["code"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_ticket_lacks_is_asked_for_there_once_followed_up_and_closed_when_it_arrives() {
    let world = World::new();
    let id = damaged(&world).await;
    assert_eq!(asked(&world).len(), 1, "{:?}", asked(&world));
    let events = world.outside.events("request.backup_missing");
    let event: Value = serde_json::from_slice(&events[0].body).unwrap();
    assert_eq!((events.len(), &event["data"]["backup"]["missing"][0]["what"]), (1, &json!("evidence")));
    let request = world.request(&id).await;
    assert_eq!((&request["status"], &request["backup"]["state"]), (&json!("pending_approval"), &json!("asked")));
    assert_eq!(codes(&request["findings"]).iter().filter(|code| **code == "evidence.missing").count(), 1);
    // It is Saturday, noon: the second business day is over on Tuesday at 17:00.
    world.rest_for_hours(76).await;
    assert_eq!(asked(&world).len(), 1);
    let world = world.restarted(None);
    world.rest_for_hours(2).await;
    assert_eq!(asked(&world).len(), 2, "{:?}", asked(&world));
    let photo =
        json!({"evidence": [{"kind": "photo", "url": "https://files.example/1.jpg", "sha256": "0f".repeat(32)}]});
    let reply = world.post(&format!("/v1/requests/{id}/reply"), &MANAGER, &photo).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!((&reply.json["backup"]["state"], &reply.json["backup"]["missing"]), (&json!("arrived"), &json!([])));
    assert!(!codes(&reply.json["findings"]).contains(&"evidence.missing"), "{}", reply.text);
    world.rest_for_hours(240).await;
    assert_eq!(asked(&world).len(), 2, "nobody is asked any more");
    let events = world.get(&format!("/v1/requests/{id}/events?limit=200"), &ADMIN).await;
    let count = |what: &str| events["items"].as_array().unwrap().iter().filter(|event| event["what"] == what).count();
    assert_eq!((count("backup.asked"), count("backup.arrived"), count("backup.given_up")), (1, 1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_never_arrives_is_on_somebodys_list_and_the_request_can_still_be_decided() {
    let world = World::new();
    let id = damaged(&world).await;
    world.rest_for_hours(318).await;
    assert_eq!(asked(&world).len(), 3, "{:?}", asked(&world));
    let request = world.request(&id).await;
    assert_eq!((&request["status"], codes(&request["tasks"])), (&json!("pending_approval"), vec!["backup.missing"]));
    let listed = world.get("/v1/queue", &FINANCE).await;
    assert!(listed["items"].as_array().unwrap().iter().any(|item| item["id"] == id.as_str()), "{listed:#}");
    // Nobody knows who the ticket's agent is, so two people decide.
    for person in [&LEAD, &MANAGER] {
        assert_eq!(world.approve(&id, person).await.status, StatusCode::OK);
    }
    world.rest().await;
    let done = world.request(&id).await;
    assert_eq!((&done["status"], codes(&done["tasks"])), (&json!("completed"), vec![]), "{done:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_that_rejects_what_never_arrives_gives_back_what_was_set_aside_and_says_why_on_the_ticket() {
    let world = World::with_policy(|policy| policy.replacen("then = \"task\"", "then = \"reject\"", 1));
    let id = damaged(&world).await;
    world.rest_for_hours(318).await;
    assert_eq!(world.request(&id).await["status"], "rejected");
    let said = world.outside.comments().last().unwrap()["ticket"]["comment"]["body"].as_str().unwrap().to_owned();
    assert!(said.contains("what was asked for did not arrive"), "{said}");
    assert_eq!(world.doctor().await, Vec::<Value>::new(), "nothing is set aside any more");
    let late = json!({"evidence": [{"kind": "photo", "url": "https://files.example/1.jpg"}]});
    let reply = world.post(&format!("/v1/requests/{id}/reply"), &MANAGER, &late).await;
    assert_eq!(reply.status, StatusCode::CONFLICT, "{}", reply.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_comes_with_what_is_wanted_is_asked_for_nothing() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let ask = json!({"kind": "refund", "invoice": "INV-1", "reason": "damaged",
                     "evidence": [{"kind": "photo", "url": "https://files.example/1.jpg"}]});
    let id = world.ask("k", ask).await;
    world.rest_for_hours(100).await;
    assert_eq!(world.outside.events("request.backup_missing").len(), 0);
    assert_eq!(world.request(&id).await["backup"], Value::Null);
    let bob = contraflow_host::local_auth::LocalUser { name: "bob", roles: &["requester"] };
    let more = json!({"evidence": [{"kind": "photo", "url": "https://files.example/2.jpg"}]});
    let address = format!("/v1/requests/{id}/reply");
    assert_eq!(world.post(&address, &bob, &more).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.post(&address, &ALICE, &more).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_complete_leaves_the_exceptions_and_passes_as_if_it_had_come_complete() {
    let world = World::new();
    let ask = json!({"kind": "goodwill_credit", "customer": "CUST-7", "reason": "damaged",
                     "amount": {"value": "20.00", "currency": "EUR"}});
    let id = world.ask("k", ask).await;
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!((&request["status"], &request["backup"]["state"]), (&json!("pending_approval"), &json!("asked")));
    let photo = json!({"evidence": [{"kind": "photo", "url": "https://files.example/1.jpg"}]});
    let reply = world.post(&format!("/v1/requests/{id}/reply"), &ALICE, &photo).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    world.rest().await;
    let done = world.request(&id).await;
    assert_eq!(
        (&done["status"], &done["approvals"]["rule"]),
        (&json!("completed"), &json!("small-goodwill")),
        "{done:#}"
    );
    assert_eq!(done["exceptions"], json!([]), "{done:#}");
    assert_eq!(world.outside.events("request.pending_approval").len(), 1, "told once");
}
