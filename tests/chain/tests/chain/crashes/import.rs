//! An import of a file, crashed at every call.

use std::time::Duration;

use super::crash_at::{CrashAt, Edge};
use crate::imports::{all, send};
use crate::world::{ALICE, MANAGER, World};

/// More rows than one commit takes, two of them equal; all of them wait for people in the end.
fn file() -> String {
    let rows: String = values().map(|value| format!("goodwill_credit,CUST-7,{value},EUR\n")).collect();
    format!("kind,customer,amount,currency\n{rows}")
}

fn values() -> impl Iterator<Item = String> {
    (0..26).map(|n: i32| format!("{}.00", 60 + n.max(1)))
}

/// Each row is one request.
async fn once(world: &World, context: &str) {
    let found = world.get("/v1/requests?status=pending_approval&limit=200", &MANAGER).await;
    let items = found["items"].as_array().unwrap().iter();
    let mut stored: Vec<_> = items.map(|item| item["amount"]["value"].as_str().unwrap().to_owned()).collect();
    stored.sort();
    assert_eq!(stored, values().collect::<Vec<_>>(), "{context}");
    assert_eq!(all(world).await.len(), stored.len(), "{context}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_crashes_anywhere_adds_each_row_once_when_the_file_is_sent_again() {
    let file = file();
    let counter = CrashAt::counter();
    let world = World::with(Some(counter.clone()));
    send(&world, &ALICE, file.as_bytes()).await;
    // The calls until the answer; those of the drivers behind it crash elsewhere.
    let calls = counter.calls().min(100);
    world.host.abandon();
    let mut crashes = 0;
    for target in 0..calls {
        let edge = if target % 2 == 0 { Edge::Before } else { Edge::After };
        let crash = CrashAt::new(target, edge);
        let world = World::with(Some(crash.clone()));
        send(&world, &ALICE, file.as_bytes()).await;
        let world = world.restarted(None);
        let again = send(&world, &ALICE, file.as_bytes()).await.expect("the host lives");
        assert_eq!(again.json["items"].as_array().unwrap().len(), 26, "{}", again.text);
        world.rest_at_most(Duration::from_secs(300)).await;
        once(&world, &format!("crash {edge:?} call {target}")).await;
        crashes += u32::from(crash.has_fired());
    }
    crate::tell(&format!("import: {crashes} crash points of {calls} calls"));
    assert!(u64::from(crashes) * 3 >= calls * 2 && calls >= 20, "{crashes} crashes at {calls} calls");
}
