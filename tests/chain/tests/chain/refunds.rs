//! Refund legs and what gateways do to them.

use std::time::Duration;

use base64::Engine as _;
use bytes::Bytes;
use hmac::{Hmac, Mac as _};
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::world::{FINANCE, LEAD, MANAGER, Reply, SANDBOX_SECRET, World};

/// A message of the sandbox gateway, signed.
pub fn sandbox_message(world: &World, id: &str, body: &Value) -> Request<Bytes> {
    sandbox_message_at(world.now_ms(), id, body)
}

/// The same, signed at that time.
pub fn sandbox_message_at(now_ms: u64, id: &str, body: &Value) -> Request<Bytes> {
    let secret = base64::engine::general_purpose::STANDARD.decode(SANDBOX_SECRET.trim_start_matches("whsec_")).unwrap();
    let stamp = now_ms / 1000;
    let body = body.to_string();
    let mac =
        Hmac::<sha2::Sha256>::new_from_slice(&secret).unwrap().chain_update(format!("{id}.{stamp}.{body}")).finalize();
    let signature = base64::engine::general_purpose::STANDARD.encode(mac.into_bytes());
    Request::post("/webhooks/sandbox")
        .header("host", "localhost")
        .header("webhook-id", id)
        .header("webhook-timestamp", stamp.to_string())
        .header("webhook-signature", format!("v1,{signature}"))
        .body(Bytes::from(body))
        .unwrap()
}

/// Sends one.
pub async fn sandbox(world: &World, id: &str, body: &Value) -> Reply {
    world.send(sandbox_message(world, id, body)).await.unwrap()
}

