//! A request as the API shows it and as the console reads it: one type for both, from which the reference in
//! `functions/api/openapi.json` is made: a member's comment is what the reference says of it.
//!
//! A reader passes over members that it does not know, so the API may add some. A status or another word of a closed
//! list that the reader does not know is refused: whoever does not know where a request stands cannot say what may be
//! done about it. The console is part of the application whose API it reads, so the two are always of one version.

mod leg;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::approvals::{Approvals, Decision, Verdict};
use super::ask::{Destination, Direction, Evidence, Kind};
use super::backup::Backup;
use super::content::Redirect;
use super::exception::ExceptionView;
use super::file::StoredFile;
use super::imported::ImportedRow;
use super::parts::{self, Deed, Involving};
use super::risk::Risk;
use super::rule_made::RuleMade;
use super::taken::Taken;
use super::wait::Wait;
use super::{Document, Finding, HandOff, Packet, Request, Source, Task};
use crate::allocation::CreditLine;
use crate::catalogue::{FindingCode, TaskCode};
use crate::identity::Identity;
use crate::invoice::Totals;
use crate::lifecycle::document::DocumentStatus;
use crate::lifecycle::handoff::HandOffStatus;
use crate::lifecycle::request::RequestStatus;
use crate::money::Money;
use crate::time::Timestamp;

pub use leg::{LegDestination, LegView};

/// A request as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Request"))]
pub struct RequestView {
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
    /// Who asks; never decides on it: a sign-in name, or `zendesk:<agent>` where the policy's `[people]` does not say
    /// under which name the ticket's agent signs in.
    pub requester: String,
    /// Where it came from.
    pub source: Source,
    /// The row of an import that it was made of; left out where it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<ImportedRow>,
    /// The rule of the policy that made it, and the event because of which it did; null where no rule did.
    #[serde(default)]
    pub rule: Option<RuleMade>,
    /// A short word for why; may be empty.
    pub reason: String,
    /// Free text; may be empty.
    pub note: String,
    /// Where the money is to go.
    pub destination: Destination,
    /// What supports it, at most 100 with what replies added.
    pub evidence: Vec<Evidence>,
    /// The small files that are stored with it, also those that do not count as evidence: at most 20.
    #[serde(default)]
    pub files: Vec<StoredFile>,
    /// What the policy wants and it lacked when it was checked, with what became of asking for it; null where nothing
    /// was missing.
    #[serde(default)]
    pub backup: Option<Backup>,
    /// What it comes to, with tax; null until it is checked, or when it is ineligible.
    pub amount: Option<Money>,
    /// The same as net, tax and gross.
    pub totals: Option<Totals>,
    /// How it spreads over the invoice's lines.
    pub lines: Vec<LineView>,
    /// Where the money goes.
    pub legs: Vec<LegView>,
    /// The document; null before it is composed.
    pub credit_memo: Option<DocumentView>,
    /// Who must decide and who has.
    pub approvals: ApprovalsView,
    /// What the checks found.
    pub findings: Vec<Finding>,
    /// The risk score with its parts; null until it is checked, and for whoever reads it only because they asked for
    /// it.
    #[serde(default)]
    pub risk: Option<Risk>,
    /// What only a person can do.
    pub tasks: Vec<Task>,
    /// What a decider looks at; null before the invoice was looked up, and where no invoice is named.
    pub packet: Option<Packet>,
    /// What a decision is bound to: SHA-256, in hex, over kind, invoice, customer, reason, note, evidence, what replies
    /// added, amount, lines and legs; empty before it is checked.
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
    /// When what has failed is tried again by itself, or asked for again; null where nothing waits for that.
    #[serde(default)]
    pub next_try_at: Option<Timestamp>,
    /// The refused request that it corrects; null where it corrects none.
    #[serde(default)]
    pub corrects: Option<String>,
    /// The request that corrects it, after it was refused; null where none does.
    #[serde(default)]
    pub corrected_by: Option<String>,
    /// The queues of exceptions that it stands in while it waits for a decision; empty for whoever reads it as the
    /// asker alone.
    #[serde(default)]
    pub exceptions: Vec<ExceptionView>,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What is credited of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Line"))]
pub struct LineView {
    /// The line's id on the invoice.
    pub line: String,
    /// How many of it are credited; a decimal.
    #[serde(with = "rust_decimal::serde::str")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::DecimalText"))]
    pub quantity: Decimal,
    /// Without tax.
    pub net: Money,
    /// Tax.
    pub tax: Money,
    /// With tax.
    pub gross: Money,
}

/// The credit document of a request (a debit document, where its `direction` is `debit`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CreditMemo"))]
pub struct DocumentView {
    /// The printed number, once issued: gapless.
    #[cfg_attr(feature = "schema", schemars(extend("examples" = ["CM-000001"])))]
    pub number: Option<String>,
    /// Where it stands.
    pub status: DocumentStatus,
    /// The ERP's own id.
    pub erp_reference: Option<String>,
    /// The day it bears, UTC.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date")))]
    pub issued_on: String,
    /// What it comes to.
    pub total: Money,
    /// Where its hand-off to the ERP stands; null before it is approved.
    pub hand_off: Option<HandOffStatus>,
    /// Why the ERP refused it, in its words.
    pub refusal: Option<String>,
}

/// Who must decide and who has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Approvals"))]
pub struct ApprovalsView {
    /// Those who must agree: levels, or people as `person:<name>:<level>`, whom that level stands in for. In order,
    /// unless `any` is there; empty: nobody, or not yet known.
    pub required: Vec<String>,
    /// How many of them must agree, in any order; null where all do, one after the other.
    #[serde(default)]
    pub any: Option<u32>,
    /// Those who may decide now; empty when nobody is waited for.
    #[serde(default)]
    pub open: Vec<String>,
    /// What was decided, also before the content changed.
    pub decisions: Vec<Decision>,
    /// Who is next, the first of them where several may decide; null when nobody is waited for.
    pub next: Option<String>,
    /// The policy's rule that named the levels; empty before.
    pub rule: String,
    /// The name that the policy gives itself; empty before.
    pub policy: String,
    /// The number of the policy's version in the store; null where it was the file.
    #[serde(default)]
    pub policy_number: Option<u32>,
    /// SHA-256 of the policy's text, in hex; empty before, and for requests of before it was recorded.
    #[serde(default)]
    pub policy_hash: String,
}

impl Involving for RequestView {
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

/// What is shown of a request to whoever may decide on it: in full, or as a row of a list.
pub trait Decidable: Involving {
    /// Returns the name of whoever asked.
    fn requester(&self) -> &str;

