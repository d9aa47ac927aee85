//! What people decide, from the ticket to the money.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine as _;
use bytes::Bytes;
use hmac::{Hmac, Mac as _};
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::world::{ADMIN, ALICE, FINANCE, LEAD, MANAGER, Reply, WEBHOOK_SECRET, World, ZENDESK_SECRET};
use contraflow_host::local_auth::LocalUser;

fn hmac_base64(key: &[u8], data: &str) -> String {
    let mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap().chain_update(data).finalize();
    base64::engine::general_purpose::STANDARD.encode(mac.into_bytes())
}

pub fn ticket(world: &World, body: &Value, secret: &str) -> Request<Bytes> {
    let stamp = "2026-11-21T12:00:00Z";
    let body = body.to_string();
    let _ = world;
    Request::post("/webhooks/zendesk")
        .header("host", "localhost")
        .header("x-zendesk-webhook-signature-timestamp", stamp)
        .header("x-zendesk-webhook-signature", hmac_base64(secret.as_bytes(), &format!("{stamp}{body}")))
        .body(Bytes::from(body))
        .unwrap()
}

pub fn ticket_body() -> Value {
    json!({
        "ticket": {"id": "4711", "url": "https://example.zendesk.com/agent/tickets/4711",
                   "requester_email": "ap@nordlicht.example", "agent_email": "agent@example.com"},
        "credit": {"kind": "refund", "invoice": "INV-1001", "reason": "broken", "note": "2 of 4 sensors arrived broken", "lines": "1:2"},
    })
}

