//! Finding invoices and customers.

use std::collections::BTreeMap;

use contraflow_adapter_sqlite::statements;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Ledger, given, samples};
use crate::bindings::contract::{Invoice, SearchWord};
use crate::payments::Row;
use crate::{limits, search, sql};

fn expression(words: &[(&str, &[&str])], is_invoice: bool) -> String {
    let words: Vec<_> = words
        .iter()
        .map(|(text, amounts)| SearchWord {
            text: (*text).to_owned(),
            amounts: amounts.iter().map(|amount| (*amount).to_owned()).collect(),
        })
        .collect();
    search::expression(&words, is_invoice).expect("an expression")
}

/// Returns the numbers of the invoices with all these words.
fn invoices(ledger: &Ledger, words: &[(&str, &[&str])]) -> Vec<String> {
    ledger.rows(sql::SEARCH_INVOICES, params![expression(words, true), 51], |row| row.get(0))
}

/// Returns the names of the customers with all these words.
fn customers(ledger: &Ledger, words: &[(&str, &[&str])]) -> Vec<String> {
    let found: Vec<String> =
        ledger.rows(sql::SEARCH_CUSTOMERS, params![expression(words, false), 51], |row| row.get(0));
    let name = |json: &String| {
        serde_json::from_str::<serde_json::Value>(json).expect("JSON")["name"].as_str().map(str::to_owned)
    };
    found.iter().filter_map(name).collect()
}

fn of(number: &str, customer: &str, name: &str, gross_minor: i64) -> Invoice {
    let mut invoice = samples::invoice(number);
    (invoice.customer.id, invoice.customer.name) = (customer.to_owned(), name.to_owned());
    invoice.customer.email = format!("{}@example.org", customer.to_lowercase());
    invoice.totals = samples::totals(gross_minor, 0);
    invoice
}

#[test]
fn an_invoice_is_found_by_a_part_of_its_number_of_its_customer_by_amounts_and_by_a_card() {
    let ledger = Ledger::new();
    let mut first = of("INV-1001", "CUST-7", "Nordlicht GmbH", 11_900);
    first.payments[0].last_four = Some("4242".to_owned());
    let mut second = of("INV-1002", "CUST-8", "Südwind AG", 424_200);
    second.issued_on = "2026-11-01".to_owned();
    (second.payments[0].captured.minor, second.payments[0].applied_minor) = (5_000, 5_000);
    assert_eq!(ledger.import(&[first, second]), Some(2));
    for (words, wants) in [
        (&[("v-100", &[][..])][..], &["INV-1002", "INV-1001"][..]),
        (&[("nordLICHT", &[])], &["INV-1001"]),
        (&[("südw", &[])], &["INV-1002"]),
        (&[("cust-8@example", &[])], &["INV-1002"]),
        (&[("119.00", &["119"])], &["INV-1001"]),
        (&[("50,00", &["50"])], &["INV-1002"]),
        (&[("4242", &["4242"])], &["INV-1002", "INV-1001"]),
        (&[("4242", &["4242"]), ("nord", &[])], &["INV-1001"]),
        (&[("1.19", &["1.19"])], &[]),
        (&[("19.00", &["19"])], &[]),
        (&[("%_%", &[])], &[]),
        (&[("nord OR süd", &[])], &[]),
    ] {
        assert_eq!(invoices(&ledger, words), wants, "{words:?}");
    }
}

#[test]
fn an_amount_is_found_by_the_digits_of_its_currency() {
    let ledger = Ledger::new();
    let mut yen = of("INV-1", "CUST-7", "Nordlicht GmbH", 11_900);
    yen.currency = "JPY".to_owned();
    yen.payments.clear();
    assert_eq!(ledger.import(&[yen]), Some(1));
    assert_eq!(invoices(&ledger, &[("11900", &["11900"])]), ["INV-1"]);
    assert_eq!(invoices(&ledger, &[("119.00", &["119"])]), Vec::<String>::new());
}

