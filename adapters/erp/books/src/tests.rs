//! The statements against a real SQLite.
#![allow(clippy::indexing_slicing)]

mod documents;
mod drafts;
mod imports;
mod payments;
pub mod samples;
mod search;

use contraflow_adapter_sqlite::statements;
use rusqlite::{Connection, OptionalExtension as _, Row, params, types::Value};

use crate::bindings::contract::{Direction, DocumentOrder, Invoice, Posting};
use crate::entries::{self, Leg};
use crate::{import, sql};

/// The statements with the parameters that the component gives them.
struct Ledger(Connection);

impl Ledger {
    fn new() -> Self {
        Self::over(Connection::open_in_memory().expect("a database"))
    }

    fn over(db: Connection) -> Self {
        for statement in statements(sql::SCHEMA) {
            db.execute(&statement, []).expect("a statement of the schema");
        }
        Self(db)
    }

    fn with_invoice() -> Self {
        let ledger = Self::new();
        assert_eq!(ledger.import(&[samples::invoice("INV-1")]), Some(1));
        ledger
    }

    /// Returns how many invoices the import brought; `None` where it was refused.
    fn import(&self, invoices: &[Invoice]) -> Option<usize> {
        let import: Option<i64> =
            self.0.query_row(sql::IMPORT, [given(invoices)], |row| row.get(0)).optional().expect("an import");
        import.map(|import| self.rows(sql::IMPORTED, params![import], |row| row.get::<_, String>(0)).len())
    }

