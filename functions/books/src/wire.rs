//! Turns the contract's records into JSON and back, without calling anything outside.

use contraflow_domain::invoice as domain;
use contraflow_domain::money::{Currency, Money, MoneyError};
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::bindings::contract::{
    Customer, Direction, DocumentStatus, Invoice, InvoiceLine, InvoiceState, JournalEntry, LedgerDocument, Payment,
    TaxRounding, Totals,
};

/// Says why a record of the ERP can't be shown as JSON.
#[derive(Debug)]
pub struct Unreadable(pub String);

impl From<MoneyError> for Unreadable {
    fn from(error: MoneyError) -> Self {
        Self(error.to_string())
    }
}

impl From<domain::InvoiceFaults> for Unreadable {
    fn from(faults: domain::InvoiceFaults) -> Self {
        Self(faults.to_string())
    }
}

/// Holds a page of a list of any kind.
#[derive(Debug, Serialize)]
pub struct Page {
    /// The items in the order of the list.
    pub items: Vec<Json>,
    /// The value of `cursor` for the next page; null on the last page.
    pub next: Option<String>,
}

/// Holds an invoice and what happened to it.
#[derive(Debug, Serialize)]
struct InvoiceAnswer {
    #[serde(flatten)]
    invoice: domain::InvoiceWire,
    credited: Money,
    refunded: Money,
    open: Money,
}

/// Returns an invoice in the form in which the ERP takes it.
pub fn to_contract(invoice: domain::Invoice) -> Invoice {
    let currency = invoice.currency.code();
    Invoice {
        number: invoice.number,
        issued_on: invoice.issued_on,
        currency: currency.to_owned(),
        customer: Customer {
            id: invoice.customer.id,
            name: invoice.customer.name,
            country: invoice.customer.country,
            tier: invoice.customer.tier,
            email: invoice.customer.email,
            language: Some(invoice.customer.language).filter(|language| !language.is_empty()),
        },
        prices_include_tax: invoice.prices_include_tax,
        tax_rounding: match invoice.tax_rounding {
            domain::TaxRounding::Line => TaxRounding::Line,
            domain::TaxRounding::Document => TaxRounding::Document,
        },
        lines: invoice
            .lines
            .into_iter()
            .map(|line| InvoiceLine {
                id: line.id,
                description: line.description,
                quantity: line.quantity.to_string(),
                unit_price: line.unit_price.to_string(),
                discount_minor: line.discount.minor,
                tax_rate: line.tax_rate.to_string(),
                totals: minor(line.net, line.tax, line.gross),
            })
            .collect(),
        totals: minor(invoice.totals.net, invoice.totals.tax, invoice.totals.gross),
        payments: invoice.payments.into_iter().map(payment_to_contract).collect(),
    }
}

/// Returns a payment in the form in which the ERP takes it.
pub fn payment_to_contract(payment: domain::Payment) -> Payment {
    Payment {
        id: payment.id,
        gateway: payment.gateway,
        reference: payment.reference,
        payment_method: payment.method,
        captured: payment.captured.into(),
        applied_minor: payment.applied.minor,
        paid_at: payment.paid_at,
        last_four: payment.last_four,
    }
}

fn minor(net: Money, tax: Money, gross: Money) -> Totals {
    Totals { net_minor: net.minor, tax_minor: tax.minor, gross_minor: gross.minor }
}

/// Returns an invoice with its amounts, in the form in which it was imported.
pub fn invoice(state: InvoiceState) -> Result<Json, Unreadable> {
    let currency = Currency::from_code(&state.invoice.currency)?;
    let money = |minor: i64| Money::new(minor, currency);
    let answer = InvoiceAnswer {
        credited: money(state.credited_minor)?,
        refunded: money(state.refunded_minor)?,
        open: money(state.open_minor)?,
        invoice: from_contract(state.invoice, currency)?,
    };
    serde_json::to_value(answer).map_err(|error| Unreadable(error.to_string()))
}

