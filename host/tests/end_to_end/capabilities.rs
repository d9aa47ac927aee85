use std::time::{Duration, SystemTime};

use contraflow_host::{HostOptions, SqliteSync};
use serde_json::json;

use super::support::{Folder, application, ask, manifest, options, request, root, sql, start};

#[tokio::test]
async fn a_component_answers_and_sees_the_request_as_it_was_sent() {
    let state = Folder::new();
    let host = start(options(&state));
    let mut asked = request("http://shop.example/echo/a?b=c", "body");
    asked.headers_mut().insert("x-mine", "1".parse().unwrap());
    asked.headers_mut().insert("spin-client-addr", "forged".parse().unwrap());
    let response = host.handle(asked).await.unwrap();
    let seen = super::support::json(&response);
    assert_eq!(seen["method"], "POST");
    assert_eq!(seen["path"], "/echo/a");
    assert_eq!(seen["body"], "body");
    assert_eq!(seen["headers"]["x-mine"], "1");
    assert_eq!(seen["headers"]["spin-matched-route"], "/...");
    assert!(seen["headers"].get("spin-client-addr").is_none(), "a client must not set what the host sets");
    assert!(seen["headers"]["traceparent"].as_str().unwrap().starts_with("00-"));
}

#[tokio::test]
async fn variables_are_filled_in_from_the_options_and_the_defaults() {
    let state = Folder::new();
    let host = start(options(&state));
    assert_eq!(ask(&host, "/variable/greeting", json!("")).await, json!({ "ok": "hello s3cret" }));
    let unknown = ask(&host, "/variable/secret_key", json!("")).await;
    assert!(
        unknown["error"].as_str().unwrap().contains("Undefined"),
        "only the component's own variables exist: {unknown}"
    );
}

#[test]
fn a_required_variable_without_a_value_is_named_at_the_start() {
    let state = Folder::new();
    let options = HostOptions { state_dir: state.0.clone(), ..HostOptions::default() };
    let error = contraflow_host::Host::start(application(), options).err().unwrap().to_string();
    assert!(error.contains("secret_key") && error.contains("SPIN_VARIABLE_SECRET_KEY"), "{error}");
}

#[test]
fn secrets_are_not_shown_by_debug() {
    let state = Folder::new();
    assert!(!format!("{:?}", options(&state)).contains("s3cret"));
}

#[tokio::test]
async fn sqlite_keeps_every_kind_of_value_and_rolls_back_what_was_not_committed() {
    let state = Folder::new();
    let host = start(options(&state));
    let rows = ask(
        &host,
        "/sql",
        json!({ "statements": [
            ["PRAGMA journal_mode=WAL", []],
            ["CREATE TABLE t(a, b, c, d)", []],
            ["INSERT INTO t VALUES (?1, ?2, ?3, x'0102') RETURNING a", [7, 1.5, null]],
            ["SELECT * FROM t", []],
            ["BEGIN IMMEDIATE", []],
            ["DELETE FROM t", []],
            ["ROLLBACK", []],
            ["WITH x AS (SELECT 1) INSERT INTO t SELECT 8, 'text', 0, 0", []],
            ["SELECT a, b FROM t ORDER BY a", []],
            ["BEGIN", []], ["DELETE FROM t", []],
        ] }),
    )
    .await;
    assert_eq!(rows["ok"][2], json!({ "ok": [[7]] }));
    assert_eq!(rows["ok"][3], json!({ "ok": [[7, 1.5, null, [1, 2]]] }));
    assert_eq!(rows["ok"][8], json!({ "ok": [[7, 1.5], [8, "text"]] }));
    assert_eq!(rows["changes"], 2);
    // The last transaction was never committed: the next connection is clean and can write at once.
    let rows = sql(&host, &["INSERT INTO t VALUES (9, 0, 0, 0)", "SELECT count(*) FROM t"]).await;
    assert_eq!(rows[1], json!({ "ok": [[3]] }));
}

#[tokio::test]
async fn a_component_that_traps_inside_a_transaction_leaves_nothing_of_it() {
    let state = Folder::new();
    let host = start(options(&state));
    sql(&host, &["CREATE TABLE t(a)"]).await;
    let statements = json!({ "statements": [["BEGIN IMMEDIATE", []], ["INSERT INTO t VALUES (1)", []]] });
    let response = host.handle(request("/sql-then-trap", statements.to_string())).await.unwrap();
    assert_eq!(response.status(), 500);
    let rows = sql(&host, &["INSERT INTO t VALUES (2)", "SELECT a FROM t"]).await;
    assert_eq!(rows[1], json!({ "ok": [[2]] }));
}

#[tokio::test]
async fn sql_errors_reach_the_component_and_no_other_file_can_be_reached() {
    let state = Folder::new();
    let host = start(options(&state));
    let rows = sql(
        &host,
        &["SELEC 1", "COMMIT", "ATTACH DATABASE '/tmp/other.db' AS other", "VACUUM INTO '/tmp/other.db'", "SELECT 1"],
    )
    .await;
    for index in 0..4 {
        assert!(rows[index]["error"].is_string(), "{index}: {rows}");
    }
    assert_eq!(rows[4], json!({ "ok": [[1]] }));
}

