//! The request: everything about one ask, in one value that is committed as a whole.

#![allow(clippy::disallowed_types, reason = "reading a flattened member names floats, and none is stored")]

pub mod approvals;
pub mod ask;
pub mod attempt;
pub mod backup;
pub mod booking;
pub mod content;
pub mod correction;
pub mod document;
pub mod draft;
pub mod event;
pub mod evidence;
pub mod exception;
pub mod file;
pub mod filter;
pub mod finding;
pub mod imported;
mod later_payments;
pub mod leg;
pub mod message;
pub mod over;
pub mod parts;
pub mod posting;
pub mod quote;
pub mod risk;
pub mod row;
pub mod rule_made;
pub mod ruled;
pub mod slot;
pub mod spending;
pub mod taken;
mod target;
pub mod task;
pub mod terms;
pub mod told_amount;
pub mod view;
pub mod wait;
mod wrong_time;

pub use document::{Document, HandOff};
pub use finding::{Finding, Severity};
pub use task::Task;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::approvals::{Approvals, Decision};
use self::attempt::{Attempt, CallError, Effect};
use self::booking::{CreditBooking, ReasonBooking};
use crate::allocation::{Allocation, CreditLine};
use crate::catalogue::{EventKind, TaskCode};
use crate::identity::Identity;
use crate::invoice::{Invoice, Totals};
use crate::lifecycle::document::DocumentStatus;
use crate::lifecycle::handoff::HandOffStatus;
use crate::lifecycle::request::{RequestEvent, RequestStatus};
use crate::lifecycle::{Machine as _, TransitionError};
use crate::limits;
use crate::money::Money;
use crate::time::Timestamp;
use ask::Ask;
use backup::Backup;
use content::Redirect;
use event::Event;
use file::StoredFile;
use imported::ImportedRow;
use leg::Leg;
use message::Message;
use parts::{Deed, Involving, Part};
use posting::Posting;
use risk::Risk;
use rule_made::RuleMade;
use ruled::Ruled;
use taken::Taken;
use wait::{Wait, WaitStep};

/// Where a request came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Source {
    /// The channel that it came over, and that answers go to: `api`, `zendesk`, …
    pub channel: String,
    /// The source's own name for it, such as the ticket's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The address where a person finds it at the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// The packet: what a decider looks at, as it was when the request was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Packet {
    /// When the invoice was looked up.
    pub built_at: Timestamp,
    /// The invoice with its payments, as the ERP had it; left out where the ERP has no such invoice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::invoice::InvoiceWire>"))]
    pub invoice: Option<Invoice>,
    /// What the ERP knows of the customer, where no invoice says whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<KnownCustomer>,
}

/// What the ERP knows of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KnownCustomer {
    /// Whether it has a customer of exactly that id.
    pub known: bool,
    /// The ids of customers that it has instead, which look like that one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alike: Vec<String>,
}

