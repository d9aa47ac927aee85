//! One statement at a time against the database `default`: opens, makes the schema when it is missing, tries again
//! when the database is locked.

use spin_sdk::sqlite::{Connection, Error, RowResult, Value};

use crate::{limits, sql};

/// Runs one statement and collects its rows. It has happened, durably, when this returns `Ok`.
pub async fn run(statement: &str, parameters: Vec<Value>) -> Result<Vec<RowResult>, String> {
    let connection = Connection::open_default().await.map_err(words)?;
    let mut migrated = false;
    let mut tries = 1;
    loop {
        match execute(&connection, statement, parameters.clone()).await {
            Ok(rows) => return Ok(rows),
            // The statement was not even prepared.
            Err(Error::Io(detail)) if is_missing_schema(&detail) && !migrated => {
                migrated = true;
                migrate(&connection).await?;
            }
            // A statement that could not take the lock has done nothing.
            Err(Error::Io(detail)) if is_locked(&detail) && tries < limits::LOCKED_TRIES => tries += 1,
            Err(error) => return Err(words(error)),
        }
    }
}

async fn execute(connection: &Connection, statement: &str, parameters: Vec<Value>) -> Result<Vec<RowResult>, Error> {
    connection.execute(statement, parameters).await?.collect().await
}

/// Readers never wait for a writer in WAL mode, which the file keeps. `synchronous` stays at SQLite's own default, FULL.
async fn migrate(connection: &Connection) -> Result<(), String> {
    let schema = std::iter::once("PRAGMA journal_mode = WAL".to_owned()).chain(sql::statements(sql::SCHEMA));
    for statement in schema {
        let mut tries = 1;
        while let Err(error) = execute(connection, &statement, vec![]).await {
            let locked = matches!(&error, Error::Io(detail) if is_locked(detail));
            if !locked || tries == limits::LOCKED_TRIES {
                return Err(words(error));
            }
            tries += 1;
        }
    }
    Ok(())
}

fn is_missing_schema(detail: &str) -> bool {
    detail.contains("no such table")
}

fn is_locked(detail: &str) -> bool {
    detail.contains("database is locked") || detail.contains("database table is locked")
}

fn words(error: Error) -> String {
    match error {
        Error::NoSuchDatabase => "the host knows no SQLite database `default`".to_owned(),
        Error::AccessDenied => {
            "this component may not use the SQLite database `default`: grant it `sqlite_databases`".to_owned()
        }
        Error::InvalidConnection => "the SQLite connection is not valid".to_owned(),
        Error::DatabaseFull => "the SQLite database is full".to_owned(),
        Error::Io(detail) => detail,
    }
}
