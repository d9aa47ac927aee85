//! The record proves what it says: whatever is done to an export, or to the database, is found in the export.

use std::io::Write as _;
use std::process::{Command, Stdio};

use contraflow_audit::verify::{Export, Proof, RecordError, Trust};
use contraflow_audit::{Checkpoint, Covered, RecordKey, canonical_hash};
use contraflow_host::record::{Signed, Signer};
use http::StatusCode;
use serde_json::{Value, json};

use crate::binary;
use crate::built::root;
use crate::imports::send;
use crate::world::{ADMIN, ALICE, FINANCE, KEY, MACHINE, World};

fn key() -> RecordKey {
    RecordKey::read(&"5a".repeat(32)).unwrap()
}

fn signer(world: &World) -> Signer {
    Signer::new(key(), world.state.path())
}

/// Lets the host sign a checkpoint, as it does every minute.
pub async fn sign(world: &World) -> Result<Signed, String> {
    let signed = signer(world).checkpoint(&world.host, || Ok(world.token(&MACHINE))).await;
    signed.map_err(|error| format!("{error:#}"))
}

/// All pages of the export, line by line.
pub async fn export(world: &World) -> Vec<String> {
    lines(world, "/v1/audit").await
}

/// All pages of a route that answers in lines.
pub async fn lines(world: &World, path: &str) -> Vec<String> {
    let (mut lines, mut query) = (Vec::new(), String::new());
    loop {
        let page = world.call("GET", &format!("{path}{query}"), &ADMIN, "-", "").await.unwrap();
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        lines.extend(page.text.lines().map(str::to_owned));
        let Some(next) = page.headers.get("next-cursor") else { return lines };
        query = format!("?cursor={}", next.to_str().unwrap());
    }
}

pub fn prove(lines: &[String]) -> Result<Proof, Vec<RecordError>> {
    let trust = Trust { keys: vec![key().public()], last_seen: None };
    Export::of(lines.iter().map(String::as_str)).map_err(|error| vec![error])?.prove(&trust)
}

pub fn broken(lines: &[String]) -> Vec<RecordError> {
    prove(lines).expect_err("nothing was found")
}

async fn credit(world: &World, name: &str) -> String {
    let ask = json!({"kind": "goodwill_credit", "customer": name, "amount": {"value": "1.00", "currency": "EUR"}});
    let id = world.ask(name, ask).await;
    world.rest().await;
    id
}

/// Two requests, each followed by a checkpoint.
async fn two() -> (World, String, String) {
    let world = World::new();
    assert_eq!(sign(&world).await, Ok(Signed::New(1)), "also where nothing has happened yet");
    let first = credit(&world, "one").await;
    assert_eq!(sign(&world).await, Ok(Signed::New(2)));
    let second = credit(&world, "two").await;
    assert_eq!(sign(&world).await, Ok(Signed::New(3)));
    assert_eq!(sign(&world).await, Ok(Signed::Nothing));
    (world, first, second)
}

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap()
}

/// Whether a line is an event of the request.
fn is_of(line: &str, request: &str) -> bool {
    parsed(line)["request"] == request
}

/// An event with the hash of what it says now.
fn sealed(mut event: Value) -> Value {
    event.as_object_mut().unwrap().remove("hash");
    let hash = canonical_hash(&event).unwrap();
    event["hash"] = hash.into();
    event
}

