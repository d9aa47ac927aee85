//! The contracts, generated.

#![allow(missing_docs, unsafe_code, reason = "generated")]

wit_bindgen::generate!({
    path: ["../../../wit/types", "../../../wit/gateway", "../../../wit/intake", "wit"],
    world: "contraflow:source-example-component/adapter",
    additional_derives: [PartialEq],
    with: {
        "contraflow:intake/source@0.1.0/draft": contraflow_ask::Draft,
        "contraflow:intake/source@0.1.0/draft-line": contraflow_ask::DraftLine,
        "contraflow:intake/source@0.1.0/money-text": contraflow_ask::MoneyText,
        "contraflow:intake/source@0.1.0/evidence": contraflow_ask::Evidence,
    },
    generate_all,
});

/// The contracts' types under short names.
pub mod contract {
    pub use super::contraflow::types::values::FieldError;
    pub use super::exports::contraflow::intake::source::{Delivery, Inbound, Meaning, Refusal};
}

use crate::Example;
export!(Example with_types_in self);
