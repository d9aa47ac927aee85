//! Invoices as Tryton has them: posted customer invoices with their lines, taxes and payments.

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value as Json, json};

use crate::bindings::contract::{Customer, Fault, Invoice, InvoiceLine, Money, Payment, TaxRounding, Totals};
use crate::client::{Client, Search};
use crate::limits;
use crate::values::{Record, Unit};

/// What is read of an invoice.
pub const FIELDS: [&str; 16] = [
    "number",
    "invoice_date",
    "currency.code",
    "untaxed_amount",
    "tax_amount",
    "total_amount",
    "party",
    "party.code",
    "party.name",
    "party.lang.code",
    "party.contact_mechanisms.type",
    "party.contact_mechanisms.value",
    "invoice_address.country.code",
    "invoice_address",
    "payment_lines",
    "reconciliation_lines",
];

/// An invoice, and what a document that corrects it takes from it.
pub struct Found<'c> {
    client: &'c Client,
    /// As Tryton tells it.
    pub record: Json,
    /// Its id there.
    pub id: i64,
    /// Its currency, by ISO 4217.
    pub currency: String,
    /// The decimals of that.
    pub unit: Unit,
}

/// A line, and what a line that corrects it takes from it.
pub struct Line {
    /// The contract's.
    pub line: InvoiceLine,
    /// Its id at Tryton.
    pub id: i64,
    /// The account that it is booked on.
    pub account: i64,
    /// Its taxes at Tryton.
    pub taxes: Vec<i64>,
}

/// The domain of invoices that stand: posted, and not cancelled since.
pub fn standing(client: &Client) -> Json {
    json!([
        ["type", "=", "out"],
        ["company", "=", client.company],
        ["state", "in", ["posted", "paid"]],
        ["total_amount", ">", {"__class__": "Decimal", "decimal": "0"}],
    ])
}

/// Tells whether a text can be a number or an id at all.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= limits::NAME_CHARS && !text.chars().any(char::is_control)
}

/// Returns the invoice of that number.
pub async fn find<'c>(client: &'c Client, number: &str) -> Result<Option<Found<'c>>, Fault> {
    if !is_name(number) {
        return Ok(None);
    }
    let fields = [FIELDS.as_slice(), &["account", "journal"]].concat();
    let search = Search { model: "account.invoice", fields: &fields, limit: 1, order: &[("id", "DESC")] };
    let found = client.find(search, json!([["number", "=", number], standing(client)])).await?;
    let Some(record) = found.into_iter().find(|record| Record(record).text("/number") == Some(number)) else {
        return Ok(None);
    };
    let id = Record(&record).number("/id")?;
    let currency = currency(client, Record(&record))?;
    let unit = Unit::of(&currency).map_err(Fault::Unauthorized)?;
    Ok(Some(Found { client, record, id, currency, unit }))
}

/// Returns the code of ISO 4217 of a record's currency.
pub fn currency(client: &Client, record: Record<'_>) -> Result<String, Fault> {
    Ok(client.settings.currency_here(record.required("/currency./code")?).to_owned())
}

/// Returns whom an invoice was sent to.
pub fn customer(record: Record<'_>) -> Result<Customer, Fault> {
    let party = Record(record.0.get("party.").ok_or_else(|| record.unread("/party."))?);
    Ok(Customer {
        id: party.required("/code")?.to_owned(),
        name: party.text("/name").unwrap_or_default().to_owned(),
        country: record.text("/invoice_address./country./code").unwrap_or_default().to_owned(),
        tier: String::new(),
        email: email(party),
        language: language(party),
    })
}

/// Returns the language of a party.
pub fn language(party: Record<'_>) -> Option<String> {
    party.text("/lang./code").map(str::to_owned)
}

/// Returns the first e-mail address of a party; empty where it has none.
pub fn email(party: Record<'_>) -> String {
    let mut ways = party.records("/contact_mechanisms.").into_iter();
    let address = ways.find(|way| way.text("/type") == Some("email")).and_then(|way| way.text("/value"));
    address.unwrap_or_default().to_owned()
}

