//! Payments that come after their invoice.

use rusqlite::{OptionalExtension as _, params};

use super::{Ledger, samples};
use crate::bindings::contract::{Direction, DocumentOrder, ImportOutcome, Invoice, Payment, SettlementKind};
use crate::entries;
use crate::payments::{self, Row};
use crate::{limits, sql};

fn payment(id: &str, minor: i64) -> Payment {
    let mut payment = samples::invoice("INV-1").payments.remove(0);
    (payment.id, payment.captured.minor, payment.applied_minor) = (id.to_owned(), minor, minor);
    payment
}

/// Tells whether the statement took them in.
fn add(ledger: &Ledger, invoice: &Invoice, payments: &[Payment]) -> bool {
    let rows: Vec<_> = payments.iter().map(|payment| Row::of(payment, invoice).expect("JSON")).collect();
    let rows = serde_json::to_string(&rows).expect("JSON");
    let most = i64::try_from(limits::PAYMENTS).expect("a number");
    let taken = ledger.0.query_row(sql::ADD_PAYMENTS, params![invoice.number, rows, most], |_| Ok(()));
    taken.optional().expect("a statement").is_some()
}

/// Reads the ids of an invoice's later payments, in their order.
fn later(ledger: &Ledger, statement: &str, column: usize) -> Vec<String> {
    let found: Vec<String> = ledger.rows(statement, params!["INV-1"], |row| row.get(column));
    let payments: Vec<Payment> = serde_json::from_str(&found[0]).expect("payments");
    payments.into_iter().map(|payment| payment.id).collect()
}

