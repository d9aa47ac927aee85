//! A request as a row of a list: what it takes to find it, to show it and to decide on it. Each member has the name and
//! the meaning that it has in the full view, which has more: whatever grows with the request stands there alone. Of the
//! legs, a row has those that only a person can mend.

use serde::{Deserialize, Serialize};

use super::approvals::Decision;
use super::ask::{Destination, Direction, Kind};
use super::content::Redirect;
use super::exception::ExceptionView;
use super::parts::{self, Deed, Involving};
use super::taken::Taken;
use super::view::{ApprovalsView, Decidable, DocumentView, LegView, RequestView};
use super::wait::Wait;
use super::{Finding, Source, Task};
use crate::identity::Identity;
use crate::invoice::Totals;
use crate::lifecycle::request::RequestStatus;
use crate::limits;
use crate::money::Money;
use crate::time::Timestamp;

/// A request as a row of a list: a request without evidence, lines, packet and the legs that nobody has to see to,
/// which `GET /v1/requests/{id}` has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequestRow {
    /// A UUID of version 7: ids sort by time.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uuid")))]
    pub id: String,
    /// Where it stands.
    pub status: RequestStatus,
    /// Where it stood before it needed attention, and from where it goes on; null unless it needs attention.
    pub paused: Option<RequestStatus>,
    /// What kind of adjustment is asked for.
    pub kind: Kind,
    /// Which way it moves what the customer owes.
    pub direction: Direction,
    /// The invoice that it corrects.
    pub invoice: Option<String>,
    /// The ERP's id of the customer, once known.
    pub customer: Option<String>,
    /// The customer's name on the invoice, once that was looked up; null where no invoice is named.
    #[serde(default)]
    pub customer_name: Option<String>,
    /// Who asks; never decides on it.
    pub requester: String,
    /// Where it came from.
    pub source: Source,
    /// A short word for why; may be empty.
    pub reason: String,
    /// The beginning of the free text, at most 200 characters; may be empty.
    pub note: String,
    /// Where the money is to go.
    pub destination: Destination,
    /// What it comes to, with tax; null until it is checked, or when it is ineligible.
    pub amount: Option<Money>,
    /// The same as net, tax and gross.
    pub totals: Option<Totals>,
    /// The document; null before it is composed.
    pub credit_memo: Option<DocumentView>,
    /// Who must decide and who has; of each note the first 200 characters.
    pub approvals: ApprovalsView,
    /// What the checks found.
    pub findings: Vec<Finding>,
    /// What only a person can do.
    pub tasks: Vec<Task>,
    /// The legs that the tasks are about, as the full view has them.
    #[serde(default)]
    pub task_legs: Vec<LegView>,
    /// When what has failed is tried again by itself, or asked for again; null where nothing waits for that.
    #[serde(default)]
    pub next_try_at: Option<Timestamp>,
    /// What a decision is bound to; empty before it is checked.
    pub content_hash: String,
    /// The redirect of lost money to another place than was approved: it waits for a decision like the request itself.
    #[serde(default)]
    pub redirect: Option<Redirect>,
    /// The parts that people have had in it besides asking and deciding. They keep them from having others.
    #[serde(default)]
    pub deeds: Vec<Deed>,
    /// The number of its last event; grows with every change.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub version: u64,
    /// Who is looking at it, and until when; null where nobody has said so. It keeps nobody from deciding.
    #[serde(default)]
    pub taken: Option<Taken>,
    /// When it expires, unless it is decided.
    pub deadline: Option<Timestamp>,
    /// By when people must act, as the policy's rules of time say; null where no time is set.
    #[serde(default)]
    pub due_at: Option<Timestamp>,
    /// What people are waited for, with the time that they have.
    #[serde(default)]
    pub waits: Vec<Wait>,
    /// The queues of exceptions that it stands in while it waits for a decision; empty for whoever reads it as the
    /// asker alone.
    #[serde(default)]
    pub exceptions: Vec<ExceptionView>,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Returns the beginning of a text, with a mark where more follows.
fn excerpt(text: String) -> String {
    if text.chars().count() <= limits::ROW_NOTE_CHARS {
        return text;
    }
    text.chars().take(limits::ROW_NOTE_CHARS - 1).chain(['…']).collect()
}

impl From<RequestView> for RequestRow {
    fn from(full: RequestView) -> Self {
        let decisions = full.approvals.decisions.into_iter();
        let decisions = decisions.map(|made| Decision { note: excerpt(made.note), ..made }).collect();
        let is_task = |leg: &LegView| full.tasks.iter().any(|task| task.subject == leg.id);
        let task_legs = full.legs.into_iter().filter(is_task).collect();
        Self {
            task_legs,
            next_try_at: full.next_try_at,
            id: full.id,
            status: full.status,
            paused: full.paused,
            kind: full.kind,
            direction: full.direction,
            invoice: full.invoice,
            customer: full.customer,
            customer_name: full.customer_name,
            requester: full.requester,
            source: full.source,
            reason: full.reason,
            note: excerpt(full.note),
            destination: full.destination,
            amount: full.amount,
            totals: full.totals,
            credit_memo: full.credit_memo,
            approvals: ApprovalsView { decisions, ..full.approvals },
            findings: full.findings,
            tasks: full.tasks,
            content_hash: full.content_hash,
            redirect: full.redirect,
            deeds: full.deeds,
            version: full.version,
            taken: full.taken,
            deadline: full.deadline,
            due_at: full.due_at,
            waits: full.waits,
            exceptions: full.exceptions,
            created_at: full.created_at,
            updated_at: full.updated_at,
        }
    }
}

impl Involving for RequestRow {
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

impl Decidable for RequestRow {
    fn requester(&self) -> &str {
        &self.requester
    }

    fn next_level(&self) -> Option<&str> {
        self.approvals.next.as_deref()
    }

    fn content_hash(&self) -> &str {
        &self.content_hash
    }
}

impl RequestRow {
    /// Returns the time at which it stands in queues: by when people must act, or must have decided.
    #[must_use]
    pub fn queue_time(&self) -> Timestamp {
        self.due_at.or(self.deadline).unwrap_or(self.created_at)
    }

    /// Tells whether people are to decide on it: on the request, or on sending its money elsewhere.
    #[must_use]
    pub const fn awaits_decision(&self) -> bool {
        self.status.awaits_people() || self.redirect.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_note_ends_where_a_row_ends_and_a_short_one_is_whole() {
        assert_eq!(excerpt("ü".repeat(200)), "ü".repeat(200));
        assert_eq!(excerpt("ü".repeat(201)), format!("{}…", "ü".repeat(199)));
    }
}
