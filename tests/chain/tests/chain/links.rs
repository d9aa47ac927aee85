//! Links to decide: for whoever makes them, once, and for nothing else.

use std::time::Duration;

use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ADMIN, ALICE, LEAD, MANAGER, Reply, World};

/// A refund of alice's for 100.00, which a team lead decides.
async fn refund(world: &World) -> String {
    world.invoice("INV-1", "100.00", "ch_1").await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1", "reason": "late"})).await;
    world.rest().await;
    id
}

async fn made(world: &World, id: &str, user: &LocalUser<'_>, body: Value) -> Reply {
    world.post(&format!("/v1/requests/{id}/links"), user, &body).await
}

async fn open(world: &World, token: &str) -> Reply {
    world.call_with(token, "GET", "/v1/link", "-", "").await.unwrap()
}

async fn decide(world: &World, token: &str, body: Value) -> Reply {
    world.call_with(token, "POST", "/v1/link/decision", "-", &body.to_string()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_decides_once_as_whoever_made_it_and_opens_nothing_else() {
    let world = World::new();
    let id = refund(&world).await;
    assert_eq!(made(&world, &id, &ALICE, json!({})).await.status, StatusCode::FORBIDDEN, "alice asked for it");
    let long = made(&world, &id, &LEAD, json!({"hours": 169})).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", long.text);
    let first = made(&world, &id, &LEAD, json!({})).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
    let second = made(&world, &id, &LEAD, json!({"hours": 2})).await;
    let (old, token) = (first.json["token"].as_str().unwrap(), second.json["token"].as_str().unwrap());
    assert_eq!(second.json["path"], json!(format!("/decide/{token}")));
    assert_eq!(open(&world, old).await.status, StatusCode::UNAUTHORIZED, "the newer one takes its place");
    let shown = open(&world, token).await;
    assert_eq!((shown.status, &shown.json["person"]), (StatusCode::OK, &json!("lea")), "{}", shown.text);
    assert_eq!(shown.json["request"]["id"], json!(id));
    for path in ["/v1/queue", "/v1/me", &format!("/v1/requests/{id}")] {
        let other = world.call_with(token, "GET", path, "-", "").await.unwrap();
        assert_eq!(other.status, StatusCode::UNAUTHORIZED, "{path}: {}", other.text);
    }
    let stored: i64 = world
        .database()
        .query_row("SELECT count(*) FROM contraflow_kv WHERE instr(value, ?1) > 0", [token], |row| row.get(0))
        .unwrap();
    assert_eq!(stored, 0, "nobody who reads the store can use it");
    let silent = decide(&world, token, json!({"decision": "reject"})).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY, "a refusal uses nothing up: {}", silent.text);
    let approved = decide(&world, token, json!({"decision": "approve"})).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text);
    assert_eq!(approved.json["approvals"]["decisions"][0]["by"], "lea");
    let again = decide(&world, token, json!({"decision": "approve"})).await;
    assert_eq!(again.status, StatusCode::GONE, "{}", again.text);
    world.rest().await;
    assert_eq!((world.request(&id).await["status"].clone(), world.refunds().len()), (json!("completed"), 1));
    let events = world.get(&format!("/v1/requests/{id}/events?limit=200"), &ADMIN).await;
    let of = |what: &str| events["items"].as_array().unwrap().iter().filter(|event| event["what"] == what).count();
    assert_eq!((of("request.link_made"), of("request.link_used"), of("request.approve")), (2, 1, 1), "{events:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_opens_nothing_once_it_is_over_the_content_changed_or_its_maker_was_signed_out() {
    let world = World::new();
    let id = refund(&world).await;
    let over = made(&world, &id, &LEAD, json!({"hours": 1})).await;
    world.advance(Duration::from_secs(3_601));
    let gone = open(&world, over.json["token"].as_str().unwrap()).await;
    assert_eq!(gone.status, StatusCode::GONE, "{}", gone.text);
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!(open(&world, over.json["token"].as_str().unwrap()).await.status, StatusCode::UNAUTHORIZED, "forgotten");
    let link = made(&world, &id, &LEAD, json!({})).await;
    let token = link.json["token"].as_str().unwrap();
    let reply = json!({"note": "it was two pieces", "evidence": []});
    let added = world.post(&format!("/v1/requests/{id}/reply"), &ALICE, &reply).await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.text);
    world.rest().await;
    let changed = decide(&world, token, json!({"decision": "approve"})).await;
    assert_eq!(changed.status, StatusCode::CONFLICT, "{}", changed.text);
    let link = made(&world, &id, &LEAD, json!({})).await;
    let ended = world.post("/v1/people/lea/sign-out", &ADMIN, &json!({})).await;
    assert!(ended.status.is_success(), "{}", ended.text);
    let signed_out = decide(&world, link.json["token"].as_str().unwrap(), json!({"decision": "approve"})).await;
    assert_eq!(signed_out.status, StatusCode::UNAUTHORIZED, "{}", signed_out.text);
    assert!(world.refunds().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_a_link_asks_before_it_decides() {
    let world = World::new();
    let id = refund(&world).await;
    let link = made(&world, &id, &MANAGER, json!({})).await;
    let path = link.json["path"].as_str().unwrap();
    let page = |method: &'static str, body: &'static str| {
        let request = http::Request::builder().method(method).uri(format!("http://localhost{path}"));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        world.send(request.body(bytes::Bytes::from_static(body.as_bytes())).unwrap())
    };
    let shown = page("GET", "").await.unwrap();
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    for said in ["Your decision, ", "max", "INV-1"] {
        assert!(shown.text.contains(said), "{said}: {}", shown.text);
    }
    assert_eq!(world.request(&id).await["status"], "pending_approval", "to open it decides nothing");
    let refused = page("POST", "decision=reject&note=").await.unwrap();
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    let done = page("POST", "decision=reject&note=no+receipt").await.unwrap();
    assert!(done.text.contains("Your decision is recorded"), "{}", done.text);
    assert_eq!(world.request(&id).await["status"], "rejected");
    let again = page("GET", "").await.unwrap();
    assert_eq!(again.status, StatusCode::GONE, "{}", again.text);
}
