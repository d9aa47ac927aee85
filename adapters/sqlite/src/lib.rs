//! One statement at a time against the database `default`: opens it, makes the schema when it is missing, tries again
//! when the database is locked, and tells whether a failed statement can have happened.
//!
//! **Invariant:** no transaction spans two calls of the host, which would hold the write lock for as long as the guest
//! takes; what must change together changes in one statement and its triggers.

mod failure;
mod limits;

use contraflow_tables::words::{is_locked, lacks_tables};
use spin_sdk::sqlite::{Connection, Error, RowResult, Value};

pub use contraflow_tables::statements;
pub use failure::{StatementError, Words};

/// Runs one statement and collects its rows. It has happened, durably, when this returns `Ok`. `schema` is run first
/// when a table is missing: statements that may run twice and at once, see [`statements`].
///
/// # Errors
/// A [`StatementError`], which says whether the statement can have happened.
pub async fn run(schema: &str, statement: &str, parameters: Vec<Value>) -> Result<Vec<RowResult>, StatementError> {
    let connection = Connection::open_default().await.map_err(StatementError::before)?;
    match patiently(&connection, statement, &parameters).await {
        // The statement was not even prepared.
        Err(Error::Io(detail)) if lacks_tables(&detail) => {
            migrate(&connection, schema).await.map_err(StatementError::before)?;
            patiently(&connection, statement, &parameters).await
        }
        other => other,
    }
    .map_err(StatementError::during)
}

/// Runs a statement, and tries again while it can't take the write lock: until then it has done nothing.
async fn patiently(connection: &Connection, statement: &str, parameters: &[Value]) -> Result<Vec<RowResult>, Error> {
    let mut tries = 1;
    loop {
        match execute(connection, statement, parameters).await {
            Err(Error::Io(detail)) if is_locked(&detail) && tries < limits::LOCKED_TRIES => tries += 1,
            other => return other,
        }
    }
}

async fn execute(connection: &Connection, statement: &str, parameters: &[Value]) -> Result<Vec<RowResult>, Error> {
    connection.execute(statement, parameters.iter().cloned()).await?.collect().await
}

/// Readers never wait for a writer in WAL mode, which the file keeps. `synchronous` stays at SQLite's own default,
/// FULL.
async fn migrate(connection: &Connection, schema: &str) -> Result<(), Error> {
    patiently(connection, "PRAGMA journal_mode = WAL", &[]).await?;
    for statement in statements(schema) {
        patiently(connection, &statement, &[]).await?;
    }
    Ok(())
}
