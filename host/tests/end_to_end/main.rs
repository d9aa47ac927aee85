//! The host with real components: the probe of `tests/fixtures` does on demand what a component can do to its host.
//! Build it first: `cargo build --release --target wasm32-wasip2 -p fixture-probe`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod capabilities;
mod composition;
mod edge;
mod faults;
mod limits;
mod network;
mod started;
mod store;
mod support;
