//! Opens a connection to a SQLite file, and runs one statement on it.

use std::path::Path;

use rusqlite::limits::Limit;
use rusqlite::types::{Value as SqlValue, ValueRef};
use rusqlite::{Connection, ErrorCode};

use super::SqliteSync;
use crate::limits::{SQLITE_BUSY_TIMEOUT, SQLITE_RESULT_BYTES, SQLITE_STATEMENT_CACHE};
use crate::sql::{Error, Rows, Value};

/// Holds what a statement did.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    pub rows: Rows,
    pub changes: u64,
    pub last_insert_rowid: i64,
}

/// Opens the file, and creates it on first use.
pub(super) fn open(file: &Path, sync: SqliteSync) -> Result<Connection, Error> {
    let connect = || -> rusqlite::Result<Connection> {
        let connection = Connection::open(file)?;
        connection.busy_timeout(SQLITE_BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(SQLITE_STATEMENT_CACHE);
        // A component must not reach any other file of this machine.
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        connection.query_row("PRAGMA journal_mode=WAL", [], |_| Ok(()))?;
        connection.execute_batch(match sync {
            SqliteSync::Full => "PRAGMA synchronous=FULL",
            SqliteSync::Off => "PRAGMA synchronous=OFF",
        })?;
        Ok(connection)
    };
    connect().map_err(|error| Error::Engine(format!("cannot open {}: {error}", file.display())))
}

/// Tells whether a statement only reads, so that it may run beside the writer.
pub(super) fn is_read_only(connection: &Connection, statement: &str) -> Result<bool, Error> {
    Ok(connection.prepare_cached(statement).map_err(translate)?.readonly())
}

/// Runs one statement to its end.
pub(super) fn run(connection: &Connection, statement: &str, parameters: &[Value]) -> Result<Outcome, Error> {
    let rows = collect(connection, statement, parameters).map_err(translate)??;
    Ok(Outcome { rows, changes: connection.changes(), last_insert_rowid: connection.last_insert_rowid() })
}

fn collect(connection: &Connection, statement: &str, parameters: &[Value]) -> rusqlite::Result<Result<Rows, Error>> {
    let mut prepared = connection.prepare_cached(statement)?;
    let columns: Vec<String> = prepared.column_names().into_iter().map(str::to_owned).collect();
    let mut cursor = prepared.query(rusqlite::params_from_iter(parameters.iter().map(bind)))?;
    let mut rows = Vec::new();
    let mut bytes = 0usize;
    while let Some(row) = cursor.next()? {
        let mut values = Vec::with_capacity(columns.len());
        for index in 0..columns.len() {
            let value = fetch(row.get_ref(index)?);
            bytes = bytes.saturating_add(size(&value));
            values.push(value);
        }
        if bytes > SQLITE_RESULT_BYTES {
            return Ok(Err(Error::Engine(format!(
                "the result is larger than {SQLITE_RESULT_BYTES} bytes: ask for fewer rows"
            ))));
        }
        rows.push(values);
    }
    Ok(Ok(Rows { columns, rows }))
}

fn bind(value: &Value) -> SqlValue {
    match value {
        Value::Integer(number) => SqlValue::Integer(*number),
        Value::Real(number) => SqlValue::Real(*number),
        Value::Text(text) => SqlValue::Text(text.clone()),
        Value::Blob(bytes) => SqlValue::Blob(bytes.clone()),
        Value::Null => SqlValue::Null,
    }
}

fn fetch(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
        ValueRef::Null => Value::Null,
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len() + 32,
        Value::Blob(bytes) => bytes.len() + 32,
        _ => 32,
    }
}

pub(super) fn translate(error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Error::Full,
        _ => Error::Engine(error.to_string()),
    }
}
