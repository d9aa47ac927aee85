//! Separates the SQL interfaces that components import from the engines behind them.
//!
//! SQLite is the engine that is built in. Another one (PostgreSQL for `spin:postgres`) comes beside it as one more
//! [`Engine`]: the interface's host code in `capabilities/` only sees the traits below.

pub mod sqlite;

pub use contraflow_tables::Value;

use crate::gate::BoxFuture;

/// Holds what a statement returned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// The names of the columns; empty when the statement returns no rows.
    pub columns: Vec<String>,
    /// The rows' values, in the columns' order.
    pub rows: Vec<Vec<Value>>,
}

/// Says why a statement has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no database of that label.
    #[error("there is no such database")]
    NoSuchDatabase,
    /// The disk is full, or the database has reached its own bound.
    #[error("the database is full")]
    Full,
    /// The host is ending.
    #[error("the database is closed")]
    Closed,
    /// Any other error, in the engine's words.
    #[error("{0}")]
    Engine(String),
}

/// Opens and closes databases.
pub trait Engine: Send + Sync {
    /// Opens a session of its own on the database `label`.
    ///
    /// # Errors
    /// [`Error::NoSuchDatabase`]; [`Error::Engine`] when it cannot be opened.
    fn open<'a>(&'a self, label: &'a str) -> BoxFuture<'a, Result<Box<dyn Session>, Error>>;

    /// Tells whether the database `label` can be read and written now; nothing in it changes.
    ///
    /// # Errors
    /// Why it can't.
    fn probe<'a>(&'a self, label: &'a str) -> BoxFuture<'a, Result<(), Error>>;

    /// Gives some of the space back to the disk that the database `label` does not use any more. Returns how many
    /// bytes; 0 once there is nothing to do.
    ///
    /// # Errors
    /// Why it can't.
    fn give_space_back<'a>(&'a self, label: &'a str) -> BoxFuture<'a, Result<u64, Error>>;

    /// Closes the databases: nothing reaches them from now on, and what was running has ended when this returns.
    fn close(&self);
}

/// Runs the statements of one component, one after the other. A transaction belongs to its session alone. Dropping a
/// session rolls its open transaction back.
pub trait Session: Send + Sync {
    /// Runs one statement. A write is durable when this returns, unless a transaction is open.
    fn execute<'a>(&'a self, statement: String, parameters: Vec<Value>) -> BoxFuture<'a, Result<Rows, Error>>;

    /// Runs one statement that only reads, and little, on the caller's own thread. A short one is done before another
    /// thread would have begun.
    ///
    /// # Errors
    /// As [`Session::execute`].
    fn look_up(&self, statement: &str, parameters: &[Value]) -> Result<Rows, Error>;

    /// Returns the number of rows that the last write of this session changed.
    fn changes(&self) -> u64;

    /// Returns the row id of this session's last insert.
    fn last_insert_rowid(&self) -> i64;
}
