//! The request: everything about one ask, in one value that is committed as a whole.

pub mod ask;
pub mod draft;
pub mod event;
pub mod leg;
pub mod message;
pub mod view;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::allocation::CreditLine;
use crate::approval::Approvals;
use crate::erp::store_credit::CreditBooking;
use crate::invoice::{Invoice, Totals};
use crate::lifecycle::document::DocumentStatus;
use crate::lifecycle::handoff::HandOffStatus;
use crate::lifecycle::request::{RequestEvent, RequestStatus};
use crate::lifecycle::{Machine as _, TransitionError, named};
use crate::money::Money;
use crate::policy::Posting;
use crate::time::Timestamp;
use ask::Ask;
use event::Event;
use leg::{Leg, is_zero};
use message::Message;

/// Where a request came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Source {
    /// Where it came from and where answers go: `api`, `zendesk`, …
    pub channel: String,
    /// The source's own name for it: the ticket's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Where a person finds it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

named! {
    /// How much a finding weighs.
    Severity {
        /// Good to know.
        Info = "info",
        /// A person must look: nothing passes by itself.
        Warning = "warning",
        /// It can't be granted.
        Blocking = "blocking",
    }
}

/// Something that the checks found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// Stable: `amount.exceeds_remaining`, `duplicate.suspected`, …
    pub code: String,
    /// How much it weighs.
    pub severity: Severity,
    /// What was found, with the numbers, for a person.
    pub message: String,
}

/// The evidence packet: what a decider looks at, as it was when the request was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Packet {
    /// When it was put together.
    pub built_at: Timestamp,
    /// The invoice with its payments, as the ERP had it; left out where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::invoice::InvoiceWire>"))]
    pub invoice: Option<Invoice>,
}

/// The credit document of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Where it stands.
    pub status: DocumentStatus,
    /// The printed number, once issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The ERP's own id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erp_reference: Option<String>,
    /// The day it bears.
    pub issued_on: String,
    /// What it comes to.
    pub total: Money,
}

/// The hand-off of the document to the ERP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOff {
    /// Where it stands.
    pub status: HandOffStatus,
    /// When it was last sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sent_at: Option<Timestamp>,
    /// Tries since something last went forward.
    #[serde(default)]
    pub tries: u32,
    /// Not to be worked on before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// Why it was refused, in the ERP's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// Looks at a draft since the ERP took it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub looks: u32,
    /// When to look at the draft next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look_at: Option<Timestamp>,
    /// When the ERP last had the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Timestamp>,
    /// The ERP's ids of this request's documents that somebody voided there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voided_there: Vec<String>,
}

/// Something that only a person can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Task {
    /// Stable: `leg.reroute`, `erp.refused`, …
    pub code: String,
    /// What it is about: a leg's id, or empty for the whole request.
    pub subject: String,
    /// What happened, and what to do.
    pub detail: String,
    /// Since when.
    pub since: Timestamp,
}

/// Everything about one ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// A UUID, version 7.
    pub id: String,
    /// Where it came from.
    pub source: Source,
    /// Who asks. Never decides on it.
    pub requester: String,
    /// What is asked.
    pub ask: Ask,
    /// Where it stands.
    pub status: RequestStatus,
    /// Who gets it: the ERP's id of the customer, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// What it comes to, once checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// How it spreads over the invoice's lines.
    #[serde(default)]
    pub lines: Vec<CreditLine>,
    /// The sum of the lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totals: Option<Totals>,
    /// The share of the invoice's document rounding, where it has any: part of the totals, of no line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding: Option<Totals>,
    /// Whether the ERP posts the document at once, as the policy says.
    #[serde(default = "post")]
    pub posting: Posting,
    /// Where the money goes.
    #[serde(default)]
    pub legs: Vec<Leg>,
    /// After so many days the store credit that it grants expires, as the policy says for its kind; none: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_days: Option<u32>,
    /// What the ERP is still to book of the store credit that it granted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credit_bookings: Vec<CreditBooking>,
    /// The document, once composed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// Its hand-off, once approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff: Option<HandOff>,
    /// Who must decide and who has.
    #[serde(default)]
    pub approvals: Approvals,
    /// What the checks found.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// What a decider looks at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packet: Option<Packet>,
    /// What a decision is bound to: a hash over amount, lines and destination.
    #[serde(default)]
    pub content_hash: String,
    /// Messages to people and systems.
    #[serde(default)]
    pub outbox: Vec<Message>,
    /// What only a person can do.
    #[serde(default)]
    pub tasks: Vec<Task>,
    /// Where it stood before it needed attention: there it is tried on, and goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<RequestStatus>,
    /// Tries of the step that is next since one went well.
    #[serde(default)]
    pub tries: u32,
    /// That step is not to be worked on before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// When the decision is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
    /// The number of its last event.
    pub sequence: u64,
    /// The hash of its last event.
    pub head: String,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When the clock takes it up, if nobody else does; none: never by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// Events that are not stored yet.
    #[serde(skip)]
    pub fresh: Vec<Event>,
}

fn post() -> Posting {
    Posting::Post
}

