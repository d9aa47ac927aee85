//! Who may.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::json;

use crate::world::{ADMIN, ALICE, EVERYONE, LEAD, MACHINE, MANAGER, World};
use contraflow_host::local_auth::LocalUser;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_read_or_written_without_a_token() {
    let world = World::new();
    let id = world
        .ask("k", json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "60.00", "currency": "EUR"}}))
        .await;
    for (method, path) in [
        ("GET", "/v1/requests".to_owned()),
        ("POST", "/v1/requests".into()),
        ("GET", format!("/v1/requests/{id}")),
        ("GET", format!("/v1/requests/{id}/events")),
        ("POST", format!("/v1/requests/{id}/decisions")),
        ("POST", "/v1/decisions".into()),
        ("POST", "/v1/decisions/batches".into()),
        ("GET", "/v1/decisions/batches/b".into()),
        ("POST", "/v1/decisions/batches/b/decide".into()),
        ("POST", format!("/v1/requests/{id}/reassign")),
        ("POST", format!("/v1/requests/{id}/withdraw")),
        ("POST", format!("/v1/requests/{id}/retry")),
        ("POST", format!("/v1/requests/{id}/reverse")),
        ("GET", "/v1/queue".into()),
        ("GET", "/v1/customers/C/balance".into()),
        ("GET", "/v1/books/invoices/INV-1".into()),
        ("POST", "/v1/books/invoices".into()),
        ("GET", "/v1/audit".into()),
        ("POST", "/v1/audit/seal".into()),
        ("POST", "/v1/audit/checkpoints".into()),
        ("POST", "/v1/imports".into()),
        ("GET", "/v1/schedules".into()),
        ("POST", "/v1/schedules".into()),
        ("GET", "/v1/schedules/s".into()),
        ("PUT", "/v1/schedules/s".into()),
        ("GET", "/v1/schedules/s/events".into()),
        ("POST", "/v1/schedules/s/end".into()),
        ("POST", "/v1/schedules/s/confirm".into()),
        ("POST", "/v1/schedules/s/take-over".into()),
        ("POST", "/v1/schedules/s/missed/close".into()),
        ("POST", "/clock".into()),
    ] {
        for token in [None, Some("Bearer x.y.z"), Some("Basic YTpi")] {
            let mut request = Request::builder().method(method).uri(&path).header("host", "localhost");
            if let Some(token) = token {
                request = request.header("authorization", token);
            }
            let reply = world.send(request.body(Bytes::from_static(b"{}")).unwrap()).await.unwrap();
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{method} {path} {token:?}: {}", reply.text);
            assert_eq!(reply.headers["content-type"], "application/problem+json");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_token_is_refused() {
    let world = World::new();
    let token = world.token(&ALICE);
    world.advance(std::time::Duration::from_secs(13 * 3600));
    let request = Request::get("/v1/me").header("host", "localhost").header("authorization", format!("Bearer {token}"));
    let reply = world.send(request.body(Bytes::new()).unwrap()).await.unwrap();
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    assert!(reply.text.contains("expired"), "{}", reply.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_names_nobody_is_refused() {
    let world = World::new();
    for name in ["", " ", "contraflow", "Clock", "zendesk:alice", "google:mia", "al\u{0}ice", "al\u{200b}ice", " alice"]
    {
        let reply = world.call("GET", "/v1/me", &LocalUser { name, roles: &["admin"] }, "-", "").await.unwrap();
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{name:?}: {}", reply.text);
        assert!(reply.text.contains("`sub`"), "{name:?}: {}", reply.text);
    }
    assert_eq!(world.get("/v1/me", &LocalUser { name: "Alice", roles: &["admin"] }).await["name"], "alice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_requester_reads_what_the_own_requests_are_about_and_no_more() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    world.invoice("INV-2", "100.00", "ch_2").await;
    world.ask("k", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world
        .ask("k2", json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "20.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    let sam = LocalUser { name: "sam", roles: &["requester"] };
    for (path, may) in [
        ("/v1/books/invoices/INV-1", true),
        ("/v1/books/invoices/INV-2", false),
        ("/v1/books/invoices/NONE", false),
        ("/v1/customers/CUST-7/balance", true),
        ("/v1/customers/C/balance", true),
        ("/v1/customers/D/balance", false),
        ("/v1/books/journal", false),
        ("/v1/books/credit-memos", false),
    ] {
        let status = |reply: Option<crate::world::Reply>| reply.unwrap().status;
        let expected = if may { StatusCode::OK } else { StatusCode::FORBIDDEN };
        assert_eq!(status(world.call("GET", path, &ALICE, "-", "").await), expected, "{path}");
        assert_eq!(status(world.call("GET", path, &sam, "-", "").await), StatusCode::FORBIDDEN, "{path}");
        assert_ne!(status(world.call("GET", path, &LEAD, "-", "").await), StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn roles_bound_what_a_person_may_do() {
    let world = World::new();
    let id = world
        .ask("k", json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "60.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    let stranger = LocalUser { name: "sam", roles: &["requester"] };
    let cases = [
        ("GET", format!("/v1/requests/{id}"), stranger),
        ("POST", "/v1/requests".to_owned(), LEAD),
        ("POST", format!("/v1/requests/{id}/decisions"), ALICE),
        ("POST", format!("/v1/requests/{id}/retry"), MANAGER),
        ("POST", format!("/v1/requests/{id}/reverse"), MANAGER),
        ("POST", format!("/v1/requests/{id}/withdraw"), stranger),
        ("GET", "/v1/audit".into(), MANAGER),
        ("POST", "/v1/audit/seal".into(), ADMIN),
        ("POST", "/v1/audit/checkpoints".into(), ADMIN),
        ("POST", "/clock".into(), MANAGER),
        ("GET", "/v1/me".into(), MACHINE),
    ];
    for (method, path, user) in cases {
        let body = if path.ends_with("decisions") { r#"{"decision": "approve"}"# } else { "" };
        let reply = world.call(method, &path, &user, "k9", body).await.unwrap();
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{method} {path} as {}: {}", user.name, reply.text);
    }
    assert_eq!(world.get("/v1/requests", &stranger).await["items"], json!([]), "a requester's list holds their own");
    assert_eq!(world.get("/v1/requests", &ALICE).await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_are_reached_by_chaining_alone_and_do_only_what_is_due() {
    let world = World::new();
    let id = world
        .ask("k", json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "60.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    for (step, user) in [("erp-handoff", &MACHINE), ("approval", &MANAGER), ("reversal-stripe", &EVERYONE)] {
        let reply = world.call("POST", &format!("/steps/{step}/{id}"), user, "-", "").await.unwrap();
        assert!(!reply.status.is_success(), "the console answers that address to {}: {}", user.name, reply.text);
    }
    // Whoever gets at a step all the same, such as an adapter that was broken into, brings about only what is due.
    let before = world.get(&format!("/v1/requests/{id}"), &MANAGER).await;
    for step in ["invoice-lookup", "eligibility", "approval", "erp-handoff", "reversal-sandbox", "notification-webhook"]
    {
        let request = Request::post(format!("/steps/{step}/{id}")).header("host", "localhost");
        world.host.call_component(step, request.body(Bytes::new()).unwrap()).await.unwrap();
    }
    assert_eq!(world.get(&format!("/v1/requests/{id}"), &MANAGER).await, before);
}
