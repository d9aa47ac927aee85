//! What is said of a statement that failed, and what SQLite's own words mean. Those may name files and tables, so they
//! are for the log alone.

/// There is no such database.
pub const NO_DATABASE: &str = "the host knows no SQLite database `default`";
/// The manifest gives no access.
pub const DENIED: &str = "this component may not use the SQLite database `default`: grant it `sqlite_databases`";
/// Nothing more fits.
pub const FULL: &str = "the SQLite database is full";
/// The database was closed.
pub const LOST: &str = "the SQLite connection was lost";
/// Another program has the database's lock.
pub const HELD: &str = "the database is held by another program";
/// Whatever else it was.
pub const FAILED: &str = "the database could not do it; the log says why";

/// Tells whether a statement did nothing because somebody else holds the lock.
#[must_use]
pub fn is_locked(words: &str) -> bool {
    words.contains("database is locked") || words.contains("table is locked")
}

/// Tells whether a statement was not even prepared because its tables are still to be made.
#[must_use]
pub fn lacks_tables(words: &str) -> bool {
    words.contains("no such table")
}
