//! The contracts, generated.

#![allow(missing_docs, unsafe_code, reason = "generated")]

wit_bindgen::generate!({
    path: ["../../../wit/types", "../../../wit/gateway", "../../../wit/intake", "wit"],
    world: "contraflow:gateway-adyen-component/adapter",
    additional_derives: [PartialEq],
    generate_all,
});

/// The contracts' types under short names.
pub mod contract {
    pub use super::contraflow::types::faults::{Fault, Retry};
    pub use super::contraflow::types::values::{FieldError, Money};
    pub use super::exports::contraflow::gateway::disputes::Standing;
    pub use super::exports::contraflow::gateway::refunds::{Decline, Outcome};
    pub use super::exports::contraflow::gateway::refunds_read::Terms;
    pub use super::exports::contraflow::gateway::types::{
        DisputeStatus, Refund, RefundOrder, RefundQuery, RefundReason, RefundStatus,
    };
    pub use super::exports::contraflow::intake::source::{
        Delivery, DisputeNews, FraudWarning, Inbound, Meaning, RefundNews, Refusal, Unread,
    };
}

use crate::Adyen;
export!(Adyen with_types_in self);
