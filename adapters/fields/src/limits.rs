//! The bounds of this crate.

/// So many problems are told of one input: more help nobody, and the answer stays small.
pub const MAX_PROBLEMS: usize = 100;
