//! The same store, which the host serves itself: the same promises, over the same tables.

use crate::suites::store::StoreAdapter;
use crate::suites::suite;

suite!(store: ByHost);

/// The host lacks nothing either.
pub struct ByHost;

impl StoreAdapter for ByHost {
    const FOLDER: &'static str = super::Sqlite::FOLDER;
    const BY_HOST: bool = true;
}
