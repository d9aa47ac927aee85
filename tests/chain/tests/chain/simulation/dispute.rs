//! A dispute as the bank has it: what was decided, one after the other, and when.

use serde_json::{Value, json};

/// More turns than real ones take.
const TURNS: usize = 5;

/// One dispute.
#[derive(Clone, Debug)]
pub struct Dispute {
    id: String,
    payment: Value,
    amount: Value,
    said: Vec<(&'static str, u64)>,
}

impl Dispute {
    /// One over all of a payment, of which nothing was said yet.
    pub fn about(id: &str, payment: &Value) -> Self {
        let (payment, amount) = (payment["reference"].clone(), payment["captured"].clone());
        Self { id: id.into(), payment, amount, said: Vec::new() }
    }

    /// The same after the bank's next turn: `heads` or tails decides.
    pub fn after(mut self, heads: bool, now_ms: u64) -> Self {
        let turn = match self.said.last().map(|(status, _)| *status) {
            None => "open",
            Some("open") if heads => "won",
            Some("open") => "lost",
            Some(_) if self.said.len() >= TURNS || heads => return self,
            Some("won") => "open",
            Some(_) => "won",
        };
        let not_before = self.said.last().map_or(0, |(_, at)| at + 1);
        self.said.push((turn, now_ms.max(not_before)));
        self
    }

    /// Whether it is to be decided.
    pub fn is_open(&self) -> bool {
        self.said.last().is_some_and(|(status, _)| *status == "open")
    }

    /// What the bank has taken in the end, in minor units.
    pub fn taken_minor(&self) -> i64 {
        let is_lost = self.said.last().is_some_and(|(status, _)| *status == "lost");
        if is_lost { self.amount.as_str().unwrap().replace('.', "").parse().unwrap() } else { 0 }
    }

    /// Everything that there is to say of it: each message with its id.
    pub fn messages(&self) -> Vec<(String, Value)> {
        let message = |(turn, (status, at_ms)): (usize, &(&str, u64))| {
            let amount = json!({"value": self.amount, "currency": "EUR"});
            let dispute = json!({"id": self.id, "payment": self.payment, "amount": amount, "status": status, "reason": "fraudulent"});
            let body = json!({"type": "dispute.updated", "occurred_at_ms": at_ms, "dispute": dispute});
            (format!("evt-{}-{turn}", self.id), body)
        };
        self.said.iter().enumerate().map(message).collect()
    }

    /// The message about the last turn.
    pub fn last(&self) -> (String, Value) {
        self.messages().pop().unwrap()
    }
}
