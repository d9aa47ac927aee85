//! People whom a real provider of sign-ins (OpenID Connect) vouches for.

use std::time::Duration;

use contraflow_peers::oidc::{AUDIENCE, sign, tokens};
use contraflow_peers::process::Peer;
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ADMIN, Reply, World};

/// Returns a token's claims as the provider would make them now, for Alice, who is in the group `AR`.
fn claims(world: &World, provider: &Peer) -> Value {
    let now = world.now_ms() / 1000;
    json!({
        "iss": provider.url, "sub": "alice", "aud": AUDIENCE, "iat": now, "exp": now + 600,
        "email": "alice@example.test", "email_verified": true, "groups": ["AR"],
    })
}

fn with(claims: &Value, change: &Value) -> Value {
    let mut claims = claims.clone();
    claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    claims
}

async fn me(world: &World, token: &str) -> Reply {
    world.call_with(token, "GET", "/v1/me", "-", "").await.unwrap()
}

fn fetches(world: &World) -> usize {
    world.outside.sent().iter().filter(|sent| sent.url.ends_with("/jwks")).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_of_the_provider_is_accepted_by_every_component_with_the_roles_of_its_groups() {
    let provider = Peer::oidc();
    let world = World::with_provider(&provider.url);
    world.invoice("INV-1", "100.00", "ch_1").await;
    let token = tokens(&provider, "alice")["access_token"].as_str().unwrap().to_owned();
    let reply = me(&world, &token).await;
    let known = (&reply.json["name"], &reply.json["roles"]);
    assert_eq!(known, (&json!("alice@example.test"), &json!(["finance", "requester"])), "{}", reply.text);
    let goodwill = r#"{"kind": "goodwill_credit", "customer": "C", "amount": {"value": "5.00", "currency": "EUR"}}"#;
    let asked = world.call_with(&token, "POST", "/v1/requests", "k", goodwill).await.unwrap();
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text);
    assert_eq!(asked.json["requester"], "alice@example.test");
    for (method, path, status) in [
        ("GET", "/v1/books/journal", StatusCode::OK),
        ("GET", "/v1/books/invoices/INV-1", StatusCode::OK),
        ("GET", "/v1/queue", StatusCode::OK),
        ("GET", "/v1/audit", StatusCode::FORBIDDEN),
        ("POST", "/clock", StatusCode::FORBIDDEN),
    ] {
        let reply = world.call_with(&token, method, path, "-", "").await.unwrap();
        assert_eq!(reply.status, status, "{method} {path}: {}", reply.text);
    }
    assert_eq!(fetches(&world), 1, "the keys are kept");
    let lea = tokens(&provider, "lea")["access_token"].as_str().unwrap().to_owned();
    assert_eq!(me(&world, &lea).await.json["roles"], json!(["approver:team-lead"]));
    let bob = tokens(&provider, "bob")["access_token"].as_str().unwrap().to_owned();
    let reply = me(&world, &bob).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{}", reply.text);
    assert!(reply.text.contains("none of its groups gives a role"), "{}", reply.text);
    world.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_for_another_audience_use_or_time_or_signed_otherwise_is_refused() {
    let provider = Peer::oidc();
    let world = World::with_provider(&provider.url);
    let good = claims(&world, &provider);
    assert_eq!(me(&world, &sign(&provider, &good, &json!({}))).await.status, StatusCode::OK);
    assert_eq!(me(&world, &sign(&provider, &good, &json!({"alg": "ES256"}))).await.status, StatusCode::OK);
    let now = world.now_ms() / 1000;
    let logout = json!({"events": {"http://schemas.openid.net/event/backchannel-logout": {}}});
    for (what, change, how) in [
        ("audience", json!({"aud": "contraflow-console"}), json!({})),
        ("audience", json!({"aud": []}), json!({})),
        ("issuer", json!({"iss": "https://login.example"}), json!({})),
        ("expired", json!({"exp": now - 61}), json!({})),
        ("not valid yet", json!({"nbf": now + 120}), json!({})),
        ("lacks `exp`", json!({"exp": null}), json!({})),
        ("another use", logout, json!({})),
        ("of a kind that is not taken", json!({}), json!({"header": {"typ": "logout+jwt"}})),
        ("algorithm is not allowed", json!({}), json!({"key": "none"})),
        ("algorithm is not allowed", json!({}), json!({"key": "public"})),
        ("signature is not valid", json!({}), json!({"key": "public", "header": {"alg": "RS256"}})),
        ("signature is not valid", json!({}), json!({"key": "stranger"})),
        ("does not publish", json!({}), json!({"header": {"kid": "made-up"}})),
    ] {
        let reply = me(&world, &sign(&provider, &with(&good, &change), &how)).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{what}: {}", reply.text);
        assert!(reply.text.contains(what), "{what}: {}", reply.text);
    }
    let id_token = tokens(&provider, "alice")["id_token"].as_str().unwrap().to_owned();
    assert_eq!(me(&world, &id_token).await.status, StatusCode::UNAUTHORIZED, "it is for the program, not for the API");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_key_works_at_once_a_removed_one_ends_and_made_up_ones_fetch_nothing() {
    let provider = Peer::oidc();
    let world = World::with_provider(&provider.url);
    let token = |world: &World| sign(&provider, &claims(world, &provider), &json!({}));
    let old = token(&world);
    assert_eq!(me(&world, &old).await.status, StatusCode::OK);
    world.advance(Duration::from_secs(15));
    provider.tell("/_peer/rotate", &json!({"remove": false}));
    assert_eq!(me(&world, &token(&world)).await.status, StatusCode::OK, "a key that nobody has seen yet");
    assert_eq!(me(&world, &old).await.status, StatusCode::OK, "while both are published");
    assert_eq!(fetches(&world), 2);
    provider.tell("/_peer/rotate", &json!({"remove": true}));
    world.advance(Duration::from_secs(301));
    let reply = me(&world, &old).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{}", reply.text);
    assert!(reply.text.contains("does not publish"), "{}", reply.text);
    assert_eq!(me(&world, &token(&world)).await.status, StatusCode::OK);
    let before = fetches(&world);
    for number in 0..20 {
        let made_up = json!({"header": {"kid": format!("made-up-{number}")}});
        let reply = me(&world, &sign(&provider, &claims(&world, &provider), &made_up)).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(fetches(&world), before, "in the ten seconds after a fetch there is no other");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_provider_does_not_answer_its_known_keys_are_used_for_an_hour() {
    let provider = Peer::oidc();
    let world = World::with_provider(&provider.url);
    provider.tell("/_peer/faults", &json!({"keys": true}));
    let token = |world: &World| sign(&provider, &claims(world, &provider), &json!({}));
    let reply = me(&world, &token(&world)).await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "{}", reply.text);
    provider.tell("/_peer/faults", &json!({"keys": false}));
    world.advance(Duration::from_secs(11));
    assert_eq!(me(&world, &token(&world)).await.status, StatusCode::OK);
    provider.tell("/_peer/faults", &json!({"keys": true}));
    world.advance(Duration::from_secs(3_500));
    assert_eq!(me(&world, &token(&world)).await.status, StatusCode::OK);
    world.advance(Duration::from_secs(110));
    assert_eq!(me(&world, &token(&world)).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(world.get("/v1/me", &ADMIN).await["name"], ADMIN.name, "our own tokens need no provider");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_stays_one_person_and_an_address_that_is_given_on_takes_nothing_over() {
    let provider = Peer::oidc();
    let world = World::with_provider(&provider.url);
    let good = claims(&world, &provider);
    let as_one = async |change: Value| me(&world, &sign(&provider, &with(&good, &change), &json!({}))).await;
    assert_eq!(as_one(json!({})).await.json["name"], "alice@example.test");
    let married = as_one(json!({"email": "alice.new@example.test"})).await;
    assert_eq!(married.json["name"], "alice@example.test", "{}", married.text);
    assert_eq!(as_one(json!({"email": null})).await.json["name"], "alice@example.test", "the account is known");
    let heir = as_one(json!({"sub": "another-alice"})).await;
    assert_eq!(heir.status, StatusCode::UNAUTHORIZED, "{}", heir.text);
    assert!(heir.text.contains("another account of this provider"), "{}", heir.text);
    assert_eq!(as_one(json!({"sub": "ALICE"})).await.status, StatusCode::UNAUTHORIZED, "subjects are exact");
    for (what, change) in [
        ("not verified", json!({"sub": "u2", "email": "mia@example.test", "email_verified": false})),
        ("no claim `email`", json!({"sub": "u2", "email": null})),
        ("under which contraflow itself acts", json!({"sub": "u2", "email": "clock"})),
        ("none of its groups", json!({"sub": "u2", "email": "mia@example.test", "groups": ["machine", "admin"]})),
    ] {
        let reply = as_one(change).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{what}: {}", reply.text);
        assert!(reply.text.contains(what), "{what}: {}", reply.text);
    }
    let record = world.call("GET", "/v1/audit", &ADMIN, "-", "").await.unwrap().text;
    let added = record.lines().find(|line| line.contains("person_added")).unwrap();
    assert!(added.contains("\"request\":\"person:alice@example.test\""), "{added}");
    assert!(!record.contains("mia@example.test"), "whoever was refused left nothing behind");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_providers_token_ends_by_signing_out_and_with_all_of_its_person() {
    let provider = Peer::oidc();
    let world = World::with_provider(&provider.url);
    let token = |world: &World| sign(&provider, &claims(world, &provider), &json!({}));
    let first = token(&world);
    assert_eq!(me(&world, &first).await.status, StatusCode::OK);
    let out = world.call_with(&first, "POST", "/v1/sign-out", "-", "").await.unwrap();
    assert_eq!(out.status, StatusCode::OK, "{}", out.text);
    assert_eq!(me(&world, &first).await.status, StatusCode::UNAUTHORIZED);
    world.advance(Duration::from_secs(1));
    let second = token(&world);
    assert_eq!(me(&world, &second).await.status, StatusCode::OK);
    let all = world.post("/v1/people/alice@example.test/sign-out", &ADMIN, &json!({})).await;
    assert_eq!(all.status, StatusCode::OK, "{}", all.text);
    assert_eq!(me(&world, &second).await.status, StatusCode::UNAUTHORIZED);
    world.advance(Duration::from_secs(90));
    assert_eq!(me(&world, &token(&world)).await.status, StatusCode::OK, "what is made later is taken");
}
