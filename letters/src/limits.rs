//! The bounds of rendering.

/// How many steps a template may take: about ten thousand lines of text.
pub const FUEL: u64 = 50_000;
/// How deep blocks may stand in each other.
pub const DEPTH: usize = 20;
