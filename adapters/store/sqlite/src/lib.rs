//! The store contract over `spin:sqlite`, in the database `default`. Every call is one SQL statement, so that no lock
//! is ever held across two calls of the host.

mod bindings;
mod component;
mod limits;
mod request;
mod sql;

#[cfg(test)]
mod tests;
