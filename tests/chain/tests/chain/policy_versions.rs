//! Versions of the policy: proposed by one person, put in force by another, now or later, and rolled back.

use std::time::Duration;

use contraflow_domain::limits::{POLICY_BYTES, POLICY_VERSIONS};
use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::openapi::fits;
use crate::world::{ADMIN, FINANCE, MANAGER, Reply, World};

/// Another admin.
pub const BEA: LocalUser<'static> = LocalUser { name: "bea", roles: &["admin"] };

/// The text of the policy that is in the file, changed, under another name.
pub async fn changed(world: &World, name: &str, change: impl Fn(&str) -> String) -> String {
    let file = world.get("/v1/policy/versions/file", &FINANCE).await["text"].as_str().unwrap().to_owned();
    let text = change(&file);
    let old = text.lines().find(|line| line.starts_with("version = ")).unwrap().to_owned();
    text.replacen(&old, &format!("version = \"{name}\""), 1)
}

/// Proposes a text; gives its number.
pub async fn proposed(world: &World, text: &str, by: &LocalUser<'_>) -> u64 {
    let reply = world.post("/v1/policy/versions", by, &json!({"text": text, "note": "because"})).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    fits(world, "/v1/policy/versions", "post", &reply).await;
    reply.json["number"].as_u64().unwrap()
}

pub async fn activate(world: &World, number: impl std::fmt::Display, by: &LocalUser<'_>, body: &Value) -> Reply {
    let reply = world.post(&format!("/v1/policy/versions/{number}/activate"), by, body).await;
    fits(world, "/v1/policy/versions/{number}/activate", "post", &reply).await;
    reply
}

/// Asks for goodwill; gives who decides, by which rule of which policy.
async fn routed(world: &World, key: &str, value: &str) -> (String, Value) {
    let body = json!({"kind": "goodwill_credit", "customer": "CUST-7", "reason": key,
        "amount": {"value": value, "currency": "EUR"}});
    let id = world.ask(key, body).await;
    world.rest().await;
    (id.clone(), world.request(&id).await)
}

