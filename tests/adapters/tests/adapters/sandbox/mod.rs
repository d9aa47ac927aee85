//! The gateway in a box: what it meets is said by the payment's reference.

mod behaviours;
mod news;

use crate::harness::line::Line;
use crate::harness::running::{Conditions, Running};
use crate::harness::unique;
use crate::suites::gateway::{Gateway, Refund, Stands, Terms, Trouble};
use crate::suites::suite;

suite!(gateway: Sandbox);

/// It is in the adapter itself.
pub struct Sandbox;

impl Gateway for Sandbox {
    const FOLDER: &'static str = "adapters/gateway/sandbox";
    const TERMS: Terms = Terms { key_lifetime_ms: None, absence_is_proof: true };
    const TAKEN: &'static str = "Succeeded";
    const TELLS_REPEATS: bool = true;
    const LOOKS_UP: bool = true;
    const PAGE: Option<usize> = None;
    const TELLS_DISPUTES: bool = true;
    const KNOWS_CAPTURED: bool = false;
    const CREDENTIALS: &'static [&'static str] = &[];

    fn start() -> Self {
        Self
    }

    fn conditions(&self) -> Conditions {
        Conditions::default()
    }

    fn line(&self) -> Option<&Line> {
        None
    }

    fn payment(&self) -> String {
        unique("ch")
    }

    fn troubled(&self, trouble: Trouble) -> String {
        let behaviour = match trouble {
            Trouble::NoConnection => "unavailable",
            Trouble::OrderLost | Trouble::Broken => "vanish",
            Trouble::AnswerLost => "lost",
            Trouble::CredentialsRefused => "unauthorized",
            Trouble::RateLimited => "throttle",
            Trouble::Declined => "decline",
        };
        format!("{}__{behaviour}", unique("ch"))
    }

    fn unseen(&self) -> Option<String> {
        Some(format!("{}__blind", unique("ch")))
    }

    fn disputed(&self, stands: Option<Stands>) -> (String, String) {
        let behaviour = match stands {
            None => "",
            Some(Stands::Open) => "__disputes-open",
            Some(Stands::UnderReview) => "__disputes-under_review",
            Some(Stands::Won) => "__disputes-won",
            Some(Stands::Lost) => "__disputes-lost",
        };
        (format!("{}{behaviour}", unique("ch")), unique("dp"))
    }

    fn refunds(&self, running: &Running, payment: &str) -> Vec<Refund> {
        if !running.database().exists() {
            return Vec::new();
        }
        let database = rusqlite::Connection::open(running.database()).unwrap();
        let sql = "SELECT id, amount_minor, currency FROM sandbox_refund WHERE payment = ?1 ORDER BY seq";
        let Ok(mut rows) = database.prepare(sql) else { return Vec::new() };
        let refund =
            |row: &rusqlite::Row<'_>| Ok(Refund { reference: row.get(0)?, minor: row.get(1)?, currency: row.get(2)? });
        rows.query_map([payment], refund).unwrap().map(Result::unwrap).collect()
    }

    fn made(_key: &str, _payment: &str, _minor: i64, _currency: &str) -> String {
        String::new()
    }

    fn amiss(_key: &str, _payment: &str) -> Vec<String> {
        Vec::new()
    }
}
