//! Payments that come after their invoice.

use std::collections::HashMap;

use serde::Serialize;
use spin_sdk::sqlite::{RowResult, Value};

use crate::bindings::contract::{Fault, FieldError, ImportOutcome, Invoice, Payment, Retry};
use crate::database::{self, fault, from_json};
use crate::entries::{self, Entry};
use crate::import::{content, different, is_refused, payment_of_another};
use crate::{accounts, check, limits, sql};

/// One payment as the statement takes it.
#[derive(Debug, Serialize)]
pub struct Row {
    id: String,
    account: String,
    content: String,
    entry: Option<Entry>,
}

impl Row {
    /// Returns the row of a payment that [`judge`] found nothing wrong with.
    pub fn of(payment: &Payment, invoice: &Invoice) -> Result<Self, serde_json::Error> {
        let day = check::paid_on(payment).unwrap_or_default();
        Ok(Self {
            id: payment.id.clone(),
            account: accounts::of_payment(payment, &invoice.customer.id),
            content: content(payment)?,
            entry: entries::of_payment(payment, invoice, &day),
        })
    }
}

/// Reads an invoice with the payments that came later, which stand as a list in another column.
pub fn invoice(row: &RowResult, content: usize, later: usize) -> Result<Invoice, Fault> {
    let mut invoice: Invoice = from_json(row, content)?;
    let later: Vec<Payment> = from_json(row, later)?;
    invoice.payments.extend(later);
    Ok(invoice)
}

/// Adds payments to the invoice of that number; `None` where there is none.
pub async fn add(number: String, payments: Vec<Payment>) -> Result<Option<Vec<ImportOutcome>>, Fault> {
    if payments.is_empty() || payments.len() > limits::PAYMENTS {
        let detail = format!("takes 1 to {} payments, not {}", limits::PAYMENTS, payments.len());
        return Err(Fault::InvalidArgument(detail));
    }
    for _ in 0..limits::RACES {
        let rows = database::read(sql::INVOICE, vec![Value::Text(number.clone())]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let known = invoice(row, 0, 1)?;
        let mut outcomes = judge(&known, &payments);
        let fresh = || payments.iter().zip(&outcomes).filter(|(_, outcome)| **outcome == ImportOutcome::Imported);
        let ids: Vec<_> = fresh().map(|(payment, _)| payment.id.as_str()).collect();
        let parameters = vec![database::to_json(&ids)?.into(), Value::Text(number.clone())];
        let elsewhere = database::read(sql::PAYMENTS_OF_OTHERS, parameters).await?;
        let elsewhere: Vec<&str> = elsewhere.iter().filter_map(|row| row.get(0)).collect();
        if elsewhere.is_empty() && !outcomes.iter().any(is_refused) {
            let fresh: Result<Vec<Row>, _> = fresh().map(|(payment, _)| Row::of(payment, &known)).collect();
            let fresh = fresh.map_err(|error| Fault::InvalidArgument(error.to_string()))?;
            if fresh.is_empty() || put_in(&number, &fresh).await? {
                return Ok(Some(outcomes));
            }
            // Another call came in between: what it brought is judged with.
            continue;
        }
        for (payment, outcome) in payments.iter().zip(&mut outcomes) {
            if elsewhere.contains(&payment.id.as_str()) {
                let FieldError { detail, .. } = payment_of_another(0);
                *outcome = ImportOutcome::Invalid(vec![FieldError { pointer: "/id".to_owned(), detail }]);
            }
        }
        return Ok(Some(outcomes));
    }
    let detail = "others keep adding payments to this invoice; nothing was stored".to_owned();
    Err(Fault::NotSent(Retry { detail, after_ms: None }))
}

async fn put_in(number: &str, rows: &[Row]) -> Result<bool, Fault> {
    let most = i64::try_from(limits::PAYMENTS).unwrap_or(i64::MAX);
    let parameters = vec![Value::Text(number.to_owned()), database::to_json(&rows)?.into(), Value::Integer(most)];
    Ok(!database::write(sql::ADD_PAYMENTS, parameters).await.map_err(fault)?.is_empty())
}

/// Returns what becomes of each payment by what its invoice has already: nothing is asked of the books. Pure.
pub fn judge<'a>(invoice: &'a Invoice, payments: &'a [Payment]) -> Vec<ImportOutcome> {
    let before = invoice.payments.iter().map(|known| (known.id.as_str(), known));
    let mut known: HashMap<&'a str, &'a Payment> = before.collect();
    let mut paid: i64 = invoice.payments.iter().map(|payment| payment.applied_minor).sum();
    let judge = |payment: &'a Payment| {
        let mut wrong = check::payment(payment, &invoice.currency);
        match known.get(payment.id.as_str()) {
            Some(before) if *before == payment => return ImportOutcome::Unchanged,
            Some(_) => return different("the invoice has a payment of this id with other content, which stands"),
            None => {}
        }
        if wrong.is_empty() && known.len() >= limits::PAYMENTS {
            let detail = format!("is one too many: an invoice takes at most {} payments", limits::PAYMENTS);
            wrong.push(FieldError { pointer: "/id".to_owned(), detail });
        }
        if wrong.is_empty() && paid + payment.applied_minor > limits::AMOUNT_MINOR {
            let detail = "is more than the books hold, with what was paid before".to_owned();
            wrong.push(FieldError { pointer: "/captured".to_owned(), detail });
        }
        if !wrong.is_empty() {
            return ImportOutcome::Invalid(wrong);
        }
        known.insert(&payment.id, payment);
        paid += payment.applied_minor;
        ImportOutcome::Imported
    };
    payments.iter().map(judge).collect()
}
