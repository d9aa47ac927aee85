//! Holds inputs for tests.

use crate::bindings::contract::{Direction, DocumentStatus, JournalEntry, LedgerDocument, Totals};
use crate::bindings::contraflow::erp::books::PostingLeg;
use crate::bindings::contraflow::erp::documents::{Document, DocumentLine};

/// Holds the invoice that the API's documentation shows.
pub const INVOICE: &str = include_str!("../tests/fixtures/invoice.json");

/// Returns a posted credit memo with one line and a rounding difference of zero.
pub fn document() -> LedgerDocument {
    let totals = Totals { net_minor: 5000, tax_minor: 950, gross_minor: 5950 };
    let line = |invoice_line: &str, totals: Totals| DocumentLine {
        invoice_line: invoice_line.to_owned(),
        description: "Sensor".to_owned(),
        quantity: "2".to_owned(),
        tax_rate: "0.19".to_owned(),
        totals,
    };
    LedgerDocument {
        document: Document {
            reference: "DOC-0000000001".to_owned(),
            number: Some("CM-000001".to_owned()),
            status: DocumentStatus::Posted,
            invoice: Some("INV-1001".to_owned()),
            customer: "CUST-7".to_owned(),
            direction: Direction::Credit,
            currency: "EUR".to_owned(),
            issued_on: "2026-11-21".to_owned(),
            totals,
            request: "01938f5c-0000-7000-8000-000000000001".to_owned().into(),
        },
        lines: vec![line("1", totals), line("", Totals { net_minor: 0, tax_minor: 0, gross_minor: 0 })],
    }
}

/// Returns entries in three currencies, with words that need escaping.
pub fn entries() -> Vec<JournalEntry> {
    let entry = |sequence: u64, narration: &str, legs: &[(&str, i64, &str)]| JournalEntry {
        sequence,
        booked_on: "2026-10-01".to_owned(),
        narration: narration.to_owned(),
        document: "INV-1001".to_owned(),
        legs: legs
            .iter()
            .map(|(account, amount_minor, currency)| PostingLeg {
                account: (*account).to_owned(),
                amount_minor: *amount_minor,
                currency: (*currency).to_owned(),
                worth: None,
            })
            .collect(),
    };
    let receivable = "Assets:Receivable:CUST-7";
    vec![
        entry(
            1,
            "Invoice INV-1001",
            &[(receivable, 11900, "EUR"), ("Income:Sales", -10000, "EUR"), ("Liabilities:Tax", -1900, "EUR")],
        ),
        entry(2, "He said \"no\" \\ left", &[(receivable, 1250, "JPY"), ("Income:Sales", -1250, "JPY")]),
        entry(3, "Kuwait", &[("Assets:Gateway:Sandbox", 1, "KWD"), (receivable, -1, "KWD")]),
    ]
}
