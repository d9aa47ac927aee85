use std::sync::{Arc, Mutex};
use std::time::Duration;

use contraflow_host::{BoxFuture, HostCall, HostCallKind, HostOptions, Interceptor, SqliteSync, Verdict};
use serde_json::{Value as Json, json};

use super::network::Vendor;
use super::support::{Folder, ask, options, request, sql, start};

/// Answers one call with a verdict, and remembers all.
pub struct At {
    number: u64,
    before: Verdict,
    after: Verdict,
    pub seen: Mutex<Vec<HostCall>>,
}

impl At {
    pub fn new(number: u64, before: Verdict, after: Verdict) -> Arc<Self> {
        Arc::new(Self { number, before, after, seen: Mutex::default() })
    }
}

impl Interceptor for At {
    fn enter<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        self.seen.lock().unwrap().push(call.clone());
        let verdict = if call.number == self.number { self.before } else { Verdict::Proceed };
        Box::pin(std::future::ready(verdict))
    }

    fn leave<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        let verdict = if call.number == self.number { self.after } else { Verdict::Proceed };
        Box::pin(std::future::ready(verdict))
    }
}

fn with(state: &Folder, interceptor: Arc<At>) -> HostOptions {
    HostOptions { interceptor: Some(interceptor), sqlite_sync: SqliteSync::Off, ..options(state) }
}

fn insert() -> String {
    json!({ "statements": [["INSERT INTO t VALUES (1)", []]] }).to_string()
}

async fn rows_after(state: &Folder) -> Json {
    let host = start(options(state));
    sql(&host, &["SELECT count(*) FROM t"]).await[0]["ok"][0][0].clone()
}

async fn prepared() -> Folder {
    let state = Folder::new();
    sql(&start(options(&state)), &["CREATE TABLE t(a)"]).await;
    state
}

