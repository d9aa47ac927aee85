//! Reads JSON from outside. Every mistake is told by its place, a JSON Pointer (RFC 6901).
//!
//! There are two ways. [`read`] and [`read_object`] fill a type and end at the first mistake: for what programs send
//! each other. [`parse`] gives a tree to walk, which tells all mistakes at once and two equal keys of one object as
//! well: for what people ask. serde's derived readers keep the last of two equal keys, and someone who asks for money
//! must not depend on which parser reads the two `amount`s of one object.

mod limits;
mod parse;
mod reader;
mod typed;

pub use parse::{Parsed, parse};
pub use reader::{JsonError, JsonErrors, Node, Object};
pub use typed::{ReadError, is_array, read, read_object};

/// Returns the pointer of `name` below `parent`, escaped.
#[must_use]
pub fn below(parent: &str, name: &str) -> String {
    format!("{parent}/{}", name.replace('~', "~0").replace('/', "~1"))
}
