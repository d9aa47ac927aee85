//! What the contracts generate. The generated code is unsafe at the border to the host and has no documentation of its
//! own.
#![allow(missing_docs, unsafe_code, clippy::missing_safety_doc, clippy::unwrap_used, clippy::indexing_slicing)]

wit_bindgen::generate!({
    path: ["../../../wit/types", "../../../wit/gateway", "../../../wit/intake", "wit"],
    world: "contraflow:source-csv-component/adapter",
    additional_derives: [PartialEq],
    with: {
        "contraflow:intake/source@0.1.0/draft": contraflow_ask::Draft,
        "contraflow:intake/source@0.1.0/draft-line": contraflow_ask::DraftLine,
        "contraflow:intake/source@0.1.0/money-text": contraflow_ask::MoneyText,
        "contraflow:intake/source@0.1.0/evidence": contraflow_ask::Evidence,
    },
    generate_all,
});

pub use contraflow::types::values::FieldError;
pub use exports::contraflow::intake::source::{Delivery, Guest, Inbound, Meaning, Refusal, Unread};

use crate::Csv;
export!(Csv with_types_in self);
