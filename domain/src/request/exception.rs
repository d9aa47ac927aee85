//! Exceptions: why a request is no ordinary one, as queues of their own with people who look after them.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::finding::Severity;
use super::slot::Slot;
use super::{Finding, Request, message};
use crate::catalogue::{EventKind, FindingCode, MessageKind};
use crate::lifecycle::titled;
use crate::time::Timestamp;

titled! {
    /// A queue of exceptions.
    ExceptionQueue {
        /// What goes against the policy, or what it leaves to a person.
        Policy = "policy": "Exceptions to the policy",
        /// What is large.
        Materiality = "materiality": "Large amounts",
        /// What is disputed, or was refunded elsewhere.
        Dispute = "dispute": "Disputes",
        /// What concerns a customer with whom care is taken.
        CustomerSensitive = "customer_sensitive": "Sensitive customers",
        /// What lacks the evidence or the note that it should come with.
        MissingBackup = "missing_backup": "Missing backup",
    }
}

/// A queue of exceptions that a request stands in, or will as soon as the checks find something that leads there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The queue.
    pub queue: ExceptionQueue,
    /// Who looks after it: levels, and people as `person:<name>:<level>`.
    pub owners: Vec<String>,
    /// What leads there, if the checks find it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<FindingCode>,
    /// Whether the rule's condition leads there, whatever the checks find.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_condition: bool,
    /// When its owners were told of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_at: Option<Timestamp>,
}

/// A queue of exceptions that a request stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Exception"))]
pub struct ExceptionView {
    /// The queue.
    pub queue: ExceptionQueue,
    /// Who looked after it when the request was routed: levels, and people as `person:<name>:<level>`.
    pub owners: Vec<String>,
}

/// How much stands in a queue of exceptions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExceptionCount {
    /// The queue.
    pub queue: ExceptionQueue,
    /// What the queue is called.
    pub title: String,
    /// Who looks after it, as the policy says that is in force: levels, and people as `person:<name>:<level>`; empty
    /// where nobody is named.
    pub owners: Vec<String>,
    /// Whether the caller is one of them.
    pub is_mine: bool,
    /// How many requests wait in it.
    pub waiting: u64,
    /// How many of them are past the time in which people must act.
    pub overdue: u64,
    /// Whether there are more than were counted.
    pub more: bool,
}

/// The queues of exceptions, all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExceptionCounts {
    /// Each queue.
    pub items: Vec<ExceptionCount>,
}

impl ExceptionQueue {
    /// Returns what leads to the queue where the policy does not say so itself.
    #[must_use]
    pub const fn findings(self) -> &'static [FindingCode] {
        use FindingCode as F;
        match self {
            Self::Policy => &[
                F::PolicyCheck,
                F::PolicyPersonDecides,
                F::PolicyUnsure,
                F::PolicyUnusable,
                F::WindowExceeded,
                F::DestinationNotAllowed,
                F::AutomaticLimit,
                F::ApprovalLimit,
                F::PayoutByHand,
                F::ScheduleUnconfirmed,
                F::FactorUnknown,
                F::DuplicateSuspected,
                F::CustomerUnknown,
            ],
            Self::Materiality | Self::CustomerSensitive => &[],
            Self::Dispute => &[
                F::DisputeOpen,
                F::DisputeCurrency,
                F::FraudEarlyWarning,
                F::PaymentRefundUnsure,
                F::PaymentRefundedElsewhere,
            ],
            Self::MissingBackup => &[F::EvidenceMissing, F::ReasonNoteMissing],
        }
    }
}

impl Exception {
    /// Tells whether it is so of a request. What is good to know only leads nowhere, and a dispute that came later and
    /// holds money back is one that was found.
    #[must_use]
    pub fn holds(&self, request: &Request) -> bool {
        let leads = |finding: &Finding| finding.severity >= Severity::Warning && self.findings.contains(&finding.code);
        let is_held = || request.legs.iter().any(|leg| leg.frozen);
        self.by_condition
            || request.findings.iter().any(leads)
            || self.findings.contains(&FindingCode::DisputeOpen) && is_held()
    }
}

impl Request {
    /// Takes over the queues of exceptions that the policy names. Of those that it stood in before, their owners know.
    pub fn stand_in(&mut self, mut exceptional: Vec<Exception>) {
        for exception in &mut exceptional {
            let before = self.exceptional.iter().find(|before| before.queue == exception.queue);
            exception.told_at = before.and_then(|before| before.told_at);
        }
        self.exceptional = exceptional;
    }

    /// Returns the queues of exceptions that it stands in while it waits for a decision, each once: the first rule of
    /// the policy counts that leads there.
    #[must_use]
    pub fn exceptions(&self) -> Vec<&Exception> {
        let mut found: Vec<&Exception> = Vec::new();
        if !self.awaits_decision() {
            return found;
        }
        for exception in &self.exceptional {
            if exception.holds(self) && found.iter().all(|known| known.queue != exception.queue) {
                found.push(exception);
            }
        }
        found
    }

    /// Tells whether it stands in a queue of exceptions of which its owners were not told.
    #[must_use]
    pub fn has_untold_exceptions(&self) -> bool {
        self.exceptions().iter().any(|exception| exception.told_at.is_none())
    }

    /// Tells the owners of the queues of exceptions that it came to stand in, once for each queue.
    pub fn tell_owners(&mut self, at: Timestamp) {
        let untold: Vec<Exception> =
            self.exceptions().into_iter().filter(|exception| exception.told_at.is_none()).cloned().collect();
        for exception in untold {
            let owners: Vec<_> = exception.owners.iter().map(|owner| Slot::read(owner).title()).collect();
            let (queue, owners) = (exception.queue, owners.join(", "));
            let text = format!("It stands in the queue “{}”, which {owners} looks after.", queue.title());
            let facts = json!({"step": "decide", "queue": queue, "to": exception.owners, "due_at": self.due_at()});
            self.note(at, "contraflow", EventKind::RequestException, &text, &facts);
            let reminder = message::Reminder { facts, is_for_asker: false };
            message::queue_reminder(self, MessageKind::RequestException, &text, reminder, at);
            for known in self.exceptional.iter_mut().filter(|known| known.queue == queue) {
                known.told_at = Some(at);
            }
        }
    }
}

impl From<&Exception> for ExceptionView {
    fn from(exception: &Exception) -> Self {
        Self { queue: exception.queue, owners: exception.owners.clone() }
    }
}
