//! Messages to people and systems: written in the commit that makes them true, delivered afterwards, at least once.

#![allow(clippy::disallowed_types, reason = "reading a flattened member names floats, and none is stored")]

pub mod letter;
pub mod view;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Request;
use super::attempt::{Attempt, CallError, Effect};
use crate::catalogue::{EventKind, MessageKind};
use crate::lifecycle::titled;
use crate::limits;
use crate::time::Timestamp;
use letter::{Letter, Recipient};

titled! {
    /// Where a message stands.
    MessageStatus {
        /// It is still to be delivered.
        Queued = "queued": "On its way",
        /// A person reads it before it goes.
        Held = "held": "Waits for a person",
        /// The receiver has got it.
        Delivered = "delivered": "Delivered",
        /// Nobody is there to receive it.
        Unheard = "unheard": "Nobody listens",
        /// The receiver will never take it, or too many tries have failed.
        Undeliverable = "undeliverable": "Could not be delivered",
        /// A person decided that it is not sent.
        Dropped = "dropped": "Dropped",
    }
}

impl MessageStatus {
    /// Tells whether it goes no further without a person.
    #[must_use]
    pub const fn waits_for_people(self) -> bool {
        matches!(self, Self::Held | Self::Undeliverable)
    }
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
    /// Whom it goes to, where it is a letter; `None` for whoever listens on the channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Recipient>,
    /// Its words, where they were written before it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<Letter>,
    /// Who let it go, where it waited for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released_by: Option<String>,
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
        let id = format!("{}-m{}", request.id, request.outbox.len() + 1);
        let data = data.clone();
        request.outbox.push(Message { id, channel, data, ..Message::of_news(request, kind, text, at) });
    }
}

impl Message {
    /// Makes a message of a piece of news, for nobody yet.
    #[must_use]
    pub fn of_news(request: &Request, kind: MessageKind, text: &str, at: Timestamp) -> Self {
        Self {
            id: format!("{}-m0", request.id),
            channel: String::new(),
            kind,
            at,
            data: Value::Null,
            text: text.into(),
            to: None,
            letter: None,
            released_by: None,
            status: MessageStatus::Queued,
            attempt: Attempt::default(),
        }
    }

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

/// What became of a try to deliver a message.
#[derive(Debug, Clone)]
pub struct Tried {
    /// The message's id.
    pub id: String,
    /// The words that were sent, where they were written for people.
    pub words: Option<Letter>,
    /// What became of it.
    pub outcome: Result<Delivery, CallError>,
}

/// Records the outcome of a try. A message that was delivered meanwhile stays delivered. The words that went to people
/// stand in the record from then on; those of one that could not be delivered stay with it, for whoever tells them.
pub fn record_outcome(request: &mut Request, tried: &Tried, at: Timestamp) {
    request.stepped();
    let Tried { id, words, outcome } = tried;
    let room = request.has_room_for_words();
    let Some(message) = request.outbox.iter_mut().find(|message| message.id == *id && message.is_queued()) else {
        return;
    };
    let tries = message.attempt.tries + 1;
    let mut facts = json!({"message": id, "channel": message.channel, "kind": message.kind, "tries": tries});
    if let (Some(facts), Some(to)) = (facts.as_object_mut(), &message.to) {
        facts.insert("to".into(), json!(to));
    }
    let (title, channel) = (message.kind.title(), message.channel.clone());
    match outcome {
        Ok(Delivery::Delivered) => {
            message.status = MessageStatus::Delivered;
            message.letter = None;
            if let (Some(facts), Some(words)) = (facts.as_object_mut(), words) {
                facts.insert("subject".into(), json!(words.subject));
                facts.insert("text".into(), json!(words.text));
            }
            request.note(at, "notification", EventKind::MessageDelivered, "", facts);
        }
        Ok(Delivery::Unheard) => message.status = MessageStatus::Unheard,
        Err(error) => {
            let Some(task) = message.attempt.fail(Effect::Message, error, id, at) else { return };
            message.status = MessageStatus::Undeliverable;
            if message.letter.is_none() && room {
                message.letter.clone_from(words);
            }
            let whom = message.to.as_ref().map(|to| format!(" to {}", to.address)).unwrap_or_default();
            request.note(at, "notification", EventKind::MessageUndeliverable, error.detail(), facts);
            let happened = format!("The message “{title}”{whom} could not be delivered over {channel}: {error}.");
            request.raise(at, task, id, &happened);
        }
    }
}

impl Request {
    /// Tells whether the words of one more message may stay with the request.
    #[must_use]
    pub fn has_room_for_words(&self) -> bool {
        self.outbox.iter().filter(|message| message.letter.is_some()).count() < limits::WRITTEN_LETTERS
    }
}
