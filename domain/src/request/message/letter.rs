//! Letters: messages to people, one for each address, written from a template in the reader's language.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Message, MessageStatus, Tried};
use crate::catalogue::{EventKind, TaskCode};
use crate::lifecycle::titled;
use crate::limits;
use crate::request::Request;
use crate::request::attempt::{Attempt, CallError};
use crate::time::Timestamp;

titled! {
    /// For whom a message is.
    Audience {
        /// Whoever asked for the request.
        Requester = "requester": "Whoever asked",
        /// The people who are waited for, or who look after the request.
        Deciders = "deciders": "Whoever decides",
        /// The people of finance.
        Finance = "finance": "Finance",
        /// The customer who gets the money.
        Customer = "customer": "The customer",
        /// The ticket that the request came from.
        Ticket = "ticket": "The ticket",
        /// An address that the policy names.
        Address = "address": "An address of the policy",
    }
}

impl Audience {
    /// Tells whether the customer may read it, so that a condition nobody can decide holds it for a person.
    #[must_use]
    pub const fn may_be_customer(self) -> bool {
        matches!(self, Self::Customer | Self::Ticket)
    }
}

/// Whom a letter goes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Recipient {
    /// For whom it is.
    pub audience: Audience,
    /// The e-mail address.
    pub address: String,
    /// The name that people know them by; the address, where nobody knows another.
    pub name: String,
    /// The language in which they read, such as `de`.
    pub language: String,
}

/// The words of a message, once they were written. What is sent at once has none before it is sent: it is written then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Letter {
    /// What it is about, on one line; empty on a ticket, whose subject is its own.
    pub subject: String,
    /// The text.
    pub text: String,
    /// Who changed its words before it was sent; left out where nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_by: Option<String>,
}

/// A letter that is to stand in the place of a piece of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressed {
    /// Whom it goes to.
    pub recipient: Recipient,
    /// Its words, where it is held for a person to read them.
    pub held: Option<Letter>,
}

/// Puts letters in the place of a piece of news that waits on a channel which reaches people, each under a name of its
/// own. News for nobody is unheard. Where there is no room for all, the first are kept.
pub fn address(request: &mut Request, id: &str, letters: Vec<Addressed>, at: Timestamp) {
    request.stepped();
    let is_news = |message: &Message| message.id == id && message.is_queued() && message.to.is_none();
    let Some(place) = request.outbox.iter().position(is_news) else { return };
    if letters.is_empty() {
        if let Some(news) = request.outbox.get_mut(place) {
            news.status = MessageStatus::Unheard;
        }
        return;
    }
    let room = (limits::MESSAGES + 1).saturating_sub(request.outbox.len()).min(limits::LETTERS);
    let news = request.outbox.remove(place);
    let mut held = Vec::new();
    for (index, letter) in letters.into_iter().take(room).enumerate() {
        let id = format!("{}-{}", news.id, index + 1);
        let status = match letter.held {
            Some(_) => MessageStatus::Held,
            None => MessageStatus::Queued,
        };
        if letter.held.is_some() {
            held.push(id.clone());
        }
        let words = letter.held.filter(|_| request.has_room_for_words());
        let (to, attempt) = (Some(letter.recipient), Attempt::default());
        request.outbox.insert(place + index, Message { id, status, to, letter: words, attempt, ..news.clone() });
    }
    for id in held {
        tell_held(request, &id, at);
    }
}

/// Holds a message on a ticket for a person, with the words that it has.
pub fn hold(request: &mut Request, id: &str, letter: Letter, at: Timestamp) {
    request.stepped();
    let has_room = request.has_room_for_words();
    let waits = |message: &&mut Message| message.id == id && message.is_queued() && message.released_by.is_none();
    let Some(message) = request.outbox.iter_mut().find(waits) else { return };
    message.status = MessageStatus::Held;
    message.letter = Some(letter).filter(|_| has_room);
    tell_held(request, id, at);
}

fn tell_held(request: &mut Request, id: &str, at: Timestamp) {
    let Some(message) = request.outbox.iter().find(|message| message.id == id) else { return };
    let title = message.kind.title();
    let whom = message.to.as_ref().map_or_else(|| "the ticket".to_owned(), |to| to.address.clone());
    let happened = format!("The message “{title}” to {whom} waits for somebody who reads it before it goes.");
    let facts = json!({"message": id, "channel": message.channel, "kind": message.kind, "to": message.to});
    request.note(at, "notification", EventKind::MessageHeld, "", facts);
    request.raise(at, TaskCode::MessageHeld, id, &happened);
}

