//! The pages of running the house.

use super::Named;

/// Returns every page with a name of its own.
pub const fn pages() -> Vec<Named> {
    Vec::new()
}
