//! What ended long ago leaves: after it was exported, provable still, and with nothing left that it could be mistaken
//! by.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use contraflow_audit::verify::RecordError;
use contraflow_host::{BoxFuture, HostCall, HostCallKind, Interceptor, Verdict};
use http::StatusCode;
use serde_json::{Value, json};

use crate::binary;
use crate::record::{broken, export, lines, prove, sign};
use crate::refunds::sandbox;
use crate::world::{ADMIN, ALICE, FINANCE, LEAD, MACHINE, MANAGER, Reply, World};

const DAY: Duration = Duration::from_secs(24 * 3600);
/// One more than the days of the policy.
const LONG: u32 = 4_019;

/// A refund of 40.00 of the payment of 100.00 of INV-1.
async fn refunded(world: &World) -> String {
    world.invoice("INV-1", "100.00", "ch_1").await;
    refund(world, "k", "40.00").await
}

async fn refund(world: &World, key: &str, value: &str) -> String {
    let ask = json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": value, "currency": "EUR"}});
    let id = world.ask(key, ask).await;
    world.rest().await;
    for person in [&LEAD, &MANAGER] {
        if world.request(&id).await["status"] == "pending_approval" {
            world.approve(&id, person).await;
            world.rest().await;
        }
    }
    id
}

async fn goodwill(world: &World, key: &str) -> String {
    let ask = json!({"kind": "goodwill_credit", "customer": key, "amount": {"value": "5.00", "currency": "EUR"}});
    let id = world.ask(key, ask).await;
    world.rest().await;
    assert_eq!(world.request(&id).await["status"], "completed");
    id
}

/// Lets so many days pass, and the clock find its way after that jump.
async fn wait(world: &World, days: u32) {
    world.advance(DAY * days);
    world.tick().await;
    world.rest().await;
}

/// What may leave, line by line.
async fn archive(world: &World) -> Vec<String> {
    lines(world, "/v1/archive").await
}

/// The requests in an archive, each as its id and the hash of its last event.
fn kept(lines: &[String]) -> Vec<(String, String)> {
    let lines = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let requests = lines.filter(|line| line["record"] == "request/1").map(|line| line["request"].clone());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    requests.map(|request| (text(&request["id"]), text(&request["head"]))).collect()
}

async fn remove(world: &World, requests: &[(String, String)]) -> Reply {
    let requests: Vec<_> = requests.iter().map(|(id, head)| json!({"id": id, "head": head})).collect();
    world.post("/v1/archive/remove", &ADMIN, &json!({"requests": requests})).await
}

