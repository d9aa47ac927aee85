//! Making, voiding and settling credit documents.

use rusqlite::Connection;

use super::samples::draft;
use super::{Ledger, samples};
use crate::bindings::contract::{Direction, DocumentOrder, SettlementKind};
use crate::entries;

#[test]
fn posting_numbers_and_books_and_a_draft_does_neither() {
    let ledger = Ledger::with_invoice();
    let before = ledger.journal().len();
    assert_eq!(ledger.number(&draft("a", 1000, 190)), None);
    assert_eq!(ledger.journal().len(), before);
    assert_eq!(ledger.number(&samples::order("b", 1000, 190)).as_deref(), Some("CM-000001"));
    assert_eq!(ledger.number(&samples::order("c", 1000, 190)).as_deref(), Some("CM-000002"));
    let debit = DocumentOrder { direction: Direction::Debit, ..samples::order("d", 1000, 190) };
    assert_eq!(ledger.number(&debit).as_deref(), Some("DM-000001"));
    assert_eq!(ledger.state("INV-1"), Some([2380, 1190, 0, 0]));
    assert_eq!(ledger.journal()[before].0, "CM-000001 for INV-1: damaged");
    assert_eq!(ledger.balance("Assets:Receivable:CUST-7"), -1190);
}

#[test]
fn a_key_makes_one_document_even_when_the_invoice_is_used_up() {
    let ledger = Ledger::with_invoice();
    let order = samples::order("a", 10000, 1900);
    assert!(ledger.submit(&order).expect("not refused").is_some());
    assert_eq!(ledger.submit(&order), Ok(None));
    assert_eq!(ledger.count("books_document"), 1);
}

#[test]
fn more_than_the_invoice_is_refused_drafts_counted_and_burns_no_number() {
    let ledger = Ledger::with_invoice();
    ledger.number(&draft("a", 6000, 1140));
    let refusal = ledger.submit(&samples::order("b", 6000, 1140)).expect_err("more than the invoice");
    assert!(refusal.contains("declined: with the credit documents"), "{refusal}");
    assert_eq!(ledger.number(&samples::order("c", 4000, 760)).as_deref(), Some("CM-000001"));
    assert!(ledger.submit(&samples::order("d", 1, 0)).is_err());
    assert!(ledger.void("v", "a"));
    assert_eq!(ledger.number(&samples::order("e", 6000, 1140)).as_deref(), Some("CM-000002"));
}

#[test]
fn a_line_is_never_credited_above_itself() {
    let ledger = Ledger::new();
    let mut invoice = samples::invoice("INV-1");
    let mut second = invoice.lines[0].clone();
    second.id = "2".to_owned();
    invoice.lines.push(second);
    invoice.totals.net_minor *= 2;
    invoice.totals.tax_minor *= 2;
    invoice.totals.gross_minor *= 2;
    assert_eq!(ledger.import(&[invoice]), Some(1));
    ledger.number(&samples::order("a", 9000, 1710));
    let refusal = ledger.submit(&samples::order("b", 2000, 380)).expect_err("more than the line");
    assert!(refusal.contains("declined: a line"), "{refusal}");
    let mut unknown = samples::order("c", 1000, 190);
    unknown.lines[0].invoice_line = "9".to_owned();
    assert!(ledger.submit(&unknown).is_err());
    unknown.lines[0].invoice_line = String::new();
    assert!(ledger.submit(&unknown).is_err(), "what names no line is a rounding difference, and there is none");
}

#[test]
fn an_invoice_that_deducts_and_rounds_is_credited_to_its_end() {
    let ledger = Ledger::new();
    // 100.00 + 19.00 tax, less a prepayment of 110.00 without tax, and a cent of tax less for rounding: -10.00 + 18.99
    // = 8.99.
    let mut invoice = samples::invoice("INV-1");
    let mut deduction = invoice.lines[0].clone();
    deduction.id = "2".to_owned();
    (deduction.totals.net_minor, deduction.totals.tax_minor, deduction.totals.gross_minor) = (-11000, 0, -11000);
    invoice.lines.push(deduction);
    (invoice.totals.net_minor, invoice.totals.tax_minor, invoice.totals.gross_minor) = (-1000, 1899, 899);
    (invoice.payments[0].captured.minor, invoice.payments[0].applied_minor) = (899, 899);
    assert_eq!(ledger.import(&[invoice]), Some(1));
    let part = |key: &str, net: [i64; 2], tax: i64, rounding: i64| {
        let mut order = samples::order(key, net[0], tax);
        let line = order.lines[0].clone();
        for (id, net, tax) in [("2", net[1], 0), ("", 0, rounding)] {
            let mut other = line.clone();
            other.invoice_line = id.to_owned();
            (other.totals.net_minor, other.totals.tax_minor, other.totals.gross_minor) = (net, tax, net + tax);
            order.lines.push(other);
        }
        order.totals.net_minor = net[0] + net[1];
        order.totals.tax_minor = tax + rounding;
        order.totals.gross_minor = order.totals.net_minor + order.totals.tax_minor;
        order
    };
    assert!(ledger.submit(&part("a", [5000, -5500], 950, 1)).is_err(), "rounding has a sign");
    assert!(ledger.submit(&part("a", [5000, -5500], 950, -2)).is_err(), "and an end");
    for order in [part("a", [5000, -5500], 950, -1), part("b", [5000, -5500], 950, 0)] {
        assert_eq!(crate::check::order(&order), Ok(()));
        assert!(ledger.number(&order).is_some());
    }
    assert_eq!(ledger.balance("Assets:Receivable:CUST-7"), -899);
    assert!(ledger.submit(&part("c", [1, 0], 0, 0)).is_err());
}

