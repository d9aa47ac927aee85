//! Orders into Example's requests, and its answers into documents and faults.

use std::time::SystemTime;

use contraflow_adapter_support::headers;
use contraflow_adapter_support::key::is_key;
use contraflow_adapter_support::minor_units::Decimals;
use contraflow_adapter_support::outbound::{Answer, header, quoted};
use http::StatusCode;
use serde::Serialize;

use crate::bindings::contract::{
    Customer, CustomerMatch, Document, DocumentOrder, Fault, IdempotencyKey, Invoice, InvoiceSummary, Outcome, Retry,
    SearchWord,
};

/// Tells whether a name can stand in a path as it is.
fn is_plain(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Returns where an invoice is read; `None` for a number that none can have.
pub fn invoice_path(number: &str) -> Option<String> {
    is_plain(number).then(|| format!("/invoices/{number}"))
}

/// Returns where a customer is read; `None` for an id that none can have.
pub fn customer_path(id: &str) -> Option<String> {
    is_plain(id).then(|| format!("/customers/{id}"))
}

/// Returns where a document is found by its key; `None` for what is no key.
pub fn search_path(key: &IdempotencyKey) -> Option<String> {
    is_key(&key.value).then(|| format!("/credit-notes?reference={}", key.value))
}

/// Returns the invoice; `None` where the ERP surely has none.
pub fn invoice(answer: &Answer, now: SystemTime) -> Result<Option<Invoice>, Fault> {
    match answer.status() {
        StatusCode::NOT_FOUND => Ok(None),
        StatusCode::OK => Err(unwritten("invoice, which reads an invoice", answer)),
        _ => Err(fault(answer, now)),
    }
}

/// Returns whether the ERP has the customer.
pub fn customer(answer: &Answer, now: SystemTime) -> Result<CustomerMatch, Fault> {
    match answer.status() {
        StatusCode::OK => Ok(CustomerMatch::Known),
        StatusCode::NOT_FOUND => Ok(CustomerMatch::Unknown(Vec::new())),
        _ => Err(fault(answer, now)),
    }
}

/// Returns where invoices or customers are found that have all these words.
pub fn words_path(of: &str, words: &[SearchWord], limit: u32) -> Result<String, Fault> {
    if !(1..=6).contains(&words.len()) || !(1..=51).contains(&limit) {
        return Err(Fault::InvalidArgument("a search takes 1 to 6 words, and gives 1 to 51 items".to_owned()));
    }
    let escaped = |word: &SearchWord| word.text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let words: Vec<String> = words.iter().map(escaped).collect();
    Ok(format!("{of}?search={}&limit={limit}", words.join("+")))
}

/// Returns the invoices that a search has found.
pub fn invoices(answer: &Answer, now: SystemTime) -> Result<Vec<InvoiceSummary>, Fault> {
    match answer.status() {
        StatusCode::OK => Err(unwritten("invoices, which reads what a search of invoices has found", answer)),
        _ => Err(fault(answer, now)),
    }
}

/// Returns the customers that a search has found.
pub fn customers(answer: &Answer, now: SystemTime) -> Result<Vec<Customer>, Fault> {
    match answer.status() {
        StatusCode::OK => Err(unwritten("customers, which reads what a search of customers has found", answer)),
        _ => Err(fault(answer, now)),
    }
}

/// Returns the document under a key; `None` where the ERP surely has none.
pub fn found(answer: &Answer, now: SystemTime) -> Result<Option<Document>, Fault> {
    match answer.status() {
        StatusCode::OK => Err(unwritten("found, which reads a list of documents to its end", answer)),
        _ => Err(fault(answer, now)),
    }
}

#[derive(Serialize)]
struct Order<'o> {
    reference: &'o str,
    customer: &'o str,
    invoice: Option<&'o str>,
    currency: &'o str,
    gross_minor: i64,
}

/// Returns the body that makes a document. Nothing that is out of form gets as far as here.
pub fn order(order: &DocumentOrder) -> Result<Vec<u8>, Fault> {
    let sum = order.lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.totals.gross_minor));
    let adds_up = order.totals.net_minor.checked_add(order.totals.tax_minor) == Some(order.totals.gross_minor);
    if !is_key(&order.key.value) {
        return Err(Fault::InvalidArgument("the key must be 1 to 64 characters of A-Z a-z 0-9 - _ .".into()));
    }
    if order.lines.is_empty() || !adds_up || sum != Some(order.totals.gross_minor) || order.totals.gross_minor <= 0 {
        return Err(Fault::InvalidArgument("the totals are the sum of the lines, and more than zero".into()));
    }
    Decimals::of(&order.currency, &[]).map_err(Fault::InvalidArgument)?;
    let body = Order {
        reference: &order.key.value,
        customer: &order.customer,
        invoice: order.invoice.as_deref(),
        currency: &order.currency,
        gross_minor: order.totals.gross_minor,
    };
    serde_json::to_vec(&body).map_err(|error| Fault::InvalidArgument(error.to_string()))
}

/// Returns where a document is voided, and by what.
pub fn void(key: &IdempotencyKey, document: &IdempotencyKey) -> Result<(String, Vec<u8>), Fault> {
    if !is_key(&key.value) || !is_key(&document.value) {
        return Err(Fault::InvalidArgument("a key has 1 to 64 characters of A-Z a-z 0-9 - _ .".into()));
    }
    Ok((format!("/credit-notes/{}/void", document.value), b"{}".to_vec()))
}

/// Returns what the answer to an order says.
pub fn outcome(answer: &Answer, now: SystemTime) -> Result<Outcome, Fault> {
    match answer.status() {
        StatusCode::OK | StatusCode::CREATED => {
            Err(unwritten("outcome, which reads the document that was made", answer))
        }
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => Ok(Outcome::Declined(said(answer))),
        _ => Err(fault(answer, now)),
    }
}

fn unwritten(what: &str, answer: &Answer) -> Fault {
    Fault::OutcomeUnknown(format!("erp-example: write transform::{what}: {}", quoted(answer.body())))
}

/// Returns what a refusal means. Only where surely nothing was done is it said so: a 5xx proves nothing.
fn fault(answer: &Answer, now: SystemTime) -> Fault {
    let detail = said(answer);
    match answer.status() {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Fault::Unauthorized(detail),
        StatusCode::TOO_MANY_REQUESTS => {
            let after_ms = header(answer, "retry-after").and_then(|value| headers::retry_after_ms(value, now));
            Fault::NotSent(Retry { detail, after_ms })
        }
        _ => Fault::OutcomeUnknown(detail),
    }
}

fn said(answer: &Answer) -> String {
    format!("Example answered {}: {}", answer.status(), quoted(answer.body()))
}
