//! What the sandbox gateway holds, and the messages it sends about it: true ones, in any order, any number of times.

use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use crate::world::World;

/// One refund as the gateway has it.
#[derive(Clone, Debug)]
pub struct Refund {
    pub id: String,
    pub key: String,
    pub payment: String,
    pub minor: i64,
    pub status: String,
}

impl Refund {
    /// Whether its money is out, or on its way out.
    pub fn counts(&self) -> bool {
        !matches!(self.status.as_str(), "failed" | "canceled" | "reversed")
    }

    fn message(&self, status: &str) -> (String, Value) {
        let id = format!("evt-{}-{status}", self.id);
        let amount = json!({"value": format!("{}.{:02}", self.minor / 100, self.minor % 100), "currency": "EUR"});
        let refund = json!({"id": self.id, "payment": self.payment, "key": self.key, "amount": amount, "status": status, "failure": null});
        (id, json!({"type": "refund.updated", "refund": refund}))
    }

    /// A message that was true at some time.
    pub fn some_news(&self, rng: &mut StdRng) -> (String, Value) {
        let behaviour_is_late = self.payment.contains("fail-late") || self.payment.contains("reverse");
        let mut said = vec!["pending"];
        if behaviour_is_late || self.status == "succeeded" {
            said.push("succeeded");
        }
        said.push(&self.status);
        // What has not succeeded yet has not said so.
        if self.status == "pending" || self.status == "requires_action" {
            said = vec![&self.status];
        }
        self.message(said[rng.random_range(0..said.len())])
    }

    /// The message about where it stands.
    pub fn news(&self) -> (String, Value) {
        self.message(&self.status)
    }
}

pub fn refunds(world: &World) -> Vec<Refund> {
    let database = world.database();
    let Ok(mut statement) =
        database.prepare("SELECT id, key, payment, amount_minor, status FROM sandbox_refund ORDER BY seq")
    else {
        return Vec::new();
    };
    let rows = statement.query_map([], |row| {
        Ok(Refund { id: row.get(0)?, key: row.get(1)?, payment: row.get(2)?, minor: row.get(3)?, status: row.get(4)? })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// Days later, what had succeeded fails or comes back, where the gateway behaves so.
pub fn fail_late(world: &World, refund: &Refund) {
    let late = match () {
        () if refund.payment.contains("fail-late") => "failed",
        () if refund.payment.contains("reverse") => "reversed",
        () => return,
    };
    let changed = "UPDATE sandbox_refund SET lookups = lookups + 2, status = ?2 WHERE id = ?1 AND status = 'succeeded'";
    world.database().execute(changed, (&refund.id, late)).unwrap();
}
