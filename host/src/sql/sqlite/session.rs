//! Runs one component's session on a database: sends each statement to a reader, to the writer or to the open
//! transaction.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use rusqlite::Connection;
use tokio::sync::{Mutex, OwnedSemaphorePermit};

use super::connection::{self, Outcome};
use super::database::Database;
use super::writer;
use crate::gate::BoxFuture;
use crate::sql::{Error, Rows, Session, Value};

pub(super) struct SqliteSession {
    database: Arc<Database>,
    /// The transaction that is open. Its lock makes the statements of one session run one after the other.
    transaction: Mutex<Option<Transaction>>,
    changes: AtomicU64,
    last_insert_rowid: AtomicI64,
}

/// Holds the writer's connection and the right to use it. When it is dropped while open, the transaction is rolled
/// back.
struct Transaction {
    database: Arc<Database>,
    connection: Option<Connection>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.database.give_back_writer(connection);
        }
    }
}

/// Says what the first word tells about a statement; SQLite itself decides whether a statement only reads.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Begin,
    JournalMode,
    MayRead,
    Write,
}

fn kind(statement: &str) -> Kind {
    let statement = skip_comments(statement);
    let word_end = statement.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(statement.len());
    let (word, rest) = statement.split_at(word_end);
    match word.to_ascii_uppercase().as_str() {
        "BEGIN" | "SAVEPOINT" => Kind::Begin,
        "PRAGMA" if rest.trim_start().to_ascii_lowercase().starts_with("journal_mode") => Kind::JournalMode,
        "SELECT" | "WITH" | "VALUES" | "EXPLAIN" | "COMMIT" | "END" | "ROLLBACK" | "RELEASE" => Kind::MayRead,
        _ => Kind::Write,
    }
}

fn skip_comments(mut statement: &str) -> &str {
    loop {
        statement = statement.trim_start();
        let after = if statement.starts_with("--") {
            statement.split_once('\n')
        } else if statement.starts_with("/*") {
            statement.split_once("*/")
        } else {
            return statement;
        };
        statement = after.map_or("", |(_, after)| after);
    }
}

impl SqliteSession {
    pub(super) fn new(database: Arc<Database>) -> Self {
        Self {
            database,
            transaction: Mutex::default(),
            changes: AtomicU64::new(0),
            last_insert_rowid: AtomicI64::new(0),
        }
    }

    async fn run(&self, statement: String, parameters: Vec<Value>) -> Result<Rows, Error> {
        let mut open = self.transaction.lock().await;
        if let Some(transaction) = open.take() {
            let (transaction, outcome) = in_transaction(transaction, statement, parameters).await?;
            *open = transaction;
            return outcome.map(|outcome| self.note(outcome));
        }
        match kind(&statement) {
            Kind::Begin => {
                let transaction = self.begin().await?;
                let (transaction, outcome) = in_transaction(transaction, statement, parameters).await?;
                *open = transaction;
                outcome.map(|outcome| self.note(outcome))
            }
            // The journal mode is the host's decision, and the best one is set already.
            Kind::JournalMode => {
                Ok(Rows { columns: vec!["journal_mode".to_owned()], rows: vec![vec![Value::Text("wal".to_owned())]] })
            }
            Kind::MayRead => match self.read(statement, parameters).await? {
                Read::Rows(rows) => Ok(rows),
                Read::Writes(statement, parameters) => self.write(statement, parameters).await,
            },
            Kind::Write => self.write(statement, parameters).await,
        }
    }

    async fn begin(&self) -> Result<Transaction, Error> {
        let permit = self.database.write_permit.clone().acquire_owned().await.map_err(|_| Error::Closed)?;
        let database = self.database.clone();
        let take = move || {
            let _door = database.enter()?;
            database.take_writer()
        };
        let connection = self.database.blocking(take).await?;
        Ok(Transaction { database: self.database.clone(), connection: Some(connection), _permit: permit })
    }

    async fn read(&self, statement: String, parameters: Vec<Value>) -> Result<Read, Error> {
        let database = self.database.clone();
        let query = move || {
            let rows = database.with_reader(|connection| {
                if !connection::is_read_only(connection, &statement)? {
                    return Ok(None);
                }
                connection::run(connection, &statement, &parameters).map(|outcome| Some(outcome.rows))
            })?;
            Ok(rows.map_or(Read::Writes(statement, parameters), Read::Rows))
        };
        self.database.blocking(query).await
    }

    async fn write(&self, statement: String, parameters: Vec<Value>) -> Result<Rows, Error> {
        let outcome = writer::write(&self.database, statement, parameters).await?;
        Ok(self.note(outcome))
    }

    fn note(&self, outcome: Outcome) -> Rows {
        self.changes.store(outcome.changes, Ordering::Relaxed);
        self.last_insert_rowid.store(outcome.last_insert_rowid, Ordering::Relaxed);
        outcome.rows
    }
}

enum Read {
    Rows(Rows),
    /// The statement would write: nothing was done, and the statement is given back.
    Writes(String, Vec<Value>),
}

/// Runs a statement on the transaction's connection, and returns the transaction as long as it is open.
async fn in_transaction(
    transaction: Transaction,
    statement: String,
    parameters: Vec<Value>,
) -> Result<(Option<Transaction>, Result<Outcome, Error>), Error> {
    let database = transaction.database.clone();
    let inside = database.clone();
    let work = move || {
        let _door = inside.enter()?;
        let Some(connection) = &transaction.connection else { return Err(Error::Closed) };
        let outcome = connection::run(connection, &statement, &parameters);
        let still_open = !connection.is_autocommit();
        Ok((still_open.then_some(transaction), outcome))
    };
    database.blocking(work).await
}

impl Session for SqliteSession {
    fn execute<'a>(&'a self, statement: String, parameters: Vec<Value>) -> BoxFuture<'a, Result<Rows, Error>> {
        Box::pin(self.run(statement, parameters))
    }

    fn look_up(&self, statement: &str, parameters: &[Value]) -> Result<Rows, Error> {
        self.database
            .with_reader(|connection| connection::run(connection, statement, parameters))
            .map(|found| found.rows)
    }

    fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    fn last_insert_rowid(&self) -> i64 {
        self.last_insert_rowid.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_sends_a_statement_on_its_way() {
        assert_eq!(kind("begin immediate"), Kind::Begin);
        assert_eq!(kind(" -- why\n /* and */ SELECT 1"), Kind::MayRead);
        assert_eq!(kind("PRAGMA journal_mode=WAL"), Kind::JournalMode);
        assert_eq!(kind("INSERT INTO t VALUES (1)"), Kind::Write);
        assert_eq!(kind(""), Kind::Write);
    }
}
