//! JSON bodies, with every mistake told as a field of a problem.

use contraflow_domain::request::draft::FieldError;
use contraflow_json::ReadError;
use serde::de::DeserializeOwned;

pub use contraflow_json::is_array;

/// Tells why a body is not what is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyError {
    /// Where it stops being what is expected, and how.
    pub error: FieldError,
    /// Whether it is JSON at all.
    pub is_json: bool,
}

impl From<ReadError> for BodyError {
    fn from(ReadError { pointer, detail, is_json }: ReadError) -> Self {
        Self { error: FieldError { pointer, detail }, is_json }
    }
}

/// Reads a whole body that is an object.
///
/// # Errors
/// The first place that is not as expected.
pub fn read_object<T: DeserializeOwned>(body: &[u8]) -> Result<T, BodyError> {
    Ok(contraflow_json::read_object(body)?)
}

/// Reads a whole body.
///
/// # Errors
/// The first place that is not as expected.
pub fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, BodyError> {
    Ok(contraflow_json::read(body)?)
}
