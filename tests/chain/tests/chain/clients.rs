//! Machine clients: programs with keys of their own.

use std::time::Duration;

use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ADMIN, ALICE, FINANCE, MANAGER, Reply, World};

const GOODWILL: &str =
    r#"{"kind": "goodwill_credit", "customer": "C", "amount": {"value": "5.00", "currency": "EUR"}}"#;

async fn with(world: &World, key: &str, method: &str, path: &str, body: &str) -> Reply {
    world.call_with(key, method, path, "k", body).await.unwrap()
}

async fn made(world: &World, asked: Value) -> (String, String) {
    let reply = world.post("/v1/clients", &ADMIN, &asked).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&reply.json["client"]["id"]), text(&reply.json["key"]))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_does_what_its_scopes_name_and_nothing_else() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let (_, key) = made(&world, json!({"name": "shop", "scopes": ["ask", "read_requests"]})).await;
    let asked = with(&world, &key, "POST", "/v1/requests", GOODWILL).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text);
    assert_eq!(asked.json["requester"], "client:shop");
    let id = asked.json["id"].as_str().unwrap().to_owned();
    world.rest().await;
    assert_eq!(with(&world, &key, "GET", &format!("/v1/requests/{id}"), "").await.status, StatusCode::OK);
    for (method, path, scope) in [
        ("GET", "/v1/books/invoices/INV-1", "read_invoices"),
        ("GET", "/v1/books/journal", "read_books"),
        ("POST", "/v1/books/invoices", "import_books"),
        ("GET", "/v1/audit", "export_record"),
        ("GET", "/v1/customers/C/balance", "read_balances"),
        ("POST", "/clock", "drive"),
    ] {
        let reply = with(&world, &key, method, path, "[]").await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{method} {path}: {}", reply.text);
        assert!(reply.text.contains(&format!("needs the scope {scope}")), "{path}: {}", reply.text);
    }
    let decision = json!({"decision": "approve", "content_hash": "x"}).to_string();
    for (method, path) in [
        ("POST", format!("/v1/requests/{id}/decisions")),
        ("POST", format!("/v1/requests/{id}/retry")),
        ("POST", "/v1/clients".to_owned()),
        ("PUT", "/v1/people/max".to_owned()),
        ("POST", "/v1/sign-out".to_owned()),
    ] {
        let reply = with(&world, &key, method, &path, &decision).await;
        assert!(!reply.status.is_success(), "{method} {path}: {}", reply.text);
    }
    let (_, clock) = made(&world, json!({"name": "clock-2", "scopes": ["drive"]})).await;
    assert_eq!(with(&world, &clock, "POST", "/clock", "").await.status, StatusCode::OK);
    assert_eq!(with(&world, &clock, "GET", "/v1/queue", "").await.status, StatusCode::FORBIDDEN);
    world.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_shown_once_stored_as_a_hash_and_ends_when_it_is_revoked_or_has_expired() {
    let world = World::new();
    let (id, key) = made(&world, json!({"name": "erp", "scopes": ["read_requests"]})).await;
    let listed = world.get("/v1/clients", &ADMIN).await;
    assert_eq!(listed["items"][0]["name"], "erp");
    assert!(listed["items"][0].get("last_used_at").is_none());
    assert!(!listed.to_string().contains("cfk_") && !listed.to_string().contains("hash"), "{listed}");
    let secret = key.rsplit_once('_').unwrap().1;
    let stored = "SELECT count(*) FROM contraflow_kv WHERE instr(CAST(value AS TEXT), ?1) > 0 OR instr(key, ?1) > 0";
    let stored: i64 = world.database().query_row(stored, [secret], |row| row.get(0)).unwrap();
    assert_eq!(stored, 0, "whoever reads the store has no key");
    assert_eq!(with(&world, &key, "GET", "/v1/requests", "").await.status, StatusCode::OK);
    let used = world.get("/v1/clients", &ADMIN).await["items"][0]["last_used_at"].clone();
    assert!(used.is_string());
    world.advance(Duration::from_secs(60));
    with(&world, &key, "GET", "/v1/requests", "").await;
    assert_eq!(world.get("/v1/clients", &ADMIN).await["items"][0]["last_used_at"], used, "not at every call");
    for wrong in [format!("{key}x"), key.replace(&id, "0000000000000000"), "cfk_".into(), format!("cfk_{id}_")] {
        assert_eq!(with(&world, &wrong, "GET", "/v1/requests", "").await.status, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    let taken = world.post("/v1/clients", &ADMIN, &json!({"name": "erp", "scopes": ["ask"]})).await;
    assert_eq!(taken.status, StatusCode::CONFLICT, "{}", taken.text);
    let end = json!({"token": key});
    assert_eq!(world.post("/v1/tokens/end", &ADMIN, &end).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    for _ in 0..2 {
        let revoked = world.post(&format!("/v1/clients/{id}/revoke"), &ADMIN, &json!({})).await;
        assert_eq!(revoked.json["revoked"]["by"], ADMIN.name, "{}", revoked.text);
    }
    assert_eq!(with(&world, &key, "GET", "/v1/requests", "").await.status, StatusCode::UNAUTHORIZED);
    let events = world.get(&format!("/v1/clients/{id}/events"), &ADMIN).await;
    let what: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| event["what"].clone()).collect();
    assert_eq!(what, ["client_made", "client_revoked"]);
    let end = "2099-01-01T00:00:00.000Z";
    let (_, dated) = made(&world, json!({"name": "erp", "scopes": ["read_requests"], "expires_at": end})).await;
    assert_eq!(with(&world, &dated, "GET", "/v1/requests", "").await.status, StatusCode::OK);
    world.advance(Duration::from_secs(80 * 366 * 24 * 3600));
    assert_eq!(with(&world, &dated, "GET", "/v1/requests", "").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_an_admin_makes_clients_and_with_scopes_for_programs_alone() {
    let world = World::new();
    let good = json!({"name": "erp", "scopes": ["ask"]});
    for user in [ALICE, MANAGER, FINANCE] {
        assert_eq!(world.post("/v1/clients", &user, &good).await.status, StatusCode::FORBIDDEN);
        let listed = world.call("GET", "/v1/clients", &user, "-", "").await.unwrap();
        assert_eq!(listed.status, StatusCode::FORBIDDEN);
    }
    for (pointer, asked) in [
        ("/name", json!({"name": "ERP sync", "scopes": ["ask"]})),
        ("/scopes", json!({"name": "erp", "scopes": []})),
        ("/scopes", json!({"name": "erp", "scopes": ["ask", "decide"]})),
        ("/scopes", json!({"name": "erp", "scopes": ["keep_clients"]})),
        ("/expires_at", json!({"name": "erp", "scopes": ["ask"], "expires_at": "2020-01-01T00:00:00.000Z"})),
    ] {
        let reply = world.post("/v1/clients", &ADMIN, &asked).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", reply.text);
        assert_eq!(reply.json["errors"][0]["pointer"], pointer, "{}", reply.text);
    }
    assert_eq!(world.get("/v1/clients", &ADMIN).await["items"], json!([]), "nothing was made");
    let none = world.post("/v1/clients/none/revoke", &ADMIN, &json!({})).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_of_somebody_who_left_goes_on_until_an_admin_takes_it_over_with_a_new_key() {
    let world = World::new();
    let other = LocalUser { name: "otto", ..ADMIN };
    let reply = world.post("/v1/clients", &other, &json!({"name": "erp", "scopes": ["read_requests"]})).await;
    let (id, key) = (reply.json["client"]["id"].as_str().unwrap(), reply.json["key"].as_str().unwrap());
    let (_, hers) = made(&world, json!({"name": "shop", "scopes": ["read_requests"]})).await;
    let waiting = async || world.get("/v1/clients?waiting=true", &ADMIN).await["items"].clone();
    assert_eq!(waiting().await, json!([]));
    let left = world.post("/v1/people/otto/leave", &ADMIN, &json!({})).await;
    assert_eq!(left.json["clients"], json!([id]), "{}", left.text);
    assert_eq!(waiting().await[0]["id"], id);
    assert_eq!(with(&world, key, "GET", "/v1/requests", "").await.status, StatusCode::OK, "no program stops at night");

    let path = format!("/v1/clients/{id}/take-over");
    for user in [FINANCE, LocalUser { name: "otto", ..ADMIN }] {
        assert!(!world.post(&path, &user, &json!({})).await.status.is_success(), "{}", user.name);
    }
    let long = world.post(&path, &ADMIN, &json!({"old_key_hours": 721})).await;
    assert_eq!(long.json["errors"][0]["pointer"], "/old_key_hours", "{}", long.text);
    let lost = world.post(&path, &ADMIN, &json!({"old_key_hours": 1})).await;
    let taken = world.post(&path, &ADMIN, &json!({"old_key_hours": 1})).await;
    assert_eq!(taken.json["client"]["kept_by"], ADMIN.name, "{}", taken.text);
    assert_eq!(waiting().await, json!([]));
    let status = async |key: &str| with(&world, key, "GET", "/v1/requests", "").await.status;
    let new = taken.json["key"].as_str().unwrap();
    assert_eq!((status(new).await, status(key).await), (StatusCode::OK, StatusCode::OK));
    assert_eq!(status(lost.json["key"].as_str().unwrap()).await, StatusCode::UNAUTHORIZED);
    world.advance(Duration::from_secs(3600));
    assert_eq!((status(new).await, status(key).await), (StatusCode::OK, StatusCode::UNAUTHORIZED));
    assert_eq!(status(&hers).await, StatusCode::OK, "somebody else's is as it was");
    let events = world.get(&format!("/v1/clients/{id}/events"), &ADMIN).await;
    let what: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| event["what"].clone()).collect();
    assert_eq!(what, ["client_made", "client_keeper_left", "client_taken_over", "client_taken_over"]);
}