/// A refund of all of a fresh invoice, approved and driven for a while.
async fn refund(world: &World, reference: &str) -> String {
    world.invoice("INV-1", "100.00", reference).await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    assert_eq!(world.approve(&id, &MANAGER).await.status, StatusCode::OK);
    world.rest().await;
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_is_unknown_and_then_found_and_one_refund_exists() {
    for reference in ["ch_1__lost", "ch_1__lost__ignore-keys"] {
        let world = World::new();
        let id = refund(&world, reference).await;
        assert_eq!(world.request(&id).await["legs"][0]["status"], "unknown", "{reference}");
        world.rest_for(Duration::from_secs(120)).await;
        let request = world.request(&id).await;
        assert_eq!(request["status"], "completed", "{reference}: {request:#}");
        assert_eq!(world.refunds().len(), 1, "{reference}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_stays_lost_until_the_key_is_forgotten_is_looked_up_and_never_sent_again() {
    let world = World::new();
    let id = refund(&world, "ch_1__lost__blind-28__forgets-keys").await;
    world.rest_for_hours(26).await;
    assert_eq!(world.request(&id).await["legs"][0]["status"], "unknown", "the gateway is blind for more than a day");
    assert_eq!(world.refunds().len(), 1);
    world.rest_for_hours(30).await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    assert_eq!(world.refunds().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_no_look_up_proves_anything_an_order_is_repeated_only_while_its_key_lives() {
    for reference in ["ch_1__lost__no-search__forgets-keys", "ch_1__vanish__no-search__forgets-keys"] {
        let world = World::new();
        let id = refund(&world, reference).await;
        world.rest_for(Duration::from_secs(180)).await;
        assert_eq!(world.request(&id).await["status"], "completed", "{reference}");
        assert_eq!(world.refunds().len(), 1, "{reference}");
    }
    let world = World::new();
    let id = refund(&world, "ch_1__lost__no-search__forgets-keys").await;
    world.advance(Duration::from_secs(25 * 3_600));
    world.rest_for_hours(1).await;
    assert_eq!(world.request(&id).await["status"], "needs_attention");
    assert_eq!(world.request(&id).await["tasks"][0]["code"], "leg.key_expired");
    assert_eq!(world.refunds().len(), 1, "it is not sent again");
    let named = json!({"reference": world.first_refund()});
    let reply = world.post(&format!("/v1/requests/{id}/legs/l1/confirm"), &FINANCE, &named).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    assert_eq!(request["tasks"], json!([]));
    assert_eq!(world.refunds().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pending_refund_is_looked_up_until_it_succeeds() {
    let world = World::new();
    let id = refund(&world, "ch_1__pending").await;
    assert_eq!(world.request(&id).await["legs"][0]["status"], "pending");
    assert_eq!(world.request(&id).await["status"], "executing");
    world.rest_for(Duration::from_secs(180)).await;
    assert_eq!(world.request(&id).await["status"], "completed");
    assert_eq!(world.refunds().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_declined_leg_alone_is_sent_elsewhere() {
    let world = World::new();
    let id = refund(&world, "ch_1__decline").await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "needs_attention", "{request:#}");
    assert_eq!(request["tasks"][0]["code"], "leg.reroute");
    let tasks = world.get("/v1/queue", &FINANCE).await;
    assert_eq!(tasks["items"][0]["id"], id.as_str());
    world.redirect(&id, &json!({"leg": "l1", "destination": "store_credit"}), &MANAGER).await;
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    assert_eq!(request["legs"][1]["to"], "store_credit");
    assert_eq!(request["legs"][0]["replaced_by"], "l2");
    let balance = world.get("/v1/customers/CUST-7/balance", &FINANCE).await;
    assert_eq!(balance["balances"][0]["balance"]["value"], "100.00");
    assert_eq!(world.memos().await.len(), 1, "one memo, whatever the money did");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_is_away_is_tried_again_until_it_is_back() {
    let world = World::new();
    let id = refund(&world, "ch_1__unavailable-3").await;
    assert_eq!(world.request(&id).await["legs"][0]["status"], "reserved");
    world.rest_for(Duration::from_secs(240)).await;
    assert_eq!(world.request(&id).await["status"], "completed");
    assert_eq!(world.refunds().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_is_away_for_long_is_a_persons_matter_and_ends_by_itself_when_it_is_back() {
    let world = World::new();
    let id = refund(&world, "ch_1__unavailable-15").await;
    world.rest_for_hours(13).await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "needs_attention", "{request:#}");
    assert_eq!(request["tasks"][0]["code"], "gateway.unavailable");
    world.rest_for_hours(10).await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    assert_eq!(request["tasks"], json!([]));
    assert_eq!(world.refunds().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_that_fails_days_later_restores_the_money_and_raises_a_task() {
    let world = World::new();
    let id = refund(&world, "ch_1").await;
    assert_eq!(world.request(&id).await["status"], "completed");
    let before = world.get(&format!("/v1/requests/{id}/events"), &MANAGER).await["items"].as_array().unwrap().clone();
    world.advance(Duration::from_secs(5 * 86_400));
    let reference = world.request(&id).await["legs"][0]["gateway_reference"].as_str().unwrap().to_owned();
    let key = world.refunds()[0].1.clone();
    // Failed, created, succeeded, each three times and out of order.
    for (event, status) in [("e1", "failed"), ("e2", "pending"), ("e3", "succeeded")] {
        for _ in 0..3 {
            let news = json!({"type": "refund.updated", "refund": {"id": reference, "payment": "ch_1", "key": key,
                "amount": {"value": "100.00", "currency": "EUR"}, "status": status, "failure": if status == "failed" { Some("expired_card") } else { None }}});
            let reply = sandbox(&world, event, &news).await;
            assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        }
    }
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!(request["legs"][0]["status"], "late_failed", "{request:#}");
    assert_eq!(request["status"], "needs_attention");
    assert_eq!(request["credit_memo"]["status"], "issued", "the memo stands");
    assert_eq!(request["tasks"][0]["code"], "leg.reroute");
    let after = world.get(&format!("/v1/requests/{id}/events"), &MANAGER).await["items"].as_array().unwrap().clone();
    assert_eq!(after[..before.len()], before[..], "what was written stays as it was");
    let late = after.iter().filter(|event| event["data"]["to"] == "late_failed").count();
    assert_eq!(late, 1, "late_failed, once");
    // Delivery is at least once: two drivers may both send the message, and receivers know it by its id.
    let told: std::collections::BTreeSet<_> = world
        .outside
        .events("leg.late_failed")
        .iter()
        .map(|sent| sent.headers["webhook-id"].clone().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(told.len(), 1, "the customer is told once");
    world.rest_for(Duration::from_secs(60)).await;
    let state = world.get("/v1/books/invoices/INV-1", &FINANCE).await;
    assert_eq!(state["refunded"]["value"], "0.00", "the ERP knows that the money came back: {state:#}");
    // The money is there again: the same tender takes it once more.
    let retried = world.post(&format!("/v1/requests/{id}/retry"), &FINANCE, &json!({})).await;
    assert_eq!(retried.status, StatusCode::OK, "{}", retried.text);
    world.rest_for(Duration::from_secs(30)).await;
    assert_eq!(world.request(&id).await["status"], "completed");
    assert_eq!(world.refunds().len(), 2);
    world.journal().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn final_news_that_contradict_each_other_are_settled_by_asking_the_gateway() {
    // What the order made, what is told of it one after the other, and what the gateway has in the end.
    for (reference, told, truth, status) in [
        ("ch_1", ["canceled", "canceled", "succeeded"], "succeeded", "completed"),
        ("ch_1__fail-late", ["canceled", "canceled", "succeeded"], "late_failed", "needs_attention"),
        ("ch_1__cancel", ["succeeded", "canceled", "succeeded"], "canceled", "needs_attention"),
    ] {
        let world = World::new();
        let id = refund(&world, reference).await;
        let refund = world.request(&id).await["legs"][0]["gateway_reference"].clone();
        for (index, said) in told.iter().enumerate() {
            let news =
                json!({"type": "refund.updated", "refund": {"id": refund, "payment": reference, "status": said}});
            sandbox(&world, &format!("e{index}"), &news).await;
            world.rest_for(Duration::from_secs(60)).await;
        }
        let request = world.request(&id).await;
        assert_eq!(request["legs"][0]["status"], truth, "{reference}: {request:#}");
        assert_eq!(request["legs"][0]["doubted"], false, "{reference}: {request:#}");
        assert_eq!(request["status"], status, "{reference}: {request:#}");
        let tasks = request["tasks"].as_array().unwrap();
        assert!(tasks.iter().all(|task| task["code"] == "leg.reroute"), "{reference}: nobody is bothered: {request:#}");
        assert_eq!(world.refunds().len(), 1, "{reference}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partly_paid_invoices_split_between_the_open_balance_and_the_tender() {
    let world = World::new();
    world
        .import(&json!({
            "number": "INV-2", "issued_on": "2026-11-01", "currency": "EUR",
            "customer": {"id": "CUST-8", "name": "Teilzahler", "country": "DE", "tier": "standard", "email": "t@example.com"},
            "prices_include_tax": false, "tax_rounding": "line",
            "lines": [{"id": "1", "description": "Chair", "quantity": "1", "unit_price": "100.00", "discount": "0.00", "tax_rate": "0",
                       "net": "100.00", "tax": "0.00", "gross": "100.00"}],
            "payments": [{"id": "P", "gateway": "sandbox", "reference": "ch_2", "method": "card", "captured": "70.00", "paid_at": "2026-11-02T09:00:00Z"}],
        }))
        .await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-2"})).await;
    world.rest().await;
    assert_eq!(world.approve(&id, &LEAD).await.status, StatusCode::OK);
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    let legs: Vec<_> = request["legs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|leg| (leg["to"].clone(), leg["amount"]["value"].clone()))
        .collect();
    assert_eq!(legs, [(json!("invoice_balance"), json!("30.00")), (json!("original_tender"), json!("70.00"))]);
    assert_eq!(world.refunds()[0].2, 7000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_memo_whose_store_credit_is_untouched_is_reversed() {
    let world = World::new();
    let id = world
        .ask("k", json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "20.00", "currency": "EUR"}}))
        .await;
    world.rest().await;
    let reversed =
        world.post(&format!("/v1/requests/{id}/reverse"), &FINANCE, &json!({"note": "wrong customer"})).await;
    assert_eq!(reversed.status, StatusCode::OK, "{}", reversed.text);
    world.rest_for(Duration::from_secs(30)).await;
    let request = world.request(&id).await;
    assert_eq!(request["credit_memo"]["status"], "void", "{request:#}");
    let balance = world.get("/v1/customers/C/balance", &FINANCE).await;
    assert_eq!(balance["balances"][0]["balance"]["value"], "0.00");
    world.journal().await;
}

/// News of a refund that carries no key.
fn elsewhere(refund: &Value, value: &str, status: &str) -> Value {
    json!({"type": "refund.updated", "refund": {"id": refund, "payment": "ch_1", "status": status,
           "amount": {"value": value, "currency": "EUR"}}})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_refunded_elsewhere_reduces_what_remains_and_too_much_is_told() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    sandbox(&world, "e1", &elsewhere(&json!("re_x"), "40.00", "succeeded")).await;
    let ask =
        |value: &str| json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": value, "currency": "EUR"}});
    let much = world.ask("k1", ask("60.01")).await;
    let id = world.ask("k2", ask("60.00")).await;
    world.rest().await;
    assert_eq!(world.request(&much).await["status"], "ineligible");
    assert_eq!(world.request(&id).await["status"], "pending_approval");
    sandbox(&world, "e2", &elsewhere(&json!("re_y"), "10.00", "pending")).await;
    let task = world.request(&id).await["tasks"][0].clone();
    assert_eq!(task["code"], "payment.difference");
    let close = json!({"code": task["code"], "subject": task["subject"], "note": "the shop did it"});
    let closed = world.post(&format!("/v1/requests/{id}/tasks/close"), &FINANCE, &close).await;
    assert_eq!(closed.status, StatusCode::OK, "{}", closed.text);
    assert_eq!(world.request(&id).await["tasks"], json!([]));
    world.approve(&id, &MANAGER).await;
    world.rest_for(Duration::from_secs(60)).await;
    assert!(world.refunds().is_empty(), "there is not enough for it, whoever has seen to it");
    sandbox(&world, "e3", &elsewhere(&json!("re_y"), "10.00", "failed")).await;
    world.rest_for(Duration::from_secs(120)).await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    assert_eq!(request["tasks"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_refunded_elsewhere_without_an_amount_holds_the_rest_until_it_has_one() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let ask = json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "60.00", "currency": "EUR"}});
    let id = world.ask("k1", ask.clone()).await;
    world.rest().await;
    let mut news = elsewhere(&json!("re_x"), "40.00", "succeeded");
    let amount = news["refund"]["amount"].take();
    sandbox(&world, "e1", &news).await;
    assert_eq!(world.request(&id).await["tasks"][0]["code"], "payment.unsure");
    world.approve(&id, &MANAGER).await;
    let late = world.ask("k2", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest_for(Duration::from_secs(60)).await;
    assert!(world.refunds().is_empty(), "nobody knows whether there is enough for it");
    assert_eq!(world.request(&late).await["status"], "ineligible");
    news["refund"]["amount"] = amount;
    sandbox(&world, "e2", &news).await;
    world.rest_for(Duration::from_secs(120)).await;
    let request = world.request(&id).await;
    assert_eq!((&request["status"], &request["tasks"]), (&json!("completed"), &json!([])), "{request:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_of_our_own_refund_that_come_before_its_name_is_known_count_once() {
    let world = World::new();
    let id = refund(&world, "ch_1__lost").await;
    let name = json!(world.first_refund());
    let mut news = elsewhere(&name, "100.00", "succeeded");
    news["refund"]["payment"] = json!("ch_1__lost");
    sandbox(&world, "e1", &news).await;
    assert_eq!(world.request(&id).await["tasks"][0]["code"], "payment.difference");
    world.rest_for(Duration::from_secs(60)).await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    assert_eq!(request["tasks"], json!([]), "it was ours");
    assert_eq!(world.refunds().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_was_refused_or_reversed_is_never_paid_by_a_retry() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let refused = world.ask("refused", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    let rejected = world.decide(&refused, &MANAGER, "reject", "no").await;
    assert_eq!(rejected.status, StatusCode::OK, "{}", rejected.text);
    let credit = json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "20.00", "currency": "EUR"}});
    let reversed = world.ask("reversed", credit).await;
    world.rest().await;
    world.post(&format!("/v1/requests/{reversed}/reverse"), &FINANCE, &json!({"note": "wrong customer"})).await;
    world.rest_for(Duration::from_secs(30)).await;
    for id in [refused, reversed] {
        let before = world.request(&id).await;
        for destination in ["original_tender", "store_credit", "manual"] {
            let retry = json!({"destination": destination});
            let reply = world.post(&format!("/v1/requests/{id}/retry"), &FINANCE, &retry).await;
            assert_eq!(reply.status, StatusCode::CONFLICT, "{}", reply.text);
        }
        world.rest_for(Duration::from_secs(30)).await;
        assert_eq!(world.request(&id).await["legs"], before["legs"]);
    }
    assert!(world.refunds().is_empty());
    let balance = world.get("/v1/customers/C/balance", &FINANCE).await;
    assert_eq!(balance["balances"][0]["balance"]["value"], "0.00");
}
