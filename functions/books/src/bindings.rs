//! What wit-bindgen makes of the contract.
#![allow(unsafe_code, missing_docs, reason = "generated code")]

wit_bindgen::generate!({
    path: ["../../wit/types", "../../wit/erp", "wit"],
    world: "contraflow:books-component/books",
    additional_derives: [PartialEq, Eq],
    generate_all,
});

/// The contract's types under short names.
pub mod contract {
    pub use super::contraflow::erp::books::{ImportOutcome, InvoiceState, JournalEntry, LedgerDocument};
    pub use super::contraflow::erp::documents::{
        Customer, Direction, DocumentStatus, Invoice, InvoiceLine, Payment, TaxRounding, Totals,
    };
    pub use super::contraflow::types::faults::Fault;
    pub use super::contraflow::types::values::Money;
}
