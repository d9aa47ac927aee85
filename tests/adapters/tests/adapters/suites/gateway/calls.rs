//! A gateway adapter behind its probe, in words that tests read well in.

use std::time::{SystemTime, UNIX_EPOCH};

use contraflow_wiring::Use;
use serde_json::{Value as Json, json};

use super::{Gateway, Refund};
use crate::harness::line::Line;
use crate::harness::running::{Conditions, Running};
use crate::harness::wiring::Wiring;

/// The key of most orders of the vendors' own tests.
pub const KEY: &str = "leg-1";

/// A gateway adapter that runs.
pub struct Adapter(pub Running);

impl Adapter {
    /// Starts the one in this folder.
    pub fn start(folder: &'static str, conditions: Conditions) -> Self {
        Self(Running::start(wiring(folder), conditions))
    }

    /// `refunds.submit`.
    pub async fn submit(&self, order: &Json) -> Json {
        self.0.call("/submit", &json!([order])).await
    }

    /// `refunds-read.find`.
    pub async fn find(&self, query: &Json) -> Json {
        self.0.call("/find", &json!([query])).await
    }

    /// `refunds-read.promises`.
    pub async fn promises(&self, payment: &str) -> Json {
        self.0.call("/promises", &json!([payment])).await
    }

    /// `disputes.look`.
    pub async fn look(&self, dispute: &str, payment: &str) -> Json {
        self.0.call("/look", &json!([dispute, payment])).await
    }
}

/// How an adapter is wired.
fn wiring(folder: &'static str) -> Wiring {
    Wiring { purpose: Use::Gateway, folder, beside: &[] }
}

/// An adapter, and what stands for its gateway.
pub struct Scene<G> {
    /// The gateway.
    pub gateway: G,
    adapter: Adapter,
}

impl<G: Gateway> Scene<G> {
    /// The adapter, before this gateway.
    pub fn start(gateway: G) -> Self {
        let conditions = gateway.conditions();
        Self::under(gateway, conditions)
    }

    /// The adapter, under other conditions than the gateway's own.
    pub fn under(gateway: G, conditions: Conditions) -> Self {
        Self { adapter: Adapter::start(G::FOLDER, conditions), gateway }
    }

    /// `refunds.submit`.
    pub async fn submit(&self, order: &Json) -> Json {
        self.adapter.submit(order).await
    }

    /// `refunds-read.find`.
    pub async fn find(&self, query: &Json) -> Json {
        self.adapter.find(query).await
    }

    /// `refunds-read.promises`.
    pub async fn promises(&self, payment: &str) -> Json {
        self.adapter.promises(payment).await
    }

    /// `disputes.look`.
    pub async fn look(&self, dispute: &str, payment: &str) -> Json {
        self.adapter.look(dispute, payment).await
    }

    /// The refunds that the gateway has of a payment.
    pub fn refunds(&self, payment: &str) -> Vec<Refund> {
        self.gateway.refunds(&self.adapter.0, payment)
    }

    /// The line; fails where the gateway is in the adapter and yet reaches out.
    pub fn line(&self) -> Option<&Line> {
        let line = self.gateway.line();
        let reaches_out = !wiring(G::FOLDER).needs().hosts.is_empty();
        assert_eq!(line.is_some(), reaches_out, "{} has a line where it reaches out", G::FOLDER);
        line
    }

    /// How much was sent so far; nothing where there is no line.
    pub fn sent(&self) -> usize {
        self.line().map_or(0, |line| line.sent().len())
    }
}

/// An order.
pub fn order(key: &str, payment: &str, minor: i64, currency: &str) -> Json {
    json!({
        "key": {"value": key},
        "request": {"value": "0199c7b0-0000-7000-8000-000000000001"},
        "payment": payment,
        "amount": {"minor": minor, "currency": currency},
        "reason": "RequestedByCustomer",
    })
}

/// A look-up by key of what was first sent long ago.
pub fn query(key: &str, payment: &str) -> Json {
    json!({"key": {"value": key}, "payment": payment, "reference": null, "sent_at": {"unix_ms": 1_760_000_000_000_u64}})
}

/// A look-up by key of what was sent just now.
pub fn query_now(key: &str, payment: &str) -> Json {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let mut query = query(key, payment);
    query["sent_at"]["unix_ms"] = json!(u64::try_from(now).unwrap());
    query
}

/// The refund in an outcome of this kind; fails with the whole answer.
pub fn refund(answer: &Json, outcome: &str) -> Json {
    let refund = &answer["Ok"][outcome];
    assert!(refund.is_object(), "no {outcome}: {answer}");
    refund.clone()
}

/// The refund of an order that was taken, now or before.
pub fn taken(answer: &Json) -> Json {
    let outcome = if answer["Ok"]["AlreadyAccepted"].is_object() { "AlreadyAccepted" } else { "Accepted" };
    refund(answer, outcome)
}

/// Fails where a refund is said to be what the gateway does not have.
pub fn assert_is(said: &Json, payment: &str, key: &str, refund: &Refund) {
    assert_eq!(said["reference"], refund.reference.as_str(), "{said}");
    assert_eq!(said["amount"], json!({"minor": refund.minor, "currency": refund.currency}), "{said}");
    assert_eq!((&said["payment"], &said["key"]["value"]), (&json!(payment), &json!(key)), "{said}");
}
