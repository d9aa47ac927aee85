//! A wall clock that is wrong for a while, and right again.

use std::time::Duration;

use contraflow_domain::limits::WAIT_MS;
use contraflow_domain::time::Timestamp;
use http::StatusCode;
use serde_json::json;

use crate::imports::send;
use crate::refunds::sandbox;
use crate::world::{ALICE, FINANCE, MANAGER, World, cents};

const TWENTY_DAYS: Duration = Duration::from_secs(20 * 24 * 3600);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_was_wrong_for_a_moment_lets_nothing_expire() {
    let world = World::new();
    let ask = json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "60.00", "currency": "EUR"}});
    let id = world.ask("k", ask).await;
    world.rest().await;
    world.round().await.unwrap();
    world.advance(TWENTY_DAYS);
    for _ in 0..2 {
        world.round().await.unwrap();
    }
    world.turn_back(TWENTY_DAYS);
    for _ in 0..3 {
        world.round().await.unwrap();
    }
    world.rest().await;
    assert_eq!(world.request(&id).await["status"], "pending_approval");
    assert_eq!(world.approve(&id, &MANAGER).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_wrong_clock_put_off_goes_on_even_where_a_neighbour_cannot_be_read() {
    let world = World::new();
    world.round().await.unwrap();
    world.advance(TWENTY_DAYS);
    let rows: String = (0..60).map(|row| format!("goodwill_credit;CUST-{row};5,00;EUR;late\n")).collect();
    let reply = send(&world, &ALICE, format!("kind;customer;amount;currency;reason\n{rows}").as_bytes()).await.unwrap();
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
    // Whoever drives them dies.
    let world = world.restarted(None);
    // The clock notices that its time has jumped, and does nothing in this round.
    assert_eq!(world.round().await.unwrap().json["due"], 0);
    let waiting = |world: &World| {
        let sql = "SELECT count(*) FROM contraflow_kv WHERE key LIKE 'due/%' AND key NOT LIKE '%/import~%'";
        world.database().query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert!(waiting(&world) > 20, "the clock takes up what was not driven at once");
    // The first of them can't be read any more.
    let sql = "SELECT key FROM contraflow_kv WHERE key LIKE 'due/%' ORDER BY key LIMIT 1";
    let entry: String = world.database().query_row(sql, [], |row| row.get(0)).unwrap();
    world.spoil(entry.rsplit('/').next().unwrap());

    world.turn_back(TWENTY_DAYS);
    for _ in 0..10 {
        world.round().await.unwrap();
        world.host.idle().await;
        world.advance(Duration::from_secs(5));
    }
    assert_eq!(waiting(&world), 1, "all but the one that can't be read went on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_paid_handed_off_and_lost_by_a_wrong_clock_comes_to_rest_once_it_is_right() {
    pay_hand_off_and_lose_by_a_wrong_clock(3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_wrong_between_two_rounds_alone_puts_nothing_off_for_good() {
    pay_hand_off_and_lose_by_a_wrong_clock(0).await;
}

/// Does all that by a clock that is wrong for so many rounds.
async fn pay_hand_off_and_lose_by_a_wrong_clock(rounds: usize) {
    let world = World::with_drafts();
    world.round().await.unwrap();
    for (number, reference) in [("INV-1", "ch_1__lost"), ("INV-2", "ch_2__pending"), ("INV-3", "ch_3")] {
        world.invoice(number, "100.00", reference).await;
    }
    world.advance(TWENTY_DAYS);
    let mut ids = Vec::new();
    for number in ["INV-1", "INV-2"] {
        ids.push(world.ask(number, json!({"kind": "refund", "invoice": number})).await);
        world.rest().await;
        assert_eq!(world.approve(&ids[ids.len() - 1], &MANAGER).await.status, StatusCode::OK);
        world.rest().await;
    }
    let lost = json!({"type": "dispute.updated", "dispute": {"id": "dp_1", "payment": "ch_3", "status": "lost",
                      "amount": {"value": "100.00", "currency": "EUR"}, "reason": "fraudulent"}});
    assert_eq!(sandbox(&world, "d1", &lost).await.status, StatusCode::OK);
    for _ in 0..rounds {
        world.round().await.unwrap();
        world.host.idle().await;
    }
    world.turn_back(TWENTY_DAYS);
    for _ in 0..40 {
        world.round().await.unwrap();
        world.host.idle().await;
        world.advance(Duration::from_secs(15));
    }
    let latest = Timestamp::from_unix_ms(world.now_ms()).plus_ms(WAIT_MS);
    let sql = format!("SELECT count(*) FROM contraflow_kv WHERE key > 'due/{latest}' AND key < 'due0'");
    let put_off: i64 = world.database().query_row(&sql, [], |row| row.get(0)).unwrap();
    assert_eq!(put_off, 0, "nothing stays due in the far future");
    for id in &ids {
        let request = world.request(id).await;
        let looks = request["events"].as_array().map_or(0, Vec::len);
        assert!(looks < 40, "it is looked at after pauses: {request:#}");
    }
    for memo in world.memos().await {
        let path = format!("/v1/books/credit-memos/{}/post", memo["erp_reference"].as_str().unwrap());
        assert!(world.post(&path, &FINANCE, &json!({})).await.status.is_success());
    }
    world.rest_for_hours(3).await;
    for id in &ids {
        assert_eq!(world.request(id).await["status"], "completed");
    }
    assert_eq!(world.refunds().len(), 2, "each is paid once");
    let booked = world.journal().await;
    let losses = booked.iter().flat_map(|entry| entry["legs"].as_array().unwrap());
    let lost: i64 =
        losses.filter(|leg| leg["account"] == "Expenses:Chargebacks").map(|leg| cents(&leg["amount"])).sum();
    assert_eq!(lost, 10_000, "booked once, and not in twenty days");
}

/// When what stands in the index of what is due is due, by a part of its name.
fn due(world: &World, name: &str) -> Vec<String> {
    let sql = format!("SELECT key FROM contraflow_kv WHERE key LIKE 'due/%{name}%' ORDER BY key");
    let database = world.database();
    let mut rows = database.prepare(&sql).unwrap();
    rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_waits_for_a_try_goes_on_after_a_wrong_clock_and_what_has_a_date_of_its_own_keeps_it() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    world.round().await.unwrap();
    world.advance(TWENTY_DAYS);
    assert_eq!(world.round().await.unwrap().json["due"], 0, "it notices that its time has jumped");
    // A lost dispute, a message whose sender is to be told, and a token that was ended.
    let lost = json!({"type": "dispute.updated", "dispute": {"id": "dp_1", "payment": "ch_1", "status": "lost",
                      "amount": {"value": "100.00", "currency": "EUR"}, "reason": "fraudulent"}});
    assert_eq!(sandbox(&world, "d1", &lost).await.status, StatusCode::OK);
    world.post("/v1/sign-out", &ALICE, &json!({})).await;
    world.host.idle().await;
    let put_off = due(&world, "loss~");
    let at = put_off[0].split('/').nth(1).unwrap();
    let unread = json!({"id": "u1", "source": "nobody", "kind": "", "about": "", "errors": [], "text": "", "since": at,
                        "ticket": "7", "due": at});
    for (key, value) in [("unread/u1".to_owned(), unread.to_string()), (format!("due/{at}/unread~u1"), "null".into())] {
        let sql = "INSERT INTO contraflow_kv (key, value, version) SELECT ?1, ?2, max(version) FROM contraflow_kv";
        world.database().execute(sql, rusqlite::params![key, value.as_bytes()]).unwrap();
    }
    let token = due(&world, "ended-token~");
    assert_eq!(token.len(), 1);

    world.turn_back(TWENTY_DAYS);
    for _ in 0..10 {
        world.round().await.unwrap();
        world.host.idle().await;
        world.advance(Duration::from_secs(5));
    }
    assert!(due(&world, "loss~").is_empty(), "it is booked");
    let told = due(&world, "unread~u1");
    assert!(told.len() == 1 && told[0] < put_off[0], "it is tried, and again: {told:?}");
    assert_eq!(due(&world, "ended-token~"), token, "an ended token is kept for as long as it could be used");
}
