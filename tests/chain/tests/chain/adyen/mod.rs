//! Adyen as the gateway: an order is only ever received, and webhooks alone say how it ends.

mod deliver;
mod messages;

use std::time::Duration;

use contraflow_peers::adyen::{API_KEY, Fate, Made, PAYMENT, URL, about, event, signed};
use http::StatusCode;
use serde_json::{Value, json};

use crate::outside::Sent;
use crate::world::{FINANCE, MANAGER, World, cents};
use deliver::{deliver, tell};

/// An invoice of 100.00 that was paid at Adyen.
async fn invoiced(ignores_keys: bool, fates: &[Fate]) -> World {
    let world = World::new();
    world.outside.adyen(|adyen| {
        adyen.ignores_keys = ignores_keys;
        adyen.fates.extend(fates.iter().cloned());
    });
    let payment = json!({"id": "PAY-1", "gateway": "adyen", "reference": PAYMENT, "method": "card", "captured": "100.00",
                         "paid_at": "2026-11-02T09:00:00Z"});
    world.invoice_paid_by("INV-1", "100.00", &[payment]).await;
    world
}

/// All of it asked for, approved and ordered.
async fn ordered(ignores_keys: bool, fates: &[Fate]) -> (World, String) {
    let world = invoiced(ignores_keys, fates).await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1", "reason": "duplicate"})).await;
    world.rest().await;
    assert_eq!(world.approve(&id, &MANAGER).await.status, StatusCode::OK);
    world.rest().await;
    (world, id)
}

fn orders(world: &World) -> Vec<Sent> {
    world.outside.sent().into_iter().filter(|sent| sent.url.starts_with(URL)).collect()
}

fn made(world: &World) -> Vec<Made> {
    world.outside.adyen(|adyen| adyen.refunds.clone())
}

