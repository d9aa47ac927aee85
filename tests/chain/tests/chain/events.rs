//! Requests that rules make: events from elsewhere, by a program's own key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use contraflow_domain::limits::EVENTS_PER_BATCH;
use contraflow_host::local_auth::LocalUser;
use hmac::{Hmac, Mac as _};
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::openapi::fits;
use crate::policy_versions::{BEA, activate, changed, proposed};
use crate::world::{ADMIN, EVENTS_SECRET, FINANCE, LEAD, MANAGER, Reply, World};

pub const RULES: &str = r#"
[[templates]]
name = "late"
fields = { customer = "text", hours = "number", total = "number" }
kind = "goodwill_credit"
customer = "{{event.customer}}"
amount = "event.total * 0.1"
currency = "EUR"
reason = "late_delivery"
note = "Delivery {{event.subject}} came {{event.hours}} hours late."

[[rules]]
name = "late-delivery"
on = "delivery.late"
when = "event.hours > 48"
template = "late"
owner = "team-lead"
automatic = true
limits = [{ per = "customer", days = 30, count = 2 }, { per = "rule", days = 1, count = 100, up_to = "1000" }]

[[rules]]
name = "damage"
on = "delivery.damaged"
template = "late"
owner = "team-lead"
automatic = true
limits = [{ per = "rule", days = 1, up_to = "15" }]

[[templates]]
name = "plain"
fields = { customer = "text", hours = "number", total = "number" }
kind = "goodwill_credit"
customer = "{{event.customer}}"
amount = "event.total * 0.1"
currency = "EUR"
reason = "late_delivery"
note = "As event {{event.id}} says."

[[rules]]
name = "late-order"
on = "order.late"
template = "plain"
owner = "team-lead"
automatic = true
limits = [{ per = "rule", days = 1, count = 100 }]

[[rules]]
name = "by-hand"
on = "price.dropped"
template = "late"
owner = "team-lead"
limits = [{ per = "rule", days = 1, count = 100 }]
"#;

fn world() -> World {
    World::with_policy(|policy| format!("{policy}\n{RULES}"))
}

/// Makes a program that sends events; gives its key.
pub async fn sender(world: &World) -> String {
    let asked = json!({"name": "shop", "scopes": ["send_events"]});
    let made = world.post("/v1/clients", &ADMIN, &asked).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    made.json["key"].as_str().unwrap().to_owned()
}

pub fn event(id: &str, kind: &str, customer: &str, hours: u32) -> Value {
    json!({"specversion": "1.0", "id": id, "source": "/shop/deliveries", "type": kind, "subject": "D-7",
           "time": "2026-11-21T09:00:00Z", "data": {"customer": customer, "hours": hours, "total": "100.50"}})
}

pub async fn send(world: &World, key: &str, event: &Value) -> Reply {
    let reply = world.call_with(key, "POST", "/v1/events", "-", &event.to_string()).await.unwrap();
    fits(world, "/v1/events", "post", &reply).await;
    reply
}

/// Sends a message of any form, with these headers.
async fn send_as(world: &World, key: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let request =
        Request::post("/v1/events").header("host", "localhost").header("authorization", format!("Bearer {key}"));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let reply = world.send(request.body(Bytes::from(body.to_owned())).unwrap()).await.unwrap();
    fits(world, "/v1/events", "post", &reply).await;
    reply
}

async fn send_batch(world: &World, key: &str, events: &[Value]) -> Reply {
    let body = Value::from(events.to_vec()).to_string();
    send_as(world, key, &[("content-type", "application/cloudevents-batch+json; charset=utf-8")], &body).await
}

/// Sends a message that is signed with that secret, under that id.
async fn send_signed(world: &World, secret: &str, id: &str, body: &str) -> Reply {
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap();
    let stamp = world.now_ms() / 1000;
    let mac =
        Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap().chain_update(format!("{id}.{stamp}.{body}")).finalize();
    let request = Request::post("/webhooks/events")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", stamp.to_string())
        .header("webhook-signature", format!("v1,{}", STANDARD.encode(mac.into_bytes())));
    let reply = world.send(request.body(Bytes::from(body.to_owned())).unwrap()).await.unwrap();
    fits(world, "/webhooks/events", "post", &reply).await;
    reply
}

/// The requests that a rule made, as they are listed.
async fn made_by(world: &World, rule: &str) -> Vec<Value> {
    let page = world.call("GET", &format!("/v1/requests?rule={rule}"), &ADMIN, "-", "").await.unwrap();
    fits(world, "/v1/requests", "get", &page).await;
    page.json["items"].as_array().unwrap().clone()
}