    /// Returns the document's number and status; `None` where its key has one; the refusal.
    fn submit(&self, order: &DocumentOrder) -> Result<Option<(i64, Option<String>)>, String> {
        let posted = order.posting == Posting::Post;
        let parameters = params![
            order.key.value,
            serde_json::to_string(order).expect("JSON"),
            if order.direction == Direction::Credit { "credit" } else { "debit" },
            if posted { "posted" } else { "draft" },
            order.invoice,
            order.customer,
            order.currency,
            order.issued_on,
            order.reason,
            order.totals.net_minor,
            order.totals.tax_minor,
            order.totals.gross_minor,
            serde_json::to_string(&entries::of_document(order)).expect("JSON"),
        ];
        self.0
            .query_row(sql::SUBMIT, parameters, |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .map_err(|error| error.to_string())
    }

    fn number(&self, order: &DocumentOrder) -> Option<String> {
        self.submit(order).expect("not refused").expect("made now").1
    }

    fn void(&self, key: &str, document: &str) -> bool {
        self.0.query_row(sql::VOID, [key, document], |_| Ok(())).optional().expect("a voiding").is_some()
    }

    /// Returns the draft's number where it was posted now.
    fn post_draft(&self, id: i64) -> Option<String> {
        self.0.query_row(sql::POST_DRAFT, [id], |row| row.get(1)).optional().expect("a posting")
    }

    fn void_draft(&self, id: i64) -> bool {
        self.0.query_row(sql::VOID_DRAFT, [id], |_| Ok(())).optional().expect("a voiding").is_some()
    }

    fn settle(&self, key: &str, document: i64, kind: &str, amount_minor: i64, legs: &[Leg]) -> bool {
        let legs = serde_json::to_string(legs).expect("JSON");
        let parameters = params![key, "{}", document, kind, amount_minor, "2026-11-22", "moved", "CM-000001", legs];
        self.0.query_row(sql::SETTLE, parameters, |_| Ok(())).optional().expect("a settlement").is_some()
    }

    /// Credited, debited, refunded, turned into store credit.
    fn state(&self, number: &str) -> Option<[i64; 4]> {
        let amounts = |row: &Row<'_>| Ok([row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]);
        self.0.query_row(sql::INVOICE_STATE, [number], amounts).optional().expect("a state")
    }

    /// Returns every entry: its sequence, narration and legs; each balances and the sequence has no gap.
    fn journal(&self) -> Vec<(String, Vec<Leg>)> {
        let entry = |row: &Row<'_>| Ok((row.get::<_, usize>(0)?, row.get(2)?, row.get::<_, String>(4)?));
        let entries = self.rows(sql::JOURNAL, params![0, 1000], entry);
        let mut journal = vec![];
        for (index, (sequence, narration, legs)) in entries.into_iter().enumerate() {
            assert_eq!(sequence, index + 1, "the sequence has no gap");
            let legs: Vec<Leg> = serde_json::from_str(&legs).expect("legs");
            assert_eq!(
                legs.iter().map(|Leg(_, amount_minor, ..)| amount_minor).sum::<i64>(),
                0,
                "{narration} balances"
            );
            journal.push((narration, legs));
        }
        journal
    }

    fn balance(&self, account: &str) -> i64 {
        let journal = self.journal();
        let legs = journal.iter().flat_map(|(_, legs)| legs);
        legs.filter(|Leg(name, ..)| name == account).map(|Leg(_, amount_minor, ..)| amount_minor).sum()
    }

    fn rows<T>(
        &self,
        statement: &str,
        parameters: &[&dyn rusqlite::ToSql],
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Vec<T> {
        let mut statement = self.0.prepare(statement).expect("a statement");
        let rows = statement.query_map(parameters, read).expect("rows");
        rows.collect::<Result<_, _>>().expect("rows that can be read")
    }

    fn count(&self, table: &str) -> i64 {
        self.0.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("a count")
    }
}

fn given(invoices: &[Invoice]) -> String {
    let rows: Vec<_> = invoices.iter().map(|invoice| import::Row::of(invoice).expect("JSON")).collect();
    serde_json::to_string(&rows).expect("JSON")
}

#[test]
fn no_write_runs_before_the_last_statement_of_the_schema() {
    let db = Connection::open_in_memory().expect("a database");
    let all: Vec<_> = statements(sql::SCHEMA).collect();
    for statement in &all {
        let may_run_again = ["IF NOT EXISTS", "IF EXISTS", "NOT IN (SELECT"];
        assert!(may_run_again.iter().any(|guard| statement.contains(guard)), "{statement}");
        let writes = [
            sql::IMPORT,
            sql::SUBMIT,
            sql::VOID,
            sql::POST_DRAFT,
            sql::VOID_DRAFT,
            sql::SETTLE,
            sql::LOSE,
            sql::RATES,
            sql::ADD_PAYMENTS,
        ];
        for write in writes {
            let error = db.prepare(write).expect_err("not ready");
            assert!(error.to_string().contains("no such table"), "{error}");
        }
        db.execute(statement, []).expect("a statement of the schema");
    }
    Ledger::over(db);
}

#[test]
fn the_journal_refuses_what_does_not_balance_and_every_change() {
    let ledger = Ledger::with_invoice();
    for wrong in [
        r#"INSERT INTO books_journal (booked_on, narration, document, legs) VALUES ('', '', '', '[["A",1,"EUR"],["B",-2,"EUR"]]')"#,
        r#"INSERT INTO books_journal (booked_on, narration, document, legs) VALUES ('', '', '', '[["A",1,"EUR"],["B",-1,"USD"]]')"#,
        r#"INSERT INTO books_journal (booked_on, narration, document, legs) VALUES ('', '', '', '[["A",1,"EUR"],["B",-1,"USD",[-2,"EUR"]]]')"#,
        "INSERT INTO books_journal (booked_on, narration, document, legs) VALUES ('', '', '', '[]')",
        "UPDATE books_journal SET narration = ''",
        "DELETE FROM books_journal",
    ] {
        assert!(ledger.0.execute(wrong, []).is_err(), "{wrong}");
    }
}

#[test]
fn the_first_rate_of_a_day_stands_and_is_found_both_ways() {
    let ledger = Ledger::new();
    let take = |given: &str| ledger.rows(sql::RATES, params![given], |row| row.get::<_, String>(0)).len();
    assert_eq!(take(r#"[["2026-11-21","USD","EUR","0.95"],["2026-11-22","USD","EUR","0.9"]]"#), 2);
    assert_eq!(take(r#"[["2026-11-21","USD","EUR","0.95"]]"#), 0, "there already");
    assert_eq!(take(r#"[["2026-11-23","USD","EUR","1"],["2026-11-21","USD","EUR","0.96"]]"#), 0, "all or none");
    let known = ledger.rows(
        sql::RATES_KNOWN,
        params![r#"[["2026-11-21","USD","EUR","x"],["2026-11-23","USD","EUR","x"]]"#],
        |row| row.get::<_, Option<String>>(0),
    );
    assert_eq!(known, [Some("0.95".to_owned()), None]);
    let rate = |from: &str, to: &str| {
        ledger.rows(sql::RATE, params!["2026-11-22", from, to], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })
    };
    assert_eq!(rate("USD", "EUR"), [("0.9".to_owned(), 1)]);
    assert_eq!(rate("EUR", "USD"), [("0.9".to_owned(), 0)]);
    assert_eq!(rate("EUR", "JPY"), []);
}

#[test]
fn a_loss_is_booked_once_for_each_key() {
    let ledger = Ledger::with_invoice();
    let legs = r#"[["Expenses:Chargebacks",100,"EUR"],["Assets:Gateway:Sandbox",-100,"EUR"]]"#;
    let lose =
        |key: &str| ledger.rows(sql::LOSE, params![key, "{}", "2026-11-21", "lost", "dp_1", legs], |_| Ok(())).len();
    let entries = || ledger.rows(sql::JOURNAL, params![0, 1000], |_| Ok(())).len();
    let before = entries();
    assert_eq!((lose("k"), lose("k"), entries() - before), (1, 0, 1));
    assert_eq!(ledger.rows(sql::LOSS, params!["k"], |_| Ok(())).len(), 1);
}

#[test]
fn reading_statements_take_their_parameters() {
    let ledger = Ledger::with_invoice();
    let (id, _) = ledger.submit(&samples::order("k", 5000, 950)).expect("not refused").expect("made");
    let all = |row: &Row<'_>| (0..row.as_ref().column_count()).map(|column| row.get::<_, Value>(column)).collect();
    let read = |statement: &str, parameters: &[&dyn rusqlite::ToSql]| -> Vec<Vec<Value>> {
        ledger.rows(statement, parameters, all)
    };
    let text = |text: &str| Value::Text(text.to_owned());
    let settled = read(sql::SETTLED, params![id, "PAY-INV-1"]);
    assert_eq!(settled, [[text("CM-000001"), text("CUST-7"), text("EUR"), text("Assets:Gateway:Sandbox")]]);
    assert_eq!(read(sql::SETTLED, params![id, None::<String>])[0][3], Value::Null);
    assert_eq!(read(sql::DOCUMENT, params!["k"]), read(sql::DOCUMENTS, params![0, 10]));
    assert_eq!(read(sql::DOCUMENTS, params![id, 10]).len(), 0);
    assert_eq!(read(sql::INVOICE, params!["INV-1"]).len(), 1);
    assert_eq!(read(sql::INVOICE, params!["INV-2"]).len(), 0);
}
