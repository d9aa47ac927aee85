//! The seam between the SQL interfaces that components import and the engines behind them.
//!
//! SQLite is the engine that is built in. Another one (PostgreSQL for `spin:postgres`) comes beside it as one more
//! [`Engine`]: the interface's host code in `capabilities/` only sees the traits below.

pub mod sqlite;

use crate::gate::BoxFuture;

/// A value in a statement or a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
    /// Nothing.
    Null,
}

/// What a statement returned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// The columns' names.
    pub columns: Vec<String>,
    /// The rows' values, in the columns' order.
    pub rows: Vec<Vec<Value>>,
}

/// Why a statement has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No such database.
    #[error("there is no such database")]
    NoSuchDatabase,
    /// The disk or the database's own bound is reached.
    #[error("the database is full")]
    Full,
    /// The host is going down.
    #[error("the database is closed")]
    Closed,
    /// Whatever the engine says.
    #[error("{0}")]
    Engine(String),
}

/// Where databases come from.
pub trait Engine: Send + Sync {
    /// A session of its own on the database `label`.
    ///
    /// # Errors
    /// [`Error::NoSuchDatabase`]; [`Error::Engine`] when it cannot be opened.
    fn open<'a>(&'a self, label: &'a str) -> BoxFuture<'a, Result<Box<dyn Session>, Error>>;

    /// From now on nothing reaches the databases; what was running has ended when this returns.
    fn close(&self);
}

/// One component's session: statements run one after the other, and a transaction belongs to its session alone.
/// Dropping a session rolls its open transaction back.
pub trait Session: Send + Sync {
    /// Runs one statement. A write is durable when this returns, unless a transaction is open.
    fn execute<'a>(&'a self, statement: String, parameters: Vec<Value>) -> BoxFuture<'a, Result<Rows, Error>>;

    /// The rows that the last write of this session changed.
    fn changes(&self) -> u64;

    /// The row id of this session's last insert.
    fn last_insert_rowid(&self) -> i64;
}
