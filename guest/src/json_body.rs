//! Reads JSON bodies, and reports every mistake as a field of a problem.

use contraflow_domain::request::draft::FieldError;
use contraflow_json::ReadError;
use serde::de::DeserializeOwned;

pub use contraflow_json::is_array;

/// Says why a body is not what is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyError {
    /// The place where the body stops being what is expected, and why.
    pub error: FieldError,
    /// False when the body is not JSON at all.
    pub is_json: bool,
}

impl From<ReadError> for BodyError {
    fn from(ReadError { pointer, detail, is_json }: ReadError) -> Self {
        Self { error: FieldError { pointer, detail }, is_json }
    }
}

/// Reads a whole body that must be an object.
///
/// # Errors
/// The first place that is not as expected.
pub fn read_object<T: DeserializeOwned>(body: &[u8]) -> Result<T, BodyError> {
    Ok(contraflow_json::read_object(body)?)
}

/// Reads a whole body of any form as a tree.
///
/// # Errors
/// When it is no JSON, or an object in it has a key twice: which of two amounts counts must not depend on the reader.
pub fn read_tree(body: &[u8]) -> Result<serde_json::Value, Vec<FieldError>> {
    let told = |error: contraflow_json::JsonError| FieldError { pointer: error.pointer, detail: error.detail };
    let (tree, wrong) = contraflow_json::parse(body).map_err(|error| vec![told(error)])?.into_value();
    if wrong.is_empty() { Ok(tree) } else { Err(wrong.into_iter().map(told).collect()) }
}

/// Reads a whole body.
///
/// # Errors
/// The first place that is not as expected.
pub fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, BodyError> {
    Ok(contraflow_json::read(body)?)
}