#[test]
fn a_document_must_fit_its_invoice() {
    let ledger = Ledger::with_invoice();
    for (order, word) in [
        (DocumentOrder { invoice: Some("INV-9".into()), ..samples::order("a", 1, 0) }, "no invoice"),
        (DocumentOrder { customer: "CUST-8".into(), ..samples::order("a", 1, 0) }, "another customer"),
        (DocumentOrder { currency: "USD".into(), ..samples::order("a", 1, 0) }, "another currency"),
    ] {
        let refusal = ledger.submit(&order).expect_err(word);
        assert!(refusal.contains(word), "{refusal}");
    }
    let free = DocumentOrder { invoice: None, customer: "CUST-8".into(), ..samples::order("a", 99999, 0) };
    assert_eq!(ledger.number(&free).as_deref(), Some("CM-000001"));
}

#[test]
fn voiding_reverses_once_and_keeps_the_number_used() {
    let ledger = Ledger::with_invoice();
    ledger.number(&samples::order("a", 10000, 1900));
    assert!(ledger.void("v", "a"));
    assert!(!ledger.void("v", "a"));
    assert!(!ledger.void("w", "a"));
    assert!(!ledger.void("w", "none"));
    assert_eq!(ledger.balance("Income:Sales-Returns"), 0);
    assert_eq!(ledger.balance("Assets:Receivable:CUST-7"), 0);
    assert_eq!(ledger.journal().last().map(|(narration, _)| narration.clone()).as_deref(), Some("CM-000001 voided"));
    assert_eq!(ledger.number(&samples::order("b", 10000, 1900)).as_deref(), Some("CM-000002"));
    assert!(!ledger.void("v", "b"), "the voiding's key stands for another document");
    let draft = DocumentOrder { invoice: None, ..draft("c", 1, 0) };
    ledger.number(&draft);
    let before = ledger.journal().len();
    assert!(ledger.void("x", "c"));
    assert_eq!(ledger.journal().len(), before, "a draft had no effect to undo");
}

#[test]
fn a_document_is_not_taken_out_or_put_back() {
    let ledger = Ledger::with_invoice();
    ledger.number(&samples::order("a", 10000, 1900));
    assert!(ledger.0.execute("DELETE FROM books_document", []).is_err());
    assert!(ledger.0.execute("UPDATE books_document SET serial = 7", []).is_err());
    ledger.void("v", "a");
    assert!(ledger.0.execute("UPDATE books_document SET status = 'posted'", []).is_err());
}

#[test]
fn settlements_are_booked_once_for_each_key() {
    let ledger = Ledger::with_invoice();
    let (id, _) = ledger.submit(&samples::order("a", 10000, 1900)).expect("not refused").expect("made");
    let refund = entries::of_settlement(SettlementKind::Refund, "CUST-7", "Assets:Gateway:Sandbox", 10000, "EUR");
    assert!(ledger.settle("s", id, "refund", 10000, &refund));
    assert!(!ledger.settle("s", id, "refund", 10000, &refund));
    let stored = entries::of_settlement(SettlementKind::StoreCredit, "CUST-7", "", 1900, "EUR");
    assert!(ledger.settle("t", id, "store-credit", 1900, &stored));
    assert!(ledger.settle("u", id, "invoice-offset", 500, &[]));
    assert_eq!(ledger.state("INV-1"), Some([11900, 0, 10000, 1900]));
    assert_eq!(ledger.balance("Assets:Receivable:CUST-7"), 0);
    assert_eq!(ledger.balance("Liabilities:Store-Credit:CUST-7"), -1900);
    assert_eq!(ledger.balance("Assets:Gateway:Sandbox"), 1900);
    assert_eq!(ledger.journal().len(), 5);
    assert!(ledger.settle("w", id, "refund-reversal", 10000, &[]));
    assert_eq!(ledger.state("INV-1"), Some([11900, 0, 0, 1900]));
    assert_eq!(ledger.state("INV-9"), None);
}

#[test]
fn numbers_have_no_gap_when_many_post_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("books.db");
    let open = || {
        let db = Connection::open(&path).expect("a database");
        db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).expect("WAL");
        Ledger::over(db)
    };
    open().import(&[samples::invoice("INV-1")]);
    // 8 writers ask for 10 credits each of 1/50 of the invoice: 50 fit.
    std::thread::scope(|scope| {
        for writer in 0..8 {
            scope.spawn(move || {
                let ledger = open();
                for turn in 0..10 {
                    let _: Result<_, String> = ledger.submit(&samples::order(&format!("{writer}-{turn}"), 200, 38));
                }
            });
        }
    });
    let ledger = open();
    let numbers: Vec<String> = ledger.rows("SELECT number FROM books_document ORDER BY id", &[], |row| row.get(0));
    let expected: Vec<String> = (1..=50).map(|number| format!("CM-{number:06}")).collect();
    assert_eq!(numbers, expected);
    assert_eq!(ledger.state("INV-1"), Some([11900, 0, 0, 0]));
    assert_eq!(ledger.journal().len(), 52);
}
