//! Quotes: what would become of an ask, without a request that is stored.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::ruled::{PassedOver, PolicyText};
use super::spending::SpendingLeft;
use super::view::{ApprovalsView, LegView, LineView, RequestView};
use super::{Finding, Request};
use crate::invoice::Totals;
use crate::lifecycle::named;
use crate::lifecycle::request::RequestStatus;
use crate::money::Money;
use crate::request::ask::{Direction, Kind};

/// A request that is handed round for a quote, with what was found out besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// The request as far as the steps have come.
    pub request: Request,
    /// The bounds that it would be counted against.
    pub limits: Vec<LimitUse>,
    /// What is left of the bounds on what people approve.
    #[serde(default)]
    pub spending: SpendingLeft,
    /// The policy that says what becomes of it; the one in force where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<PolicyText>,
    /// The rules before the one that names the deciders, and why each does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<PassedOver>,
}

impl Quoted {
    /// Begins to quote a request by a policy; by the one in force where none is named.
    #[must_use]
    pub fn new(request: Request, under: Option<PolicyText>) -> Self {
        Self { request, limits: Vec::new(), spending: SpendingLeft::default(), under, passed_over: Vec::new() }
    }
}

/// One bound on what passes by itself, and how much of it is used up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LimitUse {
    /// Whose requests are added up: `customer`, `requester`, `reason` or `all`.
    pub per: String,
    /// Within how many days, today included.
    pub days: u32,
    /// The bound, in the unit that the policy's `[factors]` refer to.
    #[serde(with = "rust_decimal::serde::str")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::DecimalText"))]
    pub up_to: Decimal,
    /// How much of it others have used up.
    #[serde(with = "rust_decimal::serde::str")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::DecimalText"))]
    pub used: Decimal,
    /// How much of it is left, before this request.
    #[serde(with = "rust_decimal::serde::str")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::DecimalText"))]
    pub left: Decimal,
}

named! {
    /// What would become of an ask.
    QuoteOutcome {
        /// It would be carried out without anybody's decision.
        Passes = "passes_by_itself",
        /// People would have to decide on it.
        Waits = "waits_for_approval",
        /// It could not be granted; the findings say why.
        Ineligible = "ineligible",
        /// It was asked for already.
        Duplicate = "duplicate",
    }
}

/// What would become of an ask, were it sent now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Quote"))]
pub struct QuoteView {
    /// What would become of it.
    pub outcome: QuoteOutcome,
    /// What kind of adjustment it is.
    pub kind: Kind,
    /// Which way it moves what the customer owes.
    pub direction: Direction,
    /// The invoice that it corrects.
    pub invoice: Option<String>,
    /// The ERP's id of the customer, once known.
    pub customer: Option<String>,
    /// What it comes to, with tax; null when it is ineligible.
    pub amount: Option<Money>,
    /// The same as net, tax and gross.
    pub totals: Option<Totals>,
    /// How it spreads over the invoice's lines.
    pub lines: Vec<LineView>,
    /// Where the money would go.
    pub legs: Vec<LegView>,
    /// Who would have to decide, by which rule of which policy.
    pub approvals: ApprovalsView,
    /// What the checks found.
    pub findings: Vec<Finding>,
    /// The bounds that it would be counted against if it passed by itself; empty where people decide anyway.
    pub limits: Vec<LimitUse>,
    /// What is left of the bounds on what people approve, for those who would have to agree at least.
    pub spending: SpendingLeft,
}

impl From<Quoted> for QuoteView {
    fn from(quoted: Quoted) -> Self {
        // Whoever tries asks out does not read how requests are watched.
        let view = RequestView::from(quoted.request).for_asker();
        let outcome = match view.status {
            RequestStatus::Duplicate => QuoteOutcome::Duplicate,
            status if status.is_refused() => QuoteOutcome::Ineligible,
            status if status.awaits_people() => QuoteOutcome::Waits,
            _ => QuoteOutcome::Passes,
        };
        Self {
            outcome,
            kind: view.kind,
            direction: view.direction,
            invoice: view.invoice,
            customer: view.customer,
            amount: view.amount,
            totals: view.totals,
            lines: view.lines,
            legs: view.legs,
            approvals: view.approvals,
            findings: view.findings,
            limits: quoted.limits,
            spending: quoted.spending,
        }
    }
}
