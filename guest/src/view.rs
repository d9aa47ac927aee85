//! A request as the API shows it.

use contraflow_domain::allocation::CreditLine;
use contraflow_domain::approval::Decision;
use contraflow_domain::invoice::Totals;
use contraflow_domain::lifecycle::document::DocumentStatus;
use contraflow_domain::lifecycle::handoff::HandOffStatus;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::money::Money;
use contraflow_domain::request::ask::{Destination, Direction, Evidence, Kind};
use contraflow_domain::request::leg::{Leg, Target};
use contraflow_domain::request::{Finding, Packet, Request, Source, Task};
use contraflow_domain::time::Timestamp;
use serde::Serialize;

/// One line.
#[derive(Debug, Serialize)]
pub struct LineView<'a> {
    line: &'a str,
    quantity: String,
    net: Money,
    tax: Money,
    gross: Money,
}

/// One leg.
#[derive(Debug, Serialize)]
pub struct LegView<'a> {
    id: &'a str,
    to: &'static str,
    gateway: Option<&'a str>,
    payment: Option<&'a str>,
    method: &'a str,
    amount: Money,
    settles: Money,
    status: LegStatus,
    gateway_reference: Option<&'a str>,
    failure: Option<&'a str>,
    replaces: Option<&'a str>,
    replaced_by: Option<&'a str>,
    frozen: bool,
    dual_payout_risk: bool,
    doubted: bool,
    excess: Option<Money>,
}

/// The document.
#[derive(Debug, Serialize)]
pub struct DocumentView<'a> {
    number: Option<&'a str>,
    status: DocumentStatus,
    erp_reference: Option<&'a str>,
    issued_on: &'a str,
    total: Money,
    hand_off: Option<HandOffStatus>,
    refusal: Option<&'a str>,
}

/// Who must decide and who has.
#[derive(Debug, Serialize)]
pub struct ApprovalsView<'a> {
    required: &'a [String],
    decisions: &'a [Decision],
    next: Option<&'a str>,
    rule: &'a str,
    policy: &'a str,
}

/// A request.
#[derive(Debug, Serialize)]
pub struct RequestView<'a> {
    id: &'a str,
    status: RequestStatus,
    kind: Kind,
    direction: Direction,
    invoice: Option<&'a str>,
    customer: Option<&'a str>,
    requester: &'a str,
    source: &'a Source,
    reason: &'a str,
    note: &'a str,
    destination: Destination,
    evidence: &'a [Evidence],
    amount: Option<Money>,
    totals: Option<Totals>,
    lines: Vec<LineView<'a>>,
    legs: Vec<LegView<'a>>,
    credit_memo: Option<DocumentView<'a>>,
    approvals: ApprovalsView<'a>,
    findings: &'a [Finding],
    tasks: &'a [Task],
    packet: Option<&'a Packet>,
    content_hash: &'a str,
    version: u64,
    deadline: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

fn line(line: &CreditLine) -> LineView<'_> {
    LineView {
        line: &line.line,
        quantity: line.quantity.normalize().to_string(),
        net: line.net,
        tax: line.tax,
        gross: line.gross,
    }
}

fn leg(leg: &Leg) -> LegView<'_> {
    LegView {
        id: &leg.id,
        to: match leg.target {
            Target::Tender { .. } => "original_tender",
            Target::StoreCredit { .. } => "store_credit",
            Target::InvoiceOffset => "invoice_balance",
            Target::Manual { .. } => "manual",
            Target::OutOfBand => "out_of_band",
        },
        gateway: leg.gateway(),
        payment: leg.payment(),
        method: &leg.method,
        amount: leg.amount,
        settles: leg.value(),
        status: leg.status,
        gateway_reference: leg.gateway_reference.as_deref(),
        failure: leg.failure.as_deref(),
        replaces: leg.replaces.as_deref(),
        replaced_by: leg.replaced_by.as_deref(),
        frozen: leg.frozen,
        dual_payout_risk: leg.dual_payout_risk,
        doubted: leg.doubt.is_some(),
        excess: leg.excess,
    }
}

/// The request as the API shows it.
#[must_use]
pub fn request(request: &Request) -> RequestView<'_> {
    let next = if request.status.awaits_people() { request.approvals.next_level(&request.content_hash) } else { None };
    RequestView {
        id: &request.id,
        status: request.status,
        kind: request.ask.kind,
        direction: request.ask.direction(),
        invoice: request.ask.invoice.as_deref(),
        customer: request.customer.as_deref(),
        requester: &request.requester,
        source: &request.source,
        reason: &request.ask.reason,
        note: &request.ask.note,
        destination: request.ask.destination,
        evidence: &request.ask.evidence,
        amount: request.amount,
        totals: request.totals,
        lines: request.lines.iter().map(line).collect(),
        legs: request.legs.iter().map(leg).collect(),
        credit_memo: request.document.as_ref().map(|document| DocumentView {
            number: document.number.as_deref(),
            status: document.status,
            erp_reference: document.erp_reference.as_deref(),
            issued_on: &document.issued_on,
            total: document.total,
            hand_off: request.handoff.as_ref().map(|handoff| handoff.status),
            refusal: request.handoff.as_ref().and_then(|handoff| handoff.refusal.as_deref()),
        }),
        approvals: ApprovalsView {
            required: &request.approvals.required,
            decisions: &request.approvals.decisions,
            next,
            rule: &request.approvals.rule,
            policy: &request.approvals.policy,
        },
        findings: &request.findings,
        tasks: &request.tasks,
        packet: request.packet.as_ref(),
        content_hash: &request.content_hash,
        version: request.sequence,
        deadline: request.deadline,
        created_at: request.created_at,
        updated_at: request.updated_at,
    }
}
