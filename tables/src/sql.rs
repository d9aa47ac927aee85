//! The statements, as SQLite gets them.

/// Makes the tables, triggers and the view: see [`statements`](crate::statements).
pub const SCHEMA: &str = include_str!("../sql/schema.sql");
/// A commit: checks and mutations in one statement.
pub const COMMIT: &str = include_str!("../sql/commit.sql");
/// Which checks of a commit fail now.
pub const MOVED_ON: &str = include_str!("../sql/moved_on.sql");
/// Entries by their keys.
pub const GET: &str = include_str!("../sql/get.sql");
/// Entries of a range.
pub const SCAN: &str = include_str!("../sql/scan.sql");
/// Fails where a table or a trigger is still to be made.
pub const READY: &str = "SELECT ready FROM contraflow_store_1";
