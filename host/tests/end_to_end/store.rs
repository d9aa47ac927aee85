//! The store, served by the host in place of an adapter. Needs two more components:
//! `cargo build --release --target wasm32-wasip2 -p fixture-store-probe -p store-sqlite`.

use std::sync::Arc;

use anyhow::Result;
use contraflow_host::{Application, Host, HostCallKind, HostOptions, Manifest, SqliteSync, Verdict};
use serde_json::{Value as Json, json};

use super::faults::At;
use super::support::{Folder, request, root, test_cache};

/// A probe whose store is the host's: the adapter's file is not even there.
const MANIFEST: &str = r#"
spin_manifest_version = 2
[application]
name = "served"
[application.tool.contraflow]
native_store = "sqlite"
[[trigger.http]]
route = "/..."
component = "probe"
[component.probe]
source = "RELEASE/fixture_store_probe.wasm"
sqlite_databases = ["default"]
[component.probe.dependencies]
"contraflow:store@0.1.0" = { path = "RELEASE/not_there.wasm", inherit_configuration = ["sqlite_databases"] }
"#;

/// The application of that manifest, changed.
fn application(changes: &[(&str, &str)]) -> Result<Arc<Application>> {
    let mut text = MANIFEST.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let folder = Folder::new();
    let file = folder.0.join("spin.toml");
    std::fs::write(&file, text.replace("RELEASE", root().join("target/wasm32-wasip2/release").to_str().unwrap()))?;
    Application::compile(&Manifest::load(&file)?, Some(&test_cache()))
}

fn start(state: &Folder, changes: &[(&str, &str)], interceptor: Option<Arc<At>>) -> Host {
    let options = HostOptions { state_dir: state.0.clone(), sqlite_sync: SqliteSync::Off, ..HostOptions::default() };
    let options = HostOptions { interceptor: interceptor.map(|at| at as Arc<_>), ..options };
    Host::start(application(changes).unwrap(), options).unwrap()
}

async fn ask(host: &Host, path: &str, arguments: Json) -> Json {
    let response = host.handle(request(path, arguments.to_string())).await.unwrap();
    serde_json::from_slice(response.body()).unwrap_or_else(|_| panic!("not JSON: {response:?}"))
}

fn put() -> Json {
    json!([[], [{"Put": {"key": "a", "value": [1]}}]])
}

#[tokio::test]
async fn what_the_adapter_wrote_is_read_by_the_host_and_the_other_way_round() {
    let state = Folder::new();
    let adapter = [("not_there", "store_sqlite"), ("native_store = \"sqlite\"", "")];
    for changes in [&[][..], &adapter, &[]] {
        let host = start(&state, changes, None);
        let before = ask(&host, "/get", json!([["a"]])).await["Ok"][0]["version"].clone();
        let written = ask(&host, "/commit", json!([[{"key": "a", "version": before}], put()[1]])).await;
        assert!(written["Ok"]["Committed"].is_u64(), "{written}");
    }
    let found = ask(&start(&state, &[], None), "/scan", json!(["a", "b", 10])).await;
    assert_eq!(found["Ok"]["entries"], json!([{"key": "a", "value": [1], "version": 3}]));
}

#[tokio::test]
async fn a_component_without_a_database_is_refused_the_store() {
    for change in [
        ("sqlite_databases = [\"default\"]\n", "\n"),
        ("inherit_configuration = [\"sqlite_databases\"]", "inherit_configuration = []"),
    ] {
        // What the adapter does not inherit, it is refused itself; it is composed for that.
        let host = start(&Folder::new(), &[change, ("not_there", "store_sqlite")], None);
        let refused = ask(&host, "/commit", put()).await["Err"]["Unavailable"].to_string();
        assert!(refused.contains("may not use the SQLite database"), "{refused}");
    }
}

#[test]
fn a_component_that_does_not_name_the_store_does_not_have_it() {
    let dependency = MANIFEST.lines().last().unwrap();
    let error = application(&[(dependency, "")]).err().unwrap();
    assert!(format!("{error:#}").contains("it imports what this host does not offer"), "{error:#}");
    let unwired = application(&[("native_store = \"sqlite\"", "")]).err().unwrap();
    assert!(format!("{unwired:#}").contains("not_there.wasm"), "{unwired:#}");
}

#[test]
fn an_adapter_of_somebody_else_does_not_get_the_store_beside_its_component() {
    let dependency = MANIFEST.lines().last().unwrap();
    let beside =
        r#""contraflow:intake@0.1.0" = { path = "RELEASE/fixture_store_probe.wasm", inherit_configuration = [] }"#;
    let error = application(&[(dependency, &format!("{dependency}\n{beside}"))]).err().unwrap();
    assert!(format!("{error:#}").contains("which only the component itself may use"), "{error:#}");
}

#[tokio::test]
async fn a_call_of_the_store_is_one_host_call_that_names_the_keys_and_no_value() {
    let state = Folder::new();
    let calls = At::new(u64::MAX, Verdict::Proceed, Verdict::Proceed);
    let host = start(&state, &[], Some(calls.clone()));
    ask(&host, "/commit", put()).await;
    ask(&host, "/get", json!([["a", "b"]])).await;
    ask(&host, "/scan", json!(["a", "z", 7])).await;
    let seen = calls.seen.lock().unwrap();
    assert!(seen.iter().all(|call| call.kind == HostCallKind::Store && call.component == "probe"), "{seen:?}");
    let details: Vec<_> = seen.iter().map(|call| call.detail.as_str()).collect();
    assert_eq!(details, ["commit a", "get a b", "scan a z"]);
}

#[tokio::test]
async fn a_crash_before_a_commit_leaves_nothing_and_one_after_it_leaves_the_commit() {
    for (before, after, expected) in [(Verdict::Crash, Verdict::Proceed, 0), (Verdict::Proceed, Verdict::Crash, 1)] {
        let state = Folder::new();
        let host = start(&state, &[], Some(At::new(0, before, after)));
        assert!(host.handle(request("/commit", put().to_string())).await.is_err(), "a crashed host answers nobody");
        let found = ask(&start(&state, &[], None), "/scan", json!(["a", "b", 10])).await;
        assert_eq!(found["Ok"]["entries"].as_array().unwrap().len(), expected);
    }
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_no_conflict_and_no_success() {
    for (before, after, expected) in [(Verdict::Fail, Verdict::Proceed, 0), (Verdict::Proceed, Verdict::Fail, 1)] {
        let state = Folder::new();
        let host = start(&state, &[], Some(At::new(0, before, after)));
        assert!(ask(&host, "/commit", put()).await["Err"]["Unavailable"].is_string());
        let found = ask(&host, "/scan", json!(["a", "b", 10])).await;
        assert_eq!(found["Ok"]["entries"].as_array().unwrap().len(), expected);
    }
}
