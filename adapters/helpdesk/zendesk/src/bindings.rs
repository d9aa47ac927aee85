//! What the contracts generate. The generated code is unsafe at the border to the host and has no documentation of its
//! own.
#![allow(missing_docs, unsafe_code, clippy::missing_safety_doc, clippy::unwrap_used, clippy::indexing_slicing)]

wit_bindgen::generate!({
    path: ["../../../wit/types", "../../../wit/gateway", "../../../wit/intake", "../../../wit/helpdesk", "wit"],
    world: "contraflow:helpdesk-zendesk-component/adapter",
    additional_derives: [PartialEq],
    with: {
        "contraflow:intake/source@0.1.0/draft": contraflow_ask::Draft,
        "contraflow:intake/source@0.1.0/draft-line": contraflow_ask::DraftLine,
        "contraflow:intake/source@0.1.0/money-text": contraflow_ask::MoneyText,
        "contraflow:intake/source@0.1.0/evidence": contraflow_ask::Evidence,
    },
    generate_all,
});

/// Writing on tickets.
pub mod tickets {
    pub use super::contraflow::types::faults::{Fault, Retry};
    #[cfg(test)]
    pub use super::contraflow::types::values::IdempotencyKey;
    pub use super::exports::contraflow::helpdesk::tickets::{Guest, Outcome, Progress, Update};
}

/// Reading webhooks.
pub mod source {
    pub use super::contraflow::types::values::FieldError;
    pub use super::exports::contraflow::intake::source::{Delivery, Guest, Header, Inbound, Meaning, Refusal, Unread};
}

use crate::Zendesk;
export!(Zendesk with_types_in self);