/// A request: everything about one ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// A UUID of version 7: ids sort by time.
    pub id: String,
    /// Where it came from.
    pub source: Source,
    /// The channels that carry news of the request, as they were wired when it came in; `None` where it was stored
    /// before requests named them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<String>>,
    /// The person who asks. They never decide on their own request.
    pub requester: String,
    /// The row of a file that it was made of; `None` where it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<ImportedRow>,
    /// The rule that made it, and why; `None` where no rule did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleMade>,
    /// The content of the request as it came in.
    pub ask: Ask,
    /// Where it stands.
    pub status: RequestStatus,
    /// The ERP's id of the customer, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// The customer's name on the invoice, once that was looked up; its beginning, where it is very long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// How much it comes to, with tax; `None` until it is checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// What is credited of each line of the invoice.
    #[serde(default)]
    pub lines: Vec<CreditLine>,
    /// The amount as net, tax and gross.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totals: Option<Totals>,
    /// Its share of the invoice's document rounding, where there is any. It is part of the totals and of no line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding: Option<Totals>,
    /// Whether the ERP posts the document at once or takes it as a draft, as the policy says.
    #[serde(default)]
    pub posting: Posting,
    /// The parts of the money, each on its way to one place.
    #[serde(default)]
    pub legs: Vec<Leg>,
    /// After how many days the store credit that it grants expires, as the policy says for its kind; `None` means
    /// never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_days: Option<u32>,
    /// How its reason is booked, as the policy says; `None` where it says nothing of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_booking: Option<ReasonBooking>,
    /// The refused request that it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<String>,
    /// The request that corrects it, after it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected_by: Option<String>,
    /// The queues of exceptions that it stands in, or may come to stand in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptional: Vec<exception::Exception>,
    /// The moves of its store credit that the ERP has not booked yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credit_bookings: Vec<CreditBooking>,
    /// The credit document; `None` until it is composed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// The document's hand-off to the ERP; `None` until the request is approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff: Option<HandOff>,
    /// The levels that must decide, and the decisions that were made.
    #[serde(default)]
    pub approvals: Approvals,
    /// The findings of the checks.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// The risk score; `None` until it is checked, and where it was checked before there were scores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
    /// The invoice that a decider looks at, with its payments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packet: Option<Packet>,
    /// Whether the invoice is to be read again for payments that came later: money is held back that they may cover.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub awaits_payments: bool,
    /// A hash over all that is decided on, such as amount, lines and destination. A decision holds only for the content
    /// that it was made on.
    #[serde(default)]
    pub content_hash: String,
    /// A hash over all that replies have added, in their order; empty without replies. It is part of the content.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub replies: String,
    /// Whether a reply has said something in words.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub said_more: bool,
    /// What the policy wants and it lacked when it was checked, with what became of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<Backup>,
    /// The small files that are stored with it, also those that do not count as evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<StoredFile>,
    /// The tries to have its files scanned for viruses.
    #[serde(default, skip_serializing_if = "is_idle")]
    pub scanning: Attempt,
    /// The redirect of lost money to another place than was approved, while it is not carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect: Option<Redirect>,
    /// The parts that people have had in it besides asking and deciding.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deeds: Vec<Deed>,
    /// The messages about the request, delivered and not.
    #[serde(default)]
    pub outbox: Vec<Message>,
    /// The tasks that only a person can do.
    #[serde(default)]
    pub tasks: Vec<Task>,
    /// Where it stood before it needed attention. From there it is retried and goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<RequestStatus>,
    /// The tries of the step that comes next.
    #[serde(flatten)]
    pub step: Attempt,
    /// Who is looking at it, while it waits for a decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Taken>,
    /// When people must have decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
    /// When it, or store credit that it granted, was first found overdue; that expires only if it still is after
    /// [`crate::limits::EXPIRY_MS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdue_since: Option<Timestamp>,
    /// The steps for which the policy that routed it has a rule of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timed_steps: Vec<WaitStep>,
    /// What people are waited for, with the time that they have, as far as that is worked out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waits: Vec<Wait>,
    /// When it is looked again by when people must act, where the policy could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watched_again_at: Option<Timestamp>,
    /// The number of its last event.
    pub sequence: u64,
    /// The hash of its last event.
    pub head: String,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When the clock drives it, if nothing else does; `None` means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// The events that are not stored yet.
    #[serde(skip)]
    pub fresh: Vec<Event>,
}

/// Tells whether nothing was tried that failed.
fn is_idle(attempt: &Attempt) -> bool {
    *attempt == Attempt::default()
}

