//! Invoices in and out, and the pages of documents and of the journal.

use spin_sdk::sqlite::{RowResult, Value};

use crate::bindings::contract::{
    Customer, CustomerMatch, DocumentOrder, Fault, ImportOutcome, Invoice, InvoiceState, InvoiceSummary, JournalEntry,
    LedgerDocument, Money, Payment, PostingLeg, Rate, SearchWord,
};
use crate::bindings::exports::contraflow::erp::{books, invoices};
use crate::credit_documents::document;
use crate::database::{self, fault, from_json, integer, text};
use crate::entries::{Leg, Worth};
use crate::import::{self, Row};
use crate::reference::id_of;
use crate::{Books, limits, payments, rates, search, sql};

impl invoices::Guest for Books {
    async fn find(number: String) -> Result<Option<Invoice>, Fault> {
        let rows = database::read(sql::INVOICE, vec![Value::Text(number)]).await?;
        rows.first().map(|row| payments::invoice(row, 0, 1)).transpose()
    }

    async fn find_customer(id: String) -> Result<CustomerMatch, Fault> {
        let rows = database::read(sql::CUSTOMER, vec![Value::Text(id)]).await?;
        let row = rows.first().ok_or_else(database::broken)?;
        Ok(if integer(row, 0)? == 1 { CustomerMatch::Known } else { CustomerMatch::Unknown(from_json(row, 1)?) })
    }

    async fn search_invoices(words: Vec<SearchWord>, limit: u32) -> Result<Vec<InvoiceSummary>, Fault> {
        let parameters = vec![Value::Text(search::expression(&words, true)?), searched(limit)?];
        database::read(sql::SEARCH_INVOICES, parameters).await?.iter().map(summary).collect()
    }

    async fn search_customers(words: Vec<SearchWord>, limit: u32) -> Result<Vec<Customer>, Fault> {
        let parameters = vec![Value::Text(search::expression(&words, false)?), searched(limit)?];
        database::read(sql::SEARCH_CUSTOMERS, parameters).await?.iter().map(|row| from_json(row, 0)).collect()
    }
}

impl books::Guest for Books {
    async fn import_invoices(invoices: Vec<Invoice>) -> Result<Vec<ImportOutcome>, Fault> {
        if invoices.is_empty() || invoices.len() > limits::IMPORT {
            let detail = format!("an import takes 1 to {} invoices, not {}", limits::IMPORT, invoices.len());
            return Err(Fault::InvalidArgument(detail));
        }
        let judged = import::judge(&invoices);
        let fresh: Vec<&Invoice> =
            invoices.iter().zip(&judged).filter(|(_, outcome)| outcome.is_none()).map(|(invoice, _)| invoice).collect();
        let given = rows(&fresh)?;
        let mut outcomes = None;
        if !judged.iter().flatten().any(import::is_refused) {
            outcomes = take_in(&fresh, given.clone()).await?;
        }
        let outcomes = match outcomes {
            Some(outcomes) => outcomes,
            None => states(given).await?,
        };
        if outcomes.len() != fresh.len() {
            return Err(database::broken());
        }
        let mut outcomes = outcomes.into_iter();
        judged.into_iter().map(|known| known.or_else(|| outcomes.next()).ok_or_else(database::broken)).collect()
    }

    async fn add_payments(number: String, payments: Vec<Payment>) -> Result<Option<Vec<ImportOutcome>>, Fault> {
        payments::add(number, payments).await
    }

    async fn import_rates(rates: Vec<Rate>) -> Result<Vec<ImportOutcome>, Fault> {
        rates::take_in(rates).await
    }

    async fn invoice_with_amounts(number: String) -> Result<Option<InvoiceState>, Fault> {
        let rows = database::read(sql::INVOICE_STATE, vec![Value::Text(number)]).await?;
        rows.first().map(state).transpose()
    }

    async fn post_draft(reference: String) -> Result<Option<LedgerDocument>, Fault> {
        moved(sql::POST_DRAFT, &reference).await
    }

    async fn void_draft(reference: String) -> Result<Option<LedgerDocument>, Fault> {
        moved(sql::VOID_DRAFT, &reference).await
    }

    async fn credit_documents_page(after: Option<String>, limit: u32) -> Result<Vec<LedgerDocument>, Fault> {
        let after = match after.as_deref() {
            None => 0,
            Some(reference) => id_of(reference)
                .ok_or_else(|| Fault::InvalidArgument(format!("`{reference}` is no document's reference")))?,
        };
        let rows = database::read(sql::DOCUMENTS, vec![Value::Integer(after), page(limit)?]).await?;
        rows.iter().map(ledger).collect()
    }

    async fn journal_page(after: u64, limit: u32) -> Result<Vec<JournalEntry>, Fault> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let rows = database::read(sql::JOURNAL, vec![Value::Integer(after), page(limit)?]).await?;
        rows.iter().map(entry).collect()
    }
}

