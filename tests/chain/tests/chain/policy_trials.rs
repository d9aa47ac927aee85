//! Versions of the policy, tried before anybody puts them in force: on one request, and on all of a period.

use std::time::Instant;

use http::StatusCode;
use serde_json::{Value, json};

use crate::openapi::fits;
use crate::policy_versions::{BEA, activate, changed, proposed};
use crate::world::{ADMIN, ALICE, FINANCE, LEAD, World};

const OFTEN: &str = "[[approval]]\nname = \"often\"\nkinds = [\"goodwill_credit\"]\nwhen = 'history.customer.requests >= 1'\nlevels = [\"manager\"]\n\n[[approval]]";

fn goodwill(customer: &str, value: &str) -> Value {
    json!({"kind": "goodwill_credit", "customer": customer, "reason": value, "amount": {"value": value, "currency": "EUR"}})
}

async fn asked(world: &World, key: &str, body: Value) -> String {
    let id = world.ask(key, body).await;
    world.rest().await;
    id
}

async fn simulate(world: &World, number: u64, body: &Value) -> Value {
    let reply = world.post(&format!("/v1/policy/versions/{number}/simulate"), &ADMIN, body).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    fits(world, "/v1/policy/versions/{number}/simulate", "post", &reply).await;
    reply.json
}

