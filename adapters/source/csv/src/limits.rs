//! The bounds of one file.

/// Rows below the header.
pub const ROWS: usize = 1000;
