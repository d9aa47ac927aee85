//! The store's conformance suite over every store adapter, and the embedded books, in the host.
//! Build the components first: `cargo xtask build`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod books;
mod books_documents;
mod conformance;
mod store;
mod support;

conformance::suite!(sqlite, "store-sqlite");
