//! What wit-bindgen makes of the contract.
#![allow(unsafe_code, missing_docs, reason = "generated code")]

wit_bindgen::generate!({
    path: ["../../../wit/types", "../../../wit/erp", "wit"],
    world: "contraflow:erp-books-component/erp-books",
    // Orders, settlements and invoices are kept as JSON, to tell the same input from other input under one key.
    additional_derives: [PartialEq, Eq, serde::Serialize, serde::Deserialize],
    generate_all,
});

/// The contract's types under short names.
pub mod contract {
    pub use super::contraflow::types::faults::{Fault, Retry};
    pub use super::contraflow::types::values::{FieldError, IdempotencyKey, Money};
    pub use super::exports::contraflow::erp::books::{
        ImportOutcome, InvoiceState, JournalEntry, LedgerDocument, PostingLeg, Rate,
    };
    pub use super::exports::contraflow::erp::credit_documents::Outcome;
    pub use super::exports::contraflow::erp::documents::Customer;
    pub use super::exports::contraflow::erp::documents::{
        Direction, DisputeLoss, Document, DocumentOrder, DocumentStatus, Invoice, Payment, Posting, Settlement,
        SettlementKind, TaxRounding, Totals,
    };
    pub use super::exports::contraflow::erp::invoices::{CustomerMatch, InvoiceSummary, SearchWord};
}

use crate::Books;
export!(Books with_types_in self);