    /// Returns the level that decides next; `None` when nobody is waited for.
    fn next_level(&self) -> Option<&str>;

    /// Returns the hash of the content as it is.
    fn content_hash(&self) -> &str;

    /// Returns the approvals that hold for the content as it is, in the order of the levels.
    fn holding(&self) -> impl Iterator<Item = &Decision> {
        let counts = |made: &&Decision| made.decision == Verdict::Approve && made.content_hash == self.content_hash();
        self.decisions().iter().filter(counts)
    }
}

impl Decidable for RequestView {
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

impl RequestView {
    /// Tells whether people are to decide on it: on the request, or on sending its money elsewhere.
    #[must_use]
    pub const fn awaits_decision(&self) -> bool {
        self.status.awaits_people() || self.redirect.is_some()
    }

    /// Returns it without its risk score and what follows from that: whoever only asked for it does not read how
    /// requests are watched.
    #[must_use]
    pub fn for_asker(mut self) -> Self {
        self.risk = None;
        self.exceptions.clear();
        self.findings.retain(|finding| finding.code != FindingCode::RiskHigh);
        self.tasks.retain(|task| task.code != TaskCode::RiskAlert);
        self.waits.retain(|wait| wait.task() != Some(TaskCode::RiskAlert));
        self.due_at = self.waits.iter().filter_map(|wait| wait.due_at).min();
        self
    }
}

impl From<Request> for RequestView {
    fn from(request: Request) -> Self {
        let awaits = request.awaits_decision();
        let open: Vec<String> = if awaits {
            request.approvals.open(&request.content_hash).into_iter().map(str::to_owned).collect()
        } else {
            Vec::new()
        };
        let exceptions = request.exceptions().into_iter().map(ExceptionView::from).collect();
        let next_try_at = request.next_try_at();
        Self {
            exceptions,
            next_try_at,
            status: request.status,
            paused: (request.status == RequestStatus::NeedsAttention).then(|| request.stage()),
            kind: request.ask.kind,
            direction: request.ask.direction(),
            id: request.id,
            invoice: request.ask.invoice,
            customer: request.customer,
            customer_name: request.customer_name,
            requester: request.requester,
            rule: request.rule,
            source: request.source,
            import: request.import,
            reason: request.ask.reason,
            note: request.ask.note,
            destination: request.ask.destination,
            evidence: request.ask.evidence,
            files: request.files,
            backup: request.backup,
            amount: request.amount,
            totals: request.totals,
            lines: request.lines.into_iter().map(LineView::from).collect(),
            legs: request.legs.into_iter().map(LegView::from).collect(),
            credit_memo: request.document.map(|document| document_view(document, request.handoff)),
            approvals: approvals_view(request.approvals, open),
            findings: request.findings,
            risk: request.risk,
            tasks: request.tasks,
            packet: request.packet,
            content_hash: request.content_hash,
            redirect: request.redirect,
            deeds: request.deeds,
            version: request.sequence,
            taken: request.taken.filter(|_| awaits),
            deadline: request.deadline,
            due_at: request.waits.iter().filter_map(|wait| wait.due_at).min(),
            waits: request.waits,
            corrects: request.corrects,
            corrected_by: request.corrected_by,
            created_at: request.created_at,
            updated_at: request.updated_at,
        }
    }
}

impl From<CreditLine> for LineView {
    fn from(line: CreditLine) -> Self {
        let CreditLine { line, quantity, net, tax, gross, .. } = line;
        Self { line, quantity: quantity.normalize(), net, tax, gross }
    }
}

fn document_view(document: Document, handoff: Option<HandOff>) -> DocumentView {
    DocumentView {
        number: document.number,
        status: document.status,
        erp_reference: document.erp_reference,
        issued_on: document.issued_on,
        total: document.total,
        hand_off: handoff.as_ref().map(|handoff| handoff.status),
        refusal: handoff.and_then(|handoff| handoff.refusal),
    }
}

fn approvals_view(approvals: Approvals, open: Vec<String>) -> ApprovalsView {
    let Approvals { required, any, rule, policy, policy_number, policy_hash, decisions, .. } = approvals;
    let next = open.first().cloned();
    ApprovalsView { required, any, decisions, next, open, rule, policy, policy_number, policy_hash }
}
