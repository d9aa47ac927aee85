//! The contracts, generated.

#![allow(missing_docs, unsafe_code, reason = "generated")]

wit_bindgen::generate!({
    path: ["../../../wit/types", "../../../wit/gateway", "../../../wit/intake", "wit"],
    world: "contraflow:source-example-component/adapter",
    additional_derives: [PartialEq],
    generate_all,
});

/// The contracts' types under short names.
pub mod contract {
    pub use super::contraflow::types::values::FieldError;
    pub use super::exports::contraflow::intake::source::{Delivery, Draft, Inbound, Meaning, Refusal};
}

use crate::Example;
export!(Example with_types_in self);
