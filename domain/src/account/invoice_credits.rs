//! The state of an invoice for people: what was credited of it, what is on its way, and what is left, of the whole, of
//! each line and of each payment.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{InvoiceAccount, PaymentAccount};
use crate::invoice::Invoice;
use crate::money::Money;
use crate::request::Request;

/// What was credited of an invoice, what is on its way, and what is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvoiceCredits {
    /// The invoice with its payments, as the ERP has it.
    #[cfg_attr(feature = "schema", schemars(with = "crate::invoice::InvoiceWire"))]
    pub invoice: Invoice,
    /// What requests that have ended have credited, with tax.
    pub credited: Money,
    /// What is set aside for requests that have not ended, with tax.
    pub pending: Money,
    /// What may still be credited, with tax.
    pub left: Money,
    /// What the customer still owes on it.
    pub open: Money,
    /// The same of each line.
    pub lines: Vec<LineCredits>,
    /// The same of each payment.
    pub payments: Vec<PaymentCredits>,
    /// The ids of the requests that hold something of it, the newest first, as many as were looked at.
    pub requests: Vec<String>,
    /// Whether all of these requests were looked at; otherwise what the others hold counts as credited.
    pub is_exact: bool,
}

/// What was credited of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LineCredits {
    /// The line's id on the invoice.
    pub line: String,
    /// What was sold.
    pub description: String,
    /// How many were sold.
    #[serde(with = "rust_decimal::serde::str")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::DecimalText"))]
    pub quantity: Decimal,
    /// How many may still be credited.
    #[serde(with = "rust_decimal::serde::str")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::DecimalText"))]
    pub quantity_left: Decimal,
    /// What it came to, with tax.
    pub gross: Money,
    /// What was credited, with tax.
    pub credited: Money,
    /// What is set aside, with tax.
    pub pending: Money,
    /// What may still be credited, with tax.
    pub left: Money,
}

/// What went back of a payment, in the currency that was captured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PaymentCredits {
    /// The payment's id in the ERP.
    pub payment: String,
    /// How it was paid.
    pub method: String,
    /// The gateway that it came through; empty for cash and the like.
    pub gateway: String,
    /// The last four digits of the card, where they are known.
    pub last_four: Option<String>,
    /// What was captured.
    pub captured: Money,
    /// What went back, here or elsewhere, or was taken by disputes.
    pub refunded: Money,
    /// What is on its way back.
    pub pending: Money,
    /// What may still go back.
    pub left: Money,
}

fn minor(of: Money, minor: i64) -> Money {
    Money { minor, currency: of.currency }
}

impl InvoiceCredits {
    /// Works the state out: of the invoice as the ERP has it, its account and those of its payments in the order of the
    /// invoice, and the requests that were looked at. `is_exact` tells whether these are all that hold something.
    #[must_use]
    pub fn new(
        invoice: Invoice,
        account: &InvoiceAccount,
        payments: &[Option<PaymentAccount>],
        requests: &[Request],
        is_exact: bool,
    ) -> Self {
        let gross = invoice.totals.gross;
        let under_way: Vec<&Request> = requests.iter().filter(|request| !request.status.is_settled()).collect();
        let is_under_way = |id: &str| under_way.iter().any(|request| request.id == id);
        let pending = account.claims.iter().filter(|claim| is_under_way(&claim.request)).map(|claim| claim.gross.minor);
        let (held, pending) = (account.held_minor(), pending.sum::<i64>());
        let lines = invoice.lines.iter().map(|line| {
            let credited = account.credited.of(&line.id);
            let taken = under_way.iter().flat_map(|request| &request.lines).filter(|taken| taken.line == line.id);
            let pending: i64 = taken.map(|taken| taken.gross.minor).sum();
            let held = credited.amounts.gross_minor;
            LineCredits {
                line: line.id.clone(),
                description: line.description.clone(),
                quantity: line.quantity,
                quantity_left: (line.quantity - credited.quantity).max(Decimal::ZERO).normalize(),
                gross: line.gross,
                credited: minor(line.gross, held - pending),
                pending: minor(line.gross, pending),
                left: minor(line.gross, line.gross.minor - held),
            }
        });
        let lines = lines.collect();
        let nothing = std::iter::repeat(&None);
        let states = invoice.payments.iter().zip(payments.iter().chain(nothing)).map(|(payment, account)| {
            let legs = under_way.iter().flat_map(|request| &request.legs);
            let of_this = legs.filter(|leg| leg.payment() == Some(payment.id.as_str()) && leg.status.is_open());
            let pending: i64 = of_this.map(|leg| leg.amount.minor).sum();
            let left = account.as_ref().map_or(payment.captured.minor, PaymentAccount::available_minor);
            let left = left.min(payment.captured.minor);
            PaymentCredits {
                payment: payment.id.clone(),
                method: payment.method.clone(),
                gateway: payment.gateway.clone(),
                last_four: payment.last_four.clone(),
                captured: payment.captured,
                refunded: minor(payment.captured, (payment.captured.minor - left - pending).max(0)),
                pending: minor(payment.captured, pending),
                left: minor(payment.captured, left),
            }
        });
        let states = states.collect();
        let open = minor(gross, account.open_minor(&invoice));
        Self {
            credited: minor(gross, held - pending),
            pending: minor(gross, pending),
            left: minor(gross, (gross.minor - held).max(0)),
            open,
            lines,
            payments: states,
            requests: requests.iter().map(|request| request.id.clone()).collect(),
            is_exact,
            invoice,
        }
    }
}
