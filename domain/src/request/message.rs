//! Messages to people and systems: written in the commit that makes them true, delivered afterwards, at least once.

#![allow(clippy::disallowed_types, reason = "reading a flattened member names floats, and none is stored")]

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Request;
use super::attempt::{Attempt, CallError, Effect};
use crate::catalogue::{EventKind, MessageKind};
use crate::limits;
use crate::time::Timestamp;

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageStatus {
    /// It is still to be delivered.
    Queued,
    /// The receiver has got it.
    Delivered,
    /// Nobody is there to receive it.
    Unheard,
    /// The receiver will never take it, or too many tries have failed.
    Undeliverable,
}

/// One message that goes over one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The message's id, unique within the request and the same for every try.
    pub id: String,
    /// The courier or helpdesk that delivers it.
    pub channel: String,
    /// The kind of news that it tells.
    pub kind: MessageKind,
    /// When what it tells became true.
    pub at: Timestamp,
    /// The content for programs, as JSON.
    pub data: Value,
    /// The content for people, as text.
    pub text: String,
    /// Where it stands.
    pub status: MessageStatus,
    /// The tries to deliver it.
    #[serde(flatten)]
    pub attempt: Attempt,
}

/// Queues a message about the request over each of its channels: to the subscribers of events and to the helpdesk that
/// it came from.
pub fn queue(request: &mut Request, kind: MessageKind, text: &str, at: Timestamp) {
    let data = data(request);
    let channels = request.channels.clone().unwrap_or_default();
    push(request, (kind, text, &data), channels, at);
}

/// Queues a message over each of the request's channels, with facts of its own for programs, under a name of their own.
pub fn queue_with(request: &mut Request, kind: MessageKind, text: &str, (member, facts): (&str, Value), at: Timestamp) {
    let mut data = data(request);
    if let Some(data) = data.as_object_mut() {
        data.insert(member.into(), facts);
    }
    let channels = request.channels.clone().unwrap_or_default();
    push(request, (kind, text, &data), channels, at);
}

/// What is particular about a reminder.
#[derive(Debug, Clone, PartialEq)]
pub struct Reminder {
    /// Who is waited for, and since when, for programs.
    pub facts: Value,
    /// Whether it is for whoever asked, who reads it where they asked.
    pub is_for_asker: bool,
}

/// Queues a reminder, as long as there is room for the messages that tell what became of the request.
pub fn queue_reminder(request: &mut Request, kind: MessageKind, text: &str, reminder: Reminder, at: Timestamp) {
    if request.outbox.len() >= limits::REMINDER_MESSAGES {
        return;
    }
    let mut data = data(request);
    if let Some(data) = data.as_object_mut() {
        data.insert("waits_for".into(), reminder.facts);
    }
    let mut channels = request.channels.clone().unwrap_or_default();
    channels.retain(|channel| reminder.is_for_asker || *channel != request.source.channel);
    push(request, (kind, text, &data), channels, at);
}

/// Returns what every message tells programs of its request.
fn data(request: &Request) -> Value {
    json!({
        "request": request.id,
        "status": request.status,
        "kind": request.ask.kind,
        "invoice": request.ask.invoice,
        "customer": request.customer,
        "amount": request.amount,
        "credit_memo": request.document.as_ref().and_then(|document| document.number.clone()),
        "reference": request.source.reference,
    })
}

fn push(request: &mut Request, (kind, text, data): (MessageKind, &str, &Value), channels: Vec<String>, at: Timestamp) {
    for channel in channels {
        if request.outbox.len() >= limits::MESSAGES {
            return;
        }
        request.outbox.push(Message {
            id: format!("{}-m{}", request.id, request.outbox.len() + 1),
            channel,
            kind,
            at,
            data: data.clone(),
            text: text.into(),
            status: MessageStatus::Queued,
            attempt: Attempt::default(),
        });
    }
}

impl Message {
    /// Tells whether it is still to be delivered.
    #[must_use]
    pub fn is_queued(&self) -> bool {
        self.status == MessageStatus::Queued
    }
}

/// The outcome of a try that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The receiver has got the message.
    Delivered,
    /// Nobody is there to receive it.
    Unheard,
}

impl Message {
    /// Tells whether it is to be tried now over that channel.
    #[must_use]
    pub fn is_due(&self, channel: &str, now: Timestamp) -> bool {
        self.is_queued() && self.channel == channel && self.attempt.wait(now).is_none()
    }
}

/// Records the outcome of a try. A message that was delivered meanwhile stays delivered.
pub fn record_outcome(request: &mut Request, id: &str, outcome: &Result<Delivery, CallError>, at: Timestamp) {
    request.stepped();
    let Some(message) = request.outbox.iter_mut().find(|message| message.id == id && message.is_queued()) else {
        return;
    };
    let tries = message.attempt.tries + 1;
    let facts = json!({"message": id, "channel": message.channel, "kind": message.kind, "tries": tries});
    let (title, channel) = (message.kind.title(), message.channel.clone());
    match outcome {
        Ok(Delivery::Delivered) => {
            message.status = MessageStatus::Delivered;
            request.note(at, "notification", EventKind::MessageDelivered, "", facts);
        }
        Ok(Delivery::Unheard) => message.status = MessageStatus::Unheard,
        Err(error) => {
            let Some(task) = message.attempt.fail(Effect::Message, error, id, at) else { return };
            message.status = MessageStatus::Undeliverable;
            request.note(at, "notification", EventKind::MessageUndeliverable, error.detail(), facts);
            let happened = format!("The message “{title}” could not be delivered over {channel}: {error}.");
            request.raise(at, task, id, &happened);
        }
    }
}
