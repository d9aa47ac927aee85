//! Letters: whom they go to, in which words, what a person reads first, and what is done about those that do not
//! arrive.

use std::time::Duration;

use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::approval::{ticket, ticket_body};
use crate::world::{ADMIN, ALICE, FINANCE, LEAD, MANAGER, Reply, World, ZENDESK_SECRET};

/// The rules of the tests: customers hear of what is done, after a person has read it.
const CUSTOMERS: &str = "[[notifications]]\nname = \"customers\"\nnews = [\"request.completed\"]\nto = [\"customer\"]\nhold = true\n\n[arrival]";

fn with_customers(policy: &str) -> String {
    policy.replace("\n[arrival]", &format!("\n{CUSTOMERS}"))
}

async fn person(world: &World, name: &str, body: Value) {
    let put = world.call("PUT", &format!("/v1/people/{name}"), &ADMIN, "-", &body.to_string()).await.unwrap();
    assert!(put.status.is_success(), "{}", put.text);
}

async fn prefer(world: &World, who: &LocalUser<'_>, body: Value) {
    let put = world.call("PUT", "/v1/me/preferences", who, "", &body.to_string()).await.unwrap();
    assert_eq!(put.status, StatusCode::OK, "{}", put.text);
}

/// Alice, Lea and Fina with their addresses; Lea reads German.
async fn people(world: &World) {
    person(world, "alice", json!({"addresses": ["alice@firm.example"], "roles": ["requester"]})).await;
    let lea = json!({"full_name": "Lea Berg", "addresses": ["lea@firm.example"], "roles": ["approver:team-lead"],
                     "locale": "de", "time_zone": "Europe/Berlin"});
    person(world, "lea", lea).await;
    person(world, "fina", json!({"addresses": ["fina@firm.example"], "roles": ["finance"]})).await;
}

/// A refund of sensors that Alice asks for.
async fn asked(world: &World, number: &str) -> String {
    world.invoice(number, "59.50", &format!("ch_{number}")).await;
    let ask = json!({"kind": "refund", "invoice": number, "reason": "damaged", "note": "the sensors arrived broken",
                     "lines": [{"line": "1", "quantity": "4"}],
                     "evidence": [{"kind": "photo", "url": "https://example.com/broken.jpg"}]});
    let id = world.ask(number, ask).await;
    world.rest().await;
    id
}

/// The letters to an address, with their subjects and texts.
fn to(world: &World, address: &str) -> Vec<(String, String)> {
    let letters = world.outside.letters().into_iter().filter(|letter| letter["To"] == address);
    let word = |letter: &Value, member: &str| letter[member].as_str().unwrap().to_owned();
    letters.map(|letter| (word(&letter, "Subject"), word(&letter, "TextBody"))).collect()
}

async fn outbox(world: &World, state: &str) -> Vec<Value> {
    world.get(&format!("/v1/outbox?state={state}"), &FINANCE).await["items"].as_array().unwrap().clone()
}

