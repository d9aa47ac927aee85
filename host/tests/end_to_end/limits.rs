use std::time::{Duration, Instant};

use contraflow_host::{HostOptions, Limits};
use http::StatusCode;
use serde_json::json;

use super::support::{Folder, ask, assert_is_problem, options, request, start};

fn short(state: &Folder) -> HostOptions {
    let limits = Limits {
        request_time: Duration::from_millis(400),
        request_body_bytes: 1000,
        response_body_bytes: 10_000,
        concurrent_requests: 2,
        waiting_requests: 1,
        ..Limits::default()
    };
    HostOptions { limits, ..options(state) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_component_that_loops_for_ever_is_stopped_and_its_neighbour_survives() {
    let state = Folder::new();
    let host = start(short(&state));
    let looping = host.handle(request("/loop", ""));
    let neighbour = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        host.handle(request("/sleep/100", "")).await.unwrap().status()
    };
    let started = Instant::now();
    let (stopped, neighbour) = tokio::join!(looping, neighbour);
    assert_eq!(stopped.unwrap().status(), StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(neighbour, StatusCode::OK);
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    tokio::time::timeout(Duration::from_secs(3), host.idle())
        .await
        .expect("the instance is gone, not only its request");
    ask(&host, "/echo", json!("")).await;
}

#[tokio::test]
async fn a_component_that_waits_too_long_is_stopped() {
    let state = Folder::new();
    let host = start(short(&state));
    assert_is_problem(&host.handle(request("/sleep/60000", "")).await.unwrap(), 504, "no-answer-in-time");
    tokio::time::timeout(Duration::from_secs(3), host.idle())
        .await
        .expect("the instance is gone, not only its request");
}

#[tokio::test]
async fn a_trap_is_a_500_and_the_next_request_finds_a_new_instance() {
    let state = Folder::new();
    let host = start(short(&state));
    assert_is_problem(&host.handle(request("/trap", "")).await.unwrap(), 500, "component-failed");
    assert_eq!(host.handle(request("/fail", "")).await.unwrap().status(), StatusCode::INTERNAL_SERVER_ERROR);
    ask(&host, "/echo", json!("")).await;
    let chained = ask(&host, "/fetch", json!({ "url": "http://private.spin.internal/trap" })).await;
    assert_eq!(chained["ok"]["status"], 500, "the caller of a component that traps sees a 500, as on Spin");
}

#[tokio::test]
async fn memory_is_bounded_for_each_instance() {
    let state = Folder::new();
    let host = start(options(&state));
    assert_eq!(ask(&host, "/allocate/64", json!("")).await, 64 << 20);
    assert_eq!(host.handle(request("/allocate/200", "")).await.unwrap().status(), StatusCode::INTERNAL_SERVER_ERROR);
    ask(&host, "/echo", json!("")).await;
}

#[tokio::test]
async fn bodies_are_bounded() {
    let state = Folder::new();
    let host = start(short(&state));
    assert_eq!(host.handle(request("/echo", vec![b'x'; 1000])).await.unwrap().status(), StatusCode::OK);
    assert_is_problem(&host.handle(request("/echo", vec![b'x'; 1001])).await.unwrap(), 413, "body-too-large");
    assert_eq!(host.handle(request("/bytes/9000", "")).await.unwrap().status(), StatusCode::OK);
    assert_eq!(host.handle(request("/bytes/20000", "")).await.unwrap().status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn more_requests_than_allowed_wait_and_more_than_may_wait_are_sent_away() {
    let state = Folder::new();
    let host = start(short(&state));
    let sleep = || host.handle(request("/sleep/150", ""));
    let (a, b, c, d) = tokio::join!(sleep(), sleep(), sleep(), sleep());
    let statuses = [a, b, c].map(|response| response.unwrap().status());
    assert_eq!(statuses, [StatusCode::OK; 3]);
    let refused = d.unwrap();
    assert_is_problem(&refused, 503, "busy");
    assert_eq!(refused.headers()["retry-after"], "1");
}
