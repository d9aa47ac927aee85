//! The contracts, generated.

#![allow(missing_docs, unsafe_code, reason = "generated")]

wit_bindgen::generate!({
    path: ["../../../wit/types", "../../../wit/gateway", "../../../wit/intake", "../../../wit/helpdesk", "wit"],
    world: "contraflow:helpdesk-example-component/adapter",
    additional_derives: [PartialEq],
    generate_all,
});

/// The contracts' types under short names.
pub mod contract {
    pub use super::contraflow::types::faults::{Fault, Retry};
    pub use super::contraflow::types::values::FieldError;
    pub use super::exports::contraflow::helpdesk::tickets::{Outcome, Update};
    pub use super::exports::contraflow::intake::source::{Delivery, Inbound, Refusal};
}

use crate::Example;
export!(Example with_types_in self);
