//! Adyen's messages as strangers and mishaps send them: again, with other dates, beside others, unreadable.

use std::time::Duration;

use contraflow_peers::adyen::{PAYMENT, event, signed};
use http::StatusCode;
use serde_json::{Value, json};

use super::deliver::{deliver, tell};
use super::{invoiced, orders};
use crate::world::{FINANCE, cents};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signed_item_that_comes_again_with_another_date_has_no_second_effect() {
    let world = invoiced(false, &[]).await;
    let told = |code: &str, hour: u32| {
        let mut event = event(code, "true", "DISPUTE000000001", "of the payment", 10_000);
        event["eventDate"] = json!(format!("2026-11-21T{hour:02}:00:00+01:00"));
        event
    };
    for (code, hour) in
        [("CHARGEBACK", 9), ("SECOND_CHARGEBACK", 10), ("PREARBITRATION_WON", 11), ("SCHEME_ARBITRATION_LOST", 12)]
    {
        tell(&world, told(code, hour)).await;
        world.rest_for(Duration::from_secs(30)).await;
    }
    let entries = world.journal().await.len();
    for hour in [13, 23] {
        for code in ["PREARBITRATION_WON", "CHARGEBACK", "SECOND_CHARGEBACK"] {
            tell(&world, told(code, hour)).await;
            world.rest_for(Duration::from_secs(30)).await;
        }
    }
    let journal = world.journal().await;
    assert_eq!(journal.len(), entries, "nothing is booked again: {journal:#?}");
    let legs = journal.iter().flat_map(|entry| entry["legs"].as_array().unwrap());
    let lost: i64 = legs.filter(|leg| leg["account"] == "Expenses:Chargebacks").map(|leg| cents(&leg["amount"])).sum();
    assert_eq!(lost, 10_000, "it stays lost");
    assert!(orders(&world).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_that_cannot_be_read_holds_up_no_other_and_waits_for_a_person() {
    let world = invoiced(false, &[]).await;
    let mut others = event("REFUND", "true", "REFUND0000000001", "theirs", 5_000);
    others["merchantAccountCode"] = json!("Elsewhere");
    others["amount"]["currency"] = json!("BIF");
    let mut unread = event("REFUND", "true", "REFUND0000000002", "ours", 5_000);
    unread["success"] = json!("perhaps");
    let ours = event("REFUND", "true", "REFUND0000000003", "made there", 7_000);
    let batch = [signed(others), signed(unread), signed(ours)];
    for _ in 0..2 {
        let reply = deliver(&world, &batch).await;
        assert_eq!((reply.status, &reply.json["received"]), (StatusCode::OK, &json!(3)), "{}", reply.text);
    }
    world.rest().await;
    // What stood beside it counts: 70.00 are gone.
    let ask =
        |value: &str| json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": value, "currency": "EUR"}});
    let much = world.ask("k1", ask("30.01")).await;
    world.rest().await;
    assert_eq!(world.request(&much).await["status"], "ineligible");
    let waiting = world.get("/v1/unread-messages", &FINANCE).await["items"].clone();
    let waiting: Vec<&Value> = waiting.as_array().unwrap().iter().collect();
    assert_eq!(waiting.len(), 1, "once, and nothing of another merchant: {waiting:#?}");
    assert_eq!((&waiting[0]["kind"], &waiting[0]["task"]), (&json!("REFUND"), &json!("message.unreadable")));
    let close = format!("/v1/unread-messages/{}/close", waiting[0]["id"].as_str().unwrap());
    assert_eq!(world.post(&close, &FINANCE, &json!({})).await.status, StatusCode::OK);
    deliver(&world, &batch).await;
    assert_eq!(world.get("/v1/unread-messages", &FINANCE).await["items"], json!([]), "it was seen to");
    // A stranger fills nothing.
    let reply = deliver(&world, &[json!({"NotificationRequestItem": 7})]).await;
    assert!(reply.status.is_client_error(), "{}", reply.text);
    assert_eq!(world.get("/v1/unread-messages", &FINANCE).await["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_that_its_payment_has_no_room_for_holds_up_no_other_and_waits_for_a_person() {
    let world = invoiced(false, &[]).await;
    tell(&world, event("NOTIFICATION_OF_CHARGEBACK", "true", "DISPUTE000000001", "of the payment", 100)).await;
    let key = format!("payment/adyen/{PAYMENT}");
    let read = "SELECT value FROM contraflow_kv WHERE key = ?1";
    let stored: Vec<u8> = world.database().query_row(read, [&key], |row| row.get(0)).unwrap();
    let mut account: Value = serde_json::from_slice(&stored).unwrap();
    let first = account["disputes"][0].clone();
    let disputes = account["disputes"].as_array_mut().unwrap();
    disputes.extend((2..=200).map(|number| {
        let mut dispute = first.clone();
        dispute["id"] = json!(format!("DISPUTE-{number}"));
        dispute
    }));
    let written = "UPDATE contraflow_kv SET value = ?2 WHERE key = ?1";
    assert_eq!(world.database().execute(written, (&key, account.to_string().into_bytes())).unwrap(), 1);
    let batch = [
        signed(event("NOTIFICATION_OF_CHARGEBACK", "true", "DISPUTE000000002", "one too many", 100)),
        signed(event("REFUND", "true", "REFUND0000000003", "made there", 7_000)),
    ];
    let reply = deliver(&world, &batch).await;
    assert_eq!((reply.status, &reply.json["received"]), (StatusCode::OK, &json!(2)), "{}", reply.text);
    let waiting = world.get("/v1/unread-messages", &FINANCE).await["items"].clone();
    assert_eq!((waiting[0]["kind"].as_str(), waiting.as_array().unwrap().len()), (Some("dispute"), 1), "{waiting:#}");
    let why = waiting[0]["errors"][0]["detail"].as_str().unwrap();
    assert!(why.contains("takes no more"), "{why}");
    let stored: Vec<u8> = world.database().query_row(read, [&key], |row| row.get(0)).unwrap();
    let account: Value = serde_json::from_slice(&stored).unwrap();
    assert_eq!(account["disputes"].as_array().unwrap().len(), 200);
    assert_eq!(account["outside"][0]["amount"]["value"], "70.00", "{:#}", account["outside"]);
}
