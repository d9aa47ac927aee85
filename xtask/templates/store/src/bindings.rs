//! The contracts, generated.

#![allow(missing_docs, unsafe_code, reason = "generated")]

wit_bindgen::generate!({
    path: ["../../../wit/store", "wit"],
    world: "contraflow:store-example-component/adapter",
    additional_derives: [PartialEq],
    generate_all,
});

/// The contracts' types under short names.
pub mod contract {
    pub use super::exports::contraflow::store::key_value::{Check, CommitOutcome, Mutation};
    pub use super::exports::contraflow::store::key_value_read::{Entry, Error, Page};
}

use crate::Example;
export!(Example with_types_in self);