async fn leg(world: &World, id: &str) -> Value {
    world.request(id).await["legs"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_through_adyen_is_pending_until_its_webhook_says_how_it_ended() {
    for ignores_keys in [false, true] {
        let (world, id) = ordered(ignores_keys, &[]).await;
        let order = orders(&world)[0].clone();
        let key = format!("{id}-l1");
        assert_eq!(order.url, format!("http://adyen.example/v72/payments/{PAYMENT}/refunds"));
        assert_eq!(
            (&order.headers["x-api-key"], order.headers["idempotency-key"].to_str().unwrap()),
            (&API_KEY.parse().unwrap(), &*key)
        );
        assert_eq!(
            order.json(),
            json!({"merchantAccount": "Nordlicht", "amount": {"value": 10_000, "currency": "EUR"}, "reference": key,
                   "merchantRefundReason": "DUPLICATE"})
        );
        // Nobody can be asked; so nothing is ordered again, and no person is bothered.
        world.rest_for_hours(50).await;
        let request = world.request(&id).await;
        assert_eq!((&request["status"], &request["tasks"]), (&json!("executing"), &json!([])), "{request:#}");
        assert_eq!(request["legs"][0]["status"], "pending");
        let refund = made(&world).remove(0);
        assert_eq!(request["legs"][0]["gateway_reference"], refund.reference.as_str());
        tell(&world, about(&refund, "REFUND", "true")).await;
        world.rest_for(Duration::from_secs(60)).await;
        let request = world.request(&id).await;
        assert_eq!(request["status"], "completed", "{request:#}");
        assert_eq!((orders(&world).len(), made(&world).len()), (1, 1));
        let state = world.get("/v1/books/invoices/INV-1", &FINANCE).await;
        assert_eq!(state["refunded"]["value"], "100.00", "{state:#}");
        world.journal().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_adyen_lost_is_had_by_the_same_order_under_the_same_key() {
    for fate in [Fate::Lost, Fate::Vanishes] {
        let (world, id) = ordered(false, std::slice::from_ref(&fate)).await;
        assert_eq!(leg(&world, &id).await["status"], "unknown", "{fate:?}");
        world.rest_for(Duration::from_secs(900)).await;
        assert_eq!(leg(&world, &id).await["status"], "pending", "{fate:?}: {:#}", world.request(&id).await);
        let sent = orders(&world);
        assert_eq!(sent.len(), 2, "{fate:?}");
        assert_eq!(sent[0].headers["idempotency-key"], sent[1].headers["idempotency-key"]);
        assert_eq!(sent[0].body, sent[1].body);
        assert_eq!(made(&world).len(), 1, "{fate:?}: one refund");
        tell(&world, about(&made(&world)[0], "REFUND", "true")).await;
        world.rest_for(Duration::from_secs(60)).await;
        let request = world.request(&id).await;
        assert_eq!((&request["status"], &request["tasks"]), (&json!("completed"), &json!([])), "{request:#}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_settles_a_lost_answer_before_anything_is_ordered_again() {
    // Of a gateway that ignores keys, a second order would be a second refund.
    let (world, id) = ordered(true, &[Fate::Lost]).await;
    world.rest_for(Duration::from_secs(240)).await;
    assert_eq!(leg(&world, &id).await["status"], "unknown");
    tell(&world, about(&made(&world)[0], "REFUND", "true")).await;
    world.rest_for_hours(30).await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    assert_eq!((orders(&world).len(), made(&world).len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_given_again_that_is_not_taken_leaves_the_first_in_doubt_and_ends_with_its_key() {
    let busy =
        Fate::Answer(503, true, json!({"errorCode": "703", "message": "required resource temporarily unavailable"}));
    let fates: Vec<_> = std::iter::once(Fate::Lost).chain(std::iter::repeat_n(busy, 400)).collect();
    let (world, id) = ordered(false, &fates).await;
    world.rest_for_hours(24).await;
    assert_eq!(leg(&world, &id).await["status"], "unknown", "it is not free to be released");
    world.rest_for_hours(6 * 24).await;
    let sent = orders(&world).len();
    assert!(sent > 24, "{sent}");
    world.rest_for_hours(24).await;
    let request = world.request(&id).await;
    assert_eq!(orders(&world).len(), sent, "after a week nobody knows whether Adyen still knows the key");
    let tasks: Vec<_> = request["tasks"].as_array().unwrap().iter().map(|task| task["code"].clone()).collect();
    assert!(tasks.contains(&json!("leg.key_expired")), "{request:#}");
    // A person finds it in the Customer Area and names it; its webhook still says how it ended.
    let refund = made(&world).remove(0);
    let named = json!({"reference": refund.reference});
    let reply = world.post(&format!("/v1/requests/{id}/legs/l1/confirm"), &FINANCE, &named).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!(leg(&world, &id).await["status"], "pending");
    tell(&world, event("REFUND", "true", &refund.reference, "of the payment", 10_000)).await;
    world.rest_for(Duration::from_secs(60)).await;
    let request = world.request(&id).await;
    assert_eq!((&request["status"], &request["tasks"]), (&json!("completed"), &json!([])), "{request:#}");
    assert_eq!(made(&world).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_that_adyen_declines_is_a_persons_matter_with_its_words() {
    let declined =
        json!({"status": 422, "errorCode": "137", "message": "Invalid amount specified", "errorType": "validation"});
    let (world, id) = ordered(false, &[Fate::Answer(422, false, declined)]).await;
    let request = world.request(&id).await;
    assert_eq!((&request["status"], &request["legs"][0]["status"]), (&json!("needs_attention"), &json!("failed")));
    assert!(request["tasks"][0]["detail"].as_str().unwrap().contains("Invalid amount specified"), "{request:#}");
    assert!(made(&world).is_empty());
}

/// Scenario 17.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn adyens_events_mean_what_they_are_named_for() {
    for (told, status) in [
        (&[("REFUND", "false")][..], "failed"),
        (&[("REFUND_FAILED", "true")], "failed"),
        (&[("REFUND", "true"), ("REFUND_FAILED", "true")], "late_failed"),
        (&[("REFUND", "true"), ("REFUNDED_REVERSED", "true")], "reversed"),
    ] {
        let (world, id) = ordered(false, &[]).await;
        for (code, success) in told {
            tell(&world, about(&made(&world)[0], code, success)).await;
            world.rest_for(Duration::from_secs(30)).await;
        }
        let request = world.request(&id).await;
        assert_eq!(request["legs"][0]["status"], status, "{told:?}: {request:#}");
        assert_eq!(
            (&request["status"], &request["tasks"][0]["code"]),
            (&json!("needs_attention"), &json!("leg.reroute"))
        );
        let state = world.get("/v1/books/invoices/INV-1", &FINANCE).await;
        assert_eq!(state["refunded"]["value"], "0.00", "{told:?}: {state:#}");
        assert_eq!(made(&world).len(), 1);
    }
}

/// Scenario 18.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_event_that_comes_again_restores_store_credit_once() {
    let (world, id) = ordered(false, &[]).await;
    let refund = made(&world).remove(0);
    // Each twice as it was, and later once more under another date.
    let again = async |hour: u32| {
        for (code, success) in [("REFUND", "true"), ("REFUND_FAILED", "true")] {
            let mut event = about(&refund, code, success);
            event["eventDate"] = json!(format!("2026-11-21T{hour}:00:00+01:00"));
            for _ in 0..2 {
                tell(&world, event.clone()).await;
            }
        }
        world.rest_for(Duration::from_secs(60)).await;
    };
    again(13).await;
    assert_eq!(leg(&world, &id).await["status"], "late_failed");
    let elsewhere = json!({"destination": "store_credit"});
    let retry = format!("/v1/requests/{id}/retry");
    world.redirect(&id, &elsewhere, &MANAGER).await;
    world.rest_for(Duration::from_secs(60)).await;
    again(13).await;
    again(14).await;
    let refused = world.post(&retry, &FINANCE, &elsewhere).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    let balance = world.get("/v1/customers/CUST-7/balance", &FINANCE).await["balances"][0].clone();
    assert_eq!(cents(&balance["balance"]), 10_000, "{balance:#}");
    assert_eq!(balance["entries"].as_array().unwrap().len(), 1, "{balance:#}");
    let legs = world.journal().await.into_iter().flat_map(|entry| entry["legs"].as_array().unwrap().clone());
    let owed: i64 =
        legs.filter(|leg| leg["account"] == "Liabilities:Store-Credit:CUST-7").map(|leg| cents(&leg["amount"])).sum();
    assert_eq!(owed, -10_000);
    let request = world.request(&id).await;
    assert_eq!((&request["status"], &request["legs"][1]["to"]), (&json!("completed"), &json!("store_credit")));
    assert_eq!(made(&world).len(), 1);
}

/// Scenario 21.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chargeback_that_is_reversed_creates_no_refund_and_lets_none_go() {
    let world = invoiced(false, &[]).await;
    let half = json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": "40.00", "currency": "EUR"}});
    let id = world.ask("k", half).await;
    world.rest().await;
    let dispute = |code| event(code, "true", "DISPUTE000000001", "of the payment", 10_000);
    tell(&world, dispute("NOTIFICATION_OF_CHARGEBACK")).await;
    tell(&world, dispute("CHARGEBACK")).await;
    world.approve(&id, &MANAGER).await;
    let mut reversed = dispute("CHARGEBACK_REVERSED");
    // What stands beside an event is not signed.
    reversed["additionalData"]["disputeStatus"] = json!("Won");
    for _ in 0..3 {
        tell(&world, reversed.clone()).await;
    }
    world.rest_for_hours(48).await;
    assert!(orders(&world).is_empty(), "the bank may charge it back a second time");
    assert_eq!(leg(&world, &id).await["frozen"], true);
    let all = world.get("/v1/requests", &FINANCE).await;
    assert_eq!(all["items"].as_array().unwrap().len(), 1, "news ask for nothing: {all:#}");
    tell(&world, dispute("ISSUER_RESPONSE_TIMEFRAME_EXPIRED")).await;
    world.rest_for(Duration::from_secs(60)).await;
    assert!(orders(&world).is_empty(), "Adyen signs no date, so a person looks whether it is so");
    assert_eq!(world.request(&id).await["tasks"][0]["code"], "dispute.confirm");
    let retry = format!("/v1/requests/{id}/retry");
    assert_eq!(world.post(&retry, &FINANCE, &json!({})).await.status, StatusCode::OK);
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!(made(&world).iter().map(|made| made.value).collect::<Vec<_>>(), [4_000], "only what people approved");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_chargeback_takes_the_refund_that_waits() {
    let world = invoiced(false, &[]).await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1"})).await;
    world.rest().await;
    for code in ["CHARGEBACK", "CHARGEBACK_REVERSED", "SECOND_CHARGEBACK"] {
        tell(&world, event(code, "true", "DISPUTE000000001", "of the payment", 10_000)).await;
    }
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!(world.request(&id).await["status"], "rejected");
    assert!(orders(&world).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_chargeback_that_is_won_in_pre_arbitration_is_booked_back_whatever_the_order() {
    let told = [("CHARGEBACK", 9), ("CHARGEBACK_REVERSED", 10), ("SECOND_CHARGEBACK", 11), ("PREARBITRATION_WON", 12)];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 3, 0, 2]] {
        let world = invoiced(false, &[]).await;
        let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1"})).await;
        world.rest().await;
        for place in order {
            let (code, hour) = told[place];
            let mut event = event(code, "true", "DISPUTE000000001", "of the payment", 10_000);
            event["eventDate"] = json!(format!("2026-11-21T{hour:02}:00:00+01:00"));
            tell(&world, event).await;
            world.rest_for(Duration::from_secs(30)).await;
        }
        let legs: Vec<_> =
            world.journal().await.into_iter().flat_map(|entry| entry["legs"].as_array().unwrap().clone()).collect();
        let moved = |account: &str| -> i64 {
            legs.iter().filter(|leg| leg["account"] == account).map(|leg| cents(&leg["amount"])).sum()
        };
        assert_eq!((moved("Expenses:Chargebacks"), moved("Assets:Gateway:Adyen")), (0, 10_000), "{order:?}");
        assert!(orders(&world).is_empty(), "news pay nobody");
        let request = world.request(&id).await;
        match request["status"].as_str() {
            // It was refused for the loss: a person asks whether it is still owed.
            Some("rejected") => assert_eq!(request["tasks"][0]["code"], "dispute.given_back", "{order:?}: {request:#}"),
            status => assert_eq!((status, &request["tasks"]), (Some("pending_approval"), &json!([])), "{order:?}"),
        }
        let again = world.ask("k2", json!({"kind": "refund", "invoice": "INV-1"})).await;
        world.rest().await;
        let expected = if request["status"] == "rejected" { "pending_approval" } else { "ineligible" };
        assert_eq!(world.request(&again).await["status"], expected, "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_forged_item_has_the_whole_batch_refused() {
    let (world, id) = ordered(false, &[]).await;
    let refund = made(&world).remove(0);
    let right = signed(about(&refund, "REFUND", "true"));
    let mut forged = signed(event("REFUND", "false", "REFUND9999999999", "x", 10_000));
    forged["success"] = json!("true");
    for batch in [vec![right.clone(), forged.clone()], vec![forged, right.clone()], Vec::new()] {
        let reply = deliver(&world, &batch).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{}", reply.text);
        assert_eq!(reply.json["type"], "urn:contraflow:problem:bad-signature");
    }
    world.rest().await;
    assert_eq!(leg(&world, &id).await["status"], "pending", "nothing of it was stored");
    let reply = deliver(&world, &[right]).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    world.rest().await;
    assert_eq!(world.request(&id).await["status"], "completed", "the message was not spent by the refusals");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_comes_three_times_out_of_order_moves_a_leg_once() {
    let (world, id) = ordered(false, &[]).await;
    let refund = made(&world).remove(0);
    let [paid, failed] =
        [("REFUND", "true"), ("REFUND_FAILED", "true")].map(|(code, success)| signed(about(&refund, code, success)));
    let other = signed(event("AUTHORISATION", "true", PAYMENT, "ORDER-1", 10_000));
    for batch in [[&failed, &other, &paid], [&paid, &failed, &other], [&other, &failed, &paid]] {
        let reply = deliver(&world, &batch.map(Clone::clone)).await;
        assert_eq!((reply.status, &reply.json["received"]), (StatusCode::OK, &json!(3)), "{}", reply.text);
    }
    world.rest_for(Duration::from_secs(60)).await;
    let request = world.request(&id).await;
    assert_eq!(request["legs"][0]["status"], "late_failed", "{request:#}");
    let events = world.get(&format!("/v1/requests/{id}/events"), &FINANCE).await;
    let late = events["items"].as_array().unwrap().iter().filter(|event| event["data"]["to"] == "late_failed").count();
    assert_eq!(late, 1);
    assert_eq!(made(&world).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_made_in_the_customer_area_takes_from_what_the_payment_has_left() {
    let world = invoiced(false, &[]).await;
    tell(&world, event("REFUND", "true", "REFUND0000000099", "ORDER-1", 7_000)).await;
    let ask =
        |value: &str| json!({"kind": "refund", "invoice": "INV-1", "amount": {"value": value, "currency": "EUR"}});
    let much = world.ask("k1", ask("30.01")).await;
    let fits = world.ask("k2", ask("30.00")).await;
    world.rest().await;
    assert_eq!(world.request(&much).await["status"], "ineligible");
    assert_eq!(world.request(&fits).await["status"], "pending_approval");
}
