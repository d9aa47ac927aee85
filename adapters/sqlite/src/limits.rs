//! Bounds.

/// How often a statement is tried that found the database locked: each try waits as long as the host lets it.
pub const LOCKED_TRIES: u32 = 3;