fn searched(limit: u32) -> Result<Value, Fault> {
    if (1..=limits::SEARCHED).contains(&limit) {
        return Ok(Value::Integer(limit.into()));
    }
    Err(Fault::InvalidArgument(format!("a search gives 1 to {} items, not {limit}", limits::SEARCHED)))
}

fn summary(row: &RowResult) -> Result<InvoiceSummary, Fault> {
    Ok(InvoiceSummary {
        number: text(row, 0)?,
        issued_on: text(row, 1)?,
        currency: text(row, 2)?,
        gross_minor: integer(row, 3)?,
        customer: from_json(row, 4)?,
    })
}

fn ledger(row: &RowResult) -> Result<LedgerDocument, Fault> {
    Ok(LedgerDocument { document: document(row)?, lines: from_json::<DocumentOrder>(row, 3)?.lines })
}

/// Moves a draft by that statement; the document as it is then.
async fn moved(statement: &str, reference: &str) -> Result<Option<LedgerDocument>, Fault> {
    let Some(id) = id_of(reference) else { return Ok(None) };
    let mut rows = database::write(statement, vec![Value::Integer(id)]).await.map_err(fault)?;
    if rows.is_empty() {
        // It was no draft; the document after the one before it is the one itself, if there is one.
        rows = database::read(sql::DOCUMENTS, vec![Value::Integer(id - 1), Value::Integer(1)]).await?;
    }
    let row = rows.first().filter(|row| row.get::<i64>(0) == Some(id));
    row.map(ledger).transpose()
}

fn page(limit: u32) -> Result<Value, Fault> {
    if limit == 0 || limit > limits::PAGE {
        return Err(Fault::InvalidArgument(format!("a page takes a limit of 1 to {}, not {limit}", limits::PAGE)));
    }
    Ok(Value::Integer(limit.into()))
}

fn rows(invoices: &[&Invoice]) -> Result<String, Fault> {
    let rows: Result<Vec<Row>, _> = invoices.iter().map(|invoice| Row::of(invoice)).collect();
    database::to_json(&rows.map_err(|error| Fault::InvalidArgument(error.to_string()))?)
}

/// Takes all invoices in; `None` where one of them can't be, and nothing was taken in.
async fn take_in(invoices: &[&Invoice], given: String) -> Result<Option<Vec<ImportOutcome>>, Fault> {
    let rows = database::write(sql::IMPORT, vec![Value::Text(given)]).await.map_err(fault)?;
    let Some(import) = rows.first() else { return Ok(None) };
    let rows = database::read(sql::IMPORTED, vec![Value::Integer(integer(import, 0)?)]).await?;
    let new: std::collections::HashSet<&str> = rows.iter().filter_map(|row| row.get(0)).collect();
    let outcome = |invoice: &&Invoice| match new.contains(invoice.number.as_str()) {
        true => ImportOutcome::Imported,
        false => ImportOutcome::Unchanged,
    };
    Ok(Some(invoices.iter().map(outcome).collect()))
}

/// Says for each invoice whether the books would take it, and changes nothing.
async fn states(given: String) -> Result<Vec<ImportOutcome>, Fault> {
    let rows = database::read(sql::IMPORT_STATE, vec![Value::Text(given)]).await?;
    let outcome = |row: &RowResult| match (row.get::<bool>(1), row.get::<usize>(2)) {
        (Some(true), _) => ImportOutcome::Unchanged,
        (Some(false), _) => import::different(
            "the books have an invoice of this number with other content, which stands; payments that came later are added to it",
        ),
        (None, Some(payment)) => ImportOutcome::Invalid(vec![import::payment_of_another(payment)]),
        (None, None) => ImportOutcome::Imported,
    };
    Ok(rows.iter().map(outcome).collect())
}

fn state(row: &RowResult) -> Result<InvoiceState, Fault> {
    let invoice = payments::invoice(row, 0, 5)?;
    let [credited_minor, debited_minor, refunded_minor, stored_minor] =
        [integer(row, 1)?, integer(row, 2)?, integer(row, 3)?, integer(row, 4)?];
    let paid_minor: i64 = invoice.payments.iter().map(|payment| payment.applied_minor).sum();
    let open_minor =
        invoice.totals.gross_minor + debited_minor - credited_minor - paid_minor + refunded_minor + stored_minor;
    Ok(InvoiceState { invoice, credited_minor, refunded_minor, open_minor })
}

fn entry(row: &RowResult) -> Result<JournalEntry, Fault> {
    let legs: Vec<Leg> = from_json(row, 4)?;
    Ok(JournalEntry {
        sequence: row.get(0).ok_or_else(database::broken)?,
        booked_on: text(row, 1)?,
        narration: text(row, 2)?,
        document: text(row, 3)?,
        legs: legs
            .into_iter()
            .map(|Leg(account, amount_minor, currency, worth)| PostingLeg {
                account,
                amount_minor,
                currency,
                worth: worth.map(|Worth(minor, currency)| Money { minor, currency }),
            })
            .collect(),
    })
}