/// Returns a fact as JSON; `null` for what can't be written as JSON, which no fact is.
fn fact(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

impl Request {
    /// Makes a new request and writes its first event.
    #[must_use]
    pub fn receive(id: String, source: Source, requester: String, mut ask: Ask, at: Timestamp) -> Self {
        ask.evidence = ask.evidence.into_iter().map(|one| one.added(&requester, at)).collect();
        let mut request = Self {
            id,
            source,
            channels: None,
            requester,
            import: None,
            rule: None,
            customer: ask.customer.clone(),
            customer_name: None,
            ask,
            status: RequestStatus::INITIAL,
            amount: None,
            lines: Vec::new(),
            totals: None,
            rounding: None,
            posting: Posting::Post,
            legs: Vec::new(),
            credit_days: None,
            reason_booking: None,
            corrects: None,
            corrected_by: None,
            exceptional: Vec::new(),
            credit_bookings: Vec::new(),
            document: None,
            handoff: None,
            approvals: Approvals::default(),
            findings: Vec::new(),
            risk: None,
            packet: None,
            awaits_payments: false,
            content_hash: String::new(),
            replies: String::new(),
            said_more: false,
            backup: None,
            files: Vec::new(),
            scanning: Attempt::default(),
            redirect: None,
            deeds: Vec::new(),
            outbox: Vec::new(),
            tasks: Vec::new(),
            paused: None,
            step: Attempt::default(),
            taken: None,
            deadline: None,
            overdue_since: None,
            timed_steps: Vec::new(),
            waits: Vec::new(),
            watched_again_at: None,
            sequence: 0,
            head: String::new(),
            created_at: at,
            updated_at: at,
            due: None,
            fresh: Vec::new(),
        };
        let data = serde_json::json!({"source": request.source, "ask": request.ask});
        let who = request.requester.clone();
        request.note(at, &who, EventKind::RequestReceived, "", data);
        request
    }

    /// Writes down that a rule made it, and because of which event.
    #[must_use]
    pub fn made_by(mut self, made: RuleMade) -> Self {
        let (at, who) = (self.created_at, self.requester.clone());
        self.note(at, &who, EventKind::RequestMadeByRule, &made.words(), &made);
        self.rule = Some(made);
        self
    }

    /// Returns a number below `count` that the random end of the request's id leads to, always the same: requests
    /// spread over so many places without knowing of each other.
    #[must_use]
    pub fn one_of(&self, count: u32) -> u32 {
        let end = self.id.bytes().rev().take(8).fold(0, |sum: u32, byte| (sum * 31 + u32::from(byte)) % 65_521);
        end.checked_rem(count).unwrap_or(0)
    }

    /// Writes an event. It also tells which legs have moved since the event before.
    pub fn note(&mut self, at: Timestamp, actor: &str, what: EventKind, why: &str, data: impl Serialize) {
        self.sequence += 1;
        self.updated_at = self.updated_at.max(at);
        let event = Event {
            request: self.id.clone(),
            sequence: self.sequence,
            at,
            actor: actor.into(),
            what,
            why: why.into(),
            data: fact(data),
            legs: self.legs.iter_mut().filter_map(Leg::take_fact).collect(),
            previous: self.head.clone(),
            hash: String::new(),
        }
        .sealed();
        self.head.clone_from(&event.hash);
        self.fresh.push(event);
    }

    /// Writes an event for legs that moved without one, so that the record alone says where all money stands.
    pub fn note_moved_legs(&mut self, at: Timestamp) {
        if self.legs.iter().any(|leg| leg.told != Some(leg.status)) {
            self.note(at, "contraflow", EventKind::LegsMoved, "", Value::Null);
        }
    }

    /// Moves the request and writes an event of it.
    ///
    /// # Errors
    /// When its state does not take the event; the request is as it was.
    pub fn on(&mut self, event: RequestEvent, at: Timestamp, actor: &str, why: &str) -> Result<(), TransitionError> {
        self.on_with(event, at, (actor, why), Value::Null)
    }

    /// Moves the request by what the policy says, and writes an event that names the policy and the rule. The words
    /// are whose, and why.
    ///
    /// # Errors
    /// When its state does not take the event; the request is as it was.
    pub fn on_by(
        &mut self,
        ruled: &Ruled,
        event: RequestEvent,
        at: Timestamp,
        words: (&str, &str),
    ) -> Result<(), TransitionError> {
        self.on_with(event, at, words, fact(ruled))
    }

    fn on_with(
        &mut self,
        event: RequestEvent,
        at: Timestamp,
        (actor, why): (&str, &str),
        ruled: Value,
    ) -> Result<(), TransitionError> {
        let next = self.status.on(event)?;
        let mut data = serde_json::json!({"from": self.status, "to": next});
        if let Some(facts) = data.as_object_mut().filter(|_| !ruled.is_null()) {
            facts.insert("policy".into(), ruled);
        }
        self.status = next;
        self.paused = None;
        if event != RequestEvent::NeedAttention {
            self.stepped();
        }
        self.note(at, actor, event.into(), why, data);
        Ok(())
    }

    /// Returns where it stands or, while it needs attention, where it stood before.
    #[must_use]
    pub fn stage(&self) -> RequestStatus {
        match self.status {
            RequestStatus::NeedsAttention => self.paused.unwrap_or(RequestStatus::Executing),
            status => status,
        }
    }

    /// Goes back to where the request was before it needed a person. A request that needs no person stays where it is.
    ///
    /// # Errors
    /// When its state does not let it.
    pub fn resume(&mut self, by: &str, at: Timestamp) -> Result<(), TransitionError> {
        if self.status != RequestStatus::NeedsAttention {
            return Ok(());
        }
        let event = match self.stage() {
            RequestStatus::Received => RequestEvent::ResumeIntake,
            RequestStatus::Validated | RequestStatus::AutoApproved => RequestEvent::ResumeDecision,
            _ => RequestEvent::ResumeExecution,
        };
        self.on(event, at, by, "it goes on")
    }

    /// Records that a step went well, which ends the count of its failed tries.
    pub fn stepped(&mut self) {
        self.step.succeed();
    }

    /// Records that somebody had a part in it; the same part of the same person stands once.
    pub fn record_part(&mut self, part: Part, by: &str) {
        let deed = Deed { by: by.into(), part };
        if !self.deeds.contains(&deed) {
            self.deeds.push(deed);
        }
    }

    /// Returns what it takes of each line of its invoice; `None` until it is checked.
    #[must_use]
    pub fn allocation(&self) -> Option<Allocation> {
        let totals = self.totals?;
        let zero = Money::zero(totals.gross.currency);
        let rounding = self.rounding.unwrap_or(Totals { net: zero, tax: zero, gross: zero });
        Some(Allocation { lines: self.lines.clone(), rounding, totals })
    }

    /// Returns the leg of that id.
    pub fn leg_mut(&mut self, id: &str) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|leg| leg.id == id)
    }

    /// Tells whether it has as many legs as one may have: no leg takes the place of another any more.
    #[must_use]
    pub fn is_full_of_legs(&self) -> bool {
        self.legs.len() >= limits::LEGS
    }

    /// Returns the id that the next leg gets.
    #[must_use]
    pub fn next_leg_id(&self) -> String {
        format!("l{}", self.legs.len() + 1)
    }

    /// Returns the idempotency key of the document in the ERP. A document that replaces one that somebody voided in the
    /// ERP gets a new key.
    #[must_use]
    pub fn document_key(&self) -> String {
        match self.handoff.as_ref().map_or(0, |handoff| handoff.voided_there.len()) {
            0 => format!("{}-document", self.id),
            voided => format!("{}-document-{}", self.id, voided + 1),
        }
    }

    /// Tells whether its money may go out, which is only while the ERP has its document.
    #[must_use]
    pub fn may_pay(&self) -> bool {
        self.handoff.as_ref().is_some_and(|handoff| handoff.status.is_accepted())
    }

    /// Raises a task about `subject` (a leg's id, a dispute's name, or empty for the whole request): what `happened`,
    /// and what the catalogue says is to be done. A task that stands for the subject already stays as it is.
    pub fn raise(&mut self, at: Timestamp, code: TaskCode, subject: &str, happened: &str) {
        if self.has_task(code, subject) {
            return;
        }
        let detail = format!("{happened} {}", code.remedy());
        let facts = serde_json::json!({"code": code, "subject": subject});
        self.note(at, "contraflow", EventKind::TaskRaised, &detail, facts);
        self.tasks.push(Task { code, subject: subject.into(), detail, since: at });
    }

    /// Clears the task about `subject`, because what it asked for has happened, or is asked for no more.
    pub fn clear(&mut self, code: TaskCode, subject: &str) {
        self.tasks.retain(|task| task.code != code || task.subject != subject);
    }

    /// Tells whether the task stands for the subject.
    #[must_use]
    pub fn has_task(&self, code: TaskCode, subject: &str) -> bool {
        self.tasks.iter().any(|task| task.code == code && task.subject == subject)
    }

    /// Tells whether the ERP surely has the document, and it is not to be voided.
    #[must_use]
    pub fn document_stands(&self) -> bool {
        self.handoff
            .as_ref()
            .is_some_and(|handoff| matches!(handoff.status, HandOffStatus::Posted | HandOffStatus::Reconciled))
    }

    /// Tells whether the ERP has the document as a draft that a person is to post there.
    #[must_use]
    pub fn awaits_posting(&self) -> bool {
        self.document_stands()
            && self.document.as_ref().is_some_and(|document| document.status == DocumentStatus::Draft)
    }

    /// Tells whether the document and the money have begun to move. From then on the request can only be reversed.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.handoff.as_ref().is_some_and(|handoff| handoff.status != HandOffStatus::Queued)
    }
}

impl Involving for Request {
    fn asker(&self) -> Identity {
        parts::asker(&self.requester, &self.source.channel)
    }

    fn decisions(&self) -> &[Decision] {
        &self.approvals.decisions
    }

    fn deeds(&self) -> &[Deed] {
        &self.deeds
    }
}

impl Request {
    /// Puts the next step off after a try that failed. After too many tries a person must look, and the step is retried
    /// all the same.
    pub fn postpone(&mut self, at: Timestamp, why: &str) {
        let task = self.step.fail(Effect::Step, &CallError::not_sent(why), &self.id, at);
        let tries = self.step.tries;
        self.note(at, "contraflow", EventKind::StepPutOff, why, serde_json::json!({"tries": tries}));
        if let Some(task) = task {
            self.raise(at, task, "", &format!("A step has failed {tries} times: {why}."));
        }
    }
}
