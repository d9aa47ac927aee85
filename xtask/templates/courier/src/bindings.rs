//! The contracts, generated.

#![allow(missing_docs, unsafe_code, reason = "generated")]

wit_bindgen::generate!({
    path: ["../../../wit/types", "../../../wit/courier", "wit"],
    world: "contraflow:courier-example-component/adapter",
    additional_derives: [PartialEq],
    generate_all,
});

/// The contracts' types under short names.
pub mod contract {
    pub use super::contraflow::types::faults::{Fault, Retry};
    pub use super::exports::contraflow::courier::delivery::{Message, Outcome};
}

use crate::Example;
export!(Example with_types_in self);
