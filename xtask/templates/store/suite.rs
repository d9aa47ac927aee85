//! The store in Example.

use crate::suites::store::StoreAdapter;

/// It lacks nothing.
pub struct Example;

impl StoreAdapter for Example {
    const FOLDER: &'static str = "adapters/store/example";
}