async fn by_hand(world: &World, message: &Value, act: &str, user: &LocalUser<'_>, body: &Value) -> Reply {
    let (request, id) = (message["request"].as_str().unwrap(), message["id"].as_str().unwrap());
    world.post(&format!("/v1/requests/{request}/messages/{id}/{act}"), user, body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everyone_hears_what_concerns_them_in_their_language_and_nobody_twice() {
    let world = World::with_letters(str::to_owned);
    people(&world).await;
    let id = asked(&world, "INV-1").await;
    let [(subject, text)] = &to(&world, "lea@firm.example")[..] else { panic!("{:#?}", world.outside.letters()) };
    assert_eq!(subject, "Zu entscheiden: Erstattung über 59,50 EUR für Nordlicht GmbH");
    assert!(
        text.contains("Guten Tag Lea Berg") && text.contains(&format!("https://refunds.example/requests/{id}")),
        "{text}"
    );
    assert!(to(&world, "alice@firm.example").is_empty(), "nothing concerns her yet");
    world.approve(&id, &LEAD).await;
    world.rest().await;
    let [(subject, text)] = &to(&world, "alice@firm.example")[..] else { panic!("{:#?}", world.outside.letters()) };
    assert_eq!(subject, "Done: Refund of EUR 59.50 for Nordlicht GmbH");
    // The money was sent on Saturday, the 21st of November, and ten business days follow.
    assert!(text.contains("sent on 21 November 2026, there by 4 December 2026 at the latest"), "{text}");
    assert!(to(&world, "ap@nordlicht.example").is_empty(), "no rule tells customers");
    world.rest_at_most(Duration::from_secs(3600)).await;
    assert_eq!(world.outside.letters().len(), 2, "{:#?}", world.outside.letters());
    let messages = world.get(&format!("/v1/requests/{id}/messages"), &ALICE).await;
    let told: Vec<_> =
        messages["items"].as_array().unwrap().iter().filter(|message| message["to"].is_string()).collect();
    assert_eq!(told.len(), 2, "{messages:#}");
    assert_eq!((&told[1]["to"], &told[1]["status"]), (&json!("alice@firm.example"), &json!("delivered")));
    let events = world.get(&format!("/v1/requests/{id}/events"), &FINANCE).await;
    let written: Vec<_> =
        events["items"].as_array().unwrap().iter().filter(|event| event["data"]["text"].is_string()).collect();
    assert!(
        written.iter().any(|event| event["data"]["subject"] == *subject),
        "the record has what was sent: {events:#}"
    );
    assert_eq!(world.doctor().await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_asked_is_not_asked_to_decide_and_who_left_or_wants_none_gets_no_letter() {
    let world = World::with_letters(str::to_owned);
    people(&world).await;
    let both = json!({"addresses": ["alice@firm.example"], "roles": ["requester", "approver:team-lead"]});
    person(&world, "alice", both).await;
    person(&world, "lou", json!({"addresses": ["lou@firm.example"], "roles": ["approver:team-lead"]})).await;
    let left = world.post("/v1/people/lou/leave", &ADMIN, &json!({})).await;
    assert!(left.status.is_success(), "{}", left.text);
    asked(&world, "INV-1").await;
    let told: Vec<_> = world.outside.letters().iter().map(|letter| letter["To"].clone()).collect();
    assert_eq!(told, ["lea@firm.example"]);
    prefer(&world, &LEAD, json!({"letters": {"without": ["request.pending_approval"]}})).await;
    asked(&world, "INV-2").await;
    assert_eq!(world.outside.letters().len(), 1, "she wants none of these");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_reads_the_language_that_the_erp_names_wherever_they_live() {
    let world = World::with_letters(with_customers);
    for (number, country, language, reads) in [
        ("INV-1", "FR", "de-LU", "de"),
        ("INV-2", "CH", "en", "en"),
        ("INV-3", "AT", "", "de"),
        // Nobody has written letters in French.
        ("INV-4", "DE", "fr", "en"),
    ] {
        let invoice = json!({
            "number": number, "issued_on": "2026-11-01", "currency": "EUR",
            "customer": {"id": number, "name": "Muster", "country": country, "email": "ap@muster.example", "language": language},
            "prices_include_tax": false, "tax_rounding": "line",
            "lines": [{"id": "1", "description": "Sensor", "quantity": "1", "unit_price": "5.00", "discount": "0.00",
                       "tax_rate": "0", "net": "5.00", "tax": "0.00", "gross": "5.00"}],
            "payments": [{"id": format!("PAY-{number}"), "gateway": "sandbox", "reference": number, "method": "card",
                          "captured": "5.00", "paid_at": "2026-11-02T09:00:00Z"}],
        });
        world.import(&invoice).await;
        let id = world.ask(number, json!({"kind": "refund", "invoice": number, "reason": "damaged"})).await;
        world.rest().await;
        if world.request(&id).await["status"] == "pending_approval" {
            world.approve(&id, &LEAD).await;
            world.rest().await;
        }
        let messages = world.get(&format!("/v1/requests/{id}/messages"), &FINANCE).await;
        let items = messages["items"].as_array().unwrap();
        let told = items.iter().find(|message| message["audience"] == "customer");
        let told = told.unwrap_or_else(|| panic!("{number}: {messages:#}"));
        let begins = if reads == "de" { "Guten Tag" } else { "Hello" };
        assert!(told["text"].as_str().unwrap().starts_with(begins), "{number}: {told:#}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_customer_reads_is_held_for_a_person_who_changes_sends_or_drops_it() {
    let world = World::with_letters(with_customers);
    people(&world).await;
    for number in ["INV-1", "INV-2"] {
        let id = asked(&world, number).await;
        world.approve(&id, &LEAD).await;
        world.rest().await;
        assert_eq!(world.request(&id).await["status"], "completed");
    }
    assert!(to(&world, "ap@nordlicht.example").is_empty(), "it waits for a person");
    let held = outbox(&world, "held").await;
    assert_eq!(held.len(), 2, "{held:#?}");
    let (first, second) = (&held[0]["messages"][0], &held[1]["messages"][0]);
    assert_eq!((&first["audience"], &first["language"]), (&json!("customer"), &json!("de")), "{first:#}");
    assert!(first["text"].as_str().unwrap().contains("Ihre Bank braucht spätestens bis 4. Dezember 2026"), "{first:#}");
    let tasks = world.request(first["request"].as_str().unwrap()).await["tasks"].clone();
    assert_eq!((&tasks[0]["code"], &tasks[0]["subject"]), (&json!("message.held"), &first["id"]), "{tasks:#}");
    assert_eq!(world.get("/v1/outbox/counts", &FINANCE).await["held"], 2);

    let refused = by_hand(&world, first, "send", &LEAD, &json!({})).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    let wrong = by_hand(&world, first, "send", &FINANCE, &json!({"subject": "a\nBcc: x@y.example", "text": " "})).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    let words = json!({"text": "Guten Tag,\n\ndas Geld ist unterwegs.", "note": "friendlier"});
    let sent = by_hand(&world, first, "send", &FINANCE, &words).await;
    assert_eq!((sent.status, &sent.json["edited_by"]), (StatusCode::OK, &json!("fina")), "{}", sent.text);
    world.rest().await;
    let [(_, text)] = &to(&world, "ap@nordlicht.example")[..] else { panic!("{:#?}", world.outside.letters()) };
    assert_eq!(text, "Guten Tag,\n\ndas Geld ist unterwegs.");
    let again = by_hand(&world, first, "send", &FINANCE, &json!({})).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);

    let silent = by_hand(&world, second, "drop", &FINANCE, &json!({"note": ""})).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", silent.text);
    let dropped = by_hand(&world, second, "drop", &FINANCE, &json!({"note": "told on the phone"})).await;
    assert_eq!((dropped.status, &dropped.json["status"]), (StatusCode::OK, &json!("dropped")), "{}", dropped.text);
    world.rest_at_most(Duration::from_secs(3600)).await;
    assert_eq!(to(&world, "ap@nordlicht.example").len(), 1, "what was dropped is not sent");
    assert!(outbox(&world, "held").await.is_empty());
    let id = second["request"].as_str().unwrap();
    assert_eq!(world.request(id).await["tasks"], json!([]));
    let events = world.get(&format!("/v1/requests/{id}/events"), &FINANCE).await;
    let dropped = events["items"].as_array().unwrap().iter().find(|event| event["what"] == "message.dropped");
    assert_eq!((&dropped.unwrap()["actor"], &dropped.unwrap()["why"]), (&json!("fina"), &json!("told on the phone")));
    assert_eq!(world.doctor().await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_that_does_not_arrive_is_on_somebodys_list_and_is_tried_again_by_hand() {
    let world = World::with_letters(str::to_owned);
    people(&world).await;
    person(&world, "alice", json!({"addresses": ["bounced-alice@firm.example"], "roles": ["requester"]})).await;
    person(&world, "lea", json!({"addresses": ["slow-lea@firm.example"], "roles": ["approver:team-lead"]})).await;
    let id = asked(&world, "INV-1").await;
    let failing = outbox(&world, "failing").await;
    assert_eq!(failing[0]["messages"][0]["to"], "slow-lea@firm.example", "{failing:#?}");
    assert!(failing[0]["messages"][0]["failure"].as_str().unwrap().contains("Maintenance"), "{failing:#?}");
    world.approve(&id, &LEAD).await;
    world.rest().await;
    let undeliverable = outbox(&world, "undeliverable").await;
    let message = &undeliverable[0]["messages"][0];
    assert!(message["failure"].as_str().unwrap().contains("Inactive recipient"), "{message:#}");
    assert_eq!(
        message["subject"], "Done: Refund of EUR 59.50 for Nordlicht GmbH",
        "its words stay for whoever tells her"
    );
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "the money does not wait for a letter");
    assert!(
        request["tasks"].as_array().unwrap().iter().any(|task| task["code"] == "message.undeliverable"),
        "{request:#}"
    );
    let again = by_hand(&world, message, "send", &FINANCE, &json!({})).await;
    assert_eq!((again.status, &again.json["status"]), (StatusCode::OK, &json!("queued")), "{}", again.text);
    world.rest().await;
    assert_eq!(outbox(&world, "undeliverable").await.len(), 1, "it is refused again, and listed again");
    let dropped = by_hand(&world, message, "drop", &FINANCE, &json!({"note": "told her"})).await;
    assert_eq!(dropped.status, StatusCode::OK, "{}", dropped.text);
    assert!(outbox(&world, "undeliverable").await.is_empty());
    world.rest_at_most(Duration::from_secs(24 * 3600)).await;
    let given_up = outbox(&world, "undeliverable").await;
    assert_eq!(given_up[0]["messages"][0]["to"], "slow-lea@firm.example", "it was tried too often: {given_up:#?}");
    assert_eq!(world.doctor().await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_wants_one_letter_a_day_gets_one_at_their_hour_with_all_news() {
    let world = World::with_letters(str::to_owned);
    people(&world).await;
    prefer(&world, &LEAD, json!({"letters": {"pace": "daily", "hour": 9}})).await;
    for number in ["INV-1", "INV-2", "INV-3"] {
        asked(&world, number).await;
    }
    assert!(to(&world, "lea@firm.example").is_empty(), "they wait for the letter of the day");
    // It is Saturday, 13:00 in Berlin; Monday, 9:00 there, is 43 hours and 59 minutes away at the earliest.
    world.rest_at_most(Duration::from_secs(43 * 3600)).await;
    assert!(to(&world, "lea@firm.example").is_empty(), "nobody reads on a Sunday");
    world.rest_at_most(Duration::from_secs(2 * 3600)).await;
    let [(subject, text)] = &to(&world, "lea@firm.example")[..] else { panic!("{:#?}", world.outside.letters()) };
    assert_eq!(subject, "3 Neuigkeiten zu Ihren Anträgen");
    assert_eq!(text.matches("Zu entscheiden: Erstattung über 59,50 EUR").count(), 3, "{text}");
    assert!(text.contains("https://refunds.example/settings"), "{text}");
    assert_eq!(world.doctor().await, Vec::<Value>::new());
    let before = world.outside.letters().len();
    world.rest_at_most(Duration::from_secs(2 * 3600)).await;
    assert_eq!(world.outside.letters().len(), before, "the same news are told once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_of_the_day_that_does_not_arrive_is_on_somebodys_list_with_all_its_news() {
    let world = World::with_letters(str::to_owned);
    people(&world).await;
    person(&world, "lea", json!({"addresses": ["bounced-lea@firm.example"], "roles": ["approver:team-lead"]})).await;
    prefer(&world, &LEAD, json!({"letters": {"pace": "daily", "hour": 9}})).await;
    let mut ids = Vec::new();
    for number in ["INV-1", "INV-2", "INV-3"] {
        ids.push(asked(&world, number).await);
    }
    world.rest_at_most(Duration::from_secs(45 * 3600)).await;
    let lost = outbox(&world, "undeliverable").await;
    let [row] = &lost[..] else { panic!("one letter, once: {lost:#?}") };
    let message = &row["messages"][0];
    assert_eq!(
        (&message["request"], &message["to"], &message["subject"]),
        (&json!(ids[0]), &json!("bounced-lea@firm.example"), &json!("3 pieces of news of your requests")),
        "{message:#}"
    );
    assert!(ids.iter().all(|id| message["text"].as_str().unwrap().contains(id)), "{message:#}");
    let tasks = world.request(&ids[0]).await["tasks"].clone();
    assert_eq!((&tasks[0]["code"], &tasks[0]["subject"]), (&json!("message.undeliverable"), &message["id"]));
    assert_eq!(world.doctor().await, Vec::<Value>::new());
    let again = by_hand(&world, message, "send", &FINANCE, &json!({})).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text);
    world.rest().await;
    assert_eq!(outbox(&world, "undeliverable").await.len(), 1, "it is refused again, and listed again");
    let dropped = by_hand(&world, message, "drop", &FINANCE, &json!({"note": "told her"})).await;
    assert_eq!(dropped.status, StatusCode::OK, "{}", dropped.text);
    assert!(outbox(&world, "undeliverable").await.is_empty());
    assert_eq!(world.doctor().await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_news_than_go_into_one_letter_of_the_day_go_into_the_next() {
    let world = World::with_letters(str::to_owned);
    people(&world).await;
    prefer(&world, &LEAD, json!({"letters": {"pace": "daily", "hour": 9}})).await;
    for number in 1..=70 {
        asked(&world, &format!("INV-{number}")).await;
    }
    world.rest_at_most(Duration::from_secs(45 * 3600)).await;
    let [(subject, first)] = &to(&world, "lea@firm.example")[..] else { panic!("{:#?}", world.outside.letters()) };
    assert_eq!(subject, "35 Neuigkeiten zu Ihren Anträgen", "half of them: all would be too long");
    world.rest_at_most(Duration::from_secs(24 * 3600)).await;
    let told = to(&world, "lea@firm.example");
    // Reminders came in meanwhile, too, so how many the second has is another matter.
    let [_, (_, second)] = &told[..] else { panic!("{told:#?}") };
    let links = |text: &str| text.lines().filter(|line| line.contains("/requests/")).count();
    assert!(links(first) == 35 && links(second) > 0 && first != second, "{told:#?}");
    assert_eq!(world.doctor().await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_comment_for_a_ticket_waits_for_a_person_where_the_policy_wants_it() {
    let hold = "[[notifications]]\nname = \"tickets\"\nnews = [\"request.completed\"]\nto = [\"ticket\"]\nhold = true\n\n[arrival]";
    let world = World::with_letters(|policy| policy.replace("\n[arrival]", &format!("\n{hold}")));
    world.sensors("INV-1001", "ch_1001").await;
    let taken = world.send(ticket(&world, &ticket_body(), ZENDESK_SECRET)).await.unwrap();
    assert!(taken.status.is_success(), "{}", taken.text);
    world.rest().await;
    let all = world.all_requests().await;
    let id = all[0]["id"].as_str().unwrap();
    for user in [&LEAD, &MANAGER] {
        world.approve(id, user).await;
    }
    world.rest().await;
    assert_eq!(world.request(id).await["status"], "completed");
    let solved = |world: &World| world.outside.comments().iter().any(|comment| comment["ticket"]["status"] == "solved");
    assert!(!solved(&world), "{:#?}", world.outside.comments());
    let held = outbox(&world, "held").await;
    let message = &held[0]["messages"][0];
    assert_eq!((&message["channel"], &message["to"]), (&json!("zendesk"), &Value::Null), "{message:#}");
    let sent = by_hand(&world, message, "send", &FINANCE, &json!({"text": "Your money is on its way."})).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    world.rest().await;
    assert!(solved(&world));
    let text = world.outside.comments().last().unwrap()["ticket"]["comment"]["body"].as_str().unwrap().to_owned();
    assert!(text.contains("Your money is on its way."), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_house_writes_its_own_words_sees_what_they_become_and_sends_a_test_to_itself() {
    let world = World::with_letters(str::to_owned);
    people(&world).await;
    let place = "/v1/letters/templates/colleague/request.pending_approval/de";
    let put = async |user, body: Value| world.call("PUT", place, user, "", &body.to_string()).await.unwrap();
    let own = json!({"subject": "Bitte: {{ request.title }}", "text": "{{ request.amount | money }} für {{ request.customer_name }}"});
    assert_eq!(put(&FINANCE, own.clone()).await.status, StatusCode::FORBIDDEN);
    let wrong = put(&ADMIN, json!({"subject": "x", "text": "eins\n{{ request.secret }}"})).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    assert_eq!(wrong.json["errors"][0]["pointer"], "/text");
    assert!(wrong.json["errors"][0]["detail"].as_str().unwrap().starts_with("line 2: "), "{}", wrong.text);
    let written = put(&ADMIN, own.clone()).await;
    assert_eq!((written.status, &written.json["is_own"]), (StatusCode::OK, &json!(true)), "{}", written.text);
    let id = asked(&world, "INV-1").await;
    assert_eq!(to(&world, "lea@firm.example")[0].0, "Bitte: Erstattung über 59,50 EUR für Nordlicht GmbH");
    let of = json!({"reader": "colleague", "news": "request.pending_approval", "language": "de", "request": id});
    let shown = world.post("/v1/letters/preview", &ADMIN, &of).await;
    assert_eq!(
        (shown.status, &shown.json["text"]),
        (StatusCode::OK, &json!("59,50 EUR für Nordlicht GmbH")),
        "{}",
        shown.text
    );
    let nobody = world.post("/v1/letters/test", &ADMIN, &of).await;
    assert_eq!(
        (nobody.status, nobody.json["type"].as_str().unwrap().ends_with("no-address")),
        (StatusCode::CONFLICT, true),
        "{}",
        nobody.text
    );
    let eve = LocalUser { name: "eve@firm.example", roles: &["admin", "auditor"] };
    let tested = world.post("/v1/letters/test", &eve, &of).await;
    assert_eq!((tested.status, &tested.json["outcome"]), (StatusCode::OK, &json!("delivered")), "{}", tested.text);
    assert_eq!(to(&world, "eve@firm.example")[0].1, "59,50 EUR für Nordlicht GmbH");
    let events = world.get(&format!("{place}/events"), &ADMIN).await;
    assert_eq!(events["items"][0]["what"], "letter_template_written", "{events:#}");
    assert_eq!(world.post(&format!("{place}/remove"), &ADMIN, &json!({})).await.status, StatusCode::OK);
    assert_eq!(world.get(place, &ALICE).await["is_own"], false, "the shipped one is in force again");
    assert_eq!(world.post(&format!("{place}/remove"), &ADMIN, &json!({})).await.status, StatusCode::NOT_FOUND);
}