fn rows(world: &World) -> u64 {
    world.database().query_row("SELECT count(*) FROM contraflow_kv", [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_is_tried_on_one_request_and_on_an_ask_and_nothing_is_stored() {
    let world = World::new();
    let first = asked(&world, "k1", goodwill("CUST-7", "40.00")).await;
    world.advance(std::time::Duration::from_secs(60));
    let second = asked(&world, "k2", goodwill("CUST-7", "41.00")).await;
    let text = changed(&world, "often-1", |policy| policy.replacen("[[approval]]", OFTEN, 1)).await;
    let number = proposed(&world, &text, &FINANCE).await;
    // What the callers leave behind is that they were here.
    simulate(&world, number, &json!({"request": first})).await;
    let before = rows(&world);

    let early = simulate(&world, number, &json!({"request": first})).await;
    assert_eq!((&early["would"]["rule"], &early["otherwise"]), (&json!("small-goodwill"), &Value::Null), "{early:#}");
    let late = simulate(&world, number, &json!({"request": second})).await;
    assert_eq!(
        (&late["would"]["rule"], &late["would"]["required"]),
        (&json!("often"), &json!(["manager"])),
        "{late:#}"
    );
    assert_eq!((&late["then"]["rule"], &late["otherwise"]), (&json!("small-goodwill"), &json!("would_wait")));
    assert_eq!((&late["would"]["number"], &late["then"]["number"]), (&json!(number), &Value::Null));

    let ask = simulate(&world, number, &json!({"ask": goodwill("CUST-7", "42.00"), "requester": "alice"})).await;
    assert_eq!((&ask["would"]["rule"], &ask["would"]["outcome"]), (&json!("often"), &json!("waits_for_approval")));
    assert_eq!(ask["quote"]["amount"]["value"], "42.00");
    let other = simulate(&world, number, &json!({"ask": goodwill("CUST-8", "42.00")})).await;
    assert_eq!(
        (&other["would"]["rule"], &other["would"]["outcome"]),
        (&json!("small-goodwill"), &json!("passes_by_itself"))
    );
    let why = other["passed_over"][0]["why"].as_str().unwrap();
    assert!(why.contains("history.customer.requests is 0"), "{why}");
    assert_eq!(rows(&world), before, "nothing is stored");

    for (body, status) in [
        (json!({}), 422),
        (json!({"request": first, "ask": goodwill("C", "1.00")}), 422),
        (json!({"ask": {"kind": "refund"}}), 422),
        (json!({"request": "nobody"}), 404),
    ] {
        let reply = world.post(&format!("/v1/policy/versions/{number}/simulate"), &ADMIN, &body).await;
        assert_eq!(reply.status.as_u16(), status, "{}", reply.text);
    }
    for user in [ALICE, LEAD] {
        let reply =
            world.post(&format!("/v1/policy/versions/{number}/simulate"), &user, &json!({"request": first})).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{}", reply.text);
    }
}

async fn dry_run(world: &World, number: u64, period: &Value) -> Value {
    let begun = world.post(&format!("/v1/policy/versions/{number}/dry-runs"), &FINANCE, period).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.text);
    fits(world, "/v1/policy/versions/{number}/dry-runs", "post", &begun).await;
    world.host.idle().await;
    let path = "/v1/policy/dry-runs/{id}";
    let id = begun.json["id"].as_str().unwrap();
    let reply = world.call("GET", &path.replace("{id}", id), &FINANCE, "-", "").await.unwrap();
    fits(world, path, "get", &reply).await;
    reply.json
}

/// All that a dry run lists.
async fn differences(world: &World, run: &Value) -> Vec<Value> {
    let path = "/v1/policy/dry-runs/{id}/differences";
    let address = path.replace("{id}", run["id"].as_str().unwrap());
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let reply = world.call("GET", &format!("{address}{cursor}"), &FINANCE, "-", "").await.unwrap();
        fits(world, path, "get", &reply).await;
        found.extend(reply.json["items"].as_array().unwrap().iter().cloned());
        let Some(next) = reply.json["next"].as_str() else { return found };
        cursor = format!("?cursor={next}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_tells_exactly_which_requests_would_be_decided_otherwise_and_what_they_come_to() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let early = asked(&world, "k0", goodwill("CUST-1", "45.00")).await;
    world.advance(std::time::Duration::from_secs(3_600));
    let small = asked(&world, "k1", goodwill("CUST-7", "20.00")).await;
    let larger = asked(&world, "k2", goodwill("CUST-7", "40.00")).await;
    let other = asked(&world, "k3", goodwill("CUST-8", "35.50")).await;
    let waits = asked(&world, "k4", goodwill("CUST-9", "60.00")).await;
    let refund = asked(&world, "k5", json!({"kind": "refund", "invoice": "INV-1"})).await;
    let none = asked(&world, "k6", json!({"kind": "refund", "invoice": "NONE"})).await;
    let text = changed(&world, "tight-1", |policy| policy.replacen("up_to = \"50.00\"", "up_to = \"30.00\"", 1)).await;
    let number = proposed(&world, &text, &FINANCE).await;

    let run = dry_run(&world, number, &json!({"from": "2026-11-21T12:30:00Z"})).await;
    assert_eq!(
        (&run["state"], &run["looked_at"], &run["undecided"]),
        (&json!("done"), &json!(6), &json!(1)),
        "{run:#}"
    );
    let wait = &run["would_wait"];
    assert_eq!((&wait["requests"], &wait["amounts"]), (&json!(2), &json!([{"value": "75.50", "currency": "EUR"}])));
    assert_eq!(run["same"]["requests"], 3, "{run:#}");
    for way in ["unknown", "would_pass", "would_be_refused", "would_be_taken", "other_deciders"] {
        assert_eq!(run[way]["requests"], 0, "{way}");
    }
    assert!(run["assumptions"].as_array().unwrap().len() > 3);
    let found = differences(&world, &run).await;
    let ids: Vec<_> = found.iter().map(|one| one["request"].as_str().unwrap().to_owned()).collect();
    let mut sorted = ids.clone();
    sorted.sort();
    let mut expected = vec![larger.clone(), other.clone()];
    expected.sort();
    assert_eq!(sorted, expected, "and none of {small}, {waits}, {refund}, {none}, nor {early}, which is older");
    assert!(found.iter().all(|one| one["otherwise"] == "would_wait"
        && one["then"]["rule"] == "small-goodwill"
        && one["would"]["required"] == json!(["team-lead"])));
    let all = dry_run(&world, number, &json!({})).await;
    assert_eq!(all["would_wait"]["requests"], 3);
    assert_eq!(dry_run(&world, number, &json!({"until": "2026-11-21T12:30:00Z"})).await["would_wait"]["requests"], 1);
    let listed = world.get("/v1/policy/dry-runs", &ADMIN).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 3);

    // Once it is in force, it decides on what comes as the dry run said.
    assert_eq!(activate(&world, number, &BEA, &json!({})).await.status, StatusCode::OK);
    let next = asked(&world, "k7", goodwill("CUST-10", "40.00")).await;
    assert_eq!(world.request(&next).await["approvals"]["required"], json!(["team-lead"]));
    let again = dry_run(&world, number, &json!({})).await;
    assert_eq!((&again["would_wait"]["requests"], &again["same"]["requests"]), (&json!(3), &json!(4)));
    world.rest().await;
}

/// Stores so many more requests like this one, of a millisecond each before it.
fn copies(world: &World, id: &str, count: u64) {
    let mut database = world.database();
    let keys = format!(
        "SELECT key, value, version FROM contraflow_kv WHERE key IN ('request/{id}', 'packet/{id}') OR (key LIKE 'all/%' AND key LIKE '%{id}')"
    );
    let rows: Vec<(String, Vec<u8>, i64)> = {
        let mut read = database.prepare(&keys).unwrap();
        let rows = read.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    assert_eq!(rows.len(), 3, "a request, its packet, its place");
    let write = database.transaction().unwrap();
    for number in 0..count {
        let other = format!("{}{number:012}", &id[..id.len() - 12]);
        for (key, value, version) in &rows {
            let value = String::from_utf8(value.clone()).unwrap().replace(id, &other);
            let row = (key.replace(id, &other), value.into_bytes(), version);
            write.execute("INSERT INTO contraflow_kv (key, value, version) VALUES (?1, ?2, ?3)", row).unwrap();
        }
    }
    write.commit().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_over_many_requests_goes_on_in_slices_is_ended_and_lists_a_bounded_part() {
    // More than one slice takes, and more than are listed; `CONTRAFLOW_DRY_RUN` says how many to measure.
    let count: u64 = std::env::var("CONTRAFLOW_DRY_RUN").ok().and_then(|count| count.parse().ok()).unwrap_or(2_100);
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let id = asked(
        &world,
        "k1",
        json!({"kind": "goodwill_credit", "invoice": "INV-1", "reason": "late",
        "amount": {"value": "40.00", "currency": "EUR"}}),
    )
    .await;
    copies(&world, &id, count);
    let text = changed(&world, "tight-1", |policy| policy.replacen("up_to = \"50.00\"", "up_to = \"30.00\"", 1)).await;
    let number = proposed(&world, &text, &FINANCE).await;
    let begun = Instant::now();
    let run = dry_run(&world, number, &json!({})).await;
    let took = begun.elapsed();
    println!("{count} requests in {took:?}");
    assert_eq!((&run["state"], &run["looked_at"]), (&json!("done"), &json!(count + 1)), "{run:#}");
    assert_eq!((&run["would_wait"]["requests"], &run["listed"]), (&json!(count + 1), &json!(2_000)));
    let euros = format!("{}.00", (count + 1) * 40);
    assert_eq!(run["would_wait"]["amounts"], json!([{"value": euros, "currency": "EUR"}]));
    assert_eq!(differences(&world, &run).await.len(), 2_000);
    assert!(!world.waits_for_the_clock(), "nothing is left to be done");

    // As many runs as are kept, and one more: the oldest leaves with what it listed.
    for _ in 0..20 {
        dry_run(&world, number, &json!({"until": "2026-01-01T00:00:00Z"})).await;
    }
    let listed = world.get("/v1/policy/dry-runs", &ADMIN).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 20);
    let parts: u64 = world
        .database()
        .query_row("SELECT count(*) FROM contraflow_kv WHERE key LIKE 'dry-run-part/%'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(parts, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_that_nobody_carries_on_is_taken_up_by_the_clock() {
    let world = World::new();
    let id = asked(&world, "k1", goodwill("CUST-7", "40.00")).await;
    let text = changed(&world, "tight-1", |policy| policy.replacen("up_to = \"50.00\"", "up_to = \"30.00\"", 1)).await;
    let number = proposed(&world, &text, &FINANCE).await;
    let run = dry_run(&world, number, &json!({})).await;
    assert_eq!(run["would_wait"]["requests"], 1);
    // As it was before anything was done: its instance died at once.
    let key = format!("dry-run/{}", run["id"].as_str().unwrap());
    let due = "2026-11-21T12:01:00.000Z";
    let stored: Vec<u8> =
        world.database().query_row("SELECT value FROM contraflow_kv WHERE key = ?1", [&key], |row| row.get(0)).unwrap();
    let mut stored: Value = serde_json::from_slice(&stored).unwrap();
    stored["state"] = json!("running");
    stored["due"] = json!(due);
    stored["next"] = json!("all/");
    stored["summary"] =
        json!({"looked_at": 0, "undecided": 0, "unreadable": 0, "same": {"requests": 0}, "unknown": {"requests": 0}});
    let database = world.database();
    let text = stored.to_string().into_bytes();
    database.execute("UPDATE contraflow_kv SET value = ?2 WHERE key = ?1", (&key, text)).unwrap();
    let entry = format!("due/{due}/dry-run~{}", run["id"].as_str().unwrap());
    database
        .execute("INSERT INTO contraflow_kv (key, value, version) VALUES (?1, ?2, 1)", (&entry, Vec::<u8>::new()))
        .unwrap();
    world.rest_for(std::time::Duration::from_secs(120)).await;
    let again = world.get(&format!("/v1/policy/dry-runs/{}", run["id"].as_str().unwrap()), &ADMIN).await;
    assert_eq!((&again["state"], &again["would_wait"]["requests"]), (&json!("done"), &json!(1)), "{again:#}");
    assert!(world.request(&id).await["status"] == "completed");
}
