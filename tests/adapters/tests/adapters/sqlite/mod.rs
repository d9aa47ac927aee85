//! The store in the embedded SQLite.

mod by_host;

use crate::suites::store::StoreAdapter;
use crate::suites::suite;

suite!(store: Sqlite);

/// It lacks nothing.
pub struct Sqlite;

impl StoreAdapter for Sqlite {
    const FOLDER: &'static str = "adapters/store/sqlite";
}
