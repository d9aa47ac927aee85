//! Holds an invoice with what happened to it, as the api answers it.

use contraflow_domain::invoice::Invoice;
use contraflow_domain::money::Money;
use rust_decimal::Decimal;
use serde::Deserialize;

/// Holds an invoice with what was credited, what is under way, and what is left.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InvoiceState {
    /// The invoice.
    pub invoice: Invoice,
    /// What was credited.
    pub credited: Money,
    /// What is asked for and not decided or carried out yet.
    pub pending: Money,
    /// What is left.
    pub left: Money,
    /// The same for each line.
    pub lines: Vec<LineState>,
    /// The same for each payment.
    pub payments: Vec<PaymentState>,
    /// The ids of the requests about it.
    pub requests: Vec<String>,
}

/// Holds a line with what happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LineState {
    /// The line's id.
    pub line: String,
    /// What was sold.
    pub description: String,
    /// What it came to, with tax.
    pub gross: Money,
    /// What was credited of it.
    pub credited: Money,
    /// What is under way.
    pub pending: Money,
    /// What is left.
    pub left: Money,
    /// How many pieces are left.
    #[serde(with = "rust_decimal::serde::str")]
    pub quantity_left: Decimal,
}

/// Holds a payment with what went back to it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PaymentState {
    /// The payment's id.
    pub payment: String,
    /// How it was paid.
    pub method: String,
    /// The gateway that it came through; empty for cash and the like.
    pub gateway: String,
    /// How much was captured.
    pub captured: Money,
    /// How much went back.
    pub refunded: Money,
    /// How much is under way.
    pub pending: Money,
    /// How much can still go back.
    pub left: Money,
}
