//! Holds the store contract as the functions use it.

pub use crate::bindings::contraflow::store::key_value::{Check, CommitOutcome, Mutation, Pair, commit};
pub use crate::bindings::contraflow::store::key_value_read::{get, scan};
pub use crate::bindings::contraflow::store::types::{Entry, Error, Page};

use crate::problem::Problem;

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(detail) => {
                Self::unavailable(format!("The store does not answer ({detail}). Try again."))
            }
            Error::TooLarge(detail) | Error::InvalidKey(detail) => Self::new(
                http::StatusCode::UNPROCESSABLE_ENTITY,
                "too-large",
                format!("This can't be stored: {detail}."),
            ),
        }
    }
}

/// Returns the end of the range of all keys that begin with `prefix`.
#[must_use]
pub fn end_of(prefix: &str) -> String {
    format!("{prefix}\u{10FFFF}")
}
