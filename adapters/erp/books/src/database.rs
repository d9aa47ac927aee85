//! Statements whose failures are the contract's faults.

use contraflow_adapter_sqlite::StatementError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use spin_sdk::sqlite::{RowResult, Value};

use crate::bindings::contract::{Fault, Retry};
use crate::sql;

/// Runs a statement that changes nothing.
pub async fn read(statement: &str, parameters: Vec<Value>) -> Result<Vec<RowResult>, Fault> {
    contraflow_adapter_sqlite::run(sql::SCHEMA, statement, parameters).await.map_err(|failure| match failure {
        StatementError::Unknown(words) => fault(StatementError::NotDone(words.into_detail())),
        other => fault(other),
    })
}

/// Runs a statement that writes.
pub async fn write(statement: &str, parameters: Vec<Value>) -> Result<Vec<RowResult>, StatementError> {
    contraflow_adapter_sqlite::run(sql::SCHEMA, statement, parameters).await
}

/// Turns a failure into the contract's fault.
pub fn fault(failure: StatementError) -> Fault {
    match failure {
        StatementError::Denied(detail) => Fault::Unauthorized(detail),
        StatementError::NotDone(detail) => Fault::NotSent(Retry { detail, after_ms: None }),
        StatementError::Unknown(words) => Fault::OutcomeUnknown(words.into_detail()),
    }
}

/// Returns the column's text.
pub fn text(row: &RowResult, column: usize) -> Result<String, Fault> {
    row.get::<&str>(column).map(str::to_owned).ok_or_else(broken)
}

/// Returns the column's text; `None` where it is null.
pub fn optional_text(row: &RowResult, column: usize) -> Option<String> {
    row.get::<&str>(column).map(str::to_owned)
}

/// Returns the column's number.
pub fn integer(row: &RowResult, column: usize) -> Result<i64, Fault> {
    row.get(column).ok_or_else(broken)
}

/// Returns what the column holds as JSON.
pub fn from_json<T: DeserializeOwned>(row: &RowResult, column: usize) -> Result<T, Fault> {
    row.get::<&str>(column).and_then(|json| serde_json::from_str(json).ok()).ok_or_else(broken)
}

/// Writes a value as the JSON that a column keeps.
pub fn to_json(value: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::InvalidArgument(error.to_string()))
}

/// Returns the fault for a row that these statements never wrote.
pub fn broken() -> Fault {
    Fault::OutcomeUnknown("the books hold a row that they cannot read".to_owned())
}
