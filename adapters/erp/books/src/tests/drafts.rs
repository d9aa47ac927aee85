//! Drafts: posted or voided by a person.

use rusqlite::{Connection, params};

use super::samples::draft;
use super::{Ledger, samples};
use crate::bindings::contract::{DocumentOrder, SettlementKind};
use crate::{entries, sql};

impl Ledger {
    fn made(&self, order: &DocumentOrder) -> i64 {
        self.submit(order).expect("not refused").expect("made now").0
    }

    /// A refund of so much on a document.
    fn refund(&self, key: &str, document: i64, minor: i64) {
        let legs = entries::of_settlement(SettlementKind::Refund, "CUST-7", "Assets:Gateway:Sandbox", minor, "EUR");
        assert!(self.settle(key, document, "refund", minor, &legs));
    }
}

#[test]
fn a_draft_is_posted_once_under_the_next_number_and_then_voided_like_any_other() {
    let ledger = Ledger::with_invoice();
    let (first, second) = (ledger.made(&draft("a", 1000, 190)), ledger.made(&draft("b", 2000, 380)));
    assert_eq!(ledger.number(&samples::order("c", 3000, 570)).as_deref(), Some("CM-000001"));
    let before = ledger.journal().len();
    assert_eq!(ledger.post_draft(second).as_deref(), Some("CM-000002"), "numbers follow the posting, not the making");
    assert_eq!(ledger.post_draft(second), None);
    assert_eq!(ledger.post_draft(first).as_deref(), Some("CM-000003"));
    assert_eq!(ledger.post_draft(99), None);
    assert_eq!(ledger.journal()[before].0, "CM-000002 for INV-1: damaged");
    assert_eq!(ledger.journal().len(), before + 2);
    assert_eq!(ledger.state("INV-1"), Some([7140, 0, 0, 0]));
    assert!(!ledger.void_draft(first), "it is no draft any more");
    assert!(ledger.void("v", "b"));
    assert_eq!(ledger.post_draft(second), None, "what is void stays void");
    assert_eq!(ledger.balance("Assets:Receivable:CUST-7"), -4760);
}

#[test]
fn money_that_moves_before_the_draft_is_posted_ends_where_it_ends_after_it() {
    let balances = |early: bool| {
        let ledger = Ledger::with_invoice();
        let id = ledger.made(&draft("a", 10000, 1900));
        if early {
            ledger.refund("s", id, 11900);
            // The money is out and no memo says why: until one does, the customer owes it.
            assert_eq!(ledger.balance("Assets:Receivable:CUST-7"), 11900);
        }
        assert!(ledger.post_draft(id).is_some());
        if !early {
            ledger.refund("s", id, 11900);
        }
        let accounts =
            ["Assets:Receivable:CUST-7", "Assets:Gateway:Sandbox", "Income:Sales-Returns", "Liabilities:Tax"];
        (accounts.map(|account| ledger.balance(account)), ledger.state("INV-1"))
    };
    assert_eq!(balances(true), balances(false));
    assert_eq!(balances(true), ([0, 0, 10000, 0], Some([11900, 0, 11900, 0])));
}

#[test]
fn a_draft_that_is_voided_by_hand_burns_no_number_and_leaves_the_invoice_free() {
    let ledger = Ledger::with_invoice();
    let id = ledger.made(&draft("a", 10000, 1900));
    let before = ledger.journal().len();
    assert!(ledger.void_draft(id));
    assert!(!ledger.void_draft(id));
    assert_eq!(ledger.post_draft(id), None);
    assert_eq!(ledger.journal().len(), before);
    assert_eq!(ledger.number(&samples::order("b", 10000, 1900)).as_deref(), Some("CM-000001"));
}

#[test]
fn no_number_is_left_out_or_given_twice_whoever_writes_it() {
    let ledger = Ledger::with_invoice();
    let id = ledger.made(&draft("a", 1000, 190));
    for wrong in [
        "UPDATE books_document SET status = 'posted', serial = 7",
        "UPDATE books_document SET status = 'posted'",
        "UPDATE books_document SET serial = 1",
        "UPDATE books_document SET status = 'posted', serial = 1, legs = '[]'",
    ] {
        assert!(ledger.0.execute(wrong, []).is_err(), "{wrong}");
    }
    assert_eq!(ledger.post_draft(id).as_deref(), Some("CM-000001"));
}

#[test]
fn books_from_before_drafts_could_be_posted_take_the_new_rule() {
    let ledger = Ledger::with_invoice();
    let id = ledger.made(&draft("a", 1000, 190));
    let old = "CREATE TRIGGER books_document_only_voided BEFORE UPDATE ON books_document WHEN NEW.status <> 'voided'
        BEGIN SELECT RAISE(ABORT, 'books: a document can be voided and not otherwise changed'); END";
    ledger.0.execute_batch(&format!("{old}; DROP VIEW books_6")).expect("as it was");
    let ledger = Ledger::over(ledger.0);
    assert_eq!(ledger.post_draft(id).as_deref(), Some("CM-000001"));
}

#[test]
fn numbers_have_no_gap_when_many_post_drafts_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = || {
        let db = Connection::open(folder.path().join("books.db")).expect("a database");
        db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).expect("WAL");
        Ledger::over(db)
    };
    let ledger = open();
    ledger.import(&[samples::invoice("INV-1")]);
    let drafts: Vec<_> = (0..20).map(|number| ledger.made(&draft(&format!("k{number}"), 100, 19))).collect();
    // Two people go over the same drafts from either end.
    std::thread::scope(|scope| {
        let backwards: Vec<_> = drafts.iter().rev().copied().collect();
        for order in [drafts.clone(), backwards] {
            let ledger = open();
            scope.spawn(move || order.into_iter().for_each(|id| drop(ledger.post_draft(id))));
        }
    });
    let mut serials: Vec<i64> = ledger.rows("SELECT serial FROM books_document", params![], |row| row.get(0));
    serials.sort_unstable();
    assert_eq!(serials, (1..=20).collect::<Vec<_>>());
    assert_eq!(ledger.rows(sql::JOURNAL, params![0, 1000], |_| Ok(())).len(), 22);
}