#[test]
fn payments_that_come_later_are_of_their_invoice_and_booked_once() {
    let (ledger, invoice) = (Ledger::with_invoice(), samples::invoice("INV-1"));
    assert_eq!(later(&ledger, sql::INVOICE, 1), Vec::<String>::new());
    assert!(add(&ledger, &invoice, &[payment("P2", 100), payment("P1", 200)]));
    assert!(!add(&ledger, &invoice, &[payment("P3", 100), payment("P2", 100)]), "one is there: none is taken in");
    assert_eq!(later(&ledger, sql::INVOICE, 1), ["P2", "P1"]);
    assert_eq!(later(&ledger, sql::INVOICE_STATE, 5), ["P2", "P1"]);
    assert_eq!((ledger.journal().len(), ledger.balance("Assets:Gateway:Sandbox")), (4, 12_200));
    assert_eq!(ledger.count("books_receipt"), 0);
    assert_eq!(ledger.import(&[invoice]), Some(0), "the invoice is the same still");
    let mut shares = samples::invoice("INV-2");
    shares.payments.push(payment("P1", 200));
    assert_eq!(ledger.import(&[shares]), None, "a payment belongs to one invoice");
    let others: Vec<String> =
        ledger.rows(sql::PAYMENTS_OF_OTHERS, params![r#"["P1","P9"]"#, "INV-2"], |row| row.get(0));
    assert_eq!(others, ["P1"]);
    assert!(!add(&ledger, &samples::invoice("INV-404"), &[payment("P9", 100)]));
}

#[test]
fn an_invoice_has_so_many_payments_and_no_more() {
    let (ledger, invoice) = (Ledger::with_invoice(), samples::invoice("INV-1"));
    let many: Vec<_> = (0..limits::PAYMENTS).map(|number| payment(&format!("P{number}"), 1)).collect();
    assert!(!add(&ledger, &invoice, &many), "with the one that it has these are too many");
    assert!(add(&ledger, &invoice, &many[1..]));
    assert!(!add(&ledger, &invoice, &many[..1]));
}

#[test]
fn what_an_invoice_has_decides_what_becomes_of_each_payment() {
    let mut invoice = samples::invoice("INV-1");
    invoice.payments = vec![payment("P1", 100)];
    let given = [payment("P1", 100), payment("P1", 101), payment("P2", 50), payment("P2", 50), payment("P2", 51)];
    let judged = payments::judge(&invoice, &given);
    let word = |outcome: &ImportOutcome| match outcome {
        ImportOutcome::Imported => "imported",
        ImportOutcome::Unchanged => "unchanged",
        ImportOutcome::Different(_) => "different",
        ImportOutcome::Invalid(_) => "invalid",
    };
    let words: Vec<_> = judged.iter().map(word).collect();
    assert_eq!(words, ["unchanged", "different", "imported", "unchanged", "different"]);
    let much = [payment("P3", limits::AMOUNT_MINOR), payment("P4", 0)];
    assert_eq!(payments::judge(&invoice, &much).iter().map(word).collect::<Vec<_>>(), ["invalid", "invalid"]);
    invoice.payments = (0..limits::PAYMENTS).map(|number| payment(&format!("P{number}"), 1)).collect();
    assert_eq!(payments::judge(&invoice, &[payment("P", 1)]).iter().map(word).collect::<Vec<_>>(), ["invalid"]);
}

#[test]
fn books_of_before_take_payments_that_come_later() {
    let ledger = Ledger::with_invoice();
    // As the schema was: without the tables and triggers of later payments.
    for gone in [
        "DROP VIEW books_6",
        "DROP TABLE books_later_payment",
        "DROP TABLE books_receipt",
        "DROP INDEX books_payment_invoice",
        "CREATE VIEW books_3 AS SELECT 1 AS ready",
    ] {
        ledger.0.execute(gone, []).expect("a statement");
    }
    assert!(ledger.0.prepare(sql::INVOICE).expect_err("not ready").to_string().contains("no such table"));
    let ledger = Ledger::over(ledger.0);
    assert!(add(&ledger, &samples::invoice("INV-1"), &[payment("P1", 200)]));
    assert_eq!((later(&ledger, sql::INVOICE, 1), ledger.journal().len()), (vec!["P1".to_owned()], 3));
}

#[test]
fn a_payout_books_nothing_but_its_settlement_and_credits_nothing() {
    let (ledger, invoice) = (Ledger::with_invoice(), samples::invoice("INV-1"));
    assert!(add(&ledger, &invoice, &[payment("P2", 11_900)]));
    let before = ledger.journal().len();
    let payout = DocumentOrder { direction: Direction::Payout, ..samples::order("k", 11_900, 0) };
    let (id, number) = ledger.submit(&payout).expect("not refused").expect("made");
    assert_eq!((number.as_deref(), ledger.journal().len()), (Some("DM-000001"), before));
    let legs = entries::of_settlement(SettlementKind::Refund, "CUST-7", "Assets:Gateway:Sandbox", 11_900, "EUR");
    assert!(ledger.settle("s", id, "refund", 11_900, &legs));
    assert_eq!(ledger.state("INV-1"), Some([0, 0, 11_900, 0]));
    assert_eq!((ledger.balance("Assets:Receivable:CUST-7"), ledger.balance("Assets:Gateway:Sandbox")), (0, 11_900));
    assert!(ledger.void("v", "k"), "a payout that moved nothing can be voided");
}

#[test]
fn books_of_before_learn_to_make_payouts() {
    let ledger = Ledger::with_invoice();
    for before in [
        "DROP VIEW books_6",
        "DROP TRIGGER books_document_book",
        "CREATE TRIGGER books_document_post AFTER INSERT ON books_document WHEN NEW.status = 'posted' BEGIN
           INSERT INTO books_journal (booked_on, narration, document, legs) VALUES ('', '', '', NEW.legs); END",
    ] {
        ledger.0.execute(before, []).expect("a statement");
    }
    let ledger = Ledger::over(ledger.0);
    let payout = DocumentOrder { direction: Direction::Payout, ..samples::order("k", 100, 0) };
    assert_eq!(ledger.number(&payout).as_deref(), Some("DM-000001"));
}
