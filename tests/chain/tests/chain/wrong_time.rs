//! A wall clock that is wrong for a while, and right again.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;

use crate::imports::send;
use crate::world::{ALICE, MANAGER, World};

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
    world.host.idle().await;
    // The clock notices that its time has jumped, and does nothing in this round.
    assert_eq!(world.round().await.unwrap().json["due"], 0);
    let waiting = |world: &World| {
        let sql = "SELECT count(*) FROM contraflow_kv WHERE key LIKE 'due/%'";
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
