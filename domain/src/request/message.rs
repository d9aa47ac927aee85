//! What people and systems are told: written in the commit that makes it true, delivered afterwards, at least once.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Request;
use crate::limits;
use crate::time::Timestamp;

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageStatus {
    /// To be delivered.
    Queued,
    /// The receiver has it.
    Delivered,
    /// There is nobody to deliver to.
    Unheard,
    /// The receiver will never take it, or too many tries failed.
    Undeliverable,
}

/// One message to one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Unique within the request and stable over retries.
    pub id: String,
    /// `webhook`, `zendesk`, …: the chain goes to `notification-<channel>`.
    pub channel: String,
    /// `request.completed`, …
    pub kind: String,
    /// When it became true.
    pub at: Timestamp,
    /// What it says, for programs.
    pub data: Value,
    /// What it says, for people.
    pub text: String,
    /// Where it stands.
    pub status: MessageStatus,
    /// Tries so far.
    #[serde(default)]
    pub tries: u32,
    /// Not to be tried before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// Why the last try failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// The channel of contraflow's own events.
pub const WEBHOOK: &str = "webhook";
/// The channels that no helpdesk stands behind.
const SILENT: [&str; 4] = ["api", "console", "csv", "schedule"];

/// Queues a message about the request to the subscriber of events and to the helpdesk that it came from.
pub fn queue(request: &mut Request, kind: &str, text: &str, at: Timestamp) {
    let data = json!({
        "request": request.id,
        "status": request.status,
        "kind": request.ask.kind,
        "invoice": request.ask.invoice,
        "customer": request.customer,
        "amount": request.amount,
        "credit_memo": request.document.as_ref().and_then(|document| document.number.clone()),
        "reference": request.source.reference,
    });
    let mut channels = vec![WEBHOOK.to_owned()];
    let channel = request.source.channel.as_str();
    if request.source.reference.is_some() && !SILENT.contains(&channel) {
        channels.push(channel.to_owned());
    }
    for channel in channels {
        if request.outbox.len() >= limits::MESSAGES {
            return;
        }
        request.outbox.push(Message {
            id: format!("{}-m{}", request.id, request.outbox.len() + 1),
            channel,
            kind: kind.into(),
            at,
            data: data.clone(),
            text: text.into(),
            status: MessageStatus::Queued,
            tries: 0,
            not_before: None,
            failure: None,
        });
    }
}

impl Message {
    /// Whether it is still to be delivered.
    #[must_use]
    pub fn is_queued(&self) -> bool {
        self.status == MessageStatus::Queued
    }
}

/// The pause before the next try: doubling, with a spread taken from the key so that many do not wake at once.
#[must_use]
pub fn backoff_ms(tries: u32, key: &str) -> u64 {
    let doubled = limits::BACKOFF_FIRST_MS.saturating_mul(1_u64 << tries.min(16));
    let pause = doubled.min(limits::BACKOFF_LONGEST_MS);
    let spread = key.bytes().fold(u64::from(tries), |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    pause + spread % (pause / 4).max(1)
}

/// What became of a try to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The receiver has it.
    Delivered,
    /// There is nobody to deliver to.
    Unheard,
    /// The receiver will never take it.
    Refused(String),
    /// Not this time.
    Failed {
        /// Why.
        detail: String,
        /// The receiver's own wish, in milliseconds.
        after_ms: Option<u64>,
    },
}

impl Message {
    /// Whether it is to be tried now over that channel.
    #[must_use]
    pub fn is_due(&self, channel: &str, now: Timestamp) -> bool {
        self.is_queued() && self.channel == channel && self.not_before.is_none_or(|then| then <= now)
    }
}

/// Writes down what became of a try. A message that was delivered meanwhile stays delivered.
pub fn record_outcome(request: &mut Request, id: &str, outcome: &Delivery, at: Timestamp) {
    if request.tries > 0 {
        request.stepped();
        crate::attention::progress::settle(request, at);
    }
    let Some(message) = request.outbox.iter_mut().find(|message| message.id == id && message.is_queued()) else {
        return;
    };
    message.tries += 1;
    let tries = message.tries;
    let (channel, kind) = (message.channel.clone(), message.kind.clone());
    let given_up = match outcome {
        Delivery::Delivered => {
            message.status = MessageStatus::Delivered;
            None
        }
        Delivery::Unheard => {
            message.status = MessageStatus::Unheard;
            return;
        }
        Delivery::Refused(why) => Some(why.clone()),
        Delivery::Failed { detail, after_ms } => {
            message.not_before = Some(at.plus_ms(after_ms.unwrap_or(0).max(backoff_ms(tries, id))));
            message.failure = Some(detail.clone());
            if tries < limits::TRIES {
                return;
            }
            Some(detail.clone())
        }
    };
    let facts = json!({"message": id, "channel": channel, "kind": kind, "tries": tries});
    let Some(why) = given_up else {
        request.note(at, "notification", "message.delivered", "", facts);
        return;
    };
    if let Some(message) = request.outbox.iter_mut().find(|message| message.id == id) {
        message.status = MessageStatus::Undeliverable;
        message.failure = Some(why.clone());
    }
    request.note(at, "notification", "message.undeliverable", &why, facts);
    let detail = format!("{kind} could not be delivered over {channel}: {why}. Mend it, then tell them yourself.");
    request.raise(at, "message.undeliverable", id, detail);
}
