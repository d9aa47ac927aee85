//! The invoice that a credit depends on, as it was stored when it was issued.

mod payments;
#[cfg(test)]
mod tests;
mod wire;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::language::is_language;
use crate::lifecycle::named;
use crate::limits;
use crate::money::{Currency, Money, MoneyError};

pub use payments::read_payments;
pub use wire::{InvoiceWire, PaymentWire};

named! {
    /// Where tax was rounded when the invoice was made.
    TaxRounding {
        /// On every line; the totals are the sums of the lines.
        Line = "line",
        /// Once for the document; the totals may differ from the lines' sums by at most one minor unit a line, and
        /// credits end at the totals.
        Document = "document",
    }
}

/// Whom the invoice was sent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// The ERP's id.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 128)))]
    pub id: String,
    /// The legal name.
    pub name: String,
    /// ISO 3166-1 alpha-2, upper-case; empty when unknown.
    #[serde(default)]
    pub country: String,
    /// The customer's tier in the ERP; empty when it has none.
    #[serde(default)]
    pub tier: String,
    /// Where billing mail goes; empty when unknown.
    #[serde(default)]
    pub email: String,
    /// The language that the customer is written to, as a BCP 47 tag such as `de` or `fr-CA`; empty when unknown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
}

/// Net, tax and gross; gross = net + tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Without tax, after discounts.
    pub net: Money,
    /// Tax.
    pub tax: Money,
    /// With tax: net + tax.
    pub gross: Money,
}

/// One line as it was invoiced. The amounts of a deduction are negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    /// The line's id, unique within the invoice.
    pub id: String,
    /// The text that says what was sold.
    pub description: String,
    /// How many pieces; more than zero.
    pub quantity: Decimal,
    /// The price of one piece in major units, with tax where the invoice's prices include it. It is only shown: no
    /// amount is computed from it.
    pub unit_price: Decimal,
    /// How much was taken off this line; already contained in net, tax and gross.
    pub discount: Money,
    /// The tax rate at the time of the invoice: 0.19 is 19 %. It is only shown: no amount is computed from it.
    pub tax_rate: Decimal,
    /// The amount without tax, after the discount.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// The amount with tax.
    pub gross: Money,
}

/// A payment: money that was received for the invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The payment's id, unique within the ERP.
    pub id: String,
    /// The gateway that it came through: `stripe`, `sandbox`; empty for cash and the like.
    pub gateway: String,
    /// The gateway's own name for the captured payment.
    pub reference: String,
    /// How it was paid: `card`, `bank_transfer`, `wallet`, `gift_card`, `store_credit`, `cash`, …
    pub method: String,
    /// How much was captured, in the currency that it was captured in: the most that may be paid back.
    pub captured: Money,
    /// How much of the invoice it paid, in the invoice's currency; equal to `captured` where the currencies are the
    /// same.
    pub applied: Money,
    /// When it was paid: RFC 3339, UTC.
    pub paid_at: String,
    /// The last four digits of the card; none where it was no card, or nobody knows them.
    pub last_four: Option<String>,
}

/// An issued invoice. All its amounts are in one currency, except for what was captured in another. Its JSON is the one
/// that the API documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "InvoiceWire", try_from = "InvoiceWire")]
pub struct Invoice {
    /// The number printed on it.
    pub number: String,
    /// The day of issue: YYYY-MM-DD.
    pub issued_on: String,
    /// The ISO 4217 code of the invoice's currency.
    pub currency: Currency,
    /// The customer that it was sent to.
    pub customer: Customer,
    /// Whether prices include tax. Then gross and tax were stored first, and net is their difference.
    pub prices_include_tax: bool,
    /// Where tax was rounded when the invoice was made.
    pub tax_rounding: TaxRounding,
    /// The lines; at least one.
    pub lines: Vec<InvoiceLine>,
    /// The totals of the document.
    pub totals: Totals,
    /// The payments that were received for it; empty means that nothing was paid yet.
    pub payments: Vec<Payment>,
}

/// A fault in one field of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {detail}")]
pub struct InvoiceFault {
    /// A JSON Pointer (RFC 6901) into the invoice.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

/// Every fault of an invoice; at least one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct InvoiceFaults(pub Vec<InvoiceFault>);

impl Invoice {
    /// Returns the line with that id.
    #[must_use]
    pub fn line(&self, id: &str) -> Option<&InvoiceLine> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// Returns how much of it all payments have paid.
    ///
    /// # Errors
    /// Beyond the bound of money, or in another currency.
    pub fn paid(&self) -> Result<Money, MoneyError> {
        Money::sum(self.currency, self.payments.iter().map(|payment| payment.applied))
    }

