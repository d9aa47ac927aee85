//! Rules of a version of the policy, tried on events before anybody puts the version in force.

use bytes::Bytes;
use contraflow_host::local_auth::LocalUser;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::events::{RULES, event, send, sender};
use crate::openapi::fits;
use crate::policy_versions::{BEA, activate, changed, proposed};
use crate::world::{ADMIN, ALICE, FINANCE, LEAD, Reply, World};

const PATH: &str = "/v1/policy/versions/{number}/try-events";

/// Sends what is tried, with that content type.
async fn tried(world: &World, number: u64, user: &LocalUser<'_>, content_type: &str, body: &str) -> Reply {
    let request = Request::post(PATH.replace("{number}", &number.to_string()))
        .header("host", "localhost")
        .header("authorization", format!("Bearer {}", world.token(user)))
        .header("content-type", content_type);
    let reply = world.send(request.body(Bytes::from(body.to_owned())).unwrap()).await.unwrap();
    fits(world, PATH, "post", &reply).await;
    reply
}

/// What would become of each event.
async fn trials(world: &World, number: u64, events: &[Value]) -> Vec<Value> {
    let body = Value::from(events.to_vec()).to_string();
    let reply = tried(world, number, &ADMIN, "application/cloudevents-batch+json", &body).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(reply.json["number"], json!(number));
    reply.json["items"].as_array().unwrap().clone()
}

/// A version with the rules that nobody has put in force, and how many rows are stored.
async fn proposal(world: &World) -> u64 {
    let text = changed(world, "rules-1", |policy| format!("{policy}\n{RULES}")).await;
    let number = proposed(world, &text, &FINANCE).await;
    trials(world, number, &[]).await;
    number
}

fn rows(world: &World) -> u64 {
    world.database().query_row("SELECT count(*) FROM contraflow_kv", [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_says_what_it_would_make_of_events_and_how_it_would_decide_and_stores_nothing() {
    let world = World::new();
    let number = proposal(&world).await;
    let before = rows(&world);
    let mut lacking = event("3", "delivery.late", "CUST-7", 50);
    lacking["data"].as_object_mut().unwrap().remove("total");
    let events = [
        event("1", "delivery.late", "CUST-7", 50),
        event("2", "delivery.late", "CUST-7", 3),
        lacking,
        event("4", "invoice.paid", "CUST-7", 1),
        event("5", "price.dropped", "CUST-7", 1),
        json!({"id": "6"}),
    ];
    let items = trials(&world, number, &events).await;
    let ids: Vec<_> = items.iter().map(|item| item["id"].clone()).collect();
    assert_eq!(ids, [json!("1"), json!("2"), json!("3"), json!("4"), json!("5"), Value::Null]);
    let made = &items[0]["made"][0];
    assert_eq!((&made["rule"], &made["over"]), (&json!("late-delivery"), &Value::Null), "{:#}", items[0]);
    let simulation = &made["simulation"];
    assert_eq!(simulation["would"]["outcome"], "passes_by_itself", "{simulation:#}");
    let quote = &simulation["quote"];
    assert_eq!((&quote["amount"]["value"], &quote["customer"]), (&json!("10.05"), &json!("CUST-7")), "{quote:#}");
    assert_eq!(items[1]["nothing"]["late-delivery"], "its condition is not true of the event");
    let wrong = &items[2]["errors"][0];
    assert!(wrong["detail"].as_str().unwrap().contains("event.total is not in this event"), "{wrong:#}");
    assert!(items[3]["why"].as_str().unwrap().contains("takes events of type `invoice.paid`"), "{:#}", items[3]);
    let attended = &items[4]["made"][0]["simulation"];
    assert_eq!(attended["would"]["outcome"], "waits_for_approval", "{attended:#}");
    assert!(attended["findings"].as_array().unwrap().iter().any(|finding| finding["code"] == "rule.attended"));
    assert_eq!(items[5]["errors"][0]["pointer"], "/specversion", "{:#}", items[5]);
    assert_eq!(trials(&world, number, &events).await, items, "what was tried before is not known");
    assert_eq!(rows(&world), before, "nothing is stored");
    assert!(crate::imports::all(&world).await.is_empty(), "and no request was made");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bounds_of_a_rule_hold_over_the_events_that_are_tried_and_those_that_came() {
    let world = World::new();
    let number = proposal(&world).await;
    let late = |id: &str| event(id, "delivery.late", "CUST-7", 50);
    let over =
        |items: &[Value]| -> Vec<bool> { items.iter().map(|item| item["made"][0]["over"].is_string()).collect() };
    let three = [late("1"), late("2"), late("3")];
    let items = trials(&world, number, &three).await;
    assert_eq!(over(&items), [false, false, true], "two for one customer: {:#}", items[2]);
    let beyond = &items[2]["made"][0]["simulation"];
    assert_eq!(beyond["would"]["outcome"], "waits_for_approval", "{beyond:#}");
    assert_eq!(over(&trials(&world, number, &three).await), [false, false, true], "what was tried is not counted");

    assert_eq!(activate(&world, number, &BEA, &json!({})).await.status, StatusCode::OK);
    let key = sender(&world).await;
    let sent = send(&world, &key, &late("real")).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.text);
    world.rest().await;
    let items = trials(&world, number, &[late("real"), late("1")]).await;
    assert_eq!(over(&items), [false, true], "what came is counted");
    assert_eq!((&items[0]["known"], &items[1]["known"]), (&json!(true), &json!(false)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_are_tried_by_those_who_may_read_policy_and_requests_and_in_every_form_that_they_are_sent_in() {
    let world = World::new();
    let number = proposal(&world).await;
    let late = event("1", "delivery.late", "CUST-7", 50).to_string();
    for user in [ALICE, LEAD] {
        let refused = tried(&world, number, &user, "application/cloudevents+json", &late).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    }
    for content_type in ["application/cloudevents+json", "application/json"] {
        let told = tried(&world, number, &FINANCE, content_type, &late).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.text);
        assert_eq!(told.json["items"][0]["made"][0]["rule"], "late-delivery", "{}", told.text);
    }
    let xml = tried(&world, number, &FINANCE, "application/cloudevents+xml", "<event/>").await;
    assert_eq!(xml.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", xml.text);
    let none = tried(&world, 99, &FINANCE, "application/cloudevents+json", &late).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND, "{}", none.text);
    let many: Vec<_> = (0..51).map(|id| event(&id.to_string(), "delivery.late", "CUST-7", 50)).collect();
    let body = Value::from(many).to_string();
    let refused = tried(&world, number, &FINANCE, "application/cloudevents-batch+json", &body).await;
    assert_eq!(refused.json["type"], "urn:contraflow:problem:too-many", "{}", refused.text);
}