#[tokio::test]
async fn a_database_or_store_that_is_not_listed_is_denied() {
    let state = Folder::new();
    let host = start(options(&state));
    let body = json!({ "statements": [] }).to_string();
    let denied = host.call_component("denied", request("/sql", body)).await.unwrap();
    assert_eq!(super::support::json(&denied), json!({ "error": "Error::AccessDenied" }));
    let denied = host.call_component("denied", request("/kv/get", r#"{"key":"k"}"#)).await.unwrap();
    assert!(super::support::json(&denied)["error"].is_string());
    let other = ask(&host, "/sql", json!({ "database": "other", "statements": [] })).await;
    assert_eq!(other, json!({ "error": "Error::AccessDenied" }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_commits_share_their_syncs_and_lose_nothing() {
    let state = Folder::new();
    let host = start(options(&state));
    sql(
        &host,
        &[
            "CREATE TABLE counter(n INTEGER NOT NULL)",
            "INSERT INTO counter VALUES (0)",
            "CREATE TABLE once(k PRIMARY KEY)",
        ],
    )
    .await;
    let increments = 60;
    let work = (0..increments).map(|index| {
        let host = &host;
        async move {
            // Every third one fails in the middle of its group.
            let insert = format!("INSERT INTO once VALUES ({})", index / 3 * 3);
            sql(host, &["UPDATE counter SET n = n + 1", &insert]).await[1].get("ok").is_some()
        }
    });
    let inserted = futures(work).await.into_iter().filter(|inserted| *inserted).count();
    assert_eq!(inserted, increments / 3, "one of three inserts of the same key succeeds");
    let rows = sql(&host, &["SELECT n FROM counter", "SELECT count(*) FROM once"]).await;
    assert_eq!(rows[0], json!({ "ok": [[increments]] }));
    assert_eq!(rows[1], json!({ "ok": [[increments / 3]] }));
}

async fn futures<T>(work: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut work: Vec<_> = work.map(Box::pin).collect();
    let mut done: Vec<Option<T>> = work.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, done) in work.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

#[tokio::test]
async fn the_key_value_store_keeps_what_is_set() {
    let state = Folder::new();
    let host = start(options(&state));
    ask(&host, "/kv/set", json!({ "key": "b", "value": "2" })).await;
    ask(&host, "/kv/set", json!({ "key": "a", "value": "1" })).await;
    assert_eq!(ask(&host, "/kv/get", json!({ "key": "a" })).await, json!({ "ok": "1" }));
    assert_eq!(ask(&host, "/kv/keys", json!({ "key": "" })).await, json!({ "ok": ["a", "b"] }));
    ask(&host, "/kv/delete", json!({ "key": "a" })).await;
    assert_eq!(ask(&host, "/kv/exists", json!({ "key": "a" })).await, json!({ "ok": false }));
    assert_eq!(ask(&host, "/kv/get", json!({ "key": "a" })).await, json!({ "ok": null }));
}

#[tokio::test]
async fn folders_are_there_to_read_and_not_to_write() {
    let state = Folder::new();
    let host = start(options(&state));
    assert_eq!(ask(&host, "/read", json!("/files/policy.txt")).await, "a policy");
    let written = ask(&host, "/write", json!("/files/new.txt")).await;
    assert!(written["Err"].is_string(), "{written}");
    assert!(!root().join("host/tests/end_to_end/files/new.txt").exists());
}

#[tokio::test]
async fn the_clock_and_the_dice_can_be_set() {
    let state = Folder::new();
    let clock = || SystemTime::UNIX_EPOCH + Duration::from_millis(1_234_567);
    let fixed = || HostOptions {
        wall_clock: Some(std::sync::Arc::new(clock)),
        rng_seed: Some(7),
        sqlite_sync: SqliteSync::Off,
        ..options(&state)
    };
    let host = start(fixed());
    assert_eq!(ask(&host, "/now", json!("")).await, 1_234_567);
    let first = ask(&host, "/random", json!("")).await;
    drop(host);
    let host = start(fixed());
    ask(&host, "/now", json!("")).await;
    assert_eq!(ask(&host, "/random", json!("")).await, first);
}

/// Compiles the application; says whether it was there already.
fn compile(cache: &Folder) -> bool {
    let cached = std::sync::Mutex::new(Vec::new());
    contraflow_host::Application::compile_with(&manifest(), Some(&cache.0), &|progress| {
        cached.lock().unwrap().push(progress.cached);
    })
    .unwrap();
    let cached = cached.into_inner().unwrap();
    assert_eq!(cached.len(), 1, "one source is compiled once, however many components use it");
    cached[0]
}

#[test]
fn a_second_start_loads_what_was_compiled_before() {
    let cache = Folder::new();
    assert!(!compile(&cache));
    let started = std::time::Instant::now();
    assert!(compile(&cache));
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
}

#[test]
fn of_two_that_start_at_once_one_compiles() {
    let cache = Folder::new();
    let mut cached = std::thread::scope(|scope| {
        let other = scope.spawn(|| compile(&cache));
        [compile(&cache), other.join().unwrap()]
    });
    cached.sort_unstable();
    assert_eq!(cached, [false, true]);
    let left: Vec<_> = std::fs::read_dir(&cache.0).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(left.iter().all(|file| file.extension().is_some_and(|extension| extension == "cwasm")), "{left:?}");
}
