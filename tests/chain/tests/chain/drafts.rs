//! An ERP that takes a draft: money moves, and a person posts the document there, or voids it.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{ADMIN, ALICE, FINANCE, LEAD, MANAGER, Reply, World, cents};

/// A world whose ERP has a draft of 60.00 of the invoice's 100.00, and the request.
async fn drafted(reference: &str) -> (World, String) {
    let world = World::with_drafts();
    world.invoice("INV-1", "100.00", reference).await;
    let body = json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "60.00", "currency": "EUR"}});
    let id = world.ask("k", body).await;
    world.rest().await;
    assert!(world.approve(&id, &MANAGER).await.status.is_success());
    world.rest_for(Duration::from_secs(30)).await;
    (world, id)
}

/// What a person does on the ERP's screen.
async fn at_the_erp(world: &World, reference: &Value, what: &str) -> Reply {
    let address = format!("/v1/books/credit-memos/{}/{what}", reference.as_str().unwrap());
    world.post(&address, &FINANCE, &json!({})).await
}

fn tasks(request: &Value) -> Vec<&str> {
    request["tasks"].as_array().unwrap().iter().map(|task| task["code"].as_str().unwrap()).collect()
}

async fn booked(world: &World, account: &str) -> i64 {
    let legs = world.journal().await.into_iter().flat_map(|entry| entry["legs"].as_array().unwrap().clone());
    legs.filter(|leg| leg["account"] == account).map(|leg| cents(&leg["amount"])).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_that_a_person_posts_in_the_erp_gets_its_number_and_the_request_ends() {
    let (world, id) = drafted("ch_1").await;
    let request = world.request(&id).await;
    assert_eq!((&request["status"], tasks(&request)), (&json!("executing"), vec!["erp.post"]), "{request:#}");
    assert_eq!((&request["credit_memo"]["status"], &request["credit_memo"]["number"]), (&json!("draft"), &Value::Null));
    assert_eq!(request["legs"][0]["status"], "succeeded", "money moves when the hand-off is accepted");
    assert_eq!(
        booked(&world, "Assets:Receivable:CUST-7").await,
        6000,
        "without a memo the customer owes what went out"
    );
    assert!(world.outside.events("request.completed").is_empty());

    // The task waits where finance looks, for days if it takes days; nothing is asked more than about once an hour.
    let waiting = world.get("/v1/queue", &FINANCE).await;
    assert!(waiting.to_string().contains(&id), "{waiting:#}");
    world.rest_for_hours(30).await;
    let version = world.request(&id).await["version"].clone();
    world.rest_for_hours(5).await;
    assert_eq!(world.request(&id).await["version"], version, "looking leaves no trace in the record");

    let reference = &request["credit_memo"]["erp_reference"];
    let posted = at_the_erp(&world, reference, "post").await;
    assert_eq!((posted.status, &posted.json["number"]), (StatusCode::OK, &json!("CM-000001")), "{}", posted.text);
    assert_eq!(at_the_erp(&world, reference, "post").await.json, posted.json, "once");
    assert_eq!(at_the_erp(&world, reference, "void").await.status, StatusCode::CONFLICT, "it is no draft any more");
    world.rest_for_hours(2).await;
    let request = world.request(&id).await;
    assert_eq!((&request["status"], tasks(&request).len()), (&json!("completed"), 0), "{request:#}");
    assert_eq!(
        (&request["credit_memo"]["status"], &request["credit_memo"]["number"]),
        (&json!("issued"), &json!("CM-000001"))
    );
    let told = world.outside.events("request.completed");
    assert_eq!((told.len(), &told[0].json()["data"]["credit_memo"]), (1, &json!("CM-000001")));
    assert_eq!((world.memos().await.len(), world.refunds().len()), (1, 1));
    assert_eq!(booked(&world, "Assets:Receivable:CUST-7").await, 0);
    assert_eq!(booked(&world, "Income:Sales-Returns").await, 6000);
    let events = world.get(&format!("/v1/requests/{id}/events?limit=100"), &ADMIN).await;
    let posted = events["items"].as_array().unwrap().iter().filter(|event| event["what"] == "document.posted");
    assert_eq!(posted.count(), 1, "{events:#}");
    assert!(!world.waits_for_the_clock(), "it is not looked at any more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_just_posted_a_draft_need_not_wait_for_the_next_look() {
    let (world, id) = drafted("ch_1").await;
    world.rest_for_hours(30).await;
    at_the_erp(&world, &world.request(&id).await["credit_memo"]["erp_reference"], "post").await;
    world.post(&format!("/v1/requests/{id}/retry"), &FINANCE, &json!({})).await;
    world.rest().await;
    assert_eq!(world.request(&id).await["credit_memo"]["number"], "CM-000001");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fee_is_charged_when_its_draft_is_posted_and_not_before() {
    let world = World::with_drafts();
    let fee = json!({"kind": "fee_assessment", "customer": "CUST-7", "amount": {"value": "15.00", "currency": "EUR"}});
    let id = world.ask("k", fee).await;
    world.rest().await;
    world.approve(&id, &LEAD).await;
    world.rest_for(Duration::from_secs(60)).await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "executing", "{request:#}");
    assert_eq!(booked(&world, "Assets:Receivable:CUST-7").await, 0);
    at_the_erp(&world, &request["credit_memo"]["erp_reference"], "post").await;
    world.rest_for_hours(2).await;
    assert_eq!(world.request(&id).await["status"], "completed");
    assert_eq!(booked(&world, "Assets:Receivable:CUST-7").await, 1500);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_whose_request_is_reversed_is_voided_and_burns_no_number() {
    let world = World::with_drafts();
    let credit = json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "20.00", "currency": "EUR"}});
    let mut other = credit.clone();
    other["reason"] = json!("another");
    let first = world.ask("k1", credit).await;
    world.rest_for(Duration::from_secs(30)).await;
    assert_eq!(booked(&world, "Liabilities:Store-Credit:C").await, -2000);
    assert_eq!(world.post(&format!("/v1/requests/{first}/reverse"), &FINANCE, &json!({})).await.status, StatusCode::OK);
    world.rest_for(Duration::from_secs(60)).await;
    let request = world.request(&first).await;
    assert_eq!((&request["credit_memo"]["status"], &request["credit_memo"]["number"]), (&json!("void"), &Value::Null));
    assert!(tasks(&request).is_empty(), "{request:#}");
    assert_eq!(world.memos().await[0]["status"], "voided");
    for account in ["Liabilities:Store-Credit:C", "Assets:Receivable:C", "Income:Sales-Returns"] {
        assert_eq!(booked(&world, account).await, 0, "{account}");
    }
    assert_eq!(at_the_erp(&world, &request["credit_memo"]["erp_reference"], "post").await.status, StatusCode::CONFLICT);

    let second = world.ask("k2", other).await;
    world.rest_for(Duration::from_secs(30)).await;
    let reference = world.request(&second).await["credit_memo"]["erp_reference"].clone();
    assert_eq!(at_the_erp(&world, &reference, "post").await.json["number"], "CM-000001", "no number was burnt");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_voided_in_the_erp_after_the_money_went_out_calls_a_person_who_hands_it_in_anew() {
    let (world, id) = drafted("ch_1").await;
    let voided = at_the_erp(&world, &world.request(&id).await["credit_memo"]["erp_reference"], "void").await;
    assert_eq!((voided.status, &voided.json["status"]), (StatusCode::OK, &json!("voided")), "{}", voided.text);
    world.rest_for_hours(2).await;
    let request = world.request(&id).await;
    assert_eq!(
        (&request["status"], tasks(&request)),
        (&json!("needs_attention"), vec!["erp.voided_there"]),
        "{request:#}"
    );
    assert!(request["tasks"][0]["detail"].as_str().unwrap().contains("60.00 EUR is out"), "{request:#}");
    let refused = world.post(&format!("/v1/requests/{id}/reverse"), &FINANCE, &json!({})).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "what is out can't be called back");

    assert_eq!(world.post(&format!("/v1/requests/{id}/retry"), &FINANCE, &json!({})).await.status, StatusCode::OK);
    world.rest_for(Duration::from_secs(30)).await;
    let request = world.request(&id).await;
    assert_eq!((&request["status"], tasks(&request)), (&json!("executing"), vec!["erp.post"]), "{request:#}");
    at_the_erp(&world, &request["credit_memo"]["erp_reference"], "post").await;
    world.rest_for_hours(2).await;
    let request = world.request(&id).await;
    assert_eq!((&request["status"], &request["credit_memo"]["number"]), (&json!("completed"), &json!("CM-000001")));
    let memos: Vec<_> = world.memos().await.iter().map(|memo| memo["status"].clone()).collect();
    assert_eq!(memos, [json!("voided"), json!("posted")]);
    assert_eq!(world.refunds().len(), 1, "nothing is paid again");
    assert_eq!(booked(&world, "Assets:Receivable:CUST-7").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_voided_in_the_erp_before_any_money_went_out_pays_nothing_and_can_be_given_up() {
    // The gateway declines, so nothing is out when the draft is voided; the retry of the leg comes too late.
    let (world, id) = drafted("ch_1__decline").await;
    let request = world.request(&id).await;
    assert_eq!(tasks(&request), ["erp.post", "leg.reroute"], "{request:#}");
    at_the_erp(&world, &request["credit_memo"]["erp_reference"], "void").await;
    world.rest_for_hours(2).await;
    assert!(tasks(&world.request(&id).await).contains(&"erp.voided_there"));
    assert_eq!(world.post(&format!("/v1/requests/{id}/reverse"), &FINANCE, &json!({})).await.status, StatusCode::OK);
    world.rest_for(Duration::from_secs(60)).await;
    let request = world.request(&id).await;
    assert_eq!((&request["status"], tasks(&request).len()), (&json!("completed"), 0), "{request:#}");
    assert_eq!(
        (&request["credit_memo"]["status"], &request["credit_memo"]["hand_off"]),
        (&json!("void"), &json!("reversed"))
    );
    assert_eq!(world.memos().await.len(), 1);
    assert!(
        world.refunds().iter().all(|refund| refund.3 == "failed" || refund.3 == "canceled"),
        "{:?}",
        world.refunds()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_finance_posts_a_draft_and_there_must_be_one() {
    let (world, id) = drafted("ch_1").await;
    let reference = world.request(&id).await["credit_memo"]["erp_reference"].as_str().unwrap().to_owned();
    for what in ["post", "void"] {
        let address = format!("/v1/books/credit-memos/{reference}/{what}");
        for user in [&ALICE, &MANAGER, &ADMIN] {
            let reply = world.call("POST", &address, user, "-", "").await.unwrap();
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{}: {}", user.name, reply.text);
        }
        for nobody in ["DOC-0000000099", "CM-000001", "nothing"] {
            let reply = world.post(&format!("/v1/books/credit-memos/{nobody}/{what}"), &FINANCE, &json!({})).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{nobody}: {}", reply.text);
        }
    }
}