    /// Returns the sums of the lines. Where tax was rounded once for the document, `totals` may differ from them.
    ///
    /// # Errors
    /// Beyond the bound of money.
    pub fn sums(&self) -> Result<Totals, MoneyError> {
        let sum = |of: fn(&InvoiceLine) -> Money| Money::sum(self.currency, self.lines.iter().map(of));
        Ok(Totals { net: sum(|line| line.net)?, tax: sum(|line| line.tax)?, gross: sum(|line| line.gross)? })
    }

    /// Checks everything that a credit relies on: every sum adds up, every line and payment has an id of its own, and
    /// quantities are within [`limits`].
    ///
    /// # Errors
    /// All that is wrong.
    pub fn check(&self) -> Result<(), InvoiceFaults> {
        let mut faults = Vec::new();
        let mut fault = |pointer: String, detail: String| faults.push(InvoiceFault { pointer, detail });
        if self.number.is_empty() {
            fault("/number".into(), "must not be empty".into());
        }
        if !self.customer.language.is_empty() && !is_language(&self.customer.language) {
            fault("/customer/language".into(), "must be a language tag, such as de or fr-CA".into());
        }
        if self.lines.is_empty() || self.lines.len() > limits::LINES {
            fault("/lines".into(), format!("takes 1 to {} lines", limits::LINES));
        }
        for (index, line) in self.lines.iter().enumerate() {
            let at = format!("/lines/{index}");
            if line.id.is_empty() || self.lines.iter().take(index).any(|other| other.id == line.id) {
                fault(format!("{at}/id"), "every line needs an id of its own".into());
            }
            if line.quantity <= Decimal::ZERO || line.quantity >= Decimal::from(limits::QUANTITY) {
                fault(format!("{at}/quantity"), format!("takes more than 0 and less than {}", limits::QUANTITY));
            } else if line.quantity.normalize().scale() > limits::QUANTITY_DECIMALS {
                fault(format!("{at}/quantity"), format!("takes at most {} decimals", limits::QUANTITY_DECIMALS));
            }
            if let Some(detail) = adds_up(line.net, line.tax, line.gross) {
                fault(format!("{at}/gross"), detail);
            }
        }
        if let Some(detail) = adds_up(self.totals.net, self.totals.tax, self.totals.gross) {
            fault("/totals/gross".into(), detail);
        }
        match self.sums() {
            Err(error) => fault("/lines".into(), error.to_string()),
            Ok(sums) => {
                for (name, stated, sum) in [
                    ("net", self.totals.net, sums.net),
                    ("tax", self.totals.tax, sums.tax),
                    ("gross", self.totals.gross, sums.gross),
                ] {
                    if let Some(detail) = self.off_total(stated, sum) {
                        fault(format!("/totals/{name}"), detail);
                    }
                }
            }
        }
        for (index, payment) in self.payments.iter().enumerate() {
            if payment.id.is_empty() || self.payments.iter().take(index).any(|other| other.id == payment.id) {
                fault(format!("/payments/{index}/id"), "every payment needs an id of its own".into());
            }
            for (field, detail) in payments::faults(payment) {
                fault(format!("/payments/{index}/{field}"), detail);
            }
        }
        if let Err(error) = self.paid() {
            fault("/payments".into(), error.to_string());
        }
        if faults.is_empty() { Ok(()) } else { Err(InvoiceFaults(faults)) }
    }

    /// Says why a total can't be right; `None` where it can. Rounding moves a line by less than one minor unit, so a
    /// document's total differs from the lines' sum by no more than the number of lines; any greater difference is not
    /// rounding.
    fn off_total(&self, stated: Money, sum: Money) -> Option<String> {
        let off = stated.minor.abs_diff(sum.minor);
        match self.tax_rounding {
            TaxRounding::Line if off > 0 => Some(format!("is {stated}, but the lines sum to {sum}")),
            TaxRounding::Document if off > self.lines.len() as u64 => Some(format!(
                "is {stated}, but the lines sum to {sum}: rounding explains at most one minor unit a line"
            )),
            _ => None,
        }
    }
}

fn adds_up(net: Money, tax: Money, gross: Money) -> Option<String> {
    match net.checked_add(tax) {
        Ok(sum) if sum == gross => None,
        Ok(sum) => Some(format!("is {gross}, but net {net} and tax {tax} make {sum}")),
        Err(error) => Some(error.to_string()),
    }
}
