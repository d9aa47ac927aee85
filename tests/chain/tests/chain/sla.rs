//! By when people must act: the clock reminds them, and hands what is late to others.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use crate::approval::{ticket, ticket_body};
use crate::world::{ADMIN, ALICE, LEAD, MANAGER, World, ZENDESK_SECRET};

const DAY: Duration = Duration::from_secs(86_400);

/// A refund of 100.00, which a team lead decides until Monday, 17:00: the tests begin on a Saturday at noon.
async fn refund(world: &World) -> String {
    world.invoice("INV-1", "100.00", "ch_1").await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1", "reason": "late"})).await;
    world.rest().await;
    id
}

async fn queue(world: &World, user: &contraflow_host::local_auth::LocalUser<'_>, rest: &str) -> Vec<Value> {
    world.get(&format!("/v1/queue{rest}"), user).await["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_decides_in_its_time_is_told_once_each_and_goes_higher_and_stands_first_in_the_queue() {
    let world = World::new();
    let id = refund(&world).await;
    let request = world.request(&id).await;
    assert_eq!(request["due_at"], "2026-11-23T17:00:00.000Z", "{request:#}");
    assert_eq!(
        (&request["waits"][0]["step"], &request["waits"][0]["rule"]),
        (&json!("decide"), &json!("team lead decides"))
    );
    let waiting = queue(&world, &LEAD, "").await;
    assert_eq!((waiting.len(), &waiting[0]["due_at"]), (1, &request["due_at"]));
    assert_eq!(queue(&world, &LEAD, "?overdue=true").await.len(), 0);
    world.rest_for_hours(52).await;
    assert_eq!(world.outside.events("request.reminder").len(), 1, "on Monday afternoon");
    assert_eq!(world.outside.events("request.overdue").len(), 0);
    let world = world.restarted(None);
    world.rest_for_hours(4).await;
    let overdue = world.outside.events("request.overdue");
    assert_eq!(overdue.len(), 1);
    let event: Value = serde_json::from_slice(&overdue[0].body).unwrap();
    assert_eq!(event["data"]["waits_for"]["to"], json!(["team-lead", "manager"]), "{event:#}");
    world.rest_for_hours(72).await;
    assert_eq!(world.outside.events("request.reminder").len(), 2, "and a day later once more");
    assert_eq!(world.outside.events("request.overdue").len(), 1);
    let late = queue(&world, &MANAGER, "?overdue=true").await;
    assert_eq!((late.len(), &late[0]["waits"][0]["escalated_to"]), (1, &json!("manager")), "{late:#?}");
    let wrong = world.call("GET", "/v1/queue?overdue=yes", &MANAGER, "-", "").await.unwrap();
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    assert_eq!(world.approve(&id, &MANAGER).await.status, StatusCode::OK);
    world.rest().await;
    let done = world.request(&id).await;
    assert_eq!((&done["status"], &done["waits"], &done["due_at"]), (&json!("completed"), &json!([]), &Value::Null));
    let events = world.get(&format!("/v1/requests/{id}/events?limit=200"), &ADMIN).await;
    let count = |what: &str| events["items"].as_array().unwrap().iter().filter(|event| event["what"] == what).count();
    assert_eq!((count("request.reminded"), count("request.overdue")), (2, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_ahead_for_a_moment_reminds_nobody() {
    let world = World::new();
    let id = refund(&world).await;
    world.advance(DAY * 12);
    world.tick().await;
    world.host.idle().await;
    world.turn_back(DAY * 12);
    for _ in 0..3 {
        world.advance(Duration::from_secs(60));
        world.tick().await;
        world.host.idle().await;
    }
    assert_eq!(world.outside.events("request.reminder").len() + world.outside.events("request.overdue").len(), 0);
    assert_eq!(world.request(&id).await["due_at"], "2026-11-23T17:00:00.000Z");
    world.rest_for_hours(56).await;
    assert_eq!((world.outside.events("request.reminder").len(), world.outside.events("request.overdue").len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_asked_is_reminded_on_the_ticket_and_the_answer_begins_the_decider_s_time_anew() {
    let world = World::new();
    world.sensors("INV-1001", "ch_1001").await;
    world.send(ticket(&world, &ticket_body(), ZENDESK_SECRET)).await.unwrap();
    world.rest().await;
    let id = queue(&world, &LEAD, "").await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(world.decide(&id, &LEAD, "request_info", "Which sensors?").await.status, StatusCode::OK);
    world.rest().await;
    let asked = world.request(&id).await;
    assert_eq!((&asked["waits"][0]["step"], &asked["due_at"]), (&json!("answer"), &json!("2026-11-27T17:00:00.000Z")));
    let before = world.outside.comments().len();
    world.rest_for_hours(126).await;
    let comments = world.outside.comments();
    assert_eq!(comments.len(), before + 1, "{comments:?}");
    let text = comments.last().unwrap()["ticket"]["comment"]["body"].as_str().unwrap();
    assert!(text.contains("we wait for your answer until 2026-11-27"), "{text}");
    let answer = world.post(&format!("/v1/requests/{id}/reply"), &MANAGER, &json!({"note": "the blue ones"})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "pending_approval");
    // It is Thursday evening, so the time ends on Friday.
    assert_eq!(request["due_at"], "2026-11-27T17:00:00.000Z", "{request:#}");
    assert_eq!(request["waits"][0]["step"], "decide");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_named_person_to_whom_it_goes_when_it_is_late_decides_and_whoever_asked_does_not() {
    const MIA: contraflow_host::local_auth::LocalUser<'static> =
        contraflow_host::local_auth::LocalUser { name: "mia", roles: &["approver:clerk"] };
    let world = World::with_policy(|policy| {
        policy.replacen("escalate_to = \"manager\"", "escalate_to = { person = \"mia\", fallback = \"finance\" }", 1)
    });
    let id = refund(&world).await;
    assert_eq!(world.approve(&id, &MIA).await.status, StatusCode::FORBIDDEN, "it is not late yet");
    assert_eq!(queue(&world, &MIA, "").await.len(), 0);
    world.rest_for_hours(56).await;
    assert_eq!(queue(&world, &MIA, "").await[0]["id"], id.as_str());
    assert_eq!(world.approve(&id, &ALICE).await.status, StatusCode::FORBIDDEN);
    let decided = world.approve(&id, &MIA).await;
    assert_eq!(decided.status, StatusCode::OK, "{}", decided.text);
    assert_eq!(decided.json["approvals"]["decisions"][0]["escalated_to"], "person:mia:finance");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_a_task_is_reminded_of_it() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let body = json!({"kind": "refund", "invoice": "INV-1", "reason": "late", "destination": "manual"});
    let id = world.ask("k", body).await;
    world.rest().await;
    assert_eq!(world.approve(&id, &LEAD).await.status, StatusCode::OK);
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!(request["tasks"][0]["code"], "leg.pay_out", "{request:#}");
    assert_eq!(
        (&request["waits"][0]["rule"], &request["due_at"]),
        (&json!("pay out by hand"), &json!("2026-11-24T17:00:00.000Z"))
    );
    world.rest_for_hours(78).await;
    let reminders = world.outside.events("request.reminder");
    assert_eq!(reminders.len(), 1);
    let event: Value = serde_json::from_slice(&reminders[0].body).unwrap();
    assert_eq!(event["data"]["waits_for"]["to"], json!(["finance"]));
}
