//! Holds the types that every contract shares, generated from `wit/types` once. A function's own bindings use them by
//! `with`, so the conversions to the domain's types are written once, too.

use contraflow_domain::lifecycle::dispute::DisputeStatus as DisputeStands;
use contraflow_domain::lifecycle::leg::Standing;
use contraflow_domain::money::{Currency, Money as Amount, MoneyError};
use contraflow_domain::request::draft::FieldError as DraftError;
use contraflow_domain::request::told_amount::ToldAmount;
use contraflow_domain::time::Timestamp;

#[allow(missing_docs)]
mod bindings {
    wit_bindgen::generate!({
        path: ["../wit/types", "../wit/gateway"],
        inline: "
            package contraflow:guest-contract;

            world contract {
                import contraflow:types/values@0.1.0;
                import contraflow:types/faults@0.1.0;
                import contraflow:gateway/types@0.1.0;
            }
        ",
        world: "contraflow:guest-contract/contract",
        additional_derives: [PartialEq, Eq],
        generate_unused_types: true,
        generate_all,
    });
}

pub use bindings::contraflow::gateway::types as gateway;
pub use bindings::contraflow::types::{faults, values};

use gateway::{DisputeStatus, RefundStatus};
use values::{FieldError, IdempotencyKey, Instant, Money, RequestId};

impl From<String> for IdempotencyKey {
    fn from(value: String) -> Self {
        Self { value }
    }
}

impl From<String> for RequestId {
    fn from(value: String) -> Self {
        Self { value }
    }
}

impl From<Timestamp> for Instant {
    fn from(at: Timestamp) -> Self {
        Self { unix_ms: at.unix_ms() }
    }
}

impl From<Instant> for Timestamp {
    fn from(instant: Instant) -> Self {
        Self::from_unix_ms(instant.unix_ms)
    }
}

impl From<Amount> for Money {
    fn from(amount: Amount) -> Self {
        Self { minor: amount.minor, currency: amount.currency.code().into() }
    }
}

impl TryFrom<&Money> for Amount {
    type Error = MoneyError;

    /// Fails where the currency is unknown here, or the amount out of bounds.
    fn try_from(money: &Money) -> Result<Self, MoneyError> {
        let currency: Currency = money.currency.parse()?;
        Self::new(money.minor, currency)
    }
}

impl From<Money> for ToldAmount {
    fn from(money: Money) -> Self {
        Self { minor: money.minor, currency: money.currency }
    }
}

impl From<FieldError> for DraftError {
    fn from(error: FieldError) -> Self {
        Self { pointer: error.pointer, detail: error.detail }
    }
}

impl From<RefundStatus> for Standing {
    fn from(status: RefundStatus) -> Self {
        match status {
            RefundStatus::Pending => Self::Pending,
            RefundStatus::RequiresAction => Self::RequiresAction,
            RefundStatus::Succeeded => Self::Succeeded,
            RefundStatus::Failed => Self::Failed,
            RefundStatus::Canceled => Self::Canceled,
            RefundStatus::Reversed => Self::Reversed,
        }
    }
}

impl From<DisputeStatus> for DisputeStands {
    fn from(status: DisputeStatus) -> Self {
        match status {
            DisputeStatus::Inquiry => Self::Inquiry,
            DisputeStatus::Open => Self::Open,
            DisputeStatus::UnderReview => Self::UnderReview,
            DisputeStatus::Won => Self::Won,
            DisputeStatus::Lost => Self::Lost,
            DisputeStatus::Accepted => Self::Accepted,
            DisputeStatus::WarningClosed => Self::WarningClosed,
            DisputeStatus::Prevented => Self::Prevented,
        }
    }
}
