//! The store contract over `spin:sqlite`, in the database `default`. What is asked of SQLite, and what its answers
//! mean, stands in `tables`: the embedded host serves the same contract over the same tables by itself.

mod bindings;
mod component;
