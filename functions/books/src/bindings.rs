//! Holds what wit-bindgen makes of the contract.
#![allow(unsafe_code, missing_docs, reason = "generated code")]

wit_bindgen::generate!({
    path: ["../../wit/types", "../../wit/erp", "wit"],
    world: "contraflow:books-component/books",
    additional_derives: [PartialEq, Eq],
    with: {
        "contraflow:types/values@0.1.0": contraflow_guest::contract::values,
        "contraflow:types/faults@0.1.0": contraflow_guest::contract::faults,
    },
    generate_all,
});

/// Holds the contract's types under short names.
pub mod contract {
    pub use super::contraflow::erp::books::{ImportOutcome, InvoiceState, JournalEntry, LedgerDocument};
    pub use super::contraflow::erp::documents::{
        Customer, Direction, DocumentStatus, Invoice, InvoiceLine, Payment, TaxRounding, Totals,
    };
    pub use contraflow_guest::contract::faults::Fault;
}
