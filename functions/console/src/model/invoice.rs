//! The invoice of an evidence packet. Its amounts are bare numbers in the invoice's currency.

use serde::Deserialize;

use super::or_default;

/// An invoice.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Invoice {
    /// The printed number.
    pub number: String,
    /// The day of issue.
    pub issued_on: String,
    /// ISO 4217.
    pub currency: String,
    /// Whom it was sent to.
    pub customer: Customer,
    /// Whether prices include tax.
    pub prices_include_tax: bool,
    /// What was sold.
    pub lines: Vec<InvoiceLine>,
    /// What it came to.
    #[serde(deserialize_with = "or_default")]
    pub totals: Totals,
    /// What was received for it.
    pub payments: Vec<Payment>,
}

/// Whom it was sent to.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Customer {
    /// The ERP's id.
    pub id: String,
    /// The name.
    pub name: String,
    /// ISO 3166-1.
    pub country: String,
    /// The tier in the ERP.
    pub tier: String,
    /// Where billing mail goes.
    pub email: String,
}

/// A line.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct InvoiceLine {
    /// Unique within the invoice.
    pub id: String,
    /// What was sold.
    pub description: String,
    /// How many.
    pub quantity: String,
    /// In major units.
    pub unit_price: String,
    /// `0.19`.
    pub tax_rate: String,
    /// Without tax.
    pub net: String,
    /// Tax.
    pub tax: String,
    /// With tax.
    pub gross: String,
}

/// Net, tax and gross.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Totals {
    /// Without tax.
    pub net: String,
    /// Tax.
    pub tax: String,
    /// With tax.
    pub gross: String,
}

/// Money that was received.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Payment {
    /// The ERP's id.
    pub id: String,
    /// Through which gateway; empty for cash.
    pub gateway: String,
    /// The gateway's name for it.
    pub reference: String,
    /// `card`, …
    pub method: String,
    /// The currency that it was captured in; none: the invoice's.
    pub currency: Option<String>,
    /// What was captured.
    pub captured: String,
    /// What that paid of the invoice; none: the same.
    pub applied: Option<String>,
    /// When.
    pub paid_at: String,
}
