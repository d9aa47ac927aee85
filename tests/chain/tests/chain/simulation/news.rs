//! What gateways say about refunds and disputes, in any order, and again.

use rand::RngExt as _;
use rand::seq::SliceRandom as _;
use serde_json::Value;

use super::dispute::Dispute;
use super::gateway;
use super::script::Script;
use crate::refunds::sandbox_message_at;

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

    /// A bank takes a payment, or decides on it, or thinks better of it.
    pub async fn dispute(&self) {
        let invoice = &self.invoices[self.draw(|rng| rng.random_range(0..self.invoices.len()))];
        let Some(payment) = invoice["payments"].get(0).filter(|payment| payment["gateway"] == "sandbox") else {
            return;
        };
        let id = format!("dp-{}", payment["id"].as_str().unwrap());
        let now_ms = self.right_ms();
        let known = self.disputes.borrow().get(&id).cloned();
        let dispute =
            known.unwrap_or_else(|| Dispute::about(&id, payment)).after(self.draw(|rng| rng.random()), now_ms);
        let (message, body) = dispute.last();
        self.disputes.borrow_mut().insert(id, dispute);
        self.say(&message, &body).await;
    }

    async fn say(&self, id: &str, body: &Value) {
        self.messages.borrow_mut().push((id.to_owned(), body.clone()));
        _ = self.world().send(sandbox_message_at(self.stamp_ms(), id, body)).await;
    }

    /// What a gateway does until it is heard: says how everything stands and ends, in no order.
    pub async fn say_everything(&self) {
        let world = self.world();
        let now_ms = self.right_ms();
        for dispute in self.disputes.borrow_mut().values_mut().filter(|dispute| dispute.is_open()) {
            *dispute = dispute.clone().after(self.draw(|rng| rng.random()), now_ms);
        }
        let mut messages: Vec<_> = self.disputes.borrow().values().flat_map(Dispute::messages).collect();
        messages.extend(gateway::refunds(&world).iter().map(gateway::Refund::news));
        self.draw(|rng| messages.shuffle(rng));
        for (id, body) in messages {
            let reply = world.send(sandbox_message_at(now_ms, &id, &body)).await.expect("the host lives");
            assert!(reply.status.is_success(), "{body}: {}", reply.text);
        }
    }
}