fn nothing_passes(policy: &str) -> String {
    policy.replace("name = \"small-goodwill\"", "name = \"hardly-any-goodwill\"").replacen(
        "up_to = \"50.00\"",
        "up_to = \"1.00\"",
        1,
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_is_put_in_force_by_another_person_and_decides_on_the_next_request_and_not_on_those_before() {
    let world = World::new();
    let (early, before) = routed(&world, "k1", "60.00").await;
    assert_eq!(before["approvals"]["rule"], "small", "{before:#}");
    let passed = routed(&world, "k2", "40.00").await.1;
    assert_eq!(
        (&passed["approvals"]["rule"], &passed["approvals"]["policy_number"]),
        (&json!("small-goodwill"), &Value::Null)
    );

    let text = changed(&world, "tight-1", nothing_passes).await;
    let number = proposed(&world, &text, &FINANCE).await;
    let again = world.post("/v1/policy/versions", &BEA, &json!({"text": text, "note": "me too"})).await;
    assert_eq!(
        (again.status, &again.json["proposed_by"]),
        (StatusCode::OK, &json!("fina")),
        "the same text is that version"
    );
    assert_eq!(
        routed(&world, "k3", "41.00").await.1["approvals"]["rule"],
        "small-goodwill",
        "a proposal decides nothing"
    );

    let fina = LocalUser { name: "Fina", roles: &["finance", "admin"] };
    let own = activate(&world, number, &fina, &json!({})).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.text);
    assert!(own.text.contains("you proposed version 1, so somebody else must put it in force"), "{}", own.text);
    let standing = activate(&world, number, &BEA, &json!({"note": "agreed"})).await;
    assert_eq!(
        (standing.status, &standing.json["in_force"]["number"]),
        (StatusCode::OK, &json!(number)),
        "{}",
        standing.text
    );
    assert!(standing.json["meaning"].as_str().unwrap().contains("Changing the file has no effect"));

    let (_, next) = routed(&world, "k4", "42.00").await;
    assert_eq!(next["status"], "pending_approval", "{next:#}");
    let approvals = &next["approvals"];
    assert_eq!((&approvals["policy"], &approvals["policy_number"]), (&json!("tight-1"), &json!(number)));
    assert_eq!(approvals["policy_hash"], standing.json["in_force"]["hash"]);
    let still = world.request(&early).await;
    assert_eq!(still["approvals"], before["approvals"], "who decides on what was asked before stays");

    // Who decides on it now records both: the policy in force, and the rule that named them.
    assert!(world.approve(&early, &MANAGER).await.status.is_success());
    world.rest().await;
    let ruled = world.request(&early).await["approvals"]["decisions"][0]["ruled"].clone();
    assert_eq!(
        (&ruled["policy"], &ruled["number"], &ruled["rule"]),
        (&json!("tight-1"), &json!(number), &json!("small"))
    );
    let events = world.get(&format!("/v1/requests/{early}/events"), &ADMIN).await;
    let of = |what: &str| {
        let events = events["items"].as_array().unwrap();
        events.iter().find(|event| event["what"] == what).unwrap()["data"]["policy"].clone()
    };
    assert_eq!(of("request.ask_people")["rule"], "small");
    assert_eq!(of("request.ask_people")["number"], Value::Null, "the file decided then");
    assert_eq!((&of("request.approve")["rule"], &of("request.approve")["number"]), (&json!("small"), &json!(number)));
    assert_eq!(of("request.validate")["policy"], of("request.ask_people")["policy"]);
    world.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_for_later_decides_from_its_time_on_may_be_cancelled_and_is_rolled_back() {
    let world = World::new();
    let text = changed(&world, "tight-1", nothing_passes).await;
    let number = proposed(&world, &text, &FINANCE).await;
    let soon = "2026-11-21T13:00:00Z";
    for wrong in ["2026-11-21T11:00:00Z", "2028-01-01T00:00:00Z"] {
        let reply = activate(&world, number, &BEA, &json!({"from": wrong})).await;
        assert_eq!(
            (reply.status, &reply.json["errors"][0]["pointer"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("/from"))
        );
    }
    let later = activate(&world, number, &BEA, &json!({"from": soon})).await;
    assert_eq!((&later.json["in_force"]["number"], &later.json["next"]["number"]), (&Value::Null, &json!(number)));
    let cancelled = world.post("/v1/policy/cancel", &ADMIN, &json!({"note": "not yet"})).await;
    fits(&world, "/v1/policy/cancel", "post", &cancelled).await;
    assert_eq!((cancelled.status, &cancelled.json["next"]), (StatusCode::OK, &Value::Null), "{}", cancelled.text);
    assert_eq!(world.post("/v1/policy/cancel", &ADMIN, &json!({})).await.status, StatusCode::CONFLICT);

    assert_eq!(activate(&world, number, &BEA, &json!({"from": soon})).await.status, StatusCode::OK);
    assert_eq!(routed(&world, "k1", "40.00").await.1["approvals"]["policy_number"], Value::Null);
    // No clock comes by: the time alone puts it in force.
    world.advance(Duration::from_secs(3_600));
    let (_, request) = routed(&world, "k2", "41.00").await;
    assert_eq!(
        (&request["approvals"]["policy_number"], &request["status"]),
        (&json!(number), &json!("pending_approval"))
    );
    assert_eq!(world.get("/v1/policy/versions?limit=1", &ADMIN).await["items"][0]["state"], "in_force");

    let tighter = changed(&world, "tight-2", |policy| nothing_passes(policy).replace("1.00", "0.50")).await;
    let second = proposed(&world, &tighter, &ADMIN).await;
    assert_eq!(activate(&world, second, &BEA, &json!({})).await.json["in_force"]["number"], json!(second));
    // Whoever proposed the one in force may take it back alone; nobody brings back what they proposed.
    let fina = LocalUser { name: "fina", roles: &["finance", "admin"] };
    assert_eq!(activate(&world, number, &fina, &json!({})).await.status, StatusCode::FORBIDDEN);
    let back = activate(&world, number, &ADMIN, &json!({"note": "too tight"})).await;
    assert_eq!((back.status, &back.json["in_force"]["number"]), (StatusCode::OK, &json!(number)), "{}", back.text);
    assert_eq!(routed(&world, "k3", "42.00").await.1["approvals"]["policy_number"], json!(number));

    let page = world.get("/v1/policy/events", &ADMIN).await;
    let told: Vec<_> = page["items"].as_array().unwrap().iter().map(|entry| entry["what"].as_str().unwrap()).collect();
    assert_eq!(
        told,
        [
            "policy_proposed",
            "policy_scheduled",
            "policy_cancelled",
            "policy_scheduled",
            "policy_proposed",
            "policy_took_effect",
            "policy_activated",
            "policy_rolled_back"
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_file_comes_back_for_whoever_has_read_it_as_it_is() {
    let world = World::new();
    let number = proposed(&world, &changed(&world, "tight-1", nothing_passes).await, &FINANCE).await;
    assert_eq!(activate(&world, number, &BEA, &json!({})).await.status, StatusCode::OK);
    assert_eq!(activate(&world, "file", &BEA, &json!({})).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let other = activate(&world, "file", &BEA, &json!({"hash": "x"})).await;
    assert_eq!(other.status, StatusCode::CONFLICT, "{}", other.text);
    let hash = world.get("/v1/policy", &BEA).await["file"]["hash"].clone();
    let back = activate(&world, "file", &BEA, &json!({"hash": hash})).await;
    assert_eq!((&back.json["in_force"]["number"], &back.json["file"]["in_force"]), (&Value::Null, &json!(true)));
    assert_eq!(routed(&world, "k1", "40.00").await.1["approvals"]["rule"], "small-goodwill");
    assert_eq!(world.get("/v1/policy/versions", &BEA).await["items"][0]["state"], "past");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_with_mistakes_is_no_version_and_two_texts_have_two_names() {
    let world = World::new();
    let propose =
        async |text: &str| world.post("/v1/policy/versions", &FINANCE, &json!({"text": text, "note": "n"})).await;
    let wrong = changed(&world, "wrong", |policy| policy.replacen("exceptions = \"", "exceptions = \"x", 1)).await;
    let reply = propose(&wrong).await;
    fits(&world, "/v1/policy/versions", "post", &reply).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", reply.text);
    let told = reply.json["errors"][0]["detail"].as_str().unwrap();
    assert!(told.starts_with("line ") && told.contains("column"), "{told}");
    let file = world.get("/v1/policy/versions/file", &FINANCE).await["text"].as_str().unwrap().to_owned();
    let same_name = propose(&file.replacen("50.00", "51.00", 1)).await;
    assert_eq!(same_name.status, StatusCode::CONFLICT, "{}", same_name.text);
    assert!(same_name.text.contains("is the name of the file, which says something else"), "{}", same_name.text);
    let first = changed(&world, "one", nothing_passes).await;
    let number = proposed(&world, &first, &FINANCE).await;
    assert_eq!(propose(&format!("{first}\n# more")).await.status, StatusCode::CONFLICT);
    assert_eq!(world.get("/v1/policy/versions", &FINANCE).await["items"].as_array().unwrap().len(), 1);

    let gone = world.post(&format!("/v1/policy/versions/{number}/withdraw"), &FINANCE, &json!({})).await;
    fits(&world, "/v1/policy/versions/{number}/withdraw", "post", &gone).await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text);
    assert_eq!(world.get("/v1/policy/versions", &FINANCE).await["items"], json!([]));
    let second = proposed(&world, &format!("{first}\n# more"), &FINANCE).await;
    assert!(second > number, "no number is used twice");
    assert_eq!(activate(&world, second, &BEA, &json!({})).await.status, StatusCode::OK);
    let kept = world.post(&format!("/v1/policy/versions/{second}/withdraw"), &FINANCE, &json!({})).await;
    assert_eq!(kept.status, StatusCode::CONFLICT, "{}", kept.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_two_versions_differ_in_is_told_line_by_line_and_in_words() {
    let world = World::new();
    let number = proposed(
        &world,
        &changed(&world, "tight-1", |policy| policy.replacen("up_to = \"50.00\"", "up_to = \"80.00\"", 1)).await,
        &FINANCE,
    )
    .await;
    let path = "/v1/policy/versions/{number}/diff";
    let reply = world.call("GET", &path.replace("{number}", &number.to_string()), &ADMIN, "-", "").await.unwrap();
    fits(&world, path, "get", &reply).await;
    assert_eq!((&reply.json["before"], &reply.json["after"]), (&json!("file"), &json!("1")), "{}", reply.text);
    let words: Vec<_> =
        reply.json["changes"].as_array().unwrap().iter().map(|change| change["words"].as_str().unwrap()).collect();
    assert!(words.contains(&"[[approval]] rule “small-goodwill” up_to is \"80.00\" and was \"50.00\""), "{words:?}");
    assert_eq!(words.len(), 2, "and the name: {words:?}");
    let lines = reply.json["lines"].as_array().unwrap();
    assert!(lines.iter().any(|line| line["change"] == "added" && line["text"] == "up_to = \"80.00\""), "{lines:?}");
    let same = world.get(&format!("{}?with={number}", path.replace("{number}", &number.to_string())), &ADMIN).await;
    assert_eq!((&same["changes"], &same["lines"]), (&json!([]), &json!([])));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_decided_while_the_version_in_force_cannot_be_read_and_another_one_mends_that() {
    let world = World::new();
    let number = proposed(&world, &changed(&world, "tight-1", nothing_passes).await, &FINANCE).await;
    assert_eq!(activate(&world, number, &BEA, &json!({})).await.status, StatusCode::OK);
    let written = "UPDATE contraflow_kv SET value = ?2 WHERE key = ?1";
    world.database().execute(written, (format!("policy-text/{number}"), b"\"version = 1\"")).unwrap();
    let world = world.restarted(None);
    let (id, request) = {
        let body =
            json!({"kind": "goodwill_credit", "customer": "CUST-7", "amount": {"value": "40.00", "currency": "EUR"}});
        let id = world.ask("k1", body).await;
        world.host.idle().await;
        (
            id.clone(),
            world
                .database()
                .query_row("SELECT value FROM contraflow_kv WHERE key = ?1", [format!("request/{id}")], |row| {
                    row.get::<_, Vec<u8>>(0)
                })
                .unwrap(),
        )
    };
    let request: Value = serde_json::from_slice(&request).unwrap();
    assert_eq!(request["status"], "received", "{request:#}");
    let standing = world.get("/v1/policy", &BEA).await;
    assert!(
        standing["in_force"]["fault"].as_str().unwrap().contains("Version 1 of the policy can't be used"),
        "{standing:#}"
    );
    let hash = standing["file"]["hash"].clone();
    assert_eq!(activate(&world, "file", &BEA, &json!({"hash": hash})).await.status, StatusCode::OK);
    world.rest_for(Duration::from_secs(120)).await;
    assert_eq!(world.request(&id).await["status"], "completed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_is_as_long_as_a_policy_may_be_and_as_many_are_stored_as_there_may_be() {
    let world = World::new();
    let propose =
        async |text: &str| world.post("/v1/policy/versions", &FINANCE, &json!({"text": text, "note": "n"})).await;
    let text = changed(&world, "long-1", nothing_passes).await;
    // Every second character takes two in JSON.
    let padded = |bytes: usize| format!("{text}{}", "#\n".repeat((bytes - text.len()) / 2 + 1))[..bytes].to_owned();
    let longest = propose(&padded(POLICY_BYTES)).await;
    assert_eq!(
        (longest.status, &longest.json["bytes"]),
        (StatusCode::CREATED, &json!(POLICY_BYTES)),
        "{}",
        longest.text
    );
    let longer = propose(&padded(POLICY_BYTES + 1)).await;
    assert_eq!(longer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", longer.text);
    let number = longest.json["number"].clone();
    assert_eq!(activate(&world, &number, &BEA, &json!({})).await.status, StatusCode::OK);
    assert_eq!(routed(&world, "k1", "40.00").await.1["approvals"]["policy_number"], number);

    let counted = "UPDATE contraflow_kv SET value = ?1 WHERE key = 'policy-count'";
    let stored = json!({"last": 9, "stored": POLICY_VERSIONS - 1}).to_string().into_bytes();
    assert_eq!(world.database().execute(counted, [stored]).unwrap(), 1);
    assert_eq!(propose(&changed(&world, "last", nothing_passes).await).await.status, StatusCode::CREATED, "the last");
    let full = propose(&changed(&world, "one-more", nothing_passes).await).await;
    assert_eq!(full.status, StatusCode::CONFLICT, "{}", full.text);
    assert_eq!(world.post("/v1/policy/versions/10/withdraw", &FINANCE, &json!({})).await.status, StatusCode::OK);
    assert_eq!(propose(&changed(&world, "one-more", nothing_passes).await).await.status, StatusCode::CREATED);
}
