//! People as records, and what happens when somebody leaves.

use std::time::Duration;

use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::approval::{ticket, ticket_body};
use crate::world::{ADMIN, ALICE, FINANCE, LEAD, MANAGER, Reply, World, ZENDESK_SECRET};

async fn put(world: &World, name: &str, user: &LocalUser<'_>, body: &Value) -> Reply {
    world.call("PUT", &format!("/v1/people/{name}"), user, "-", &body.to_string()).await.unwrap()
}

async fn status(world: &World, path: &str, user: &LocalUser<'_>) -> StatusCode {
    world.call("GET", path, user, "-", "").await.unwrap().status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_admin_writes_down_who_people_are_and_every_change_is_in_the_record() {
    let world = World::new();
    let max = json!({"full_name": "Max Muster", "addresses": ["M.Muster@firm.example"], "roles": ["approver:manager"],
                     "locale": "de", "time_zone": "Europe/Berlin"});
    let added = put(&world, "Max", &ADMIN, &max).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    assert_eq!(added.json["name"], "max");
    assert_eq!(added.json["addresses"], json!(["m.muster@firm.example"]));
    assert_eq!(put(&world, "max", &ADMIN, &max).await.status, StatusCode::OK, "the same again changes nothing");
    let changed = put(&world, "max", &ADMIN, &json!({"full_name": "Max Muster"})).await;
    assert_eq!(changed.json["roles"], json!([]), "what is left out is taken away");
    let events = world.get("/v1/people/max/events", &ADMIN).await;
    let told: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| &event["what"]).collect();
    assert_eq!(told, ["person_added", "person_changed"]);
    assert_eq!(events["items"][1]["data"]["before"]["roles"], json!(["approver:manager"]));
    assert_eq!(events["items"][1]["previous"], events["items"][0]["hash"]);
    world.get("/v1/me", &MANAGER).await;
    let shown = world.get("/v1/people/max", &MANAGER).await;
    assert_eq!(shown["seen_roles"], json!(["approver:manager"]), "everybody sees themselves");
    assert!(shown["last_seen_at"].is_string());
    assert_eq!(status(&world, "/v1/people/max", &LEAD).await, StatusCode::FORBIDDEN);
    assert_eq!(status(&world, "/v1/people", &FINANCE).await, StatusCode::FORBIDDEN);
    assert_eq!(put(&world, "max", &FINANCE, &max).await.status, StatusCode::FORBIDDEN);
    let names: Vec<_> = world.get("/v1/people", &ADMIN).await["items"].as_array().unwrap().clone();
    let names: Vec<_> = names.iter().map(|person| person["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"ada") && names.contains(&"max") && names.contains(&"fina"), "{names:?}");
    for (name, body) in [("max", json!({"roles": ["machine"]})), ("a:b", json!({})), ("clock", json!({}))] {
        assert_eq!(put(&world, name, &ADMIN, &body).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
    let own = put(&world, "ada", &ADMIN, &json!({"roles": ["finance"]})).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.text);
    let taken = put(&world, "mia", &ADMIN, &json!({"addresses": ["m.muster@firm.example"]})).await;
    assert_eq!(taken.status, StatusCode::CREATED, "it was taken from Max: {}", taken.text);
    let again = put(&world, "max", &ADMIN, &json!({"addresses": ["m.muster@firm.example"]})).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.text);
    assert!(again.text.contains("an address of mia"), "{}", again.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_asks_by_a_ticket_is_the_person_whose_address_it_is() {
    let world = World::new();
    put(&world, "max", &ADMIN, &json!({"addresses": ["agent@example.com"]})).await;
    world.sensors("INV-1001", "ch_1001").await;
    let reply = world.send(ticket(&world, &ticket_body(), ZENDESK_SECRET)).await.unwrap();
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    world.rest().await;
    let id = world.get("/v1/requests", &ADMIN).await["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(world.request(&id).await["requester"], "max");
    let own = world.approve(&id, &MANAGER).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "Max does not decide on it: {}", own.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_leaves_is_out_lends_nothing_and_what_waits_for_them_is_on_others_lists() {
    let world = World::new();
    let token = world.token(&MANAGER);
    let until = "2026-12-21T00:00:00.000Z";
    let lent = world.post("/v1/delegations", &MANAGER, &json!({"to": "mia", "until": until})).await;
    assert_eq!(lent.status, StatusCode::CREATED, "{}", lent.text);
    world.get("/v1/me", &ALICE).await;
    let id = world
        .ask("k", json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "60.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    let asked = world.decide(&id, &LEAD, "request_info", "Which order?").await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    let waits = async || {
        let queue = world.get("/v1/queue", &FINANCE).await;
        queue["items"].as_array().unwrap().iter().any(|item| item["id"] == id.as_str())
    };
    assert!(!waits().await, "it waits for Alice alone");
    for user in [FINANCE, MANAGER] {
        assert_eq!(world.post("/v1/people/alice/leave", &user, &json!({})).await.status, StatusCode::FORBIDDEN);
    }
    let left = world.post("/v1/people/alice/leave", &ADMIN, &json!({"note": "last day"})).await;
    assert_eq!(left.status, StatusCode::OK, "{}", left.text);
    assert_eq!(left.json["waiting"], json!([id]));
    assert!(waits().await, "and now for finance");
    let reply = world.post(&format!("/v1/requests/{id}/reply"), &FINANCE, &json!({"note": "Order 7."})).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    let left = world.post("/v1/people/max/leave", &ADMIN, &json!({})).await;
    assert_eq!(left.json["loans_ended"], json!(["mia"]), "{}", left.text);
    let loans = world.get("/v1/delegations/all", &ADMIN).await;
    assert_eq!(loans["items"], json!([]));
    assert_eq!(world.call_with(&token, "GET", "/v1/me", "-", "").await.unwrap().status, StatusCode::UNAUTHORIZED);
    world.advance(Duration::from_secs(3600));
    assert_eq!(status(&world, "/v1/me", &MANAGER).await, StatusCode::UNAUTHORIZED, "a new token is refused, too");
    let own = world.post("/v1/people/ada/leave", &ADMIN, &json!({})).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.text);
    let again = world.post("/v1/people/max/leave", &ADMIN, &json!({})).await;
    assert_eq!(again.status, StatusCode::OK, "once more changes nothing");
    let back = world.post("/v1/people/max/return", &ADMIN, &json!({})).await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.text);
    assert_eq!(world.call_with(&token, "GET", "/v1/me", "-", "").await.unwrap().status, StatusCode::UNAUTHORIZED);
    world.advance(Duration::from_secs(1));
    assert_eq!(status(&world, "/v1/me", &MANAGER).await, StatusCode::OK);
    let events = world.get("/v1/people/max/events", &ADMIN).await;
    let told: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| &event["what"]).collect();
    assert_eq!(told, ["person_left", "loans_ended", "person_returned"]);
    world.rest().await;
}