/// Takes in a letter that was sent from elsewhere and did not arrive, with its words and its last error: from here on a
/// person sends it again or drops it. Returns `false` where there is no room for it.
pub fn take_in(request: &mut Request, letter: Message, (words, error): (&Letter, &CallError), at: Timestamp) -> bool {
    if request.outbox.iter().any(|message| message.id == letter.id) {
        return true;
    }
    if request.outbox.len() >= limits::MESSAGES || !request.has_room_for_words() {
        return false;
    }
    let tried = Tried { id: letter.id.clone(), words: Some(words.clone()), outcome: Err(error.clone()) };
    let data = super::data(request);
    request.outbox.push(Message { data, ..letter });
    super::record_outcome(request, &tried, at);
    true
}

/// Why a message is not sent by hand, or not dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HandError {
    /// The request has no such message.
    #[error("the request has no message of that id")]
    Unknown,
    /// It does not wait for a person: it was sent, or goes by itself.
    #[error("the message stands at “{}”: only one that waits, or that could not be delivered, is sent or dropped by hand", .0.title())]
    Elsewhere(MessageStatus),
    /// It is one for programs, or its words are written when it is sent.
    #[error("the words of this message are not held here, so nobody changes them: send it as it is, or drop it")]
    Unwritten,
}

/// New words for a held message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NewWords<'a> {
    /// What it is about; as it was, where it is left out.
    pub subject: Option<&'a str>,
    /// The text; as it was, where it is left out.
    pub text: Option<&'a str>,
}

/// Lets a message go that waits for a person, as it is or with new words; tries one again that could not be delivered,
/// or that is between two tries.
///
/// # Errors
/// When there is none such; the request is as it was.
pub fn send(
    request: &mut Request,
    id: &str,
    words: NewWords<'_>,
    (by, note): (&str, &str),
    at: Timestamp,
) -> Result<(), HandError> {
    let message = request.outbox.iter_mut().find(|message| message.id == id).ok_or(HandError::Unknown)?;
    let before = message.status;
    if message.outbox_state().is_none() {
        return Err(HandError::Elsewhere(before));
    }
    if words != NewWords::default() {
        let letter = message.letter.as_mut().ok_or(HandError::Unwritten)?;
        let old = (letter.subject.clone(), letter.text.clone());
        letter.subject = words.subject.unwrap_or(&letter.subject).to_owned();
        letter.text = words.text.unwrap_or(&letter.text).to_owned();
        if old != (letter.subject.clone(), letter.text.clone()) {
            letter.edited_by = Some(by.to_owned());
        }
    }
    message.status = MessageStatus::Queued;
    message.attempt = Attempt::default();
    message.released_by = Some(by.to_owned());
    let is_edited = message.letter.as_ref().is_some_and(|letter| letter.edited_by.is_some());
    let facts = json!({
        "message": id, "channel": message.channel, "kind": message.kind, "to": message.to, "was": before,
        "edited": is_edited,
    });
    request.note(at, by, EventKind::MessageReleased, note, facts);
    clear_tasks(request, id);
    Ok(())
}

/// Drops a message that waits for a person, or that could not be delivered: it is not sent.
///
/// # Errors
/// When there is none such; the request is as it was.
pub fn drop_it(request: &mut Request, id: &str, (by, note): (&str, &str), at: Timestamp) -> Result<(), HandError> {
    let message = request.outbox.iter_mut().find(|message| message.id == id).ok_or(HandError::Unknown)?;
    if !message.status.waits_for_people() {
        return Err(HandError::Elsewhere(message.status));
    }
    message.status = MessageStatus::Dropped;
    message.letter = None;
    let facts = json!({"message": id, "channel": message.channel, "kind": message.kind, "to": message.to});
    request.note(at, by, EventKind::MessageDropped, note, facts);
    clear_tasks(request, id);
    Ok(())
}

fn clear_tasks(request: &mut Request, id: &str) {
    request.clear(TaskCode::MessageHeld, id);
    request.clear(TaskCode::MessageUndeliverable, id);
}
