//! Opens a connection to a SQLite file, and runs one statement on it.

use std::path::Path;

use rusqlite::limits::Limit;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::SqliteSync;
use crate::limits::{
    APPLICATION_ID, FORMAT, PROBED_TABLES, SQLITE_BUSY_TIMEOUT, SQLITE_RESULT_BYTES, SQLITE_STATEMENT_CACHE,
    SQLITE_WAL_BYTES,
};
use crate::private_files::private_file;
use crate::sql::{Error, Rows, Value};

/// Holds what a statement did.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    pub rows: Rows,
    pub changes: u64,
    pub last_insert_rowid: i64,
}

/// Lets a new database give space back later; on one that is there this has no effect before it is compacted.
pub(super) const GIVES_BACK: &str = "PRAGMA auto_vacuum=INCREMENTAL";

/// Opens the file, and makes it on first use, for its owner alone; SQLite gives what it keeps beside it the same mode.
pub(super) fn open(file: &Path, sync: SqliteSync) -> Result<Connection, Error> {
    private_file(file).map_err(|error| unopened(file, &error))?;
    open_existing(file, sync)
}

/// Opens the file if it is there.
pub(super) fn open_existing(file: &Path, sync: SqliteSync) -> Result<Connection, Error> {
    let connect = || -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags)?;
        connection.busy_timeout(SQLITE_BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(SQLITE_STATEMENT_CACHE);
        // A component must not reach any other file of this machine.
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        // Before anything is written: a database decides this when it is made.
        connection.execute_batch(GIVES_BACK)?;
        connection.query_row("PRAGMA journal_mode=WAL", [], |_| Ok(()))?;
        connection.query_row(&format!("PRAGMA journal_size_limit={SQLITE_WAL_BYTES}"), [], |_| Ok(()))?;
        connection.execute_batch(match sync {
            SqliteSync::Full => "PRAGMA synchronous=FULL",
            SqliteSync::Off => "PRAGMA synchronous=OFF",
        })?;
        Ok(connection)
    };
    connect().map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Engine("database is locked".to_owned()),
        _ => unopened(file, &error),
    })
}

/// Says that the file cannot be opened. Where it lies is for the log alone.
fn unopened(file: &Path, why: &dyn std::fmt::Display) -> Error {
    tracing::error!("cannot open {}: {why}", file.display());
    Error::Engine("the database cannot be opened".to_owned())
}

/// Marks a database that names no program as ours.
pub(super) fn mark(connection: &Connection) -> Result<(), Error> {
    let id: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(translate)?;
    if id != 0 {
        return Ok(());
    }
    let marks =
        format!("BEGIN IMMEDIATE; PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={FORMAT}; COMMIT");
    connection.execute_batch(&marks).map_err(translate)
}

/// Reads a row of each table, to see whether the file can be read.
pub(super) fn read_some(connection: &Connection) -> Result<(), Error> {
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' LIMIT ?1";
    let mut listed = connection.prepare(tables).map_err(translate)?;
    let names = listed.query_map([PROBED_TABLES], |row| row.get::<_, String>(0)).map_err(translate)?;
    for name in names {
        let name = name.map_err(translate)?.replace('"', "\"\"");
        let mut row = connection.prepare(&format!("SELECT * FROM \"{name}\" LIMIT 1")).map_err(translate)?;
        row.query([]).and_then(|mut rows| rows.next().map(drop)).map_err(translate)?;
    }
    Ok(())
}

/// Tells whether a statement ended because it was interrupted.
pub(super) fn is_interrupted(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted)
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

fn bind(value: &Value) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(match value {
        Value::Integer(number) => ValueRef::Integer(*number),
        Value::Real(number) => ValueRef::Real(*number),
        Value::Text(text) => ValueRef::Text(text.as_bytes()),
        Value::Blob(bytes) => ValueRef::Blob(bytes),
        Value::Null => ValueRef::Null,
    })
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
