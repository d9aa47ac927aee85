//! What may be asked, and the reading of it: a source that understands another format says where its fields are.
//! Mistakes are collected as the crate `json` does it, all of them at once.

pub mod ask;
pub mod limits;

pub use contraflow_json::{JsonError, JsonErrors, Node, Object, Parsed, parse};
