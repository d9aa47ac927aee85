//! The counterexample: an ERP that makes a document for every order, whatever its key, and judges nothing
//! (`tests/fixtures/erp-keyless`).

use std::sync::Arc;

use serde_json::Value as Json;

use crate::harness::line::Line;
use crate::harness::loser::Loser;
use crate::harness::running::{Conditions, Running};
use crate::suites::erp::Erp;
use crate::suites::suite;

suite!(erp: Keyless);

/// It keeps its documents in the embedded database.
pub struct Keyless(Arc<Loser>);

impl Erp for Keyless {
    const FOLDER: &'static str = "tests/fixtures/erp-keyless";
    const BESIDE: &'static [&'static str] = &[];
    const KNOWS_KEYS: bool = false;
    const HAS_INVOICES: bool = false;
    const BOOKS_MONEY: bool = false;
    const JUDGES: bool = false;
    const CREDENTIALS: &'static [&'static str] = &[];

    fn start() -> Self {
        Self(Arc::default())
    }

    fn conditions(&self) -> Conditions {
        Conditions { interceptor: Some(self.0.clone()), ..Conditions::default() }
    }

    async fn issue(&self, _running: &Running, _number: &str) -> Json {
        Json::Null
    }

    async fn documents(&self, running: &Running) -> usize {
        let database = rusqlite::Connection::open(running.database()).unwrap();
        database.query_row("SELECT count(*) FROM keyless_document", [], |row| row.get(0)).unwrap_or(0)
    }

    async fn entries(&self, _running: &Running) -> usize {
        0
    }

    fn line(&self) -> Option<&Line> {
        None
    }

    fn lose_answer(&self) {
        self.0
            .lose(|statement| ["INSERT INTO keyless", "UPDATE keyless"].iter().any(|write| statement.contains(write)));
    }

    fn lose_look_up(&self) {
        self.0.lose(|statement| statement.contains("FROM keyless_document WHERE key"));
    }
}
