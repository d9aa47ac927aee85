//! Every adapter in the real host, behind the probe of its contract (`tests/fixtures`): what every adapter of a
//! contract must do is in `suites`, what is one vendor's own stands in a folder for each vendor. `docs/adapters.md`
//! says how an adapter joins. Build the components first and set the peers up: `cargo xtask test` does.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod harness;
mod joined;
mod suites;
mod templates;

mod adyen;
mod api;
mod books;
mod csv;
mod keyless;
mod postmark;
mod sandbox;
mod sqlite;
mod stripe;
mod tryton;
mod webhook;
mod zendesk;
