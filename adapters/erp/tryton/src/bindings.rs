//! The contracts, generated.

#![allow(missing_docs, unsafe_code, reason = "generated")]

wit_bindgen::generate!({
    path: ["../../../wit/types", "../../../wit/erp", "wit"],
    world: "contraflow:erp-tryton-component/adapter",
    additional_derives: [PartialEq],
    generate_all,
});

/// The contracts' types under short names.
pub mod contract {
    pub use super::contraflow::types::faults::{Fault, Retry};
    pub use super::contraflow::types::values::{IdempotencyKey, Money, RequestId};
    pub use super::exports::contraflow::erp::credit_documents::Outcome;
    pub use super::exports::contraflow::erp::documents::{
        Customer, Direction, DisputeLoss, Document, DocumentLine, DocumentOrder, DocumentStatus, Invoice, InvoiceLine,
        Payment, Posting, Settlement, SettlementKind, TaxRounding, Totals,
    };
    pub use super::exports::contraflow::erp::invoices::{CustomerMatch, InvoiceSummary, SearchWord};
}

use crate::Tryton;
export!(Tryton with_types_in self);