/// The keys of the store that name the request.
fn keys_of(world: &World, id: &str) -> Vec<String> {
    let database = world.database();
    let mut found = database.prepare("SELECT key FROM contraflow_kv WHERE instr(key, ?1) ORDER BY key").unwrap();
    found.query_map([id], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn count(world: &World, prefix: &str) -> u32 {
    let sql = "SELECT count(*) FROM contraflow_kv WHERE substr(key, 1, length(?1)) = ?1";
    world.database().query_row(sql, [prefix], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_ended_long_ago_leaves_once_it_was_exported_and_stays_proven() {
    let world = World::new();
    let id = refunded(&world).await;
    assert_eq!(world.request(&id).await["status"], "completed");
    wait(&world, LONG).await;
    assert_eq!(archive(&world).await, Vec::<String>::new(), "not before it is sealed");
    sign(&world).await.unwrap();
    let lines = archive(&world).await;
    let requests = kept(&lines);
    assert_eq!(requests.iter().map(|(id, _)| id).collect::<Vec<_>>(), [&id]);
    let page = world.get(&format!("/v1/requests/{id}/events"), &ADMIN).await;
    let events = page["items"].as_array().unwrap().len() as u64;
    let other = [(id.clone(), "0".repeat(64))];
    let stays = remove(&world, &other).await.json["items"][0].clone();
    assert_eq!((&stays["outcome"], &stays["why"]), (&json!("stays"), &json!("it has changed since it was exported")));
    assert_eq!(lines.len() as u64, 1 + events, "nothing of the record leaves before its requests have");
    let removed = remove(&world, &requests).await;
    assert_eq!(removed.json["items"], json!([{"id": id, "outcome": "removed"}]), "{}", removed.text);
    let again = remove(&world, &requests).await;
    assert_eq!(again.json["items"], json!([{"id": id, "outcome": "unknown"}]), "{}", again.text);

    let gone = world.call("GET", &format!("/v1/requests/{id}"), &ADMIN, "-", "").await.unwrap();
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert_eq!(keys_of(&world, &id), Vec::<String>::new());
    assert_eq!(count(&world, "touched/"), 0, "what alice may read because of it");
    assert_eq!(count(&world, "inbound/api/"), 1, "the clock finds the receipt");
    for _ in 0..6 {
        world.advance(Duration::from_secs(15));
        world.tick().await;
    }
    assert_eq!(count(&world, "inbound/api/"), 0);
    world.rest().await;

    assert!(matches!(&broken(&export(&world).await)[..], [RecordError::NoRequest { request, .. }] if *request == id));
    let both: Vec<String> = export(&world).await.into_iter().chain(lines.clone()).collect();
    assert_eq!(prove(&both).unwrap().open_events, 0, "what left is proven by the archive beside the record");

    // What the record itself has of it leaves the next time.
    sign(&world).await.unwrap();
    wait(&world, LONG).await;
    let later = archive(&world).await;
    let firsts = |form: &str, member: &str| -> Vec<u64> {
        let lines = later.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["record"] == form).map(|line| line[member].as_u64().unwrap()).collect()
    };
    let (heads, checkpoints) = (firsts("heads/1", "first"), firsts("checkpoint/1", "number"));
    assert!(!heads.is_empty(), "{later:?}");
    let body = json!({"heads": heads, "checkpoints": checkpoints});
    let removed = world.post("/v1/archive/remove", &ADMIN, &body).await;
    assert_eq!(removed.json["record"], heads.len() + checkpoints.len(), "{}", removed.text);
    assert_eq!(count(&world, "heads/"), 0);
    let id = goodwill(&world, "D").await;
    sign(&world).await.unwrap();
    let record = export(&world).await;
    assert!(matches!(&broken(&record)[..], [RecordError::NoHead { place: 0, .. } | RecordError::NoCheckpoint { .. }]));
    let all: Vec<String> = record.into_iter().chain(lines).chain(later).collect();
    let proof = prove(&all).unwrap();
    assert_eq!((proof.requests, proof.open_events), (2, 0), "{id} is new");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_archived_request_gave_back_is_never_given_back_again() {
    let world = World::new();
    refunded(&world).await;
    wait(&world, LONG).await;
    sign(&world).await.unwrap();
    let requests = kept(&archive(&world).await);
    assert_eq!(remove(&world, &requests).await.json["items"][0]["outcome"], "removed");
    world.rest().await;
    let too_much = refund(&world, "k2", "60.01").await;
    assert_ne!(world.request(&too_much).await["status"], "completed");
    let rest = refund(&world, "k3", "60.00").await;
    assert_eq!(world.request(&rest).await["status"], "completed");
    assert_eq!(world.refunds().iter().map(|refund| refund.2).sum::<i64>(), 10_000);
    let none = refund(&world, "k4", "0.01").await;
    assert_ne!(world.request(&none).await["status"], "completed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_open_young_disputed_or_not_used_up_stays() {
    let world = World::new();
    refunded(&world).await;
    let credit = goodwill(&world, "C").await;
    let waiting = world.ask("w", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    wait(&world, LONG - 2).await;
    sign(&world).await.unwrap();
    assert_eq!(kept(&archive(&world).await), [], "a day before its time");
    let dispute = json!({"type": "dispute.updated", "dispute": {"id": "dp_1", "payment": "ch_1",
        "amount": {"value": "10.00", "currency": "EUR"}, "status": "open", "reason": "fraudulent"}});
    sandbox(&world, "d1", &dispute).await;
    world.rest().await;
    wait(&world, LONG).await;
    sign(&world).await.unwrap();
    let leaving: Vec<_> = kept(&archive(&world).await).into_iter().map(|(id, _)| id).collect();
    assert!(!leaving.contains(&credit), "its store credit is not used up");
    assert_eq!(world.request(&waiting).await["status"], "expired");
    assert_eq!(leaving, Vec::<String>::new(), "the dispute is open");
    for caller in [&FINANCE, &ALICE, &MANAGER, &MACHINE] {
        for (method, path) in [("GET", "/v1/archive"), ("POST", "/v1/archive/remove")] {
            let refused = world.call(method, path, caller, "-", r#"{"requests": []}"#).await.unwrap();
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{} {path}", caller.name);
        }
    }
    let many = vec![(credit, "0".repeat(64)); 51];
    assert_eq!(remove(&world, &many).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// Lets the statement of that number fail.
#[derive(Default)]
struct FailsAt(AtomicU32);

impl Interceptor for FailsAt {
    fn enter<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        let concerned = call.component == "api" && call.kind == HostCallKind::Store;
        let count_down = |left: u32| left.checked_sub(1);
        let before = concerned.then(|| self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, count_down));
        let fails = before == Some(Ok(1));
        Box::pin(std::future::ready(if fails { Verdict::Fail } else { Verdict::Proceed }))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn archiving_that_is_interrupted_anywhere_is_finished_the_next_time() {
    let fails = Arc::new(FailsAt::default());
    let world = World::with(Some(fails.clone()));
    let id = refunded(&world).await;
    // As an earlier version wrote them.
    assert!(
        world.database().execute("UPDATE contraflow_kv SET value = X'' WHERE key LIKE 'touched/%'", []).unwrap() > 0
    );
    wait(&world, LONG).await;
    sign(&world).await.unwrap();
    let requests = kept(&archive(&world).await);
    assert_eq!(requests.len(), 1);
    let mut interrupted = 0;
    for statement in 1.. {
        fails.0.store(statement, Ordering::SeqCst);
        let reply = remove(&world, &requests).await;
        let left = fails.0.swap(0, Ordering::SeqCst);
        assert_eq!(world.doctor().await, Vec::<Value>::new(), "after statement {statement}");
        if left > 0 {
            assert_eq!(reply.status, StatusCode::OK);
            break;
        }
        interrupted += 1;
        assert!(reply.status == StatusCode::SERVICE_UNAVAILABLE || reply.status == StatusCode::OK, "{}", reply.text);
    }
    assert!(interrupted >= 4, "{interrupted} interruptions");
    assert_eq!(keys_of(&world, &id), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receipts_of_messages_leave_after_the_policys_time_and_old_ones_get_one() {
    let world = World::new();
    let dispute = json!({"type": "dispute.updated", "dispute": {"id": "dp_1", "payment": "ch_9",
        "amount": {"value": "10.00", "currency": "EUR"}, "status": "open", "reason": "fraudulent"}});
    sandbox(&world, "d1", &dispute).await;
    sandbox(&world, "d2", &dispute).await;
    let receipt = "UPDATE contraflow_kv SET value = CAST('true' AS BLOB) WHERE key = 'inbound/sandbox//d2'";
    assert_eq!(world.database().execute(receipt, []).unwrap(), 1, "as an earlier version wrote it");
    let sweep = async || {
        for _ in 0..8 {
            world.advance(Duration::from_secs(15));
            world.tick().await;
        }
        count(&world, "inbound/sandbox/")
    };
    assert_eq!(sweep().await, 2);
    world.advance(DAY * 399);
    assert_eq!(sweep().await, 2, "gateways may send it again");
    world.advance(DAY * 2);
    assert_eq!(sweep().await, 0);
    world.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_archives_into_a_new_file_and_removes_only_what_is_in_it() {
    let world = World::new();
    // The command has the real time.
    world.turn_back(DAY * (LONG + 1));
    let old = refunded(&world).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("archive.ndjson");
    let run = |arguments: &[&str]| {
        let run = binary::command().args(arguments).arg("--state").arg(world.state.path()).output().unwrap();
        (run.status.success(), String::from_utf8_lossy(&[run.stdout, run.stderr].concat()).into_owned())
    };
    let to = file.to_str().unwrap();
    let (done, said) = run(&["archive", "--keep", "--to", to]);
    assert!(done && said.contains("1 requests, and 0 parts"), "{said}");
    std::fs::remove_file(&file).unwrap();
    let (done, said) = run(&["archive", "--to", to]);
    assert!(done && said.contains("1 requests were removed"), "{said}");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(&old) && !folder.path().join("archive.ndjson.part").exists());
    assert_eq!(keys_of(&world, &old), Vec::<String>::new());
    let (done, said) = run(&["archive", "--to", to]);
    assert!(!done && said.contains("is there already"), "{said}");
    let more = folder.path().join("more.ndjson");
    let (done, said) = run(&["archive", "--to", more.to_str().unwrap()]);
    assert!(done && said.contains("0 requests, and 1 parts of the record"), "{said}");
    let (done, said) = run(&["archive", "--to", folder.path().join("none.ndjson").to_str().unwrap()]);
    assert!(done && said.contains("Nothing may leave yet"), "{said}");

    let record = folder.path().join("record.ndjson");
    let exported = binary::command().args(["audit", "export", "--state"]).arg(world.state.path()).output().unwrap();
    std::fs::write(&record, exported.stdout).unwrap();
    let key = binary::command().args(["audit", "key", "--state"]).arg(world.state.path()).output().unwrap();
    let key = String::from_utf8(key.stdout).unwrap();
    let verify = |files: &[&std::path::Path]| {
        let mut command = binary::command();
        command.args(["audit", "verify", "--key", key.trim()]).args(files).output().unwrap().status.code()
    };
    assert_eq!(verify(&[&record]), Some(1), "a request is missing");
    assert_eq!(verify(&[&record, &file, &more]), Some(0), "the archives have it");
    let (done, said) = run(&["doctor"]);
    assert!(done && said.contains("0 differences"), "{said}");
    let (done, said) = run(&["compact"]);
    assert!(done && said.contains("bytes now"), "{said}");
}