impl Found<'_> {
    /// Returns the invoice with everything that a credit depends on.
    pub async fn invoice(&self) -> Result<Invoice, Fault> {
        let record = Record(&self.record);
        let lines: Vec<_> = self.lines().await?.into_iter().map(|line| line.line).collect();
        let totals = Totals {
            net_minor: record.minor("/untaxed_amount", self.unit)?,
            tax_minor: record.minor("/tax_amount", self.unit)?,
            gross_minor: record.minor("/total_amount", self.unit)?,
        };
        let tax = lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.totals.tax_minor));
        // By which rule Tryton rounds may have changed since; the sums tell what was done.
        let by_line = tax == Some(totals.tax_minor);
        Ok(Invoice {
            number: record.required("/number")?.to_owned(),
            issued_on: record.day("/invoice_date").ok_or_else(|| record.unread("/invoice_date"))?.to_string(),
            currency: self.currency.clone(),
            customer: customer(record)?,
            prices_include_tax: false,
            tax_rounding: if by_line { TaxRounding::Line } else { TaxRounding::Document },
            lines,
            totals,
            payments: self.payments().await?,
        })
    }

    /// Returns its lines in the order in which they are printed. Their ids are their places, from 1: nobody adds or
    /// removes a line once the invoice is posted.
    pub async fn lines(&self) -> Result<Vec<Line>, Fault> {
        let search = Search {
            model: "account.invoice.line",
            fields: &[
                "description",
                "quantity",
                "unit_price",
                "amount",
                "account",
                "taxes",
                "taxes.rate",
                "taxes.type",
            ],
            limit: limits::LINES + 1,
            order: &[("sequence", "ASC NULLS FIRST"), ("id", "ASC")],
        };
        let found = self.client.find(search, json!([["invoice", "=", self.id], ["type", "=", "line"]])).await?;
        if found.len() > limits::LINES {
            return Err(Fault::InvalidArgument(format!("an invoice of more than {} lines is not read", limits::LINES)));
        }
        found.iter().enumerate().map(|(place, record)| line(Record(record), place + 1, self.unit)).collect()
    }

    /// Returns what was received for it: the lines that pay it in Tryton's books, but for other documents.
    async fn payments(&self) -> Result<Vec<Payment>, Fault> {
        let record = Record(&self.record);
        let mut ids = record.numbers("/payment_lines")?;
        ids.extend(record.numbers("/reconciliation_lines")?);
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let search = Search {
            model: "account.move.line",
            fields: &[
                "debit",
                "credit",
                "date",
                "second_currency.code",
                "amount_second_currency",
                "move.description",
                "move.origin",
                "move.journal.code",
            ],
            limit: limits::PAYMENTS + 1,
            order: &[("id", "ASC")],
        };
        let found = self.client.find(search, json!([["id", "in", ids]])).await?;
        if found.len() > limits::PAYMENTS {
            return Err(Fault::InvalidArgument(format!(
                "an invoice of more than {} payments is not read",
                limits::PAYMENTS
            )));
        }
        let itself = format!("account.invoice,{}", self.id);
        let mut payments = Vec::new();
        for line in found.iter().map(Record) {
            let origin = line.text("/move./origin").unwrap_or_default();
            // A credit memo that is set against the invoice has received nothing.
            if origin.starts_with("account.invoice,") && origin != itself {
                continue;
            }
            if let Some(payment) = self.payment(line)? {
                payments.push(payment);
            }
        }
        Ok(payments)
    }

    /// Returns the payment that a line of the books is; `None` where it receives nothing.
    fn payment(&self, line: Record<'_>) -> Result<Option<Payment>, Fault> {
        let second = line.text("/second_currency./code").map(|code| self.client.settings.currency_here(code));
        let minor = if second == Some(self.currency.as_str()) {
            line.minor("/amount_second_currency", self.unit)?.checked_neg()
        } else if self.client.currency == self.currency {
            line.minor("/credit", self.unit)?.checked_sub(line.minor("/debit", self.unit)?)
        } else {
            // It was received in another currency than the invoice's: what of it was paid, Tryton does not tell.
            None
        };
        let Some(minor) = minor.filter(|minor| *minor > 0) else { return Ok(None) };
        let (gateway, payment_method) =
            self.client.settings.tender(line.text("/move./journal./code").unwrap_or_default());
        Ok(Some(Payment {
            id: line.number("/id")?.to_string(),
            gateway,
            reference: line.text("/move./description").unwrap_or_default().to_owned(),
            payment_method,
            captured: Money { minor, currency: self.currency.clone() },
            applied_minor: minor,
            paid_at: format!("{}T00:00:00Z", line.day("/date").ok_or_else(|| line.unread("/date"))?),
            last_four: None,
        }))
    }
}

/// Reads a line. Its tax is computed from its rates as Tryton does, which stores tax for the document alone.
fn line(record: Record<'_>, place: usize, unit: Unit) -> Result<Line, Fault> {
    let mut rate = Decimal::ZERO;
    for tax in record.records("/taxes.") {
        if tax.text("/type") != Some("percentage") {
            let words = "has a tax that is no percentage; contraflow can't credit a part of it";
            return Err(Fault::InvalidArgument(format!("line {place} of the invoice {words}")));
        }
        rate += tax.decimal("/rate")?;
    }
    let (quantity, price) = (record.decimal("/quantity")?, record.decimal("/unit_price")?);
    let net = record.minor("/amount", unit)?;
    let unread = || record.unread("/amount");
    let tax = unit.amount(net).checked_mul(rate).ok_or_else(unread)?;
    let tax = tax.round_dp_with_strategy(unit.amount(net).scale(), RoundingStrategy::MidpointNearestEven);
    let tax = unit.minor(tax).ok_or_else(unread)?;
    let totals = Totals { net_minor: net, tax_minor: tax, gross_minor: net.checked_add(tax).ok_or_else(unread)? };
    Ok(Line {
        line: InvoiceLine {
            id: place.to_string(),
            description: record.text("/description").unwrap_or_default().to_owned(),
            quantity: quantity.abs().normalize().to_string(),
            // A deduction is a negative quantity there, and a negative price here.
            unit_price: if quantity.is_sign_negative() { -price } else { price }.to_string(),
            discount_minor: 0,
            tax_rate: rate.normalize().to_string(),
            totals,
        },
        id: record.number("/id")?,
        account: record.number("/account")?,
        taxes: record.numbers("/taxes")?,
    })
}
