//! Says what a fault of a call means for what comes next, once for all contracts.

use contraflow_domain::request::attempt::CallError;
use http::StatusCode;

use crate::contract::faults::Fault;
use crate::problem::Problem;

/// Names the purpose of a call, on which the meaning of its fault depends.
///
/// | fault | look-up | refund | entry | message |
/// |---|---|---|---|---|
/// | not sent | unknown | not sent | not sent | not sent |
/// | outcome unknown | unknown | unknown | unknown | unknown |
/// | unauthorized | unknown | misconfigured | misconfigured | unknown |
/// | invalid argument | unknown | declined | misconfigured | unknown |
/// | key reused | unknown | unknown | misconfigured | unknown |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Finds out what became of something. It has no effect: whatever goes wrong, the outcome is as unknown as before.
    LookUp,
    /// Orders a refund. What the gateway does not take in this form is refused for good, and a person pays another way.
    /// What was ordered under the key before stands, and only a look-up tells what it was.
    Refund,
    /// Makes, voids or books something in the ERP. When the ERP does not take it in this form, or has other input under
    /// the key, a person corrects that, in the ERP or in the configuration.
    Entry,
    /// Tells somebody outside. A message is delivered at least once, so it is sent again whatever went wrong.
    Message,
}

impl Call {
    /// Returns what a fault of such a call means.
    #[must_use]
    pub fn error(self, fault: Fault) -> CallError {
        let meaning = match (self, &fault) {
            (Self::LookUp, _) | (_, Fault::OutcomeUnknown(_)) => CallError::Unknown,
            (_, Fault::NotSent(retry)) => {
                return CallError::NotSent { detail: retry.detail.clone(), after_ms: retry.after_ms };
            }
            (Self::Message, _) | (Self::Refund, Fault::KeyReusedWithDifferentInput(_)) => CallError::Unknown,
            (Self::Refund, Fault::InvalidArgument(_)) => CallError::Declined,
            (Self::Refund, Fault::Unauthorized(_)) | (Self::Entry, _) => CallError::Misconfigured,
        };
        meaning(fault.words())
    }
}

impl Fault {
    /// Returns a sentence that says what happened.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::NotSent(retry) => retry.detail,
            Self::InvalidArgument(detail)
            | Self::KeyReusedWithDifferentInput(detail)
            | Self::Unauthorized(detail)
            | Self::OutcomeUnknown(detail) => detail,
        }
    }
}

/// Turns a fault into the problem that an HTTP caller sees, where the call only reads, or may be made again with the
/// same effect.
impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::InvalidArgument(detail) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-parameter", detail),
            Fault::KeyReusedWithDifferentInput(detail) => Self::conflict("key-reused", detail),
            Fault::Unauthorized(detail) => Self::internal(detail),
            Fault::NotSent(retry) => Self::unavailable(retry.detail),
            Fault::OutcomeUnknown(detail) => Self::unavailable(format!(
                "It is not known whether this happened ({detail}). Send it again: it happens once."
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::faults::Retry;

    fn faults() -> [Fault; 5] {
        let words = || "words".to_owned();
        [
            Fault::NotSent(Retry { detail: words(), after_ms: Some(7) }),
            Fault::OutcomeUnknown(words()),
            Fault::Unauthorized(words()),
            Fault::InvalidArgument(words()),
            Fault::KeyReusedWithDifferentInput(words()),
        ]
    }

    #[test]
    fn each_fault_means_what_the_table_says() {
        let words = || "words".to_owned();
        let not_sent = || CallError::NotSent { detail: words(), after_ms: Some(7) };
        let unknown = || CallError::Unknown(words());
        let misconfigured = || CallError::Misconfigured(words());
        for (call, expected) in [
            (Call::LookUp, [unknown(), unknown(), unknown(), unknown(), unknown()]),
            (Call::Refund, [not_sent(), unknown(), misconfigured(), CallError::Declined(words()), unknown()]),
            (Call::Entry, [not_sent(), unknown(), misconfigured(), misconfigured(), misconfigured()]),
            (Call::Message, [not_sent(), unknown(), unknown(), unknown(), unknown()]),
        ] {
            assert_eq!(faults().map(|fault| call.error(fault)), expected, "{call:?}");
        }
    }
}
