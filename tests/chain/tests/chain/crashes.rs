//! Every crash point: the whole chain dies before and after each host call, starts again over what survived, and must come to rest
//! with the money right.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use contraflow_host::{BoxFuture, HostCall, HostCallKind, Interceptor, Verdict};
use serde_json::{Value, json};

use crate::world::{FINANCE, MANAGER, World, cents};

/// On which side of its effect a call dies.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Edge {
    Before,
    After,
}

/// Crashes at one call of the counted ones.
struct CrashAt {
    seen: AtomicU64,
    fired: AtomicBool,
    target: u64,
    edge: Edge,
}

/// Calls without an effect that survives a crash need no crash point of their own: opening a connection, reading a variable.
fn counts(call: &HostCall) -> bool {
    !matches!(call.kind, HostCallKind::SqliteOpen | HostCallKind::Variable)
}

impl CrashAt {
    fn new(target: u64, edge: Edge) -> Arc<Self> {
        Arc::new(Self { seen: AtomicU64::new(0), fired: AtomicBool::new(false), target, edge })
    }
}

impl Interceptor for CrashAt {
    fn enter<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        let verdict =
            if counts(call) && self.seen.fetch_add(1, Ordering::SeqCst) == self.target && self.edge == Edge::Before {
                self.fired.store(true, Ordering::SeqCst);
                Verdict::Crash
            } else {
                Verdict::Proceed
            };
        Box::pin(std::future::ready(verdict))
    }

    fn leave<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        // With one driver, the call that leaves is the one that entered last or an outer one; an outer one dies with it all the same.
        let verdict = if counts(call) && self.edge == Edge::After && self.seen.load(Ordering::SeqCst) == self.target + 1
        {
            self.fired.store(true, Ordering::SeqCst);
            Verdict::Crash
        } else {
            Verdict::Proceed
        };
        Box::pin(std::future::ready(verdict))
    }
}

/// Σ of what the sandbox gateway has paid out, by payment.
fn paid(world: &World) -> BTreeMap<String, i64> {
    let mut paid = BTreeMap::new();
    for (payment, _, amount, status) in world.refunds() {
        if status != "failed" && status != "canceled" {
            *paid.entry(payment).or_default() += amount;
        }
    }
    paid
}

/// What must hold, whatever happened.
async fn oracles(world: &World, request: &Value, context: &str) {
    let status = request["status"].as_str().unwrap();
    assert!(["completed", "needs_attention"].contains(&status), "{context}: it rests as {status}: {request:#}");
    let memos = world.memos().await;
    assert_eq!(memos.len(), 1, "{context}: one memo");
    let approved = cents(&request["amount"]);
    let out: i64 = paid(world).values().sum();
    let succeeded: i64 = request["legs"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|leg| leg["status"] == "succeeded" && leg["to"] == "original_tender")
        .map(|leg| cents(&leg["amount"]))
        .sum();
    assert!(out <= approved, "{context}: {out} paid of {approved} approved: {:?}", world.refunds());
    assert_eq!(out, succeeded, "{context}: the gateway and the request agree: {:?} {request:#}", world.refunds());
    if status == "completed" {
        let arrived: i64 = request["legs"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|leg| leg["status"] == "succeeded")
            .map(|leg| cents(&leg["amount"]))
            .sum();
        assert_eq!(arrived, approved, "{context}: all of it arrived");
    } else {
        assert!(!request["tasks"].as_array().unwrap().is_empty(), "{context}: a person is told what to do");
    }
    world.journal().await;
    assert_eq!(world.doctor().await, Vec::<Value>::new(), "{context}: the doctor finds nothing");
}

/// One scenario: what is asked, and what people do once it waits for them.
struct Path {
    name: &'static str,
    reference: &'static str,
    body: fn() -> Value,
    approved: bool,
}

/// Follows the path to its end; a crash on the way ends it early.
async fn follow(world: &World, path: &Path) -> Option<()> {
    let body = (path.body)().to_string();
    world.call("POST", "/v1/requests", &crate::world::ALICE, "the-key", &body).await?;
    world.host.idle().await;
    if path.approved {
        let listed = world.call("GET", "/v1/requests", &FINANCE, "-", "").await?;
        let request = listed.json["items"].get(0)?.clone();
        if request["status"] == "pending_approval" {
            let decision = json!({"decision": "approve", "content_hash": request["content_hash"]}).to_string();
            let id = request["id"].as_str()?;
            world.call("POST", &format!("/v1/requests/{id}/decisions"), &MANAGER, "-", &decision).await?;
            world.host.idle().await;
        }
    }
    Some(())
}

async fn prepared(path: &Path) -> World {
    let world = World::new();
    world.invoice("INV-1", "100.00", path.reference).await;
    world
}

/// Follows the path until it rests: people and clients try again after a crash, with the same keys.
async fn to_rest(world: &World, path: &Path) -> Value {
    for _ in 0..4 {
        follow(world, path).await;
        world.rest_for(Duration::from_secs(150)).await;
        let listed = world.get("/v1/requests", &FINANCE).await;
        let items = listed["items"].as_array().unwrap().clone();
        assert!(items.len() <= 1, "the same key is one request: {listed:#}");
        if let Some(request) = items.first()
            && ["completed", "needs_attention"].contains(&request["status"].as_str().unwrap())
        {
            return request.clone();
        }
    }
    world.get("/v1/requests", &FINANCE).await["items"][0].clone()
}

