//! What the contracts generate. The generated code is unsafe at the border to the host and has no documentation of its
//! own.
#![allow(missing_docs, unsafe_code, clippy::missing_safety_doc, clippy::unwrap_used, clippy::indexing_slicing)]

wit_bindgen::generate!({
    path: ["../../../wit/types", "../../../wit/courier", "wit"],
    world: "contraflow:courier-postmark-component/adapter",
    additional_derives: [PartialEq],
    generate_all,
});

pub use contraflow::types::faults::{Fault, Retry};
#[cfg(test)]
pub use contraflow::types::values::Instant;
pub use exports::contraflow::courier::letters::{Guest, Letter, Outcome};

use crate::Postmark;
export!(Postmark with_types_in self);
