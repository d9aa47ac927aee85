//! What SQLite takes and gives.

/// Holds a value of a statement or a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// A text.
    Text(String),
    /// A sequence of bytes.
    Blob(Vec<u8>),
    /// No value: SQL's NULL.
    Null,
}