fn codes(request: &Value) -> Vec<&str> {
    request["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_makes_one_request_that_names_its_rule_however_often_it_comes() {
    let world = world();
    let key = sender(&world).await;
    let late = event("42", "delivery.late", "CUST-7", 50);
    let (one, two) = tokio::join!(send(&world, &key, &late), send(&world, &key, &late));
    assert_eq!(one.json["made"], two.json["made"], "{} {}", one.text, two.text);
    let id = one.json["made"][0]["request"].as_str().unwrap();
    assert_eq!(send(&world, &key, &late).await.status, StatusCode::OK, "nothing new");
    world.rest().await;
    assert_eq!(crate::imports::all(&world).await.len(), 1);
    let request = world.request(id).await;
    assert_eq!(
        (&request["status"], &request["amount"]["value"]),
        (&json!("completed"), &json!("10.05")),
        "{request:#}"
    );
    assert_eq!(request["requester"], "rule:late-delivery");
    let rule = &request["rule"];
    assert_eq!(
        (&rule["by"]["rule"], &rule["event"]["id"], &rule["event"]["type"]),
        (&json!("late-delivery"), &json!("42"), &json!("delivery.late"))
    );
    let events = world.get(&format!("/v1/requests/{id}/events"), &ADMIN).await;
    let told =
        events["items"].as_array().unwrap().iter().find(|event| event["what"] == "request.made_by_rule").unwrap();
    assert!(told["why"].as_str().unwrap().starts_with("by rule late-delivery of policy"), "{told:#}");

    let listed = made_by(&world, "late-delivery").await;
    assert_eq!((listed.len(), &listed[0]["id"]), (1, &json!(id)), "{listed:#?}");
    assert!(made_by(&world, "by-hand").await.is_empty());

    let other = event("42", "delivery.late", "CUST-8", 50);
    let reused = send(&world, &key, &other).await;
    assert_eq!(reused.json["type"], "urn:contraflow:problem:idempotency-key-reused", "{}", reused.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_beyond_the_bounds_of_a_rule_or_not_to_pass_by_itself_waits_for_a_person() {
    let world = world();
    let key = sender(&world).await;
    let mut ids = Vec::new();
    for place in 0..3 {
        let mut late = event(&format!("e{place}"), "delivery.late", "CUST-7", 50);
        // Not the same ask again.
        late["data"]["total"] = json!(format!("{}.00", 50 + place * 10));
        let told = send(&world, &key, &late).await;
        assert_eq!(told.status, StatusCode::ACCEPTED, "{}", told.text);
        ids.push(told.json["made"][0]["request"].as_str().unwrap().to_owned());
        world.rest().await;
    }
    for id in ids.iter().take(2) {
        assert_eq!(world.request(id).await["status"], "completed");
    }
    let beyond = world.request(&ids[2]).await;
    assert_eq!(beyond["status"], "pending_approval", "{beyond:#}");
    assert!(codes(&beyond).contains(&"rule.limit"), "{beyond:#}");
    assert_eq!(world.approve(&ids[2], &LEAD).await.status, StatusCode::OK, "and a person lets it pass");

    let told = send(&world, &key, &event("p1", "price.dropped", "CUST-9", 1)).await;
    let id = told.json["made"][0]["request"].as_str().unwrap();
    world.rest().await;
    let attended = world.request(id).await;
    assert_eq!(attended["status"], "pending_approval", "{attended:#}");
    assert!(codes(&attended).contains(&"rule.attended"), "{attended:#}");
    assert_eq!(world.approve(id, &MANAGER).await.status, StatusCode::OK);
    world.rest().await;
}

/// Sends an event of that worth, times ten; gives its request.
async fn sent(world: &World, key: &str, id: &str, kind: &str, total: &str) -> String {
    let mut event = event(id, kind, "CUST-7", 50);
    event["data"]["total"] = json!(total);
    let told = send(world, key, &event).await;
    assert_eq!(told.status, StatusCode::ACCEPTED, "{}", told.text);
    told.json["made"][0]["request"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_makes_up_to_its_sum_and_one_event_that_says_far_too_much_takes_no_room_from_the_others() {
    let world = world();
    let key = sender(&world).await;
    for (id, total, status) in [
        ("far-too-much", "300.00", "pending_approval"),
        ("ten", "100.00", "completed"),
        ("a-cent-too-much", "50.10", "pending_approval"),
        ("up-to-the-bound", "50.00", "completed"),
        ("nothing-left", "0.10", "pending_approval"),
    ] {
        let request = sent(&world, &key, id, "delivery.damaged", total).await;
        world.rest().await;
        assert_eq!(world.request(&request).await["status"], status, "{id}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_at_once_do_not_pass_a_bound_together() {
    let world = world();
    let key = sender(&world).await;
    let ids = futures::future::join_all((1..=6).map(async |place| {
        let total = format!("{}.00", 10 * place);
        sent(&world, &key, &format!("e{place}"), "delivery.late", &total).await
    }));
    let ids = ids.await;
    world.rest().await;
    let mut passed = 0;
    for id in &ids {
        let request = world.request(id).await;
        if request["status"] == "completed" {
            passed += 1;
        } else {
            assert!(codes(&request).contains(&"rule.limit"), "{request:#}");
        }
    }
    assert_eq!((ids.len(), passed), (6, 2), "two of them for one customer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_no_rule_takes_makes_nothing_and_says_so() {
    let world = world();
    let key = sender(&world).await;
    let none = send(&world, &key, &event("1", "invoice.paid", "C", 1)).await;
    assert_eq!((none.status, &none.json["made"]), (StatusCode::OK, &json!([])), "{}", none.text);
    assert!(none.json["why"].as_str().unwrap().contains("takes events of type `invoice.paid`"), "{}", none.text);
    let early = send(&world, &key, &event("2", "delivery.late", "C", 3)).await;
    assert_eq!(early.json["nothing"]["late-delivery"], "its condition is not true of the event", "{}", early.text);
    let mut lacking = event("3", "delivery.late", "C", 50);
    lacking["data"].as_object_mut().unwrap().remove("total");
    let refused = send(&world, &key, &lacking).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    assert!(refused.json["errors"][0]["detail"].as_str().unwrap().contains("event.total is not in this event"));
    let mended = send(&world, &key, &event("3", "delivery.late", "C", 50)).await;
    assert_eq!(mended.status, StatusCode::ACCEPTED, "what was refused is not taken for known: {}", mended.text);
    for user in [&FINANCE, &ADMIN] {
        let refused =
            world.call("POST", "/v1/events", user, "-", &event("4", "delivery.late", "C", 50).to_string()).await;
        assert_eq!(refused.unwrap().status, StatusCode::FORBIDDEN, "events come from programs");
    }
    world.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_is_taken_event_by_event_and_what_is_wrong_in_it_is_told_by_its_place() {
    let world = world();
    let key = sender(&world).await;
    let mut lacking = event("2", "delivery.late", "C-2", 50);
    lacking["data"].as_object_mut().unwrap().remove("total");
    let mut unread = event("3", "delivery.late", "C-3", 50);
    unread["specversion"] = json!("0.3");
    let batch = [event("1", "delivery.late", "C-1", 50), lacking, unread, event("4", "delivery.late", "C-4", 50)];
    let told = send_batch(&world, &key, &batch).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", told.text);
    let places: Vec<_> = told.json["errors"].as_array().unwrap().iter().map(|error| &error["pointer"]).collect();
    assert_eq!(places, ["/1/data", "/2/specversion"]);
    world.rest().await;
    assert_eq!(made_by(&world, "late-delivery").await.len(), 2, "the others were taken");

    let mended: Vec<_> = (1..=4).map(|id| event(&id.to_string(), "delivery.late", &format!("C-{id}"), 50)).collect();
    let told = send_batch(&world, &key, &mended).await;
    assert_eq!(told.status, StatusCode::ACCEPTED, "{}", told.text);
    assert_eq!(told.json["items"].as_array().unwrap().len(), 4);
    let again = send_batch(&world, &key, &mended).await;
    assert_eq!((again.status, &again.json["items"]), (StatusCode::OK, &told.json["items"]), "and again nothing new");
    world.rest().await;
    assert_eq!(made_by(&world, "late-delivery").await.len(), 4);

    let many: Vec<_> = (0..=EVENTS_PER_BATCH).map(|id| event(&format!("m{id}"), "nothing", "C", 1)).collect();
    let refused = send_batch(&world, &key, &many).await;
    assert_eq!(refused.json["type"], "urn:contraflow:problem:too-many", "{}", refused.text);
    assert_eq!(send_batch(&world, &key, &many[1..]).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_is_read_from_headers_too_and_what_is_no_json_or_stands_twice_is_refused() {
    let world = world();
    let key = sender(&world).await;
    let headers = [
        ("content-type", "application/json"),
        ("ce-specversion", "1.0"),
        ("ce-id", "42"),
        ("ce-source", "/shop"),
        ("ce-type", "delivery.late"),
        ("ce-subject", "Gr%C3%B6%C3%9fe"),
    ];
    let data = r#"{"customer": "CUST-7", "hours": 50, "total": "100.50"}"#;
    let told = send_as(&world, &key, &headers, data).await;
    assert_eq!(told.status, StatusCode::ACCEPTED, "{}", told.text);
    world.rest().await;
    let request = world.request(told.json["made"][0]["request"].as_str().unwrap()).await;
    assert_eq!(request["note"], "Delivery Größe came 50 hours late.");

    let twice = r#"{"customer": "CUST-7", "hours": 50, "total": "1.00", "total": "100.50"}"#;
    let refused = send_as(&world, &key, &headers, twice).await;
    assert_eq!((refused.status, &refused.json["errors"][0]["pointer"]), (StatusCode::BAD_REQUEST, &json!("/total")));
    let xml = send_as(&world, &key, &[("content-type", "application/cloudevents+xml")], "<event/>").await;
    assert_eq!(xml.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", xml.text);
    let mut old = event("43", "delivery.late", "CUST-7", 50);
    old["time"] = json!("2024-01-01T00:00:00Z");
    let refused = send(&world, &key, &old).await;
    assert_eq!(
        (refused.status, &refused.json["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/time"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_proposed_the_policy_decides_on_nothing_that_its_rules_ask_for() {
    let world = World::new();
    let key = sender(&world).await;
    let text = changed(&world, "rules-1", |text| format!("{text}\n{RULES}")).await;
    let writer = LocalUser { name: "fina", roles: &["finance", "admin", "approver:manager"] };
    let number = proposed(&world, &text, &writer).await;
    assert!(activate(&world, number, &BEA, &json!({"note": "agreed"})).await.status.is_success());
    let told = send(&world, &key, &event("p1", "price.dropped", "CUST-9", 1)).await;
    assert!(told.json["policy"].as_str().unwrap().starts_with("rules-1"), "{}", told.text);
    let id = told.json["made"][0]["request"].as_str().unwrap();
    world.rest().await;
    assert_eq!(world.request(id).await["rule"]["by"]["number"], number);
    let refused = world.approve(id, &writer).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    let agreed = LocalUser { name: "bea", roles: &["admin", "approver:manager"] };
    let decided = world.approve(id, &agreed).await;
    assert_eq!(decided.status, StatusCode::OK, "whoever put it in force is the second person: {}", decided.text);
    world.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signed_message_makes_requests_and_what_can_not_be_taken_waits_for_a_person() {
    let world = world();
    let body = json!({"type": "order.late", "timestamp": "2026-11-21T09:00:00Z",
                      "data": {"customer": "CUST-7", "hours": 50, "total": "100.50"}});
    let body = body.to_string();
    for _ in 0..2 {
        let taken = send_signed(&world, EVENTS_SECRET, "msg_1", &body).await;
        assert_eq!((taken.status, &taken.json["received"]), (StatusCode::OK, &json!(1)), "{}", taken.text);
    }
    world.rest().await;
    let made = made_by(&world, "late-order").await;
    assert_eq!(made.len(), 1, "once");
    let event = world.request(made[0]["id"].as_str().unwrap()).await["rule"]["event"].clone();
    assert_eq!((&event["id"], &event["sent_by"]), (&json!("msg_1"), &json!("webhook:events")));

    let cloud = event_text("7");
    assert_eq!(send_signed(&world, EVENTS_SECRET, "msg_2", &cloud).await.status, StatusCode::OK);
    let other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(send_signed(&world, other, "msg_3", &body).await.status, StatusCode::UNAUTHORIZED);
    world.rest().await;
    assert_eq!(made_by(&world, "late-delivery").await.len(), 1);

    let lacking = json!({"type": "order.late", "data": {"customer": "CUST-7", "hours": 50}}).to_string();
    for _ in 0..2 {
        assert_eq!(send_signed(&world, EVENTS_SECRET, "msg_4", &lacking).await.status, StatusCode::OK);
    }
    let waiting = world.get("/v1/unread-messages", &ADMIN).await["items"].clone();
    assert_eq!(waiting.as_array().unwrap().len(), 1, "{waiting:#}");
    assert_eq!((&waiting[0]["source"], &waiting[0]["kind"]), (&json!("events-webhook"), &json!("order.late")));
    assert!(waiting[0]["errors"][0]["detail"].as_str().unwrap().contains("event.total is not in this event"));
}

fn event_text(id: &str) -> String {
    event(id, "delivery.late", "CUST-8", 50).to_string()
}
