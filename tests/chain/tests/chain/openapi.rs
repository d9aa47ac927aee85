//! The document at `/openapi.json` and the application say the same.

mod reference;

use std::collections::BTreeSet;

use bytes::Bytes;
use contraflow_domain::authority::{Held, Role};
use contraflow_host::local_auth::LocalUser;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::refunds::sandbox;
use crate::world::{ADMIN, ALICE, EVERYONE, FINANCE, MACHINE, MANAGER, Reply, World};
use reference::Reference;

pub use reference::document;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
const NO_REQUEST: &str = "00000000-0000-7000-8000-000000000000";

/// The answer is as documented.
pub async fn fits(world: &World, path: &str, method: &str, reply: &Reply) {
    Reference::of(world).await.assert_fits(path, method, reply);
}

/// An address of a path whose parameters name nothing that exists.
fn nowhere(path: &str) -> String {
    let path = if path.starts_with("/v1/requests/") {
        path.replace("{id}", NO_REQUEST)
    } else {
        path.replace("{id}", "NOBODY")
    };
    let path = path.replace("{sha256}", &"0".repeat(64));
    path.replace("{leg}", "l1").replace("{number}", "NONE").replace("{to}", "nobody").replace("{name}", "nobody")
}

/// One call, whose answer must have that status and be as documented.
async fn call(
    world: &World,
    reference: &Reference,
    what: (&str, &str, &str),
    user: &LocalUser<'_>,
    body: &Value,
    status: u16,
) -> Value {
    let (method, path, address) = what;
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let reply = world.call(&method.to_uppercase(), address, user, "a-key", &body).await.unwrap();
    assert_eq!(reply.status.as_u16(), status, "{method} {address} as {}: {}", user.name, reply.text);
    reference.assert_fits(path, method, &reply);
    reply.json
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_is_none_is_a_problem_document_to_programs() {
    let world = World::new();
    let reference = Reference::of(&world).await;
    for (method, path) in [
        ("POST", "/webhooks/nobody"),
        ("GET", "/webhooks/nobody"),
        ("POST", "/webhooks"),
        ("POST", "/webhooks/stripe/"),
        ("GET", "/v1"),
        ("GET", "/v1/"),
        ("GET", "/v1/nothing"),
        ("GET", "/v1//me"),
        ("POST", "/v1/requests/"),
        ("GET", "/v1/books/nothing"),
        ("GET", "/v1/books/journal/"),
    ] {
        let reply = world.call(method, path, &EVERYONE, "a-key", "{}").await.unwrap();
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{method} {path}: {}", reply.text);
        assert_eq!(reply.headers["content-type"], "application/problem+json", "{method} {path}");
        reference.assert_is("Problem", &reply.json);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_documented_operation_is_routed_and_every_other_method_is_refused() {
    let world = World::new();
    let reference = Reference::of(&world).await;
    let mut operations = 0;
    for (path, item) in reference.paths() {
        let is_for_machines = item["post"]["security"][0]["bearerAuth"][0] == "machine";
        let user = if is_for_machines { MACHINE } else { EVERYONE };
        for method in METHODS {
            let body = if method == "get" { "" } else { "{}" };
            let reply = world.call(&method.to_uppercase(), &nowhere(path), &user, "a-key", body).await.unwrap();
            if item.get(method).is_some() {
                operations += 1;
                let detail = reply.json["detail"].as_str().unwrap_or_default();
                assert!(!detail.contains("such address"), "{method} {path} is documented: {}", reply.text);
                reference.assert_fits(path, method, &reply);
            } else {
                assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}: {}", reply.text);
                assert_eq!(reply.headers["content-type"], "application/problem+json", "{method} {path}");
                reference.assert_is("Problem", &reply.json);
                let documented: Vec<_> =
                    ["GET", "POST", "PUT"].into_iter().filter(|name| item.get(name.to_lowercase()).is_some()).collect();
                assert_eq!(reply.headers["allow"], documented.join(", "), "{method} {path}");
            }
            // Below these two, programs are answered; elsewhere the console answers people.
            if path.starts_with("/v1/") || path.starts_with("/webhooks/") {
                let slashed = format!("{}/", nowhere(path));
                let reply = world.call(&method.to_uppercase(), &slashed, &user, "a-key", body).await.unwrap();
                assert_eq!(reply.status, StatusCode::NOT_FOUND, "{method} {slashed}: nothing is there");
            }
        }
    }
    assert!(operations >= 20, "{operations}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_the_documented_roles_are_admitted() {
    let world = World::new();
    let reference = Reference::of(&world).await;
    for (path, item) in reference.paths() {
        for (method, operation) in
            item.as_object().unwrap().iter().filter(|(method, _)| METHODS.contains(&method.as_str()))
        {
            let Some(ways) = operation["security"].as_array() else { continue };
            let documented: Vec<_> = ways.iter().filter_map(|way| way["bearerAuth"][0].as_str()).collect();
            let body = if path.ends_with("/decisions") { r#"{"decision": "approve"}"# } else { "" };
            for role in Role::ALL.iter().filter(|_| !documented.is_empty()) {
                let written = if *role == Role::Approver { "approver:manager" } else { role.name() };
                let user = LocalUser { name: "rob", roles: &[written] };
                let reply = world.call(&method.to_uppercase(), &nowhere(path), &user, "a-key", body).await.unwrap();
                let is_refused = reply.status == StatusCode::FORBIDDEN;
                let is_documented = documented.contains(&role.name());
                assert_ne!(is_refused, is_documented, "{method} {path} as {written}: {} {}", reply.status, reply.text);
            }
            let stranger = LocalUser { name: "rob", roles: &["nothing"] };
            let reply = world.call(&method.to_uppercase(), &nowhere(path), &stranger, "a-key", body).await.unwrap();
            assert!(
                ways.is_empty() || reply.status == StatusCode::FORBIDDEN,
                "{method} {path} without a role: {} {}",
                reply.status,
                reply.text
            );
        }
    }
}

#[test]
fn the_first_administrator_has_every_role_that_a_person_can_have() {
    let all = Role::ALL.iter().filter(|role| **role != Role::Machine);
    let granted: BTreeSet<_> = LocalUser::administrator()
        .roles
        .iter()
        .filter_map(|role| Held::read(role))
        .map(|held| held.role.name())
        .collect();
    assert_eq!(granted, all.map(|role| role.name()).collect());
    assert_eq!(EVERYONE.roles, LocalUser::administrator().roles, "the tests' person is that one");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_as_documented_from_the_ask_to_the_reversal() {
    let world = World::new();
    let reference = Reference::of(&world).await;
    let goodwill = json!({"kind": "goodwill_credit", "customer": "CUST-7", "amount": {"value": "25.00", "currency": "EUR"}, "reason": "late"});
    let asked = call(&world, &reference, ("post", "/v1/requests", "/v1/requests"), &ALICE, &goodwill, 202).await;
    world.rest().await;
    let address = format!("/v1/requests/{}", asked["id"].as_str().unwrap());
    let done = call(&world, &reference, ("get", "/v1/requests/{id}", &address), &ALICE, &Value::Null, 200).await;
    assert_eq!(done["status"], "completed", "{done:#}");
    let events = format!("{address}/events?limit=3");
    let page = call(&world, &reference, ("get", "/v1/requests/{id}/events", &events), &ALICE, &Value::Null, 200).await;
    let rest = format!("{address}/events?cursor={}", page["next"].as_str().unwrap());
    let last = call(&world, &reference, ("get", "/v1/requests/{id}/events", &rest), &ALICE, &Value::Null, 200).await;
    assert_eq!(last["next"], Value::Null);
    call(
        &world,
        &reference,
        ("get", "/v1/requests", "/v1/requests?status=completed&customer=CUST-7&limit=1"),
        &MANAGER,
        &Value::Null,
        200,
    )
    .await;
    call(
        &world,
        &reference,
        ("get", "/v1/customers/{id}/balance", "/v1/customers/CUST-7/balance"),
        &FINANCE,
        &Value::Null,
        200,
    )
    .await;
    call(
        &world,
        &reference,
        ("post", "/v1/requests/{id}/reverse", &format!("{address}/reverse")),
        &FINANCE,
        &json!({"note": "wrong"}),
        200,
    )
    .await;
    world.rest_for(std::time::Duration::from_secs(30)).await;
    let void = call(&world, &reference, ("get", "/v1/requests/{id}", &address), &ALICE, &Value::Null, 200).await;
    assert_eq!(void["credit_memo"]["status"], "void", "{void:#}");
    call(
        &world,
        &reference,
        ("get", "/v1/customers/{id}/balance", "/v1/customers/CUST-7/balance"),
        &FINANCE,
        &Value::Null,
        200,
    )
    .await;
    call(&world, &reference, ("get", "/v1/books/credit-memos", "/v1/books/credit-memos"), &FINANCE, &Value::Null, 200)
        .await;
    call(&world, &reference, ("get", "/v1/me", "/v1/me"), &ALICE, &Value::Null, 200).await;
    crate::record::sign(&world).await.unwrap();
    let sealed = world.post("/v1/audit/seal", &MACHINE, &Value::Null).await;
    reference.assert_fits("/v1/audit/seal", "post", &sealed);
    let again = world.post("/v1/audit/checkpoints", &MACHINE, &sealed.json["last"]).await;
    assert_eq!(again.status, StatusCode::OK, "the same one adds nothing");
    reference.assert_fits("/v1/audit/checkpoints", "post", &again);
    let record = world.call("GET", "/v1/audit", &ADMIN, "-", "").await.unwrap();
    reference.assert_fits("/v1/audit", "get", &record);
    let mut kinds = BTreeSet::new();
    for line in record.text.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let kind = line["record"].as_str().unwrap_or("event");
        match kind {
            "event" => reference.assert_is("Event", &line),
            "checkpoint/1" => reference.assert_is("Checkpoint", &line),
            _ => assert_eq!(kind, "heads/1"),
        }
        kinds.insert(kind.to_owned());
    }
    assert_eq!(kinds.len(), 3, "{}", record.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_that_is_pending_late_disputed_and_decided_by_people_is_as_documented() {
    let world = World::new();
    let reference = Reference::of(&world).await;
    world.invoice("INV-1", "100.00", "ch_1__pending").await;
    world.invoice("INV-2", "100.00", "ch_2__decline").await;
    let pending = world.ask("k1", json!({"kind": "refund", "invoice": "INV-1", "evidence": [{"kind": "photo", "url": "https://files.example/1"}]})).await;
    let declined = world.ask("k2", json!({"kind": "refund", "invoice": "INV-2", "lines": [{"line": "1", "quantity": "2"}], "reason": "damaged"})).await;
    let none = world.ask("k3", json!({"kind": "refund", "invoice": "NONE"})).await;
    world.rest().await;
    let queue = call(&world, &reference, ("get", "/v1/queue", "/v1/queue"), &MANAGER, &Value::Null, 200).await;
    assert_eq!(queue["items"].as_array().unwrap().len(), 2, "{queue:#}");
    let seen = async |id: &str| world.request(id).await["content_hash"].clone();
    let batch = json!({"decisions": [{"request": pending, "decision": "approve", "content_hash": seen(&pending).await},
                                     {"request": declined, "decision": "approve", "note": "seen", "content_hash": seen(&declined).await},
                                     {"request": NO_REQUEST, "decision": "reject", "content_hash": "none"}]});
    call(&world, &reference, ("post", "/v1/decisions", "/v1/decisions"), &MANAGER, &batch, 200).await;
    world.rest().await;
    for (id, status) in [(&pending, "executing"), (&declined, "needs_attention"), (&none, "ineligible")] {
        let request = call(
            &world,
            &reference,
            ("get", "/v1/requests/{id}", &format!("/v1/requests/{id}")),
            &ADMIN,
            &Value::Null,
            200,
        )
        .await;
        assert_eq!(request["status"], status, "{request:#}");
    }
    let news =
        json!({"type": "dispute.updated", "dispute": {"id": "dp_1", "payment": "ch_1__pending", "status": "open"}});
    reference.assert_fits("/webhooks/sandbox", "post", &sandbox(&world, "d1", &news).await);
    let retry = format!("/v1/requests/{declined}/retry");
    call(
        &world,
        &reference,
        ("post", "/v1/requests/{id}/retry", &retry),
        &FINANCE,
        &json!({"leg": "l1", "destination": "manual"}),
        200,
    )
    .await;
    assert!(world.approve(&declined, &MANAGER).await.status.is_success());
    world.rest_for(std::time::Duration::from_secs(30)).await;
    let paid = format!("/v1/requests/{declined}/legs/l2/confirm");
    call(
        &world,
        &reference,
        ("post", "/v1/requests/{id}/legs/{leg}/confirm", &paid),
        &FINANCE,
        &json!({"reference": "SEPA 1"}),
        200,
    )
    .await;
    world.rest_for(std::time::Duration::from_secs(180)).await;
    for id in [&pending, &declined] {
        call(
            &world,
            &reference,
            ("get", "/v1/requests/{id}", &format!("/v1/requests/{id}")),
            &ADMIN,
            &Value::Null,
            200,
        )
        .await;
    }
    call(
        &world,
        &reference,
        ("get", "/v1/books/invoices/{number}", "/v1/books/invoices/INV-2"),
        &FINANCE,
        &Value::Null,
        200,
    )
    .await;
    let journal = "/v1/books/journal";
    call(&world, &reference, ("get", journal, "/v1/books/journal?limit=2"), &FINANCE, &Value::Null, 200).await;
    call(&world, &reference, ("get", journal, "/v1/books/journal?format=beancount"), &FINANCE, &Value::Null, 200).await;
    reference.assert_fits("/clock", "post", &world.tick().await.unwrap());
    let told: Vec<_> =
        world.outside.sent().into_iter().filter(|sent| sent.url.starts_with("http://subscriber.example")).collect();
    assert!(!told.is_empty());
    for sent in told {
        reference.assert_told(&sent.json());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drafts_and_what_people_do_with_them_in_the_books_are_as_documented() {
    let world = World::with_drafts();
    let reference = Reference::of(&world).await;
    let body = json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "1.00", "currency": "EUR"}});
    for (key, what, otherwise) in [("k1", "post", "void"), ("k2", "void", "post")] {
        let mut body = body.clone();
        body["reason"] = json!(key);
        let address = format!("/v1/requests/{}", world.ask(key, body).await);
        world.rest_for(std::time::Duration::from_secs(30)).await;
        let shown = ("get", "/v1/requests/{id}", address.as_str());
        let draft = call(&world, &reference, shown, &ALICE, &Value::Null, 200).await;
        let document = draft["credit_memo"]["erp_reference"].as_str().unwrap();
        for (what, status) in [(what, 200), (what, 200), (otherwise, 409)] {
            let path = format!("/v1/books/credit-memos/{{id}}/{what}");
            let address = format!("/v1/books/credit-memos/{document}/{what}");
            call(&world, &reference, ("post", &path, &address), &FINANCE, &Value::Null, status).await;
        }
        world.rest_for_hours(2).await;
        call(&world, &reference, shown, &ALICE, &Value::Null, 200).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn problems_are_as_documented() {
    let world = World::new();
    let reference = Reference::of(&world).await;
    let id = world
        .ask("k", json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "60.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    let at = |what: &str| format!("/v1/requests/{id}{what}");
    let (own, decide, reverse, retry) = (at(""), at("/decisions"), at("/reverse"), at("/retry"));
    let (own, decide, reverse, retry) = (own.as_str(), decide.as_str(), reverse.as_str(), retry.as_str());
    let decisions = "/v1/requests/{id}/decisions";
    let too_many = json!({"decisions": vec![json!({"request": id, "decision": "approve"}); 201]});
    let stranger = LocalUser { name: "sam", roles: &["requester"] };
    let cases = [
        (
            ("post", "/v1/requests", "/v1/requests"),
            ALICE,
            json!({"kind": "refund", "surprise": 1}),
            400,
            "malformed-body",
        ),
        (("post", "/v1/requests", "/v1/requests"), ALICE, json!({"kind": "refund"}), 422, "invalid-request"),
        (("post", "/v1/requests", "/v1/requests"), ALICE, json!("x".repeat(300 * 1024)), 413, "body-too-large"),
        (("get", "/v1/requests", "/v1/requests?limit=0"), ALICE, Value::Null, 422, "invalid-parameter"),
        (("get", "/v1/requests/{id}", own), stranger, Value::Null, 403, "forbidden"),
        (("get", "/v1/requests/{id}", "/v1/requests/none"), MANAGER, Value::Null, 404, "not-found"),
        (("post", decisions, decide), MANAGER, json!({"decision": "perhaps"}), 400, "malformed-body"),
        (("post", decisions, decide), ALICE, json!({"decision": "approve"}), 403, "forbidden"),
        (
            ("post", decisions, decide),
            MANAGER,
            json!({"decision": "approve", "content_hash": "other"}),
            409,
            "content-changed",
        ),
        (("post", decisions, decide), MANAGER, json!({"decision": "approve"}), 422, "invalid-request"),
        (("post", "/v1/decisions", "/v1/decisions"), MANAGER, too_many, 422, "too-many"),
        (("post", "/v1/requests/{id}/reverse", reverse), FINANCE, json!({}), 409, "not-possible-now"),
        (("post", "/v1/requests/{id}/retry", retry), MANAGER, Value::Null, 403, "forbidden"),
        (("post", "/v1/books/invoices", "/v1/books/invoices"), FINANCE, json!([]), 422, "invalid-request"),
        (("get", "/v1/books/invoices/{number}", "/v1/books/invoices/NONE"), FINANCE, Value::Null, 404, "not-found"),
        (("get", "/v1/me", "/v1/me"), MACHINE, Value::Null, 403, "forbidden"),
    ];
    for (what, user, body, status, kind) in cases {
        let problem = call(&world, &reference, what, &user, &body, status).await;
        assert_eq!(problem["type"], format!("urn:contraflow:problem:{kind}"), "{what:?}");
        assert_eq!(problem["status"], status, "{what:?}");
    }
    for (path, method) in [("/v1/requests", "get"), ("/v1/me", "get"), ("/webhooks/sandbox", "post")] {
        let request = Request::builder().method(method.to_uppercase().as_str()).uri(path).header("host", "localhost");
        let reply = world.send(request.body(Bytes::from_static(b"{}")).unwrap()).await.unwrap();
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{path}: {}", reply.text);
        reference.assert_fits(path, method, &reply);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documented_words_are_the_codes() {
    let world = World::new();
    let reference = Reference::of(&world).await;
    // A refusal lists the words that would do.
    fn listed(detail: &str) -> BTreeSet<&str> {
        detail.split_once("use one of ").unwrap().1.trim_end_matches('.').split(", ").collect()
    }
    let status = world.call("GET", "/v1/requests?status=lost", &MANAGER, "-", "").await.unwrap().json;
    assert_eq!(listed(status["detail"].as_str().unwrap()), reference.words("RequestStatus"));
    let wrong = json!({"kind": "gift", "invoice": "I", "destination": "moon"});
    let problem = world.call("POST", "/v1/requests", &ALICE, "k", &wrong.to_string()).await.unwrap().json;
    for (pointer, name) in [("/kind", "Kind"), ("/destination", "Destination")] {
        let error = problem["errors"].as_array().unwrap().iter().find(|error| error["pointer"] == pointer).unwrap();
        assert_eq!(listed(error["detail"].as_str().unwrap()), reference.words(name));
    }
}
