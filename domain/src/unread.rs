//! Messages that are ours and can't be read: each is kept for a person, so that it holds up no other.
//!
//! Where whoever asked waits for an answer on a ticket, they are told there, and it is a person's matter only while
//! that fails.

#![allow(clippy::disallowed_types, reason = "reading a flattened member names floats, and none is stored")]

use serde::{Deserialize, Serialize};

use crate::catalogue::TaskCode;
use crate::limits;
use crate::request::attempt::{Attempt, CallError, Effect};
use crate::request::draft::FieldError;
use crate::time::Timestamp;

/// A message that could not be read, as far as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadMessage {
    /// Its name here.
    pub id: String,
    /// The source that it came from, such as `stripe`.
    pub source: String,
    /// The sender's word for what kind of message it is; empty where it says none.
    pub kind: String,
    /// The sender's name for what it is about, such as a payment or a ticket; empty where it says none.
    pub about: String,
    /// What is wrong with it, by place.
    pub errors: Vec<FieldError>,
    /// The beginning of what was sent, as it came.
    pub text: String,
    /// When it came in.
    pub since: Timestamp,
    /// The ticket on which whoever asked is told; absent where nobody waits for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// The tries to tell them.
    #[serde(flatten)]
    pub attempt: Attempt,
    /// When the clock tells them; absent where it does not, or no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
}

impl UnreadMessage {
    /// Makes it of what was sent, within its bounds.
    #[must_use]
    pub fn of(
        id: String,
        source: &str,
        (kind, about): (&str, &str),
        mut errors: Vec<FieldError>,
        text: &str,
        since: Timestamp,
    ) -> Self {
        let bounded = |text: &str, most: usize| text.chars().take(most).collect::<String>();
        errors.truncate(limits::UNREAD_ERRORS);
        for error in &mut errors {
            error.pointer = bounded(&error.pointer, limits::UNREAD_WORDS);
            error.detail = bounded(&error.detail, limits::UNREAD_WORDS);
        }
        Self {
            id,
            source: source.into(),
            kind: bounded(kind, limits::UNREAD_WORDS),
            about: bounded(about, limits::UNREAD_WORDS),
            errors,
            text: bounded(text, limits::UNREAD_TEXT),
            since,
            ticket: None,
            attempt: Attempt::default(),
            due: None,
        }
    }

    /// Lets whoever asked be told on a ticket, from now on.
    #[must_use]
    pub fn told_on(self, ticket: String, now: Timestamp) -> Self {
        Self { ticket: Some(ticket), due: Some(now), ..self }
    }

    /// Returns what is written on the ticket: what is wrong, and what to do.
    #[must_use]
    pub fn answer(&self) -> String {
        let wrong: Vec<_> =
            self.errors.iter().map(|error| format!("- {}: {}", field(&error.pointer), error.detail)).collect();
        format!(
            "This could not be taken as a request for a credit:\n{}\nNothing was stored. Correct the ticket's fields, and \
             send it again.",
            wrong.join("\n")
        )
    }

    /// Returns the idempotency key of that comment.
    #[must_use]
    pub fn key(&self) -> String {
        format!("unread-{}", self.id)
    }

    /// Records what became of telling them. Returns `true` when they know: then nobody needs to see to it any more.
    pub fn record_outcome(&mut self, outcome: &Result<(), CallError>, at: Timestamp) -> bool {
        let Err(error) = outcome else { return true };
        let is_given_up = self.attempt.fail(Effect::Message, error, &self.id, at).is_some();
        self.due = self.attempt.not_before.filter(|_| !is_given_up);
        false
    }

    /// Names what a person is to do.
    #[must_use]
    pub const fn task(&self) -> TaskCode {
        if self.ticket.is_some() { TaskCode::AskRefused } else { TaskCode::MessageUnreadable }
    }
}

/// Returns the field that a place is in, as a form names it: `/amount/value` is in `amount`.
fn field(pointer: &str) -> &str {
    let is_name = |part: &&str| *part != "value" && part.bytes().any(|byte| byte.is_ascii_alphabetic());
    pointer.split('/').rfind(is_name).unwrap_or("the ask")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix_ms(seconds * 1000)
    }

    fn refused() -> UnreadMessage {
        let errors = vec![FieldError { pointer: "/credit/amount".into(), detail: "`fifty` is no number".into() }];
        UnreadMessage::of("1".into(), "zendesk", ("ask", "35436"), errors, "{}", at(0))
    }

    #[test]
    fn whoever_asked_on_a_ticket_is_told_what_is_wrong_and_what_to_do() {
        let mut unread = refused().told_on("35436".into(), at(0));
        assert!(unread.answer().contains("- amount: `fifty` is no number") && unread.answer().contains("Correct"));
        assert_eq!((unread.due, unread.task()), (Some(at(0)), TaskCode::AskRefused));
        assert!(!unread.record_outcome(&Err(CallError::not_sent("away")), at(0)));
        assert!(unread.due.is_some_and(|due| due > at(0)), "it is tried again");
        assert!(!unread.record_outcome(&Err(CallError::Declined("closed".into())), at(10)));
        assert_eq!(unread.due, None, "a person tells them");
        assert!(unread.record_outcome(&Ok(()), at(20)));
    }

    #[test]
    fn however_long_a_message_is_what_is_kept_of_it_has_a_bound() {
        let long = "ä".repeat(100_000);
        let error = FieldError { pointer: long.clone(), detail: long.clone() };
        let unread = UnreadMessage::of("1".into(), "s", (&long, &long), vec![error; 1_000], &long, at(0));
        let stored = serde_json::to_vec(&unread).unwrap_or_default();
        assert!(stored.len() < 64 * 1024, "{}", stored.len());
        assert_eq!((unread.errors.len(), unread.due, unread.task()), (20, None, TaskCode::MessageUnreadable));
    }
}
