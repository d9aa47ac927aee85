//! An import of a file, crashed at every call.

use std::time::Duration;

use super::rows::{Story, every_row};
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

struct Import;

impl Story for Import {
    fn name(&self) -> String {
        "import".to_owned()
    }

    async fn beginning(&self) -> World {
        let world = World::new();
        // The file of the database comes with the first look.
        all(&world).await;
        world
    }

    async fn to_rest(&self, world: &World, context: &str) {
        let reply = send(world, &ALICE, file().as_bytes()).await.expect("the host lives");
        assert_eq!(reply.json["items"].as_array().unwrap().len(), 26, "{context}: {}", reply.text);
        world.rest_at_most(Duration::from_secs(300)).await;
    }

    async fn is_right(&self, world: &World, context: &str) {
        let found = world.get("/v1/requests?status=pending_approval&limit=200", &MANAGER).await;
        let items = found["items"].as_array().unwrap().iter();
        let mut stored: Vec<_> = items.map(|item| item["amount"]["value"].as_str().unwrap().to_owned()).collect();
        stored.sort();
        assert_eq!(stored, values().collect::<Vec<_>>(), "{context}: each row is one request");
        assert_eq!(all(world).await.len(), stored.len(), "{context}");
    }
}

#[tokio::test]
async fn an_import_that_crashes_anywhere_adds_each_row_once_when_the_file_is_sent_again() {
    let tried = every_row(&Import, 1).await;
    assert!(tried.ways >= 300 && tried.recoveries >= 50, "{tried:?}");
}