#[test]
fn the_digits_of_currencies_are_those_of_iso_4217() {
    let ledger = Ledger::new();
    let known: Vec<(String, u16)> =
        ledger.rows("SELECT currency, exponent FROM books_exponent", params![], |row| Ok((row.get(0)?, row.get(1)?)));
    let known: BTreeMap<String, u16> = known.into_iter().collect();
    let letters = || 'A'..='Z';
    let codes = letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| format!("{a}{b}{c}"))));
    for code in codes {
        let Some(exponent) = iso_currency::Currency::from_code(&code).and_then(|currency| currency.exponent()) else {
            continue;
        };
        assert_eq!(known.get(&code).copied().unwrap_or(2), exponent, "{code}");
    }
}

#[test]
fn a_payment_that_comes_later_is_found_as_well() {
    let (ledger, invoice) = (Ledger::with_invoice(), samples::invoice("INV-1"));
    assert_eq!(invoices(&ledger, &[("7.77", &["7.77"])]), Vec::<String>::new());
    let mut later = samples::invoice("INV-1").payments.remove(0);
    later.id = "P2".to_owned();
    (later.captured.minor, later.applied_minor, later.last_four) = (777, 777, Some("1881".to_owned()));
    let rows = serde_json::to_string(&[Row::of(&later, &invoice).expect("JSON")]).expect("JSON");
    let most = i64::try_from(limits::PAYMENTS).expect("a number");
    let taken = ledger.0.query_row(sql::ADD_PAYMENTS, params!["INV-1", rows, most], |_| Ok(()));
    assert!(taken.optional().expect("a statement").is_some());
    assert_eq!(invoices(&ledger, &[("7.77", &["7.77"])]), ["INV-1"]);
    assert_eq!(invoices(&ledger, &[("1881", &["1881"])]), ["INV-1"]);
    assert_eq!(invoices(&ledger, &[("119", &["119"])]), ["INV-1"], "what was there before is found still");
}

#[test]
fn a_customer_is_found_as_the_newest_invoice_has_them() {
    let ledger = Ledger::new();
    assert_eq!(ledger.import(&[of("INV-1", "CUST-7", "Nordlicht", 11_900)]), Some(1));
    assert_eq!(
        ledger.import(&[of("INV-2", "CUST-7", "Polarlicht", 11_900), of("INV-3", "CUST-9", "Licht", 1)]),
        Some(2)
    );
    assert_eq!(customers(&ledger, &[("licht", &[])]), ["Polarlicht", "Licht"]);
    assert_eq!(customers(&ledger, &[("nordlicht", &[])]), Vec::<String>::new());
    assert_eq!(customers(&ledger, &[("CUST-9", &[])]), ["Licht"]);
    assert_eq!(customers(&ledger, &[("119.00", &["119"])]), Vec::<String>::new(), "customers have no amounts");
}

#[test]
fn invoices_of_before_are_found_as_soon_as_somebody_looks() {
    let db = Connection::open_in_memory().expect("a database");
    for statement in statements(sql::SCHEMA).take_while(|statement| !statement.contains("books_exponent")) {
        db.execute(&statement, []).expect("a statement of the schema as it was");
    }
    db.execute("INSERT INTO books_import (invoices) VALUES (?1)", [given(&[samples::invoice("INV-1")])])
        .expect("an import");
    assert!(db.prepare(sql::SEARCH_INVOICES).is_err(), "the missing view has the schema run first");
    let ledger = Ledger::over(db);
    assert_eq!(invoices(&ledger, &[("nord", &[])]), ["INV-1"]);
    assert_eq!(customers(&ledger, &[("nord", &[])]), ["Nordlicht GmbH"]);
    for statement in statements(sql::SCHEMA) {
        ledger.0.execute(&statement, []).expect("the schema runs twice");
    }
    assert_eq!(invoices(&ledger, &[("nord", &[])]), ["INV-1"], "once");
}

#[test]
fn a_search_among_many_gives_what_came_last_and_no_more_than_was_asked_for() {
    let ledger = Ledger::new();
    let many: Vec<_> = (0..200).map(|number| samples::invoice(&format!("INV-{number:04}"))).collect();
    assert_eq!(ledger.import(&many), Some(200));
    let found: Vec<String> =
        ledger.rows(sql::SEARCH_INVOICES, params![expression(&[("nord", &[])], true), 3], |row| row.get(0));
    assert_eq!(found, ["INV-0199", "INV-0198", "INV-0197"]);
}
