//! The bounds of one delivery.

/// Rows below the header, or lines of JSON.
pub const ROWS: usize = 1000;
