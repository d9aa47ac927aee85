//! The embedded books, and the function that shows them.

mod documents;
mod screens;

use std::sync::Arc;

use bytes::Bytes;
use contraflow_host::local_auth::{LocalUser, public_key, sign};
use http::Request;
use serde_json::{Value as Json, json};

use crate::harness::line::Line;
use crate::harness::loser::Loser;
use crate::harness::running::{Conditions, Running};
use crate::suites::erp::Erp;
use crate::suites::suite;

suite!(erp: Books);

/// Signs the tests' tokens.
const AUTH_KEY: &str = "a key that is long enough for tests";

/// They keep all they have in the embedded database.
pub struct Books(Arc<Loser>);

/// Someone's authorization.
fn bearer(roles: &[&str]) -> String {
    format!("Bearer {}", sign(AUTH_KEY, &LocalUser { name: "alice", roles }, 1).unwrap())
}

/// The invoice of the API's documentation, under another number.
fn invoice(number: &str) -> Json {
    json!({
        "number": number, "issued_on": "2026-10-01", "currency": "EUR",
        "customer": {"id": "CUST-7", "name": "Nordlicht GmbH", "country": "DE", "tier": "standard", "email": "ap@nordlicht.example", "language": "fr-CA"},
        "prices_include_tax": false, "tax_rounding": "line",
        "lines": [{"id": "1", "description": "Sensor", "quantity": "4", "unit_price": "25.00", "discount": "0.00",
            "tax_rate": "0.19", "net": "100.00", "tax": "19.00", "gross": "119.00"}],
        "payments": [{"id": format!("PAY-{number}"), "gateway": "sandbox", "reference": "ch_1001", "method": "card",
            "captured": "119.00", "paid_at": "2026-10-02T09:00:00Z"}],
    })
}

/// The items of a list of theirs.
async fn listed(running: &Running, path: &str) -> Vec<Json> {
    let request = Request::get(format!("/v1/books/{path}?limit=200")).header("authorization", bearer(&["auditor"]));
    let response = running.send(request.body(Bytes::new()).unwrap()).await;
    assert_eq!(response.status(), 200, "{response:?}");
    serde_json::from_slice::<Json>(response.body()).unwrap()["items"].as_array().unwrap().clone()
}

impl Erp for Books {
    const FOLDER: &'static str = "adapters/erp/books";
    const BESIDE: &'static [&'static str] = &["books", "api"];
    const KNOWS_KEYS: bool = true;
    const HAS_INVOICES: bool = true;
    const BOOKS_MONEY: bool = true;
    const JUDGES: bool = true;
    const CREDENTIALS: &'static [&'static str] = &[];

    fn start() -> Self {
        Self(Arc::default())
    }

    fn conditions(&self) -> Conditions {
        Conditions {
            variables: vec![("auth_public_key", public_key(AUTH_KEY))],
            interceptor: Some(self.0.clone()),
            ..Conditions::default()
        }
    }

    async fn issue(&self, running: &Running, number: &str) -> Json {
        let request = Request::post("/v1/books/invoices").header("authorization", bearer(&["finance"]));
        let response = running.send(request.body(Bytes::from(invoice(number).to_string())).unwrap()).await;
        assert_eq!(response.status(), 201, "{response:?}");
        let totals = json!({"net_minor": 10_000, "tax_minor": 1_900, "gross_minor": 11_900});
        json!({
            "number": number, "issued_on": "2026-10-01", "currency": "EUR",
            "customer": {"id": "CUST-7", "name": "Nordlicht GmbH", "country": "DE", "tier": "standard", "email": "ap@nordlicht.example", "language": "fr-CA"},
            "prices_include_tax": false, "tax_rounding": "Line",
            "lines": [{"id": "1", "description": "Sensor", "quantity": "4", "unit_price": "25.00", "discount_minor": 0,
                "tax_rate": "0.19", "totals": totals}],
            "totals": totals,
            "payments": [{"id": format!("PAY-{number}"), "gateway": "sandbox", "reference": "ch_1001", "payment_method": "card",
                "captured": {"minor": 11_900, "currency": "EUR"}, "applied_minor": 11_900, "paid_at": "2026-10-02T09:00:00Z", "last_four": null}],
        })
    }

    async fn documents(&self, running: &Running) -> usize {
        listed(running, "credit-memos").await.len()
    }

    async fn entries(&self, running: &Running) -> usize {
        listed(running, "journal").await.len()
    }

    fn line(&self) -> Option<&Line> {
        None
    }

    fn lose_answer(&self) {
        self.0.lose(|statement| {
            [
                "INSERT INTO books_document",
                "INSERT INTO books_settlement",
                "INSERT INTO books_loss",
                "UPDATE books_document",
            ]
            .iter()
            .any(|write| statement.contains(write))
        });
    }

    fn lose_look_up(&self) {
        self.0.lose(|statement| {
            ["FROM books_document WHERE key", "FROM books_invoice WHERE number"]
                .iter()
                .any(|read| statement.contains(read))
        });
    }
}