/// The same events, the first one changed, and all hashes made anew.
fn rebuilt(events: Vec<Value>) -> Vec<Value> {
    let mut previous = String::new();
    let anew = events.into_iter().enumerate().map(|(index, mut event)| {
        if index == 0 {
            event["why"] = "another reason".into();
        }
        event["previous"] = previous.as_str().into();
        let event = sealed(event);
        previous = event["hash"].as_str().unwrap().to_owned();
        event
    });
    anew.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_is_proven_up_to_its_last_checkpoint_and_says_what_came_after() {
    let (world, ..) = two().await;
    let proof = prove(&export(&world).await).unwrap();
    let last = proof.last.unwrap();
    assert_eq!((proof.requests, last.number, last.requests), (2, 3, 2));
    assert_eq!((last.events, proof.open_events), (proof.events, 0));
    credit(&world, "three").await;
    let proof = prove(&export(&world).await).unwrap();
    assert_eq!((proof.requests, proof.open_requests, proof.late), (3, 1, None));
    assert_eq!(proof.last.unwrap().events + proof.open_events, proof.events);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_done_to_an_export_is_found() {
    let (world, first, second) = two().await;
    let lines = export(&world).await;
    let events = |request: &str| lines.iter().filter(|line| is_of(line, request)).cloned().collect::<Vec<_>>();
    let without = |gone: &dyn Fn(&str) -> bool| lines.iter().filter(|line| !gone(line)).cloned().collect::<Vec<_>>();
    let replaced = |from: &str, to: String| {
        assert!(lines.iter().any(|line| line == from));
        lines.iter().map(|line| if line == from { to.clone() } else { line.clone() }).collect::<Vec<_>>()
    };
    let of_second = events(&second);
    let (newest, last) = (of_second.last().unwrap(), of_second.len() as u64);

    let found = broken(&without(&|line| line == newest));
    assert_eq!(found, [RecordError::NoTail { request: second.clone(), last: last - 1, sequence: last }], "a tail");
    let found = broken(&without(&|line| is_of(line, &first)));
    assert!(matches!(&found[..], [RecordError::NoRequest { request, .. }] if *request == first), "{found:?}");
    let found = broken(&without(&|line| parsed(line)["record"].is_null()));
    assert_eq!(found.len(), 2, "all events: {found:?}");
    let found = broken(&replaced(newest, newest.replace("\"sequence\"", "\"note\":1,\"sequence\"")));
    assert!(matches!(&found[..], [RecordError::Changed { .. }]), "a changed event: {found:?}");
    let found = broken(&without(&|line| line == of_second[1]));
    assert!(matches!(&found[..], [RecordError::Unlinked { sequence: 3, after: 1, .. }]), "{found:?}");

    let anew = rebuilt(of_second.iter().map(|line| parsed(line)).collect());
    let mut other = without(&|line| is_of(line, &second));
    other.extend(anew.iter().map(Value::to_string));
    let found = broken(&other);
    assert!(matches!(&found[..], [RecordError::Rebuilt { request, .. }] if *request == second), "{found:?}");

    let mut moved = without(&|line| is_of(line, &second));
    moved.extend(of_second.iter().rev().cloned());
    assert!(matches!(&broken(&moved)[..], [RecordError::Unlinked { after: 0, .. }]), "events in another order");

    let number = |line: &str, number: u64| parsed(line)["record"] == "checkpoint/1" && parsed(line)["number"] == number;
    let found = broken(&without(&|line| number(line, 2)));
    assert_eq!(found, [RecordError::NoCheckpoint { number: 2, after: 3 }], "a checkpoint in the middle");

    let text = lines.iter().find(|line| number(line, 3)).unwrap();
    let third: Checkpoint = serde_json::from_str(text).unwrap();
    let before: Checkpoint = serde_json::from_str(lines.iter().find(|line| number(line, 2)).unwrap()).unwrap();
    let stranger = RecordKey::read(&"66".repeat(32)).unwrap();
    let forged = stranger.sign(Some(&before), &third.covered(), third.at.clone());
    let found = broken(&replaced(text, serde_json::to_string(&forged).unwrap()));
    assert!(matches!(&found[..], [RecordError::OtherKey { number: 3, .. }]), "{found:?}");

    let mut covered = third.covered();
    covered.root = before.root;
    let fork = key().sign(Some(&third), &covered, third.at.clone());
    let mut forked = lines.clone();
    forked.push(serde_json::to_string(&fork).unwrap());
    let heads = third.heads;
    assert_eq!(broken(&forked), [RecordError::Fork { one: 3, other: 4, heads }]);

    // What was exported earlier, beside a checkpoint of later.
    let mut claimed = without(&|line| is_of(line, &second) || parsed(line)["record"] == "heads/1");
    claimed.extend(lines.iter().filter(|line| parsed(line)["first"] == 0).cloned());
    assert!(matches!(&broken(&claimed)[..], [RecordError::NoHead { checkpoint: 3, .. }]));

    let unsigned = without(&|line| parsed(line)["record"] == "checkpoint/1");
    for lines in [unsigned, Vec::new()] {
        assert_eq!(prove(&lines).unwrap().last, None, "nothing is proven without a checkpoint");
    }
}

fn stored(world: &World, key: &str) -> Vec<u8> {
    let sql = "SELECT value FROM contraflow_kv WHERE key = ?1";
    world.database().query_row(sql, [key], |row| row.get(0)).unwrap()
}

fn store(world: &World, key: &str, value: &[u8]) {
    let sql = "UPDATE contraflow_kv SET value = ?2 WHERE key = ?1";
    assert_eq!(world.database().execute(sql, (key, value)).unwrap(), 1);
}

fn remove(world: &World, like: &str) -> usize {
    world.database().execute("DELETE FROM contraflow_kv WHERE key LIKE ?1", [like]).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_in_the_database_is_found_also_after_the_next_checkpoint() {
    let (world, first, second) = two().await;
    // A request disappears with everything that leads to it.
    remove(&world, &format!("%{first}%"));
    // Another one is made anew, event by event.
    let sql = "SELECT value FROM contraflow_kv WHERE key LIKE ?1 ORDER BY key";
    let events: Vec<Value> = {
        let database = world.database();
        let mut statement = database.prepare(sql).unwrap();
        let rows = statement.query_map([format!("event/{second}/%")], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        rows.map(|row| serde_json::from_slice(&row.unwrap()).unwrap()).collect()
    };
    let anew = rebuilt(events);
    for event in &anew {
        let place = format!("event/{second}/{:010}", event["sequence"].as_u64().unwrap());
        store(&world, &place, event.to_string().as_bytes());
    }
    let place = format!("request/{second}");
    let mut request: Value = serde_json::from_slice(&stored(&world, &place)).unwrap();
    request["head"] = anew.last().unwrap()["hash"].clone();
    store(&world, &place, request.to_string().as_bytes());
    credit(&world, "three").await;
    assert_eq!(sign(&world).await, Ok(Signed::New(4)));
    let mut found: Vec<_> = broken(&export(&world).await)
        .into_iter()
        .map(|error| match error {
            RecordError::NoRequest { request, .. } => ("removed", request),
            RecordError::Rebuilt { request, .. } => ("made anew", request),
            other => panic!("{other}"),
        })
        .collect();
    found.sort();
    assert_eq!(found, [("made anew", second), ("removed", first)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_that_was_cut_back_is_not_signed_any_more() {
    let (world, ..) = two().await;
    let log = stored(&world, "log");
    credit(&world, "three").await;
    assert_eq!(sign(&world).await, Ok(Signed::New(4)));
    // As if a backup had been restored; or as if all of the record had been made anew.
    remove(&world, "checkpoint/%4");
    store(&world, "log", &log);
    credit(&world, "four").await;
    let refused = sign(&world).await.unwrap_err();
    assert!(refused.contains("checkpoint 4 was signed") && refused.contains("cut back"), "{refused}");
    assert_eq!(sign(&world).await.unwrap_err(), refused, "and so it stays until a person decides");
    remove(&world, "checkpoint/%");
    remove(&world, "log");
    let refused = sign(&world).await.unwrap_err();
    assert!(refused.contains("number 0, and 4 were signed here"), "{refused}");
    // A person accepts it: the record begins anew, and whoever has seen the fourth checkpoint is told.
    let kept = std::fs::read_to_string(world.state.path().join("record_checkpoint.json")).unwrap();
    std::fs::remove_file(world.state.path().join("record_checkpoint.json")).unwrap();
    assert_eq!(sign(&world).await, Ok(Signed::New(1)));
    let lines = export(&world).await;
    let trust = Trust { keys: vec![key().public()], last_seen: Some(serde_json::from_str(&kept).unwrap()) };
    let found = Export::of(lines.iter().map(String::as_str)).unwrap().prove(&trust).unwrap_err();
    assert!(matches!(&found[..], [RecordError::CutBack { seen: 4, .. }]), "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checkpoint_whose_answer_was_lost_is_stored_as_it_was_signed() {
    let world = World::new();
    credit(&world, "one").await;
    let sealed = loop {
        let reply = world.post("/v1/audit/seal", &MACHINE, &Value::Null).await;
        if reply.json["more"] == false {
            break reply.text;
        }
    };
    let now = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(world.now_ms());
    let lost = signer(&world).sign(&sealed, now).unwrap().unwrap();
    credit(&world, "two").await;
    assert_eq!(sign(&world).await, Ok(Signed::New(2)), "the lost one, and one over what came after it");
    let lines = export(&world).await;
    let kept: Vec<Checkpoint> = lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert_eq!(kept[0], lost, "another one of that number would be a fork");
    assert_eq!(prove(&export(&world).await).unwrap().last.unwrap().requests, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checkpoint_that_does_not_follow_is_not_stored() {
    let (world, ..) = two().await;
    credit(&world, "three").await;
    let sealed = world.post("/v1/audit/seal", &MACHINE, &Value::Null).await.json;
    let last: Checkpoint = serde_json::from_value(sealed["last"].clone()).unwrap();
    let covered: Covered = serde_json::from_value(sealed["covered"].clone()).unwrap();
    let mut more = covered.clone();
    more.heads += 1;
    let mut other = covered.clone();
    other.events += 1;
    let mut refused = vec![
        key().sign(None, &covered, last.at.clone()),
        key().sign(Some(&last), &more, last.at.clone()),
        key().sign(Some(&last), &other, last.at.clone()),
        key().sign(Some(&last), &last.covered(), last.at.clone()),
    ];
    let skipped = key().sign(Some(&last), &covered, last.at.clone());
    refused.push(key().sign(Some(&skipped), &covered, last.at.clone()));
    for checkpoint in refused {
        let body = serde_json::to_value(&checkpoint).unwrap();
        let reply = world.post("/v1/audit/checkpoints", &MACHINE, &body).await;
        assert_eq!(reply.status, StatusCode::CONFLICT, "{}", reply.text);
    }
    let reply = world.post("/v1/audit/checkpoints", &MACHINE, &json!({"number": 4})).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.text);
    assert_eq!(prove(&export(&world).await).unwrap().last.unwrap().number, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn data_of_before_is_covered_by_the_first_checkpoint_also_when_the_pass_over_it_breaks_off() {
    let world = World::new();
    let rows: String = (0..60).map(|row| format!("goodwill_credit;C-{row};1,00;EUR;late\n")).collect();
    let reply = send(&world, &ALICE, format!("kind;customer;amount;currency;reason\n{rows}").as_bytes()).await.unwrap();
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
    world.host.idle().await;
    // As an earlier version left it.
    remove(&world, "unsealed/%");
    let seal = async |world: &World| world.post("/v1/audit/seal", &MACHINE, &Value::Null).await.json;
    let first = seal(&world).await;
    assert_eq!((&first["covered"]["requests"], &first["more"]), (&json!(50), &json!(true)), "a bounded portion");
    let too_early = key().sign(None, &serde_json::from_value(first["covered"].clone()).unwrap(), "-".into());
    let body = serde_json::to_value(&too_early).unwrap();
    let reply = world.post("/v1/audit/checkpoints", &MACHINE, &body).await;
    assert_eq!(reply.status, StatusCode::CONFLICT, "the first checkpoint covers all of it: {}", reply.text);
    let world = world.restarted(None);
    // Meanwhile the clock moves requests on both sides of where the pass stands.
    world.rest_for(std::time::Duration::from_secs(60)).await;
    assert_eq!(sign(&world).await, Ok(Signed::New(1)));
    let proof = prove(&export(&world).await).unwrap();
    assert_eq!((proof.requests, proof.open_events), (60, 0));
    assert_eq!(proof.last.unwrap().events, proof.events);
    assert_eq!(remove(&world, "unsealed/%"), 0, "nothing is left to seal");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_and_the_seal_go_on_at_the_same_time_and_everything_is_covered() {
    let world = World::new();
    let asks = (0..40).map(|n| {
        let world = &world;
        async move {
            let ask = json!({"kind": "goodwill_credit", "customer": format!("C{n}"), "amount": {"value": "1.00", "currency": "EUR"}});
            world.ask(&format!("k{n}"), ask).await
        }
    });
    let signing = async {
        for _ in 0..10 {
            sign(&world).await.unwrap();
        }
    };
    let (ids, ()) = tokio::join!(crate::concurrency::futures_all(asks), signing);
    world.rest().await;
    sign(&world).await.unwrap();
    let proof = prove(&export(&world).await).unwrap();
    assert_eq!((proof.requests, proof.open_events), (ids.len() as u64, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_of_many_pages_holds_together_and_a_page_alone_does_not() {
    let world = World::new();
    for round in 0..4 {
        let rows: String = (0..50).map(|row| format!("goodwill_credit;C-{round}-{row};1,00;EUR;late\n")).collect();
        let file = format!("kind;customer;amount;currency;reason\n{rows}");
        assert_eq!(send(&world, &ALICE, file.as_bytes()).await.unwrap().status, StatusCode::ACCEPTED);
    }
    world.rest_for(std::time::Duration::from_secs(120)).await;
    sign(&world).await.unwrap();
    let lines = export(&world).await;
    assert!(lines.len() > 1000, "{} lines are one page", lines.len());
    let proof = prove(&lines).unwrap();
    assert_eq!((proof.requests, proof.open_events), (200, 0));
    let page: Vec<_> = lines.into_iter().take(1000).collect();
    assert!(!broken(&page).is_empty());
}

fn contraflow(arguments: &[&str], input: &str) -> (Option<i32>, String) {
    let mut child = Command::new(root().join("target/host/contraflow"))
        .args(arguments)
        .current_dir(root())
        .env("SPIN_VARIABLE_AUTH_LOCAL_KEY", KEY)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may have ended.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let done = child.wait_with_output().unwrap();
    assert!(done.status.code().is_some());
    let said = if done.status.success() || !done.stdout.is_empty() { done.stdout } else { done.stderr };
    (done.status.code(), String::from_utf8_lossy(&said).into_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_record_of_a_running_host_is_exported_and_proven_by_the_binary() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().to_str().unwrap();
    let running = binary::start(folder.path(), &[]);
    // The ERP has to know the customer, or a person decides.
    let invoice = json!({
        "number": "INV-1", "issued_on": "2026-11-01", "currency": "EUR",
        "customer": {"id": "C", "name": "C", "country": "DE", "tier": "standard", "email": "c@nordlicht.example"},
        "prices_include_tax": false, "tax_rounding": "line",
        "lines": [{"id": "1", "description": "Sensor", "quantity": "1", "unit_price": "5.00", "discount": "0.00",
                   "tax_rate": "0", "net": "5.00", "tax": "0.00", "gross": "5.00"}],
        "payments": [],
    });
    assert_eq!(binary::post(&running.base, "/v1/books/invoices", &FINANCE, "-", &invoice).unwrap().0, 201);
    let ask = json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "1.00", "currency": "EUR"}});
    let (status, asked) = binary::post(&running.base, "/v1/requests", &ALICE, "k", &ask).unwrap();
    assert_eq!(status, 202);
    let place = format!("/v1/requests/{}", asked["id"].as_str().unwrap());
    while binary::get(&running.base, &place)["status"] != "completed" {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let (_, public) = contraflow(&["audit", "key", "--state", state], "");
    let (code, record) = contraflow(&["audit", "export", "--state", state], "");
    assert_eq!(code, Some(0), "{record}");
    let (code, said) = contraflow(&["audit", "verify", "-", "--key", public.trim()], &record);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("The record holds"), "{said}");
    let (code, said) = contraflow(&["audit", "verify", "-"], &record);
    assert_eq!(code, Some(3), "nobody named the key: {said}");
    assert!(said.contains(public.trim()), "{said}");
    let seen = folder.path().join("seen.json").to_str().unwrap().to_owned();
    let with_seen = ["audit", "verify", "-", "--key", public.trim(), "--last-seen", &seen];
    let (code, said) = contraflow(&with_seen, &record);
    assert_eq!(code, Some(0), "made on first use: {said}");
    let (code, said) = contraflow(&with_seen, &record);
    assert!(code == Some(0) && !said.contains("Not proven"), "{said}");
    let (code, said) = contraflow(&with_seen, "");
    assert!(code == Some(1) && said.contains("cut back"), "an empty file: {said}");
    let (code, said) = contraflow(&["audit", "verify", "-"], "");
    assert!(code == Some(3) && said.contains("Nothing is proven"), "an empty file: {said}");
    let (code, said) = contraflow(&["audit", "verify", "no-such-file"], "");
    assert_eq!(code, Some(2), "{said}");
    let cut: String =
        record.lines().filter(|line| line.contains("\"record\"")).map(|line| format!("{line}\n")).collect();
    let (code, said) = contraflow(&["audit", "verify", "-", "--key", public.trim()], &cut);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("was removed"), "{said}");
}
