//! An ERP adapter behind its probe, in words that tests read well in.

use contraflow_wiring::Use;
use serde_json::{Value as Json, json};

use super::Erp;
use crate::harness::running::{Conditions, Running};
use crate::harness::wiring::Wiring;

/// The adapter, and its ERP.
pub struct Scene<E> {
    /// The ERP.
    pub erp: E,
    /// The adapter.
    pub running: Running,
}

impl<E: Erp> Scene<E> {
    /// The adapter, before this ERP.
    pub fn start(erp: E) -> Self {
        let conditions = erp.conditions();
        Self::under(erp, conditions)
    }

    /// The adapter, under other conditions than the ERP's own.
    pub fn under(erp: E, conditions: Conditions) -> Self {
        let wiring = Wiring { purpose: Use::Documents, folder: E::FOLDER, beside: E::BESIDE };
        let reaches_out = !wiring.needs().hosts.is_empty();
        assert_eq!(erp.line().is_some(), reaches_out, "{} has a line where it reaches out", E::FOLDER);
        Self { running: Running::start(wiring, conditions), erp }
    }

    /// `credit-documents.submit`.
    pub async fn submit(&self, order: &Json) -> Json {
        self.running.call("/submit", &json!([order])).await
    }

    /// `credit-documents-read.find-by-key`.
    pub async fn find_by_key(&self, name: &str) -> Json {
        self.running.call("/find-by-key", &json!([key(name)])).await
    }

    /// `credit-documents.void`.
    pub async fn void(&self, name: &str, document: &str) -> Json {
        self.running.call("/void", &json!([key(name), key(document)])).await
    }

    /// `credit-documents.settle`.
    pub async fn settle(&self, settlement: &Json) -> Json {
        self.running.call("/settle", &json!([settlement])).await
    }

    /// `credit-documents.book-loss`.
    pub async fn book_loss(&self, loss: &Json) -> Json {
        self.running.call("/book-loss", &json!([loss])).await
    }

    /// `credit-documents.return-loss`.
    pub async fn return_loss(&self, loss: &Json) -> Json {
        self.running.call("/return-loss", &json!([loss])).await
    }

    /// `invoices.find`.
    pub async fn find(&self, number: &str) -> Json {
        self.running.call("/find", &json!([number])).await
    }

    /// `invoices.find-customer`.
    pub async fn find_customer(&self, id: &str) -> Json {
        self.running.call("/find-customer", &json!([id])).await
    }

    /// `invoices.search-invoices` or `invoices.search-customers`, for words that are no amounts.
    pub async fn search(&self, what: &str, words: &[&str], limit: u32) -> Json {
        let words: Vec<_> = words.iter().map(|word| json!({"text": word, "amounts": []})).collect();
        self.running.call(&format!("/search-{what}"), &json!([words, limit])).await
    }

    /// How many documents the ERP has.
    pub async fn documents(&self) -> usize {
        self.erp.documents(&self.running).await
    }

    /// How many entries it has.
    pub async fn entries(&self) -> usize {
        self.erp.entries(&self.running).await
    }

    /// With the invoice `INV-1` in it.
    pub async fn with_invoice(self) -> Self {
        self.erp.issue(&self.running, "INV-1").await;
        self
    }

    /// A document that is made, and must be.
    pub async fn made(&self, order: &Json) -> Json {
        let answer = self.submit(order).await;
        assert!(answer["Ok"]["Accepted"].is_object(), "{answer}");
        answer["Ok"]["Accepted"].clone()
    }
}

/// A key.
pub fn key(name: &str) -> Json {
    json!({"value": name})
}

/// A credit memo for the line of `INV-1`.
pub fn order(name: &str, net_minor: i64, tax_minor: i64) -> Json {
    let totals = json!({"net_minor": net_minor, "tax_minor": tax_minor, "gross_minor": net_minor + tax_minor});
    json!({
        "key": key(name), "request": {"value": "0199c7b0-0000-7000-8000-000000000001"},
        "direction": "Credit", "posting": "Post", "invoice": "INV-1", "customer": "CUST-7", "currency": "EUR",
        "issued_on": "2026-11-21", "reason": "damaged", "reason_code": null, "account": null,
        "lines": [{"invoice_line": "1", "description": "Sensor", "quantity": "2", "tax_rate": "0.19", "totals": totals}],
        "totals": totals,
    })
}

/// The same as a draft.
pub fn draft(name: &str, net_minor: i64, tax_minor: i64) -> Json {
    let mut order = order(name, net_minor, tax_minor);
    order["posting"] = json!("Draft");
    order
}

/// What money did after the document was made.
pub fn settlement(name: &str, document: &Json, kind: &str, minor: i64, payment: Option<&str>) -> Json {
    json!({
        "key": key(name), "document": document["reference"], "kind": kind,
        "amount": {"minor": minor, "currency": "EUR"}, "settles_minor": minor, "payment": payment, "settled_on": "2026-11-22",
    })
}

/// What the bank took.
pub fn loss(name: &str, minor: i64) -> Json {
    json!({
        "key": key(name), "dispute": "dp_1", "gateway": "sandbox", "payment": "ch_1001",
        "amount": {"minor": minor, "currency": "EUR"}, "lost_on": "2026-11-22",
    })
}
