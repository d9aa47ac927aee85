//! Taking invoices in.

use rusqlite::params;

use super::{Ledger, given, samples};
use crate::sql;

/// Same content, and the position of a payment of another invoice, for each.
fn states(ledger: &Ledger, invoices: &[crate::bindings::contract::Invoice]) -> Vec<(Option<bool>, Option<usize>)> {
    ledger.rows(sql::IMPORT_STATE, params![given(invoices)], |row| Ok((row.get(1)?, row.get(2)?)))
}

#[test]
fn an_invoice_is_taken_in_once() {
    let ledger = Ledger::with_invoice();
    assert_eq!(ledger.journal().len(), 2);
    assert_eq!(ledger.import(&[samples::invoice("INV-1")]), Some(0));
    assert_eq!(ledger.import(&[samples::invoice("INV-1"), samples::invoice("INV-2")]), Some(1));
    assert_eq!(ledger.journal().len(), 4);
    assert_eq!(ledger.balance("Assets:Receivable:CUST-7"), 0);
    assert_eq!(ledger.balance("Assets:Gateway:Sandbox"), 23800);
    assert_eq!(ledger.count("books_import"), 0);
}

#[test]
fn one_invoice_with_other_content_keeps_all_of_them_out() {
    let ledger = Ledger::with_invoice();
    let mut other = samples::invoice("INV-1");
    other.customer.name = "Else".to_owned();
    let invoices = [samples::invoice("INV-2"), other, samples::invoice("INV-3")];
    assert_eq!(ledger.import(&invoices), None);
    assert_eq!(ledger.count("books_invoice"), 1);
    assert_eq!(states(&ledger, &invoices), [(None, None), (Some(false), None), (None, None)]);
    assert_eq!(states(&ledger, &[samples::invoice("INV-1")]), [(Some(true), None)]);
}

#[test]
fn a_payment_belongs_to_one_invoice() {
    let ledger = Ledger::with_invoice();
    let mut shares = samples::invoice("INV-2");
    shares.payments.extend(samples::invoice("INV-1").payments);
    assert_eq!(ledger.import(&[shares.clone()]), None);
    assert_eq!(states(&ledger, &[shares]), [(None, Some(1))]);
}

#[test]
fn a_thousand_invoices_are_one_statement() {
    let ledger = Ledger::new();
    let invoices: Vec<_> = (0..1000).map(|number| samples::invoice(&format!("INV-{number}"))).collect();
    assert_eq!(ledger.import(&invoices), Some(1000));
    let numbers: Vec<String> = ledger.rows(sql::JOURNAL, params![0, 4], |row| row.get(3));
    assert_eq!(numbers, ["INV-0", "INV-0", "INV-1", "INV-1"], "in the order of the import");
}
