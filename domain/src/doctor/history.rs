//! The history of a request: what its events alone say of it. They say the same facts as the request's own entry,
//! worked out a second way.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::catalogue::EventKind;
use crate::lifecycle::document::DocumentStatus;
use crate::lifecycle::request::RequestStatus;
use crate::money::Money;
use crate::request::event::{Event, LegFact};

/// A request as its events tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// Where it stands.
    pub status: RequestStatus,
    /// The legs by id: where each stands last, with the amount and the target that it began with.
    pub legs: BTreeMap<String, LegFact>,
    /// The amount that is set aside or credited for it, if there is any.
    pub held: Option<Money>,
    /// The number printed on its document, once the ERP has given it one.
    pub number: Option<String>,
    /// Where its document stands; `None` until there is one.
    pub document: Option<DocumentStatus>,
    /// The sequence number of the last event.
    pub sequence: u64,
    /// The hash of the last event.
    pub head: String,
}

/// Why a request's events can't be read as its history.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// An event's content has changed since it was sealed.
    #[error("event {0} was changed: its content does not have the hash that it carries")]
    Changed(u64),
    /// An event does not follow the one before it.
    #[error("event {0} does not follow event {1}")]
    Unlinked(u64, u64),
    /// An event names a state that does not exist.
    #[error("event {0} leads to a state `{1}` that there is not")]
    Unknown(u64, String),
}

impl History {
    /// Works out the history from events, oldest first and from the first one on.
    ///
    /// # Errors
    /// At the first event that is changed, out of place, or tells of a state that there is not.
    pub fn of(events: &[Event]) -> Result<Self, HistoryError> {
        let mut history = Self {
            status: RequestStatus::Received,
            legs: BTreeMap::new(),
            held: None,
            number: None,
            document: None,
            sequence: 0,
            head: String::new(),
        };
        for event in events {
            history.take(event)?;
        }
        Ok(history)
    }

    fn take(&mut self, event: &Event) -> Result<(), HistoryError> {
        if event.sequence != self.sequence + 1 || event.previous != self.head {
            return Err(HistoryError::Unlinked(event.sequence, self.sequence));
        }
        if event.clone().sealed().hash != event.hash {
            return Err(HistoryError::Changed(event.sequence));
        }
        self.sequence = event.sequence;
        self.head.clone_from(&event.hash);
        if let (true, Some(to)) =
            (event.what.name().starts_with("request."), event.data.get("to").and_then(Value::as_str))
        {
            self.status =
                RequestStatus::named(to).ok_or_else(|| HistoryError::Unknown(event.sequence, to.to_owned()))?;
        }
        match event.what {
            EventKind::AmountReserved => self.held = event.data.get("amount").and_then(money),
            EventKind::AmountReleased | EventKind::DocumentReversing => self.held = None,
            _ => {}
        }
        self.follow_document(event);
        for fact in &event.legs {
            let known = self.legs.entry(fact.leg.clone()).or_insert_with(|| fact.clone());
            known.status = fact.status;
        }
        Ok(())
    }

    fn follow_document(&mut self, event: &Event) {
        let number = event.data.get("number").and_then(Value::as_str).map(str::to_owned);
        let stands = match event.what {
            EventKind::DocumentSent if self.document.is_none_or(|document| document == DocumentStatus::Void) => {
                self.number = None;
                DocumentStatus::Draft
            }
            EventKind::DocumentAccepted | EventKind::DocumentPosted if number.is_some() => DocumentStatus::Issued,
            EventKind::DocumentVoidedThere | EventKind::DocumentVoided => DocumentStatus::Void,
            _ => return,
        };
        self.document = Some(stands);
        self.number = number.or(self.number.take());
    }
}

fn money(value: &Value) -> Option<Money> {
    serde_json::from_value(value.clone()).ok()
}
