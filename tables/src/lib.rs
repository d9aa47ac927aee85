//! The store's tables in SQLite, for whoever serves the contract `wit/store` over them: the adapter, which runs
//! anywhere that has `spin:sqlite`, and the embedded host itself. Both write and read the same database, so what they
//! do stands here once: the statements, their bounds, what an answer means, and what is said of a failure. Pure.
//!
//! Every call is one statement, so that no lock is ever held across two calls.

pub mod answer;
pub mod limits;
pub mod request;
mod schema;
pub mod sql;
mod value;
pub mod words;

pub use schema::statements;
pub use value::Value;

#[cfg(test)]
mod tests;
