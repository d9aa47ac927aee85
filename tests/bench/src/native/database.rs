//! One statement at a time, as the adapters run them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use contraflow_host::SqliteSync;
use contraflow_host::sql::sqlite::SqliteEngine;
use contraflow_host::sql::{Engine as _, Value};
use contraflow_tables::sql::SCHEMA as STORE_SCHEMA;
use rusqlite::types::{Value as SqlValue, ValueRef};

use crate::world;

const BOOKS_SCHEMA: &str = include_str!("../../../../adapters/erp/books/sql/schema.sql");

/// The database.
pub enum Database {
    /// One connection, whoever needs it waits.
    Alone(Mutex<rusqlite::Connection>),
    /// The host's engine.
    Together(SqliteEngine),
}

impl Database {
    /// Opens one connection.
    pub fn alone(state: &Path) -> Result<Self> {
        Ok(Self::Alone(Mutex::new(connect(state)?)))
    }

    /// Returns the host's engine over a file of the same form.
    pub fn together(state: &Path) -> Result<Self> {
        let file = BTreeMap::from([("default".to_owned(), state.join(world::DATABASE))]);
        connect(state)?;
        Ok(Self::Together(SqliteEngine::new(file, SqliteSync::Full)))
    }

    /// Opens it before anything is measured.
    pub async fn create(&self) -> Result<()> {
        self.run("SELECT ready FROM contraflow_store_1", Vec::new()).await.map(drop)
    }

    /// Runs one statement; a write is durable when this returns.
    pub async fn run(&self, statement: &str, parameters: Vec<Value>) -> Result<Vec<Vec<Value>>> {
        match self {
            Self::Alone(connection) => {
                let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                let mut prepared = connection.prepare_cached(statement)?;
                let columns = prepared.column_count();
                let mut found = prepared.query(rusqlite::params_from_iter(parameters.into_iter().map(bind)))?;
                let mut rows = Vec::new();
                while let Some(row) = found.next()? {
                    rows.push((0..columns).map(|column| Ok(fetch(row.get_ref(column)?))).collect::<Result<_>>()?);
                }
                Ok(rows)
            }
            Self::Together(engine) => {
                let session = engine.open("default").await?;
                Ok(session.execute(statement.to_owned(), parameters).await?.rows)
            }
        }
    }
}

/// Returns a connection as the host opens its own, with the tables made.
fn connect(state: &Path) -> Result<rusqlite::Connection> {
    let connection = rusqlite::Connection::open(state.join(world::DATABASE))?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.execute_batch("PRAGMA synchronous = FULL")?;
    connection.execute_batch(STORE_SCHEMA)?;
    connection.execute_batch(BOOKS_SCHEMA)?;
    Ok(connection)
}

fn bind(value: Value) -> SqlValue {
    match value {
        Value::Integer(number) => SqlValue::Integer(number),
        Value::Real(number) => SqlValue::Real(number),
        Value::Text(text) => SqlValue::Text(text),
        Value::Blob(bytes) => SqlValue::Blob(bytes),
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
