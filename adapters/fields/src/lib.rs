//! Reads JSON that others wrote: strictly, and telling every mistake at once, each by its JSON Pointer.
//!
//! serde's derived readers stop at the first mistake and keep the last of two equal keys; someone who asks for money deserves
//! to hear about all mistakes, and two `amount`s in one object must never be a matter of which parser reads them.

pub mod ask;
pub mod limits;
mod parse;
mod reader;

pub use parse::{Parsed, parse};
pub use reader::{Node, Object, Problem, Problems};
