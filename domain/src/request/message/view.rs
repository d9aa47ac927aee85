//! Messages as they are shown, and where they stand in the outbox.

use serde::{Deserialize, Serialize};

use super::letter::Audience;
use super::{Message, MessageStatus};
use crate::catalogue::MessageKind;
use crate::lifecycle::titled;
use crate::money::Money;
use crate::request::Request;
use crate::request::ask::Kind;
use crate::time::Timestamp;

titled! {
    /// Where messages stand that did not go by themselves.
    OutboxState {
        /// A person reads it before it goes.
        Held = "held": "Waits for a person",
        /// A try has failed, and it is tried again.
        Failing = "failing": "Tried again",
        /// It could not be delivered.
        Undeliverable = "undeliverable": "Could not be delivered",
    }
}

impl Message {
    /// Returns where it stands in the outbox; `None` where it goes by itself, or needs nobody any more.
    #[must_use]
    pub fn outbox_state(&self) -> Option<OutboxState> {
        match self.status {
            MessageStatus::Held => Some(OutboxState::Held),
            MessageStatus::Undeliverable => Some(OutboxState::Undeliverable),
            MessageStatus::Queued if self.attempt.tries > 0 => Some(OutboxState::Failing),
            _ => None,
        }
    }
}

impl Request {
    /// Returns where its messages stand in the outbox, each state once, with the time of the oldest there.
    #[must_use]
    pub fn outbox_states(&self) -> Vec<(OutboxState, Timestamp)> {
        let of = |state: &OutboxState| {
            let there = self.outbox.iter().filter(|message| message.outbox_state() == Some(*state));
            there.map(|message| message.at).min().map(|oldest| (*state, oldest))
        };
        OutboxState::ALL.iter().filter_map(of).collect()
    }
}

/// A message as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Message"))]
pub struct MessageView {
    /// Its id, unique within its request.
    pub id: String,
    /// The id of its request.
    pub request: String,
    /// The courier or helpdesk that delivers it.
    pub channel: String,
    /// The news that it tells.
    pub kind: MessageKind,
    /// The news in words.
    pub title: String,
    /// When the news became true.
    pub at: Timestamp,
    /// Where it stands.
    pub status: MessageStatus,
    /// For whom it is; left out where it is for whoever listens on the channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// The address that it goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The name of whoever gets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The language that it is written in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What it is about, once its words were written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The text, while it waits for a person; what was sent stands in the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Who changed its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_by: Option<String>,
    /// Who let it go, where it waited for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released_by: Option<String>,
    /// How many tries have failed.
    pub tries: u32,
    /// Why the last one failed, in the receiver's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// When it is tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_try_at: Option<Timestamp>,
}

impl MessageView {
    /// Shows a message of a request.
    #[must_use]
    pub fn of(request: &Request, message: &Message) -> Self {
        let to = message.to.as_ref();
        let letter = message.letter.as_ref();
        Self {
            id: message.id.clone(),
            request: request.id.clone(),
            channel: message.channel.clone(),
            kind: message.kind,
            title: message.kind.title().to_owned(),
            at: message.at,
            status: message.status,
            audience: to.map(|to| to.audience),
            to: to.map(|to| to.address.clone()),
            name: to.map(|to| to.name.clone()),
            language: to.map(|to| to.language.clone()),
            subject: letter.map(|letter| letter.subject.clone()),
            text: letter.map(|letter| letter.text.clone()),
            edited_by: letter.and_then(|letter| letter.edited_by.clone()),
            released_by: message.released_by.clone(),
            tries: message.attempt.tries,
            failure: message.attempt.failure.clone(),
            next_try_at: message.attempt.not_before.filter(|_| message.is_queued()),
        }
    }
}

/// What a row of the outbox says of its request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OutboxRequest {
    /// The request's id.
    pub id: String,
    /// What is asked for.
    pub kind: Kind,
    /// The invoice, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<String>,
    /// The ERP's id of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// The customer's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// What it comes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
}

/// A row of the outbox: a request with its messages that stand in one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OutboxRow {
    /// The request.
    pub request: OutboxRequest,
    /// Its messages that stand so, oldest first.
    pub messages: Vec<MessageView>,
}

impl OutboxRow {
    /// Makes the row of a request; `None` where none of its messages stands so.
    #[must_use]
    pub fn of(request: &Request, state: OutboxState) -> Option<Self> {
        let there = request.outbox.iter().filter(|message| message.outbox_state() == Some(state));
        let messages: Vec<_> = there.map(|message| MessageView::of(request, message)).collect();
        if messages.is_empty() {
            return None;
        }
        let request = OutboxRequest {
            id: request.id.clone(),
            kind: request.ask.kind,
            invoice: request.ask.invoice.clone(),
            customer: request.customer.clone(),
            customer_name: request.customer_name.clone(),
            amount: request.amount,
        };
        Some(Self { request, messages })
    }
}

/// How many requests have messages that stand in each state of the outbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OutboxCounts {
    /// Those with messages that wait for a person.
    pub held: u64,
    /// Those with messages that are tried again.
    pub failing: u64,
    /// Those with messages that could not be delivered.
    pub undeliverable: u64,
    /// Whether there are more than were counted.
    pub more: bool,
}