/// Returns the invoice's JSON, with amounts written out in its currency.
fn from_contract(invoice: Invoice, currency: Currency) -> Result<domain::InvoiceWire, Unreadable> {
    let written = |minor: i64| Money::new(minor, currency).map(|money| money.to_string());
    let totals = |totals: &Totals| -> Result<Json, MoneyError> {
        Ok(json!({
            "net": written(totals.net_minor)?,
            "tax": written(totals.tax_minor)?,
            "gross": written(totals.gross_minor)?,
        }))
    };
    let lines: Result<Vec<Json>, MoneyError> = invoice
        .lines
        .iter()
        .map(|line| {
            Ok(json!({
                "id": line.id,
                "description": line.description,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "discount": written(line.discount_minor)?,
                "tax_rate": line.tax_rate,
                "net": written(line.totals.net_minor)?,
                "tax": written(line.totals.tax_minor)?,
                "gross": written(line.totals.gross_minor)?,
            }))
        })
        .collect();
    let payments: Result<Vec<Json>, MoneyError> = invoice
        .payments
        .iter()
        .map(|payment| {
            let captured = Money::new(payment.captured.minor, Currency::from_code(&payment.captured.currency)?)?;
            let foreign = captured.currency != currency;
            Ok(json!({
                "id": payment.id,
                "gateway": payment.gateway,
                "reference": payment.reference,
                "method": payment.payment_method,
                "currency": foreign.then(|| captured.currency.code()),
                "captured": captured.to_string(),
                "applied": if foreign { Some(written(payment.applied_minor)?) } else { None },
                "paid_at": payment.paid_at,
                "last_four": payment.last_four,
            }))
        })
        .collect();
    let json = json!({
        "number": invoice.number,
        "issued_on": invoice.issued_on,
        "currency": invoice.currency,
        "customer": {
            "id": invoice.customer.id,
            "name": invoice.customer.name,
            "country": invoice.customer.country,
            "tier": invoice.customer.tier,
            "email": invoice.customer.email,
            "language": invoice.customer.language.unwrap_or_default(),
        },
        "prices_include_tax": invoice.prices_include_tax,
        "tax_rounding": match invoice.tax_rounding {
            TaxRounding::Line => "line",
            TaxRounding::Document => "document",
        },
        "lines": lines?,
        "totals": totals(&invoice.totals)?,
        "payments": payments?,
    });
    // The JSON is read back in the form that the API documents, so that the two can't drift apart.
    serde_json::from_value(json).map_err(|error| Unreadable(error.to_string()))
}

/// Returns a credit document with its lines.
pub fn document(ledger: &LedgerDocument) -> Result<Json, Unreadable> {
    let document = &ledger.document;
    let currency = Currency::from_code(&document.currency)?;
    let money = |minor: i64| Money::new(minor, currency);
    let lines: Result<Vec<Json>, MoneyError> = ledger
        .lines
        .iter()
        .map(|line| {
            Ok(json!({
                "line": Some(&line.invoice_line).filter(|id| !id.is_empty()),
                "description": line.description,
                "quantity": line.quantity,
                "tax_rate": line.tax_rate,
                "net": money(line.totals.net_minor)?,
                "tax": money(line.totals.tax_minor)?,
                "gross": money(line.totals.gross_minor)?,
            }))
        })
        .collect();
    Ok(json!({
        "number": document.number,
        "erp_reference": document.reference,
        "direction": match document.direction {
            Direction::Credit => "credit",
            Direction::Debit => "debit",
            Direction::Payout => "payout",
        },
        "status": match document.status {
            DocumentStatus::Draft => "draft",
            DocumentStatus::Posted => "posted",
            DocumentStatus::Voided => "voided",
        },
        "invoice": document.invoice,
        "customer": document.customer,
        "request": document.request.value,
        "issued_on": document.issued_on,
        "net": money(document.totals.net_minor)?,
        "tax": money(document.totals.tax_minor)?,
        "total": money(document.totals.gross_minor)?,
        "lines": lines?,
    }))
}

/// Returns an entry of the journal.
pub fn entry(entry: &JournalEntry) -> Result<Json, Unreadable> {
    let legs: Result<Vec<Json>, MoneyError> = entry
        .legs
        .iter()
        .map(|leg| {
            let amount = Money::new(leg.amount_minor, Currency::from_code(&leg.currency)?)?;
            let mut shown = json!({"account": leg.account, "amount": amount});
            if let (Some(worth), Some(members)) = (&leg.worth, shown.as_object_mut()) {
                let worth = Money::new(worth.minor, Currency::from_code(&worth.currency)?)?;
                members.insert("worth".to_owned(), json!(worth));
            }
            Ok(shown)
        })
        .collect();
    Ok(json!({
        "sequence": entry.sequence,
        "booked_on": entry.booked_on,
        "narration": entry.narration,
        "document": entry.document,
        "legs": legs?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn an_invoice_comes_back_as_it_was_sent_with_its_amounts() {
        let sent: domain::Invoice = serde_json::from_str(samples::INVOICE).expect("an invoice");
        let state = InvoiceState {
            invoice: to_contract(sent.clone()),
            credited_minor: 5950,
            refunded_minor: 0,
            open_minor: -5950,
        };
        let mut answer = invoice(state).expect("JSON");
        assert_eq!(answer["credited"], json!({"value": "59.50", "currency": "EUR"}));
        assert_eq!(answer["open"], json!({"value": "-59.50", "currency": "EUR"}));
        for amount in ["credited", "refunded", "open"] {
            answer.as_object_mut().expect("an object").remove(amount);
        }
        assert_eq!(serde_json::from_value::<domain::Invoice>(answer).expect("an invoice"), sent);
    }

    #[test]
    fn a_document_says_what_it_comes_to() {
        let json = document(&samples::document()).expect("JSON");
        assert_eq!(json["number"], "CM-000001");
        assert_eq!(json["total"], json!({"value": "59.50", "currency": "EUR"}));
        assert_eq!(json["lines"][0]["line"], "1");
        assert_eq!(json["lines"][1]["line"], Json::Null);
    }

    #[test]
    fn an_entry_says_which_way_money_went() {
        let json = entry(&samples::entries()[0]).expect("JSON");
        assert_eq!(json["legs"][1]["amount"], json!({"value": "-100.00", "currency": "EUR"}));
    }
}
