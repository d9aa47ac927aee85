//! Decisions over a frozen list, in slices; and decisions that are handed to somebody else.

use std::time::Duration;

use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ADMIN, ALICE, FINANCE, LEAD, MANAGER, Reply, World};

const LEO: LocalUser<'static> = LocalUser { name: "leo", roles: &["approver:team-lead"] };

/// So many credits of 60.00, which a team lead decides.
async fn credits(world: &World, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..count {
        let body = json!({"kind": "goodwill_credit", "customer": format!("CUST-{number}"), "reason": "late",
                          "amount": {"value": "60.00", "currency": "EUR"}});
        ids.push(world.ask(&format!("k{number}"), body).await);
    }
    world.rest().await;
    ids
}

async fn make(world: &World, user: &LocalUser<'_>, key: &str, body: &Value) -> Reply {
    world.call("POST", "/v1/decisions/batches", user, key, &body.to_string()).await.unwrap()
}

async fn go_on(world: &World, user: &LocalUser<'_>, batch: &Value) -> Reply {
    let path = format!("/v1/decisions/batches/{}/decide", batch["id"].as_str().unwrap());
    world.post(&path, user, &json!({"snapshot": batch["snapshot"]})).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_view_of_the_queue_is_decided_in_slices_once_each_and_what_changed_meanwhile_is_not() {
    let world = World::new();
    let ids = credits(&world, 28).await;
    let wish = json!({"decision": "approve", "note": "all fine", "filter": {"kinds": ["goodwill_credit"]}});
    let made = make(&world, &LEAD, "b1", &wish).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let batch = made.json;
    assert_eq!((&batch["count"], &batch["sums"]), (&json!(28), &json!([{"value": "1680.00", "currency": "EUR"}])));
    assert_eq!((batch["items"].as_array().unwrap().len(), &batch["next"]), (25, &json!("1")));
    for id in &ids {
        assert_eq!(world.request(id).await["status"], "pending_approval", "nothing is decided by that");
    }
    // One that came later is not in it; one that changed, and one that somebody else decided, are not decided.
    let late = json!({"kind": "goodwill_credit", "customer": "LATE", "amount": {"value": "60.00", "currency": "EUR"}});
    let late = world.ask("late", late).await;
    world.rest().await;
    let reply = world.post(&format!("/v1/requests/{}/reply", ids[3]), &ALICE, &json!({"note": "one more thing"})).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(world.approve(&ids[4], &LEO).await.status, StatusCode::OK);
    world.rest().await;
    let first = go_on(&world, &LEAD, &batch).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    assert_eq!((first.json["items"].as_array().unwrap().len(), &first.json["is_done"]), (25, &json!(false)));
    let of = |id: &String| {
        first.json["items"].as_array().unwrap().iter().find(|item| item["request"] == id.as_str()).unwrap().clone()
    };
    assert_eq!((&of(&ids[3])["result"]["status"], &of(&ids[4])["result"]["status"]), (&json!(409), &json!(409)));
    assert_eq!(of(&ids[0])["result"]["status"], 200);
    // The same key leads to the same batch, and who goes on repeats nothing.
    let again = make(&world, &LEAD, "b1", &wish).await;
    assert_eq!(
        (&again.json["id"], &again.json["decided"], &again.json["refused"]),
        (&batch["id"], &json!(23), &json!(2))
    );
    let second = go_on(&world, &LEAD, &batch).await;
    assert_eq!((second.json["items"].as_array().unwrap().len(), &second.json["is_done"]), (3, &json!(true)));
    let third = go_on(&world, &LEAD, &batch).await;
    assert_eq!(
        (&third.json["items"], &third.json["decided"], &third.json["refused"]),
        (&json!([]), &json!(26), &json!(2))
    );
    world.rest().await;
    for (place, id) in ids.iter().enumerate() {
        let request = world.request(id).await;
        let made = request["approvals"]["decisions"].as_array().unwrap().len();
        let status = if place == 3 { "pending_approval" } else { "completed" };
        assert_eq!((&request["status"], made), (&json!(status), usize::from(place != 3)), "{place}");
    }
    assert_eq!(world.request(&late).await["status"], "pending_approval");
    let other = json!({"decision": "reject", "note": "no", "filter": {}});
    assert_eq!(make(&world, &LEAD, "b1", &other).await.status, StatusCode::CONFLICT);
    // It is forgotten after its time; what was decided stays.
    let path = format!("/v1/decisions/batches/{}", batch["id"].as_str().unwrap());
    assert_eq!(world.get(&path, &ADMIN).await["decided"], 26);
    world.advance(Duration::from_secs(31 * 86_400));
    world.rest_for_hours(2).await;
    assert_eq!(world.call("GET", &path, &LEAD, "-", "").await.unwrap().status, StatusCode::NOT_FOUND);
    let kept = "SELECT count(*) FROM contraflow_kv WHERE key LIKE 'batch%'";
    assert_eq!(world.database().query_row(kept, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_decides_nothing_that_its_maker_may_not_decide_one_by_one_and_only_its_maker_decides_it() {
    let world = World::new();
    let ids = credits(&world, 2).await;
    let own = json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "60.00", "currency": "EUR"}});
    let asking = LocalUser { name: "lea", roles: &["requester", "approver:team-lead"] };
    let own = world.call("POST", "/v1/requests", &asking, "own", &own.to_string()).await.unwrap();
    world.rest().await;
    let own = own.json["id"].as_str().unwrap().to_owned();
    let large = json!({"kind": "goodwill_credit", "customer": "L", "amount": {"value": "600.00", "currency": "EUR"}});
    let large = world.ask("large", large).await;
    world.rest().await;
    let all = make(&world, &LEAD, "f", &json!({"decision": "approve", "filter": {}})).await;
    assert_eq!(all.json["count"], 2, "neither the own one nor one for a manager: {}", all.text);
    let mut named = Vec::new();
    for id in [&ids[0], &own, &large, &"0199c7b0-0000-7000-8000-000000000009".to_owned()] {
        let hash =
            world.call("GET", &format!("/v1/requests/{id}"), &ADMIN, "-", "").await.unwrap().json["content_hash"]
                .clone();
        named.push(json!({"request": id, "content_hash": hash.as_str().unwrap_or("none")}));
    }
    let wish = json!({"decision": "approve", "requests": named});
    let batch = make(&world, &LEAD, "n", &wish).await.json;
    assert_eq!(batch["sums"], json!([{"value": "720.00", "currency": "EUR"}]));
    assert_eq!(go_on(&world, &MANAGER, &batch).await.status, StatusCode::FORBIDDEN);
    let mut wrong = batch.clone();
    wrong["snapshot"] = json!("of another list");
    assert_eq!(go_on(&world, &LEAD, &wrong).await.status, StatusCode::CONFLICT);
    let done = go_on(&world, &LEAD, &batch).await;
    let results: Vec<_> =
        done.json["items"].as_array().unwrap().iter().map(|item| item["result"]["status"].clone()).collect();
    assert_eq!(results, [json!(200), json!(403), json!(403), json!(404)], "{}", done.text);
    let demoted = LocalUser { name: "lea", roles: &["requester"] };
    assert_eq!(go_on(&world, &demoted, &all.json).await.status, StatusCode::FORBIDDEN, "a role that is lost");
    for (wish, pointer) in [
        (json!({"decision": "approve"}), "/requests"),
        (json!({"decision": "approve", "requests": []}), "/requests"),
        (json!({"decision": "approve", "requests": [named[0], named[0]]}), "/requests"),
        (json!({"decision": "approve", "filter": {"customer": "NOBODY"}}), "/requests"),
    ] {
        let refused = make(&world, &LEAD, &wish.to_string().len().to_string(), &wish).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert_eq!(refused.json["errors"][0]["pointer"], pointer);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_is_handed_to_another_person_who_finds_it_in_their_queue() {
    let world = World::new();
    let id = credits(&world, 1).await.remove(0);
    let path = format!("/v1/requests/{id}/reassign");
    let hand = |to: &str, note: &str| json!({"to": to, "note": note});
    let unknown = world.post(&path, &LEAD, &hand("leo", "holiday")).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody knows leo here: {}", unknown.text);
    world.get("/v1/me", &LEO).await;
    assert_eq!(world.post(&path, &LEAD, &hand("leo", "")).await.json["errors"][0]["pointer"], "/note");
    assert_eq!(world.post(&path, &ALICE, &hand("leo", "please")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.post(&path, &FINANCE, &hand("alice", "she asked")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let handed = world.post(&path, &LEAD, &hand("leo", "holiday")).await;
    assert_eq!(handed.status, StatusCode::OK, "{}", handed.text);
    assert_eq!(handed.json["approvals"]["required"], json!(["person:leo:team-lead"]));
    assert_eq!(handed.json["due_at"], "2026-11-23T17:00:00.000Z", "the time goes on");
    world.rest().await;
    assert_eq!(world.get("/v1/queue", &LEO).await["items"][0]["id"], id.as_str());
    assert_eq!(world.outside.events("request.reassigned").len(), 1);
    let left = world.post("/v1/people/leo/leave", &ADMIN, &json!({"note": "gone"})).await;
    assert_eq!(left.status, StatusCode::OK, "{}", left.text);
    let gone = world.post(&path, &FINANCE, &hand("leo", "again")).await;
    assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", gone.text);
    assert_eq!(world.approve(&id, &LEAD).await.status, StatusCode::OK, "the level stands in for whoever left");
}
