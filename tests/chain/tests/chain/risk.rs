//! The risk score: what a person reads of it, whom it stops, and who is told.

use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ALICE, FINANCE, LEAD, MANAGER, World};

/// A credit of so many euros for a customer, which alice asks for.
async fn credit(world: &World, key: &str, customer: &str, value: &str) -> Value {
    let amount = json!({"value": value, "currency": "EUR"});
    let id =
        world.ask(key, json!({"kind": "goodwill_credit", "customer": customer, "amount": amount, "reason": key})).await;
    world.rest().await;
    world.request(&id).await
}

fn has(list: &Value, code: &str) -> bool {
    list.as_array().is_some_and(|items| items.iter().any(|item| item["code"] == code))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_series_just_below_a_bound_waits_for_a_person_who_reads_what_was_counted() {
    let world = World::with_policy(|policy| policy.replace("person = 60", "person = 35"));
    for number in 0..2 {
        let before = credit(&world, &format!("k{number}"), "CUST-7", "49.00").await;
        assert_eq!(before["status"], "completed", "{before:#}");
        assert_eq!(before["risk"]["score"], 10, "a new customer");
    }
    let third = credit(&world, "k2", "CUST-7", "49.00").await;
    assert_eq!(third["status"], "pending_approval", "{third:#}");
    assert!(has(&third["findings"], "risk.high"), "{third:#}");
    assert_eq!(third["risk"]["score"], 35);
    let words = "This is request 3 for this customer within 30 days that stays less than 10 percent below a bound of the \
                 policy, here 50.00.";
    assert_eq!(
        third["risk"]["parts"][0],
        json!({"signal": "under_threshold", "points": 25, "counted": 3, "days": 30, "sentence": words})
    );
    let id = third["id"].as_str().unwrap();
    let asked = world.get(&format!("/v1/requests/{id}"), &ALICE).await;
    assert_eq!(asked["risk"], Value::Null, "whoever asked does not read how requests are watched");
    assert!(!has(&asked["findings"], "risk.high"), "{asked:#}");
    let told = async |who| {
        let events = world.get(&format!("/v1/requests/{id}/events"), who).await;
        events["items"].as_array().unwrap().iter().any(|event| event["what"] == "risk.scored")
    };
    assert!(told(&LEAD).await && !told(&ALICE).await);
    assert!(world.approve(id, &LEAD).await.status.is_success());
    world.rest().await;
    assert_eq!(world.request(id).await["status"], "completed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_the_score_for_an_alert_those_whom_the_policy_names_find_it_in_their_queue() {
    let world = World::with_policy(|policy| {
        policy.replace("alert = 80\ntell = []", "alert = 30\ntell = [\"manager\"]").replace("person = 60", "person = 0")
    });
    for number in 0..2 {
        credit(&world, &format!("k{number}"), "CUST-7", "49.00").await;
    }
    let third = credit(&world, "k2", "CUST-7", "49.00").await;
    assert_eq!(third["status"], "completed", "an alert alone stops nothing");
    assert!(has(&third["tasks"], "risk.alert"), "{third:#}");
    assert_eq!(third["risk"]["told"], json!(["manager"]));
    let id = third["id"].as_str().unwrap();
    let asked = world.get(&format!("/v1/requests/{id}"), &ALICE).await;
    assert!(!has(&asked["tasks"], "risk.alert"), "whoever asked does not read that others were told");
    let mine = world.get("/v1/requests", &ALICE).await;
    assert!(mine["items"].as_array().unwrap().iter().all(|row| row["tasks"] == json!([])), "{mine:#}");
    let events = world.get(&format!("/v1/requests/{id}/events"), &ALICE).await.to_string();
    assert!(!events.contains("risk."), "{events}");
    let stands = async |who| {
        let queue = world.get("/v1/queue", who).await;
        queue["items"].as_array().unwrap().iter().any(|row| row["id"] == third["id"])
    };
    assert!(stands(&MANAGER).await && stands(&FINANCE).await);
    assert!(!stands(&LEAD).await, "a lower level was not told");
    let retried = world.post(&format!("/v1/requests/{id}/retry"), &FINANCE, &json!({})).await;
    assert_eq!(retried.status, StatusCode::CONFLICT, "nothing is retried, and the task stays: {}", retried.text);
    let path = format!("/v1/requests/{id}/tasks/close");
    let seen = |note: &str| json!({"code": "risk.alert", "note": note});
    let silent = world.post(&path, &FINANCE, &seen(" ")).await;
    assert_eq!(
        (silent.status, &silent.json["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/note"))
    );
    let closed = world.post(&path, &FINANCE, &seen("Three parcels of one storm.")).await;
    assert_eq!(closed.status, StatusCode::OK, "{}", closed.text);
    assert!(!stands(&MANAGER).await, "somebody has looked at it");
    let events = world.all(&format!("/v1/requests/{id}/events"), &FINANCE).await;
    let told = events.iter().find(|event| event["what"] == "task.closed").unwrap_or_else(|| panic!("{events:#?}"));
    assert_eq!((&told["actor"], &told["why"]), (&json!("fina"), &json!("Three parcels of one storm.")));
    let again = world.post(&path, &FINANCE, &seen("Once more.")).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_requester_who_asks_for_far_more_than_others_stands_out_after_the_night() {
    let world = World::new();
    let path = "/v1/patterns";
    let before = world.get(path, &FINANCE).await;
    assert_eq!(before["items"], json!([]), "{before:#}");
    for (name, count) in [("ann", 1), ("ben", 1), ("cid", 2), ("dan", 2), ("eve", 20)] {
        let user = LocalUser { name, roles: &["requester"] };
        for number in 0..count {
            let amount = json!({"value": "1.00", "currency": "EUR"});
            let body = json!({"kind": "goodwill_credit", "customer": format!("{name}-{number}"), "amount": amount});
            let asked =
                world.call("POST", "/v1/requests", &user, &format!("k{number}"), &body.to_string()).await.unwrap();
            assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text);
        }
    }
    world.rest().await;
    world.rest_for_hours(14).await;
    let found = world.get(path, &FINANCE).await;
    assert_eq!(found["until"], "2026-11-21", "{found:#}");
    let words = "eve asked 20 times within 2 days; in the middle others asked 2 times.";
    assert_eq!(
        (&found["items"][0]["sentence"], &found["items"][0]["about"]),
        (&json!(words), &json!("eve")),
        "{found:#}"
    );
    let refused = world.call("GET", path, &ALICE, "-", "").await.unwrap();
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
