//! The bounds of this crate.

/// Mistakes that are told of one input: more help nobody, and the answer stays small.
pub const ERRORS: usize = 100;