async fn every_crash_point(path: &Path) {
    // How many calls the undisturbed path makes.
    let counter = CrashAt::new(u64::MAX, Edge::Before);
    let world = prepared(path).await.restarted(Some(counter.clone()));
    follow(&world, path).await;
    world.rest_for(Duration::from_secs(60)).await;
    let calls = counter.seen.load(Ordering::SeqCst);
    let request = to_rest(&world, path).await;
    oracles(&world, &request, path.name).await;
    let (mut points, mut crashes) = (0, 0);
    for target in 0..calls {
        for edge in [Edge::Before, Edge::After] {
            let crash = CrashAt::new(target, edge);
            let world = prepared(path).await.restarted(Some(crash.clone()));
            follow(&world, path).await;
            // Whether the path or the clock meets it, the crash comes; a host that lives on is simply restarted.
            world.rest_for(Duration::from_secs(15)).await;
            let world = world.restarted(None);
            let request = to_rest(&world, path).await;
            oracles(&world, &request, &format!("{}, crash {edge:?} call {target}", path.name)).await;
            points += 1;
            crashes += u32::from(crash.fired.load(Ordering::SeqCst));
        }
    }
    println!("{}: {points} crash points passed, {crashes} of them crashed", path.name);
    // A call that holds others inside it never returns after the crash of one of them, so its own return is no point.
    assert!(crashes * 3 >= points * 2 && points >= 20, "{crashes} of {points}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_automatic_path_survives_a_crash_at_every_call() {
    let body =
        || json!({"kind": "goodwill_credit", "customer": "CUST-7", "amount": {"value": "20.00", "currency": "EUR"}});
    every_crash_point(&Path { name: "automatic", reference: "ch_1", body, approved: false }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approved_refund_survives_a_crash_at_every_call() {
    let body = || json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "60.00", "currency": "EUR"}});
    every_crash_point(&Path { name: "approved, polite gateway", reference: "ch_1", body, approved: true }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approved_refund_survives_a_crash_at_every_call_with_a_gateway_that_ignores_keys() {
    let body = || json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "60.00", "currency": "EUR"}});
    every_crash_point(&Path {
        name: "approved, gateway ignores keys",
        reference: "ch_1__ignore-keys",
        body,
        approved: true,
    })
    .await;
}

/// A customer with 20.00 of store credit, who spends 5.00 of it; the caller tries again after a crash, with the same key.
async fn spend(world: &World) -> Option<()> {
    let body = json!({"amount": {"value": "5.00", "currency": "EUR"}, "reference": "ORDER-1"}).to_string();
    world.call("POST", "/v1/customers/C/store-credit/spendings", &FINANCE, "the-spending", &body).await?;
    world.host.idle().await;
    Some(())
}

async fn with_store_credit() -> World {
    let world = World::new();
    let body = json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "20.00", "currency": "EUR"}});
    world.ask("k", body).await;
    world.rest_for(Duration::from_secs(30)).await;
    world
}

async fn spent_once(world: &World, context: &str) {
    let balance = world.get("/v1/customers/C/balance", &FINANCE).await["balances"][0].clone();
    assert_eq!(cents(&balance["balance"]), 1500, "{context}: {balance:#}");
    assert_eq!(balance["entries"].as_array().unwrap().len(), 2, "{context}: {balance:#}");
    let legs = world.journal().await.into_iter().flat_map(|entry| entry["legs"].as_array().unwrap().clone());
    let owed: i64 =
        legs.filter(|leg| leg["account"] == "Liabilities:Store-Credit:C").map(|leg| cents(&leg["amount"])).sum();
    assert_eq!(owed, -1500, "{context}: the books owe what the account says");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spending_of_store_credit_is_counted_and_booked_once_whatever_call_it_crashes_at() {
    let counter = CrashAt::new(u64::MAX, Edge::Before);
    let world = with_store_credit().await.restarted(Some(counter.clone()));
    spend(&world).await;
    let calls = counter.seen.load(Ordering::SeqCst);
    spent_once(&world, "undisturbed").await;
    let mut crashes = 0;
    for target in 0..calls {
        for edge in [Edge::Before, Edge::After] {
            let crash = CrashAt::new(target, edge);
            let world = with_store_credit().await.restarted(Some(crash.clone()));
            spend(&world).await;
            let world = world.restarted(None);
            spend(&world).await.expect("the host lives");
            world.rest_for(Duration::from_secs(60)).await;
            spent_once(&world, &format!("crash {edge:?} call {target}")).await;
            crashes += u32::from(crash.fired.load(Ordering::SeqCst));
        }
    }
    println!("spending: {crashes} crash points of {calls} calls");
    assert!(u64::from(crashes) >= calls && calls >= 5, "{crashes} crashes at {calls} calls");
}