#[tokio::test]
async fn every_call_is_numbered_and_named() {
    let state = Folder::new();
    let calls = At::new(u64::MAX, Verdict::Proceed, Verdict::Proceed);
    let host = start(with(&state, calls.clone()));
    ask(&host, "/sql", json!({ "statements": [["SELECT 1", []]] })).await;
    ask(&host, "/variable/key", json!("")).await;
    ask(&host, "/fetch", json!({ "url": "http://private.spin.internal/echo" })).await;
    assert_eq!(host.calls(), 4);
    let seen = calls.seen.lock().unwrap();
    assert_eq!(seen.iter().map(|call| call.number).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert!(seen.iter().all(|call| call.component == "public"));
    assert_eq!((&seen[1].kind, seen[1].detail.as_str()), (&HostCallKind::SqliteExecute, "SELECT 1"));
    assert_eq!(seen[2].detail, "key", "the name, never the value");
    assert_eq!(seen[3].kind, HostCallKind::Chain { component: "private".into(), path: "/echo".into() });
}

#[tokio::test]
async fn a_crash_before_a_call_leaves_no_effect_and_one_after_it_leaves_the_effect() {
    for (before, after, expected) in [(Verdict::Crash, Verdict::Proceed, 0), (Verdict::Proceed, Verdict::Crash, 1)] {
        let state = prepared().await;
        let host = start(with(&state, At::new(1, before, after)));
        assert!(host.handle(request("/sql", insert())).await.is_err(), "a crashed host answers nobody");
        assert!(host.handle(request("/echo", "")).await.is_err());
        assert_eq!(rows_after(&state).await, expected);
    }
}

#[tokio::test]
async fn a_failed_call_gives_the_component_an_error_and_the_host_lives() {
    for (before, after, expected) in [(Verdict::Fail, Verdict::Proceed, 0), (Verdict::Proceed, Verdict::Fail, 1)] {
        let state = prepared().await;
        let host = start(with(&state, At::new(1, before, after)));
        let answer = ask(&host, "/sql", serde_json::from_str(&insert()).unwrap()).await;
        assert!(answer["ok"][0]["error"].is_string(), "{answer}");
        drop(host);
        assert_eq!(rows_after(&state).await, expected);
    }
}

#[tokio::test]
async fn a_lost_answer_of_a_vendor_is_a_time_out_and_a_lost_request_a_refusal() {
    for (before, after, error, sent) in [
        (Verdict::Fail, Verdict::Proceed, "ConnectionRefused", 0),
        (Verdict::Proceed, Verdict::Fail, "ConnectionReadTimeout", 1),
    ] {
        let state = Folder::new();
        let vendor = Arc::new(Vendor::default());
        let host = start(HostOptions { outbound: Some(vendor.clone()), ..with(&state, At::new(0, before, after)) });
        let answer = ask(&host, "/fetch", json!({ "url": "http://vendor.example/refunds" })).await;
        assert!(answer["error"].as_str().unwrap().contains(error), "{answer}");
        assert_eq!(vendor.seen.lock().unwrap().len(), sent);
    }
}

#[tokio::test]
async fn a_crash_in_the_middle_of_a_chain_takes_every_component_down() {
    let state = prepared().await;
    // Call 0 is the hop, call 1 opens the database, call 2 inserts.
    let host = start(with(&state, At::new(2, Verdict::Proceed, Verdict::Crash)));
    let hop = json!({ "method": "POST", "url": "http://private.spin.internal/sql", "body": insert() });
    assert!(host.handle(request("/fetch", hop.to_string())).await.is_err());
    tokio::time::timeout(Duration::from_secs(5), host.idle()).await.expect("all instances are dropped");
    assert_eq!(rows_after(&state).await, 1);
}

#[tokio::test]
async fn an_abandoned_host_does_nothing_more() {
    let state = prepared().await;
    let host = start(options(&state));
    let spawn = json!({ "fetch": { "method": "POST", "url": "http://private.spin.internal/sql", "body": insert() }, "times": 5, "pause_ms": 100 });
    assert_eq!(host.handle(request("/spawn", spawn.to_string())).await.unwrap().status(), 202);
    host.abandon();
    tokio::time::timeout(Duration::from_secs(5), host.idle()).await.expect("all instances are dropped");
    assert_eq!(rows_after(&state).await, 0);
}

#[tokio::test]
async fn idle_waits_for_the_work_after_the_response() {
    let state = prepared().await;
    let host = start(options(&state));
    let spawn = json!({ "fetch": { "method": "POST", "url": "http://private.spin.internal/sql", "body": insert() }, "times": 5, "pause_ms": 20 });
    for expected in [5, 10] {
        assert_eq!(host.handle(request("/spawn", spawn.to_string())).await.unwrap().status(), 202);
        tokio::time::timeout(Duration::from_secs(5), host.idle()).await.expect("it becomes idle");
        assert_eq!(sql(&host, &["SELECT count(*) FROM t"]).await[0]["ok"][0][0], expected);
    }
}

#[tokio::test]
async fn a_shutdown_finishes_the_work_after_the_response_or_says_that_it_did_not() {
    for (times, finishes) in [(3, true), (100, false)] {
        let state = prepared().await;
        let host = start(options(&state));
        let spawn = json!({ "fetch": { "method": "POST", "url": "http://private.spin.internal/sql", "body": insert() }, "times": times, "pause_ms": 50 });
        host.handle(request("/spawn", spawn.to_string())).await.unwrap();
        assert_eq!(host.shutdown(Duration::from_secs(1)).await, finishes);
        let rows = rows_after(&state).await.as_u64().unwrap();
        assert_eq!(rows == times, finishes, "{rows}");
    }
}

#[tokio::test]
async fn starting_a_host_costs_next_to_nothing() {
    let state = Folder::new();
    ask(&start(options(&state)), "/echo", json!("")).await;
    let started = std::time::Instant::now();
    for _ in 0..100 {
        drop(start(options(&state)));
    }
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
}
