//! Cases that real products get wrong, each by the number it has in `docs/scenarios.md`; those that need no chain are
//! in the domain's tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use contraflow_host::{BoxFuture, HostCall, HostCallKind, Interceptor, Verdict};
use serde_json::{Value, json};

use crate::refunds::sandbox;
use crate::world::{FINANCE, MANAGER, World, cents};

fn card(id: &str, captured: &str, reference: &str) -> Value {
    json!({"id": id, "gateway": "sandbox", "reference": reference, "method": "card", "captured": captured, "paid_at": "2026-11-02T09:00:00Z"})
}

/// Asks for so much back to the tenders, and gives where that stands and why.
async fn asked(world: &World, key: &str, invoice: &str, value: &str) -> Value {
    let id = world
        .ask(key, json!({"kind": "refund", "invoice": invoice, "amount": {"value": value, "currency": "EUR"}, "destination": "original_tender"}))
        .await;
    world.rest().await;
    world.request(&id).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scenario_12_what_was_captured_bounds_a_refund_and_what_was_not_is_a_cancellation() {
    let world = World::new();
    world.invoice_paid_by("INV-1", "100.00", &[card("PAY-1", "60.00", "ch_1")]).await;
    let refused = asked(&world, "k1", "INV-1", "61.00").await;
    assert_eq!(refused["status"], "ineligible", "{refused:#}");
    let finding = &refused["findings"][0];
    assert_eq!(finding["code"], "amount.exceeds_captured", "{finding}");
    assert_eq!(asked(&world, "k2", "INV-1", "60.00").await["status"], "pending_approval");

    world.invoice_paid_by("INV-2", "100.00", &[]).await;
    assert_eq!(asked(&world, "k3", "INV-2", "0.01").await["status"], "ineligible", "nothing was captured");
    // What is owed is cancelled by a memo that is set against it, and no gateway hears of it.
    let id = world.ask("k4", json!({"kind": "refund", "invoice": "INV-2"})).await;
    world.rest().await;
    world.approve(&id, &MANAGER).await;
    world.rest().await;
    let cancelled = world.request(&id).await;
    assert_eq!((&cancelled["status"], &cancelled["legs"][0]["to"]), (&json!("completed"), &json!("invoice_balance")));
    assert!(world.refunds().is_empty());
}

/// Loses what one component writes, for so many statements to come.
#[derive(Default)]
struct Losing(AtomicU32);

impl Interceptor for Losing {
    fn enter<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        let concerned = call.component == "intake-sandbox" && call.kind == HostCallKind::Store;
        let left = |left: u32| left.checked_sub(1);
        let fails = concerned && self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, left).is_ok();
        Box::pin(std::future::ready(if fails { Verdict::Fail } else { Verdict::Proceed }))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scenario_19_a_message_that_could_not_be_stored_is_not_taken_so_that_it_comes_again() {
    let losing = Arc::new(Losing::default());
    let world = World::with(Some(losing.clone()));
    world.invoice("INV-1", "100.00", "ch_1").await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    world.approve(&id, &MANAGER).await;
    world.rest().await;
    let refund = world.first_refund();
    let news = json!({"type": "refund.updated", "refund": {"id": refund, "payment": "ch_1", "key": format!("{id}-l1"),
                      "amount": {"value": "100.00", "currency": "EUR"}, "status": "failed", "failure": "account closed"}});
    // However many of its statements fail, first to last: never a 2xx for what is not stored.
    for statements in 1..=4 {
        losing.0.store(statements, Ordering::SeqCst);
        let reply = sandbox(&world, "evt-1", &news).await;
        let left = losing.0.swap(0, Ordering::SeqCst);
        world.rest().await;
        let stored = world.request(&id).await["legs"][0]["status"] == "late_failed";
        assert_eq!(
            reply.status.is_success(),
            stored,
            "{} statements: {} {}",
            statements - left,
            reply.status,
            reply.text
        );
        if stored {
            break;
        }
        assert!(reply.status.is_server_error(), "{}", reply.text);
    }
    assert!(sandbox(&world, "evt-1", &news).await.status.is_success());
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!(request["legs"][0]["status"], "late_failed", "{request:#}");
    assert_eq!(request["tasks"].as_array().unwrap().len(), 1, "once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scenario_22_each_tender_gets_its_share_the_way_it_came_and_a_failed_one_alone_is_sent_elsewhere() {
    let world = World::new();
    let gift = json!({"id": "PAY-1", "gateway": "sandbox", "reference": "gc_1", "method": "gift_card", "captured": "30.00", "paid_at": "2026-11-02T09:00:00Z"});
    let credit = json!({"id": "PAY-3", "gateway": "", "reference": "order-1", "method": "store_credit", "captured": "20.00", "paid_at": "2026-11-02T09:00:00Z"});
    world.invoice_paid_by("INV-1", "100.00", &[gift, card("PAY-2", "50.00", "ch_2__decline"), credit]).await;
    let id = asked(&world, "k", "INV-1", "33.33").await["id"].as_str().unwrap().to_owned();
    world.approve(&id, &MANAGER).await;
    world.rest().await;
    let request = world.request(&id).await;
    let legs: Vec<_> = request["legs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|leg| (text(&leg["to"]), cents(&leg["amount"]), text(&leg["status"])))
        .collect();
    assert_eq!(
        legs,
        [
            ("original_tender", 1_000, "succeeded"),
            ("original_tender", 1_666, "failed"),
            ("store_credit", 667, "succeeded")
        ]
    );
    world.redirect(&id, &json!({"leg": "l2", "destination": "manual"}), &MANAGER).await;
    let confirmed = json!({"reference": "SEPA 1"});
    world.rest().await;
    world.post(&format!("/v1/requests/{id}/legs/l4/confirm"), &FINANCE, &confirmed).await;
    world.rest_for(Duration::from_secs(30)).await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    let balance = || world.get("/v1/customers/CUST-7/balance", &FINANCE);
    assert_eq!(cents(&balance().await["balances"][0]["balance"]), 667);
    // All that is left: each tender ends at what it gave, the store credit at 20.00.
    let left = world.ask("k2", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    world.approve(&left, &MANAGER).await;
    world.rest().await;
    let amounts: Vec<_> =
        world.request(&left).await["legs"].as_array().unwrap().iter().map(|leg| cents(&leg["amount"])).collect();
    assert_eq!(amounts, [2_000, 3_334, 1_333]);
    assert_eq!(cents(&balance().await["balances"][0]["balance"]), 2_000);
    world.journal().await;
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scenario_23_one_memo_is_part_refunded_and_part_kept_as_credit() {
    let world = World::new();
    world
        .invoice_paid_by("INV-1", "100.00", &[card("PAY-1", "60.00", "ch_1"), card("PAY-2", "40.00", "ch_2__decline")])
        .await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    world.approve(&id, &MANAGER).await;
    world.rest().await;
    assert_eq!(world.request(&id).await["status"], "needs_attention");
    world.redirect(&id, &json!({"leg": "l2", "destination": "store_credit"}), &MANAGER).await;
    world.rest_for(Duration::from_secs(60)).await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    assert_eq!(world.memos().await.len(), 1);
    assert_eq!(world.refunds().iter().map(|refund| refund.2).collect::<Vec<_>>(), [6_000]);
    let balance = world.get("/v1/customers/CUST-7/balance", &FINANCE).await;
    assert_eq!(cents(&balance["balances"][0]["balance"]), 4_000);
    world.journal().await;
}
