//! Inputs for tests.

use crate::bindings::contract::{
    Direction, DocumentOrder, IdempotencyKey, Invoice, Payment, Posting, TaxRounding, Totals,
};
use crate::bindings::contraflow::types::values::{Money, RequestId};
use crate::bindings::exports::contraflow::erp::documents::{Customer, DocumentLine, InvoiceLine};

/// 100.00 net and 19.00 tax in one line, paid by card.
pub fn invoice(number: &str) -> Invoice {
    Invoice {
        number: number.to_owned(),
        issued_on: "2026-10-01".to_owned(),
        currency: "EUR".to_owned(),
        customer: Customer {
            id: "CUST-7".to_owned(),
            name: "Nordlicht GmbH".to_owned(),
            country: "DE".to_owned(),
            tier: "standard".to_owned(),
            email: "ap@nordlicht.example".to_owned(),
            language: None,
        },
        prices_include_tax: false,
        tax_rounding: TaxRounding::Line,
        lines: vec![InvoiceLine {
            id: "1".to_owned(),
            description: "Sensor".to_owned(),
            quantity: "4".to_owned(),
            unit_price: "25.00".to_owned(),
            discount_minor: 0,
            tax_rate: "0.19".to_owned(),
            totals: totals(10000, 1900),
        }],
        totals: totals(10000, 1900),
        payments: vec![Payment {
            id: format!("PAY-{number}"),
            gateway: "sandbox".to_owned(),
            reference: "ch_1001".to_owned(),
            payment_method: "card".to_owned(),
            captured: Money { minor: 11900, currency: "EUR".to_owned() },
            applied_minor: 11900,
            paid_at: "2026-10-02T09:00:00Z".to_owned(),
            last_four: None,
        }],
    }
}

/// Returns a credit memo for the line of `INV-1`.
pub fn order(key: &str, net_minor: i64, tax_minor: i64) -> DocumentOrder {
    DocumentOrder {
        key: IdempotencyKey { value: key.to_owned() },
        request: RequestId { value: "01938f5c-0000-7000-8000-000000000001".to_owned() },
        direction: Direction::Credit,
        posting: Posting::Post,
        invoice: Some("INV-1".to_owned()),
        customer: "CUST-7".to_owned(),
        currency: "EUR".to_owned(),
        issued_on: "2026-11-21".to_owned(),
        reason: "damaged".to_owned(),
        reason_code: None,
        account: None,
        lines: vec![DocumentLine {
            invoice_line: "1".to_owned(),
            description: "Sensor".to_owned(),
            quantity: "2".to_owned(),
            tax_rate: "0.19".to_owned(),
            totals: totals(net_minor, tax_minor),
        }],
        totals: totals(net_minor, tax_minor),
    }
}

/// Returns the same as a draft.
pub fn draft(key: &str, net_minor: i64, tax_minor: i64) -> DocumentOrder {
    DocumentOrder { posting: Posting::Draft, ..order(key, net_minor, tax_minor) }
}

pub fn totals(net_minor: i64, tax_minor: i64) -> Totals {
    Totals { net_minor, tax_minor, gross_minor: net_minor + tax_minor }
}
