//! What gateways say about refunds and disputes, in any order, and again.

use rand::RngExt as _;
use serde_json::{Value, json};

use super::gateway;
use super::script::Script;
use crate::refunds::sandbox_message;

impl Script {
    pub async fn hear_from_gateway(&self) {
        let world = self.world();
        let refunds = gateway::refunds(&world);
        let old = self.messages.borrow().len();
        let (id, body) = if old > 0 && self.draw(|rng| rng.random_ratio(1, 3)) {
            let place = self.draw(|rng| rng.random_range(0..old));
            self.messages.borrow()[place].clone()
        } else if refunds.is_empty() {
            return;
        } else {
            let refund = &refunds[self.draw(|rng| rng.random_range(0..refunds.len()))];
            if self.draw(|rng| rng.random_bool(0.3)) {
                gateway::fail_late(&world, refund);
            }
            let refund = gateway::refunds(&world).into_iter().find(|known| known.id == refund.id).unwrap();
            self.draw(|rng| refund.some_news(rng))
        };
        self.say(&id, &body).await;
    }

    pub async fn dispute(&self) {
        let invoice = &self.invoices[self.draw(|rng| rng.random_range(0..self.invoices.len()))];
        let Some(payment) = invoice["payments"].get(0).filter(|payment| payment["gateway"] == "sandbox") else {
            return;
        };
        let id = format!("dp-{}", payment["id"].as_str().unwrap());
        let ends = self.draw(|rng| ["won", "lost"][rng.random_range(0..2)]);
        let body = |status: &str| {
            json!({"type": "dispute.updated", "dispute": {"id": id, "payment": payment["reference"],
                   "amount": {"value": payment["captured"], "currency": "EUR"}, "status": status, "reason": "fraudulent"}})
        };
        let known = self.disputes.borrow().get(&id).cloned();
        if let Some(end) = known {
            return self.say(&format!("evt-{id}-end"), &end).await;
        }
        self.disputes.borrow_mut().insert(id.clone(), body(ends));
        self.say(&format!("evt-{id}-open"), &body("open")).await;
    }

    async fn say(&self, id: &str, body: &Value) {
        self.messages.borrow_mut().push((id.to_owned(), body.clone()));
        let world = self.world();
        _ = world.send(sandbox_message(&world, id, body)).await;
    }

    /// What a gateway does until it is heard: says how everything stands and ends.
    pub async fn say_everything(&self) {
        let world = self.world();
        let ends: Vec<_> =
            self.disputes.borrow().iter().map(|(id, end)| (format!("evt-{id}-end"), end.clone())).collect();
        let refunds = gateway::refunds(&world);
        for (id, body) in ends.into_iter().chain(refunds.iter().map(gateway::Refund::news)) {
            let reply = world.send(sandbox_message(&world, &id, &body)).await.expect("the host lives");
            assert!(reply.status.is_success(), "{body}: {}", reply.text);
        }
    }
}
