//! Tokens that are ended before they expire.

use std::time::Duration;

use bytes::Bytes;
use contraflow_host::local_auth::LocalUser;
use http::{Request, StatusCode};
use serde_json::json;

use crate::world::{ADMIN, ALICE, FINANCE, LEAD, MANAGER, Reply, World};

async fn with(world: &World, token: &str, method: &str, path: &str, body: &str) -> Reply {
    let request = Request::builder().method(method).uri(path).header("host", "localhost");
    let request = request.header("authorization", format!("Bearer {token}")).header("idempotency-key", "k");
    let request = request.header("content-type", "application/json");
    world.send(request.body(Bytes::from(body.to_owned())).unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_signs_out_is_out_wherever_the_token_is_kept() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let (finance, other) = (world.token(&FINANCE), world.token(&MANAGER));
    for token in [&finance, &other] {
        assert_eq!(with(&world, token, "GET", "/v1/queue", "").await.status, StatusCode::OK);
    }
    assert_eq!(with(&world, &finance, "POST", "/v1/sign-out", "").await.status, StatusCode::OK);
    let goodwill = r#"{"kind": "goodwill_credit", "customer": "C", "amount": {"value": "5.00", "currency": "EUR"}}"#;
    for (method, path, body) in [
        ("GET", "/v1/me", ""),
        ("GET", "/v1/queue", ""),
        ("GET", "/v1/books/invoices/INV-1", ""),
        ("GET", "/v1/books/journal", ""),
        ("POST", "/v1/requests", goodwill),
        ("POST", "/v1/imports", "kind;customer;amount;currency\n"),
        ("GET", "/v1/schedules", ""),
        ("POST", "/v1/sign-out", ""),
    ] {
        let reply = with(&world, &finance, method, path, body).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{method} {path}: {}", reply.text);
        assert!(reply.text.contains("was ended"), "{method} {path}: {}", reply.text);
    }
    assert_eq!(with(&world, &other, "GET", "/v1/queue", "").await.status, StatusCode::OK, "nobody else is signed out");
    world.advance(Duration::from_secs(1));
    assert_eq!(world.get("/v1/me", &FINANCE).await["name"], FINANCE.name, "a new token is taken");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_are_ended_one_by_one_by_their_owner_or_an_admin() {
    let world = World::new();
    let stolen = world.token(&MANAGER);
    world.advance(Duration::from_secs(1));
    let end = json!({"token": stolen});
    assert_eq!(world.post("/v1/tokens/end", &ALICE, &end).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.post("/v1/tokens/end", &LEAD, &end).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.post("/v1/tokens/end", &MANAGER, &end).await.status, StatusCode::OK);
    assert_eq!(world.post("/v1/tokens/end", &ADMIN, &end).await.status, StatusCode::OK, "once more changes nothing");
    assert_eq!(with(&world, &stolen, "GET", "/v1/me", "").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.get("/v1/me", &MANAGER).await["name"], MANAGER.name, "the newer token goes on");
    let reply = world.post("/v1/tokens/end", &ADMIN, &json!({"token": "a.b.c"})).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.text.contains("/token"), "{}", reply.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_tokens_of_somebody_who_left_are_ended_at_once_in_whatever_spelling() {
    let world = World::new();
    let spelt = LocalUser { name: "Max", roles: &["approver:manager"] };
    let tokens = [world.token(&spelt), world.token(&LocalUser { name: "max", roles: &["finance"] })];
    assert_eq!(world.post("/v1/people/max/sign-out", &FINANCE, &json!({})).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.post("/v1/people/MAX/sign-out", &ADMIN, &json!({})).await.status, StatusCode::OK);
    for token in &tokens {
        assert_eq!(with(&world, token, "GET", "/v1/me", "").await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(world.get("/v1/me", &ADMIN).await["name"], ADMIN.name);
    world.advance(Duration::from_secs(1));
    assert_eq!(world.get("/v1/me", &spelt).await["name"], "max", "what is made later is taken");
    assert_eq!(world.post("/v1/people/max/sign-out", &spelt, &json!({})).await.status, StatusCode::OK, "one's own");
    assert_eq!(world.post("/v1/people/a:b/sign-out", &ADMIN, &json!({})).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_was_ended_is_forgotten_long_after_it_has_expired() {
    let world = World::new();
    let token = world.token(&ALICE);
    assert_eq!(with(&world, &token, "POST", "/v1/sign-out", "").await.status, StatusCode::OK);
    let kept = || {
        let sql = "SELECT count(*) FROM contraflow_kv WHERE key LIKE 'ended/token/%' OR key LIKE 'due/%ended-token%'";
        world.database().query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(kept(), 2);
    for (days, left) in [(20, 2), (20, 0)] {
        world.advance(Duration::from_secs(days * 24 * 3600));
        for _ in 0..3 {
            world.round().await.unwrap();
        }
        assert_eq!(kept(), left);
    }
}