/// Case e8: a ticket's trigger fires twice with another note.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_that_asks_twice_without_an_invoice_is_a_duplicate_and_another_ticket_waits_for_a_person() {
    let world = World::new();
    let credit = |ticket: &str, note: &str| {
        json!({
            "ticket": {"id": ticket, "agent_email": "agent@example.com"},
            "credit": {"kind": "goodwill_credit", "customer": "CUST-7", "reason": "late", "note": note, "amount": "25.00", "currency": "EUR"},
        })
    };
    let both = [
        ticket(&world, &credit("4711", "once"), ZENDESK_SECRET),
        ticket(&world, &credit("4711", "twice"), ZENDESK_SECRET),
    ];
    for request in both {
        let reply = world.send(request).await.unwrap();
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    }
    world.rest().await;
    assert_eq!(
        world.send(ticket(&world, &credit("4712", "again"), ZENDESK_SECRET)).await.unwrap().status,
        StatusCode::OK
    );
    world.rest().await;
    let mut outcomes = Vec::new();
    for id in crate::imports::all(&world).await {
        let request = world.request(&id).await;
        let codes =
            request["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap().to_owned());
        let duplicate = codes.filter(|code| code.starts_with("duplicate")).collect::<String>();
        outcomes.push((request["status"].as_str().unwrap().to_owned(), duplicate));
    }
    outcomes.sort();
    let expected =
        [("completed", ""), ("duplicate", "duplicate.same_ticket"), ("pending_approval", "duplicate.suspected")];
    assert_eq!(outcomes, expected.map(|(status, code)| (status.to_owned(), code.to_owned())));
    let balance = world.get("/v1/customers/CUST-7/balance", &FINANCE).await;
    assert_eq!(balance["balances"][0]["balance"]["value"], "25.00", "paid once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_earlier_ask_that_cannot_be_read_stalls_no_other_and_is_put_before_a_person() {
    let world = World::new();
    let credit = json!({"kind": "goodwill_credit", "customer": "CUST-7", "reason": "late",
                        "amount": {"value": "5.00", "currency": "EUR"}});
    let first = world.ask("k1", credit.clone()).await;
    world.rest().await;
    let good = world.spoil(&first);
    let second = world.ask("k2", credit.clone()).await;
    world.host.idle().await;
    let request = world.request(&second).await;
    assert_eq!(request["status"], "pending_approval", "{request:#}");
    let finding = &request["findings"][0];
    assert_eq!(finding["code"], "duplicate.suspected", "{request:#}");
    assert!(finding["message"].as_str().unwrap().contains(&first), "{finding}");
    // The same where it is not even known which ones asked for it.
    let known = "SELECT key FROM contraflow_kv WHERE key LIKE 'asked/%'";
    let key: String = world.database().query_row(known, [], |row| row.get(0)).unwrap();
    world.database().execute("UPDATE contraflow_kv SET value = ?2 WHERE key = ?1", (&key, b"{")).unwrap();
    let third = world.ask("k3", credit).await;
    world.host.idle().await;
    let request = world.request(&third).await;
    assert_eq!(request["findings"][0]["code"], "duplicate.suspected", "{request:#}");
    let kept = "SELECT value FROM contraflow_kv WHERE key = ?1";
    let kept: Vec<u8> = world.database().query_row(kept, [&key], |row| row.get(0)).unwrap();
    assert_eq!(kept, b"{", "what nobody can read stays as it is");
    world.put_back(&first, &good);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_becomes_a_refund_that_the_books_the_gateway_the_ticket_and_the_subscriber_know() {
    let world = World::new();
    world.sensors("INV-1001", "ch_1001").await;
    let body = ticket_body();
    for _ in 0..2 {
        // The helpdesk delivers twice.
        let reply = world.send(ticket(&world, &body, ZENDESK_SECRET)).await.unwrap();
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    }
    world.rest().await;
    let queue = world.get("/v1/queue", &MANAGER).await;
    assert_eq!(queue["items"].as_array().unwrap().len(), 1, "{queue:#}");
    let id = queue["items"][0]["id"].as_str().unwrap().to_owned();
    let request = world.request(&id).await;
    assert_eq!(request["amount"], json!({"value": "59.50", "currency": "EUR"}));
    assert_eq!(request["lines"][0]["tax"], json!({"value": "9.50", "currency": "EUR"}));
    assert_eq!(request["packet"]["invoice"]["number"], "INV-1001");
    assert_eq!(request["requester"], "zendesk:agent@example.com");
    // Nobody knows under which name the agent signs in, and one of the two could be the agent.
    assert_eq!(world.approve(&id, &LEAD).await.status, StatusCode::OK);
    assert_eq!(world.request(&id).await["status"], "pending_approval");
    assert_eq!(world.approve(&id, &MANAGER).await.status, StatusCode::OK);
    world.rest().await;

    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    let memos = world.memos().await;
    assert_eq!(memos.len(), 1);
    assert_eq!(request["credit_memo"]["number"], "CM-000001");
    assert!(world.journal().await.len() >= 3, "invoice, memo and refund are booked");
    let refunds = world.refunds();
    assert_eq!(refunds.len(), 1, "{refunds:?}");
    assert_eq!((refunds[0].0.as_str(), refunds[0].2), ("ch_1001", 5950));
    let public: Vec<_> =
        world.outside.comments().into_iter().filter(|comment| comment["ticket"]["comment"]["public"] == true).collect();
    assert_eq!(public.len(), 1, "{public:?}");
    assert!(public[0]["ticket"]["comment"]["body"].as_str().unwrap().contains("59.50"));
    let completed = world.outside.events("request.completed");
    assert_eq!(completed.len(), 1);
    let event = &completed[0];
    let header = |name: &str| event.headers[name].to_str().unwrap().to_owned();
    let secret = base64::engine::general_purpose::STANDARD.decode(WEBHOOK_SECRET.trim_start_matches("whsec_")).unwrap();
    let signed =
        format!("{}.{}.{}", header("webhook-id"), header("webhook-timestamp"), String::from_utf8_lossy(&event.body));
    assert_eq!(header("webhook-signature"), format!("v1,{}", hmac_base64(&secret, &signed)));
    let state = world.get("/v1/books/invoices/INV-1001", &FINANCE).await;
    assert_eq!(state["credited"]["value"], "59.50");
    assert_eq!(state["refunded"]["value"], "59.50");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_ticket_asks_and_cannot_be_taken_is_written_on_the_ticket() {
    let world = World::new();
    for (field, value, told) in [("amount", "fifty", "amount"), ("kind", "gift", "kind")] {
        let mut body = ticket_body();
        body["credit"][field] = json!(value);
        body["credit"]["currency"] = json!("EUR");
        body["credit"]["lines"] = json!("");
        for _ in 0..2 {
            let reply = world.send(ticket(&world, &body, ZENDESK_SECRET)).await.unwrap();
            assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        }
        world.rest().await;
        let comments = world.outside.comments();
        let comment = &comments.last().unwrap()["ticket"]["comment"];
        assert_eq!(comment["public"], false, "the customer reads nothing of it");
        let text = comment["body"].as_str().unwrap();
        assert!(text.contains(&format!("- {told}: ")) && text.contains("Correct"), "{text}");
    }
    assert_eq!(world.outside.comments().len(), 2, "each once");
    assert_eq!(world.get("/v1/unread-messages", &FINANCE).await["items"], json!([]), "the agent sees to it");
    let mut right = ticket_body();
    (right["credit"]["lines"], right["credit"]["amount"], right["credit"]["currency"]) =
        (json!(""), json!("49,9"), json!("EUR"));
    world.sensors("INV-1001", "ch_1001").await;
    world.send(ticket(&world, &right, ZENDESK_SECRET)).await.unwrap();
    world.rest().await;
    let queue = world.get("/v1/queue", &MANAGER).await;
    assert_eq!(queue["items"][0]["amount"]["value"], "49.90", "{queue:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_with_a_wrong_signature_is_stored_nowhere() {
    let world = World::new();
    let reply = world.send(ticket(&world, &ticket_body(), "guessed")).await.unwrap();
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{}", reply.text);
    world.rest().await;
    assert_eq!(world.get("/v1/requests", &MANAGER).await["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_requester_never_decides_directly_or_through_the_ticket() {
    let world = World::new();
    world.sensors("INV-1001", "ch_1001").await;
    world.send(ticket(&world, &ticket_body(), ZENDESK_SECRET)).await.unwrap();
    world.rest().await;
    let id = world.get("/v1/queue", &MANAGER).await["items"][0]["id"].as_str().unwrap().to_owned();
    let agent = LocalUser { name: "Agent@example.com", roles: &["approver:manager", "finance", "admin"] };
    let reply = world.approve(&id, &agent).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN, "{}", reply.text);
    let waits_for = async |name| {
        let user = LocalUser { name, roles: &["approver:manager"] };
        (world.get("/v1/queue", &user).await["items"].as_array().unwrap().len(), world.approve(&id, &user).await.status)
    };
    for name in ["agent@example.com", "AGENT@example.com", "agent", "agent@Example.com"] {
        assert_eq!(waits_for(name).await, (0, StatusCode::FORBIDDEN), "{name}");
    }
    assert_eq!(
        world.get("/v1/requests", &LocalUser { name: "agent@example.com", roles: &[] }).await["items"][0]["id"],
        json!(id)
    );

    let both = LocalUser { name: "alice", roles: &["requester", "approver:manager"] };
    let own = world
        .ask("k", json!({"kind": "refund", "invoice": "INV-1001", "amount": {"value": "10.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    assert_eq!(world.approve(&own, &both).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.request(&own).await["status"], "pending_approval");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_refund_needs_a_manager_and_then_someone_else_from_finance() {
    let world = World::new();
    world.invoice("INV-9", "9000.00", "ch_9").await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-9", "reason": "contract ended"})).await;
    world.rest().await;
    assert_eq!(world.request(&id).await["approvals"]["required"], json!(["manager", "finance"]));
    assert_eq!(world.approve(&id, &LEAD).await.status, StatusCode::FORBIDDEN);
    let both = LocalUser { name: "max", roles: &["approver:manager", "finance"] };
    assert_eq!(world.approve(&id, &both).await.status, StatusCode::OK);
    assert_eq!(world.request(&id).await["status"], "pending_approval");
    assert_eq!(world.approve(&id, &both).await.status, StatusCode::FORBIDDEN, "the same person twice");
    assert!(world.refunds().is_empty());
    assert_eq!(world.approve(&id, &FINANCE).await.status, StatusCode::OK);
    world.rest().await;
    assert_eq!(world.request(&id).await["status"], "completed");
    assert_eq!(world.refunds().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_on_other_content_or_a_decided_request_is_409() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    let path = format!("/v1/requests/{id}/decisions");
    let stale = world.post(&path, &MANAGER, &json!({"decision": "approve", "content_hash": "0".repeat(64)})).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text);
    let blind = world.post(&path, &MANAGER, &json!({"decision": "approve"})).await;
    assert_eq!(blind.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", blind.text);
    assert_eq!(blind.json["errors"][0]["pointer"], "/content_hash", "{}", blind.text);
    let rejected = world.decide(&id, &MANAGER, "reject", "no").await;
    assert_eq!(rejected.json["status"], "rejected", "{}", rejected.text);
    let late = world.approve(&id, &MANAGER).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);
    world.rest().await;
    // What was set aside is free again: the whole invoice can be asked for anew.
    let again = world.ask("k2", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    assert_eq!(world.request(&again).await["amount"]["value"], "100.00");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_is_answered_and_then_decided() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    let asked = world.decide(&id, &LEAD, "request_info", "A photo?").await;
    assert_eq!(asked.json["status"], "info_requested");
    assert_eq!(world.get("/v1/queue", &ALICE).await["items"][0]["id"], id.as_str());
    let evidence = json!({"note": "here", "evidence": [{"kind": "photo", "url": "https://example.com/p.jpg"}]});
    let answered = world.post(&format!("/v1/requests/{id}/reply"), &ALICE, &evidence).await;
    assert_eq!(answered.json["status"], "pending_approval", "{}", answered.text);
    assert_eq!(world.approve(&id, &LEAD).await.status, StatusCode::OK);
    world.rest().await;
    assert_eq!(world.request(&id).await["status"], "completed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_decides_expires_and_gives_the_money_back() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    world.advance(std::time::Duration::from_secs(15 * 86_400));
    world.rest_for(std::time::Duration::from_secs(15)).await;
    assert_eq!(world.request(&id).await["status"], "pending_approval", "it is looked at a second time");
    world.rest_for_hours(25).await;
    assert_eq!(world.request(&id).await["status"], "expired");
    let again = world.ask("k2", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    assert_eq!(world.request(&again).await["status"], "pending_approval");
}

const MIA: LocalUser<'static> = LocalUser { name: "mia", roles: &["requester"] };
const BEA: LocalUser<'static> = LocalUser { name: "bea", roles: &["approver:manager"] };

async fn lend(world: &World, from: &LocalUser<'_>, to: &str) -> Reply {
    let until = until_text(world.now_ms() + 3_600_000);
    world.post("/v1/delegations", from, &json!({"to": to, "until": until})).await
}

/// RFC 3339 of milliseconds since 1970 on the tests' first day.
fn until_text(ms: u64) -> String {
    let seconds = (ms / 1000) % 86_400;
    format!("2026-11-21T{:02}:{:02}:{:02}Z", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_was_lent_authority_decides_in_that_place_and_never_for_the_lender_s_own_request() {
    let world = World::new();
    world.invoice("INV-1", "600.00", "ch_1").await;
    world.invoice("INV-2", "600.00", "ch_2").await;
    let id = world.ask("k1", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    assert_eq!(world.approve(&id, &MIA).await.status, StatusCode::FORBIDDEN);
    assert_eq!(lend(&world, &MIA, "otto").await.status, StatusCode::FORBIDDEN, "she has nothing to lend");
    let lent = lend(&world, &MANAGER, "mia").await;
    assert_eq!(lent.status, StatusCode::CREATED, "{}", lent.text);
    // It waits for her now, and she reads it.
    let queue = world.get("/v1/queue", &MIA).await;
    assert_eq!(queue["items"][0]["id"], json!(id), "{queue:#}");
    let hash = world.get(&format!("/v1/requests/{id}"), &MIA).await["content_hash"].clone();
    let decision = json!({"decision": "approve", "content_hash": hash});
    let decided = world.post(&format!("/v1/requests/{id}/decisions"), &MIA, &decision).await;
    assert_eq!(decided.status, StatusCode::OK, "{}", decided.text);
    let made = &decided.json["approvals"]["decisions"][0];
    assert_eq!((&made["by"], &made["on_behalf_of"]), (&json!("mia"), &json!("max")));

    // She reads the record of what she has decided, and nothing else of the house.
    assert!(world.get(&format!("/v1/requests/{id}/events"), &MIA).await["items"].as_array().unwrap().len() > 3);
    let other = json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "20.00", "currency": "EUR"}});
    let other = world.ask("k3", other).await;
    world.rest().await;
    for path in [format!("/v1/requests/{other}"), format!("/v1/requests/{other}/events")] {
        assert_eq!(world.call("GET", &path, &MIA, "-", "").await.unwrap().status, StatusCode::FORBIDDEN, "{path}");
    }

    // What the lender asked for, nobody decides with the lender's authority.
    let asked = json!({"kind": "refund", "invoice": "INV-2"}).to_string();
    let requester = LocalUser { name: "max", roles: &["requester"] };
    let own = world.call("POST", "/v1/requests", &requester, "k2", &asked).await.unwrap().json["id"].clone();
    world.rest().await;
    let own = own.as_str().unwrap();
    let refused = world.approve(own, &MIA).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    assert_eq!(world.approve(own, &BEA).await.status, StatusCode::OK);
    world.rest_for(Duration::from_secs(60)).await;
    for id in [id.as_str(), own] {
        assert_eq!(world.request(id).await["status"], "completed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn authority_is_not_lent_in_a_circle_and_ends_when_it_is_taken_back() {
    let world = World::new();
    world.invoice("INV-1", "600.00", "ch_1").await;
    let id = world.ask("k1", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    assert_eq!(lend(&world, &MANAGER, "bea").await.status, StatusCode::CREATED);
    assert_eq!(lend(&world, &BEA, "lea").await.status, StatusCode::CREATED);
    for (from, to) in [(&BEA, "max"), (&LEAD, "max"), (&LEAD, "MAX")] {
        let circle = lend(&world, from, to).await;
        assert_eq!(circle.status, StatusCode::CONFLICT, "{}", circle.text);
        assert_eq!(circle.json["type"], "urn:contraflow:problem:delegation-circle");
    }
    // Two who lend to each other at the same time: one of them is told.
    let (otto, ute) = ("otto", "ute");
    let person = |name| LocalUser { name, roles: &["approver:manager"] };
    let (one, other) = (person(otto), person(ute));
    let (one, other) = tokio::join!(lend(&world, &one, ute), lend(&world, &other, otto));
    assert_eq!(BTreeSet::from([one.status.as_u16(), other.status.as_u16()]), BTreeSet::from([201, 409]));

    // What bea lent to lea was her own; taken back, lea is a team lead again, whose level is too low.
    assert_eq!(world.get("/v1/delegations", &LEAD).await["received"][0]["from"], "bea");
    let ended = world.post("/v1/delegations/lea/end", &BEA, &json!({})).await;
    assert_eq!(ended.status, StatusCode::OK, "{}", ended.text);
    assert_eq!(world.post("/v1/delegations/lea/end", &BEA, &json!({})).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.approve(&id, &LEAD).await.status, StatusCode::FORBIDDEN);
    assert_eq!(lend(&world, &LEAD, "max").await.status, StatusCode::CREATED, "no circle any more");

    // Admins see what everybody lends, and end it.
    let lent = world.get("/v1/delegations/all", &ADMIN).await["items"].clone();
    let lent = |from: &str| lent.as_array().unwrap().iter().any(|one| one["from"] == from);
    assert!(lent("max") && lent("lea") && !lent("bea"));
    let end = json!({"from": "lea"});
    assert_eq!(world.post("/v1/delegations/max/end", &BEA, &end).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.post("/v1/delegations/max/end", &ADMIN, &end).await.status, StatusCode::OK);
    assert_eq!(
        world.get("/v1/delegations", &MANAGER).await["received"][0]["until"],
        world.get("/v1/delegations", &LEAD).await["given"][0]["until"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_lender_has_lost_the_borrower_has_lost() {
    let world = World::new();
    world.invoice("INV-1", "600.00", "ch_1").await;
    let id = world.ask("k1", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    assert_eq!(lend(&world, &MANAGER, "mia").await.status, StatusCode::CREATED);
    assert_eq!(world.get("/v1/queue", &MIA).await["items"].as_array().unwrap().len(), 1);
    // Max's next token says that he is a manager no more.
    world.advance(Duration::from_secs(5));
    world.get("/v1/me", &LocalUser { name: "max", roles: &["requester"] }).await;
    assert_eq!(world.get("/v1/queue", &MIA).await["items"], json!([]));
    assert_eq!(world.approve(&id, &MIA).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.approve(&id, &BEA).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_had_one_part_is_told_who_can_have_the_other() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1__decline").await;
    let id = world.ask("k1", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    assert_eq!(world.approve(&id, &FINANCE).await.status, StatusCode::OK);
    world.rest().await;
    let [retry, reverse] = ["retry", "reverse"].map(|what| format!("/v1/requests/{id}/{what}"));
    let elsewhere = json!({"destination": "manual"});
    let alone = world.post(&retry, &FINANCE, &elsewhere).await;
    assert_eq!(alone.status, StatusCode::FORBIDDEN, "{}", alone.text);
    assert!(alone.json["detail"].as_str().unwrap().contains("ada"), "an admin can: {}", alone.text);
    let alone = world.post(&reverse, &FINANCE, &json!({})).await;
    assert!(alone.json["detail"].as_str().unwrap().contains("a second person"), "{}", alone.text);
    let otto = LocalUser { name: "otto", roles: &["finance"] };
    let asked = world.post(&retry, &otto, &elsewhere).await;
    assert_eq!(asked.json["redirect"]["by"], "otto", "{}", asked.text);
    let queue = world.get("/v1/queue", &LEAD).await;
    assert_eq!(queue["items"][0]["id"], id.as_str(), "it waits for the deciders");
    assert_eq!(world.approve(&id, &otto).await.status, StatusCode::FORBIDDEN, "whoever wants it");
    assert_eq!(world.approve(&id, &FINANCE).await.status, StatusCode::OK);
    world.rest().await;
    let confirm = format!("/v1/requests/{id}/legs/l2/confirm");
    let paid = json!({"reference": "SEPA 1"});
    let alone = world.post(&confirm, &FINANCE, &paid).await;
    assert_eq!(alone.status, StatusCode::FORBIDDEN, "{}", alone.text);
    assert!(alone.json["detail"].as_str().unwrap().contains("otto"), "{}", alone.text);
    assert_eq!(world.post(&confirm, &otto, &paid).await.status, StatusCode::OK);
    world.rest_for(Duration::from_secs(30)).await;
    assert_eq!(world.request(&id).await["status"], "completed");
}