/// A fact as JSON; `null` for what can't be written as JSON, which no fact is.
fn fact(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

impl Request {
    /// A new request.
    #[must_use]
    pub fn receive(id: String, source: Source, requester: String, ask: Ask, at: Timestamp) -> Self {
        let mut request = Self {
            id,
            source,
            requester,
            customer: ask.customer.clone(),
            ask,
            status: RequestStatus::INITIAL,
            amount: None,
            lines: Vec::new(),
            totals: None,
            rounding: None,
            posting: Posting::Post,
            legs: Vec::new(),
            credit_days: None,
            credit_bookings: Vec::new(),
            document: None,
            handoff: None,
            approvals: Approvals::default(),
            findings: Vec::new(),
            packet: None,
            content_hash: String::new(),
            outbox: Vec::new(),
            tasks: Vec::new(),
            paused: None,
            tries: 0,
            not_before: None,
            deadline: None,
            sequence: 0,
            head: String::new(),
            created_at: at,
            updated_at: at,
            due: None,
            fresh: Vec::new(),
        };
        let data = serde_json::json!({"source": request.source, "ask": request.ask});
        let who = request.requester.clone();
        request.note(at, &who, "request.received", "", data);
        request
    }

    /// Writes an event. Whatever legs have moved since the one before, it tells.
    pub fn note(&mut self, at: Timestamp, actor: &str, what: &str, why: &str, data: impl Serialize) {
        self.sequence += 1;
        self.updated_at = self.updated_at.max(at);
        let event = Event {
            request: self.id.clone(),
            sequence: self.sequence,
            at,
            actor: actor.into(),
            what: what.into(),
            why: why.into(),
            data: fact(data),
            legs: self.legs.iter_mut().filter_map(Leg::tell).collect(),
            previous: self.head.clone(),
            hash: String::new(),
        }
        .sealed();
        self.head.clone_from(&event.hash);
        self.fresh.push(event);
    }

    /// Tells of legs that moved without an event of their own, so that the record alone says where all money stands.
    pub fn tell_legs(&mut self, at: Timestamp) {
        if self.legs.iter().any(|leg| leg.told != Some(leg.status)) {
            self.note(at, "contraflow", "legs.moved", "", Value::Null);
        }
    }

    /// Moves the request and writes it down.
    ///
    /// # Errors
    /// When its state does not take the event; the request is as it was.
    pub fn on(&mut self, event: RequestEvent, at: Timestamp, actor: &str, why: &str) -> Result<(), TransitionError> {
        let next = self.status.on(event)?;
        let data = serde_json::json!({"from": self.status, "to": next});
        self.status = next;
        self.paused = None;
        if event != RequestEvent::NeedAttention {
            self.stepped();
        }
        self.note(at, actor, &format!("request.{event}"), why, data);
        Ok(())
    }

    /// Where it stands, or where it stood before it needed attention.
    #[must_use]
    pub fn stage(&self) -> RequestStatus {
        match self.status {
            RequestStatus::NeedsAttention => self.paused.unwrap_or(RequestStatus::Executing),
            status => status,
        }
    }

    /// A step went well: whatever kept one from it is over.
    pub fn stepped(&mut self) {
        self.tries = 0;
        self.not_before = None;
        self.tasks.retain(|task| task.code != "step.failing");
    }

    /// The leg of that id.
    pub fn leg_mut(&mut self, id: &str) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|leg| leg.id == id)
    }

    /// An id for the next leg.
    #[must_use]
    pub fn next_leg_id(&self) -> String {
        format!("l{}", self.legs.len() + 1)
    }

    /// The key of the document's effect in the ERP: a new one for the document that stands in for one that somebody voided there.
    #[must_use]
    pub fn document_key(&self) -> String {
        match self.handoff.as_ref().map_or(0, |handoff| handoff.voided_there.len()) {
            0 => format!("{}-document", self.id),
            voided => format!("{}-document-{}", self.id, voided + 1),
        }
    }

    /// Whether its money may go out: only while the ERP has its document.
    #[must_use]
    pub fn may_pay(&self) -> bool {
        self.handoff.as_ref().is_some_and(|handoff| handoff.status.is_accepted())
    }

    /// Adds what only a person can do; the same task for the same subject is not added twice.
    pub fn raise(&mut self, at: Timestamp, code: &str, subject: &str, detail: String) {
        if self.tasks.iter().any(|task| task.code == code && task.subject == subject) {
            return;
        }
        self.note(at, "contraflow", "task.raised", &detail, serde_json::json!({"code": code, "subject": subject}));
        self.tasks.push(Task { code: code.into(), subject: subject.into(), detail, since: at });
    }

    /// Whether the document and the money have begun to move: from here on it can only be reversed.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.handoff.as_ref().is_some_and(|handoff| handoff.status != HandOffStatus::Queued)
    }
}

impl Request {
    /// Puts the next step off after a try that failed; after too many it needs attention, and is tried on all the same.
    pub fn postpone(&mut self, at: Timestamp, why: &str) {
        self.tries = self.tries.saturating_add(1);
        self.not_before = Some(at.plus_ms(message::backoff_ms(self.tries, &self.id)));
        self.note(at, "contraflow", "step.put_off", why, serde_json::json!({"tries": self.tries}));
        if self.tries >= crate::limits::TRIES {
            let detail = format!(
                "A step has failed {} times: {why}. Mend what keeps it from working; it is tried on.",
                self.tries
            );
            self.raise(at, "step.failing", "", detail);
            crate::attention::progress::attend(self, at, "a step has failed too often");
        }
    }
}
