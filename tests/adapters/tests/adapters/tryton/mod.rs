//! Tryton itself, with books of its own for each test.

mod books;

use bytes::Bytes;
use contraflow_peers::tryton::{Tryton as Peer, VARIABLES};
use http::Request;
use serde_json::{Value as Json, json};

use crate::harness::line::{Calls, Line, Mishap};
use crate::harness::running::{Conditions, Running};
use crate::suites::erp::Erp;
use crate::suites::suite;

suite!(erp: Tryton);

/// Tryton, and the line to it.
pub struct Tryton {
    peer: Peer,
    line: Line,
}

/// The method that a call names: every call is a `POST`.
fn method(request: &Request<Bytes>) -> String {
    let body: Json = serde_json::from_slice(request.body()).unwrap_or_default();
    body["method"].as_str().unwrap_or_default().to_owned()
}

/// Tells whether a call changes nothing in the books.
fn is_read(request: &Request<Bytes>) -> bool {
    let method = method(request);
    !["create", "write", "delete", "post", "cancel"].iter().any(|write| method.ends_with(&format!(".{write}")))
}

/// Tells whether a call brings about what was ordered: the last one that a document, a voiding or an entry needs, or
/// the only one that can't be given again.
fn takes_effect(request: &Request<Bytes>) -> bool {
    ["model.account.invoice.post", "model.account.invoice.cancel", "model.account.move.create"]
        .contains(&method(request).as_str())
}

impl Erp for Tryton {
    const FOLDER: &'static str = "adapters/erp/tryton";
    const BESIDE: &'static [&'static str] = &[];
    const KNOWS_KEYS: bool = true;
    const HAS_INVOICES: bool = true;
    const BOOKS_MONEY: bool = true;
    const JUDGES: bool = true;
    const CREDENTIALS: &'static [&'static str] = &["tryton_url", "tryton_database", "tryton_user", "tryton_password"];

    fn start() -> Self {
        Self { peer: Peer::start(), line: Line::to_network().reading_by(is_read) }
    }

    fn conditions(&self) -> Conditions {
        let given = VARIABLES.map(|(name, value)| (name, value.to_owned()));
        let variables = [("tryton_url", self.peer.url().to_owned())].into_iter().chain(given);
        Conditions { variables: variables.collect(), line: Some(self.line.clone()), ..Conditions::default() }
    }

    async fn issue(&self, _running: &Running, number: &str) -> Json {
        let invoice = self.peer.issue("2026-10-01", &[("Sensor", 4, "25.00", "VAT 19 %")]);
        let payment = self.peer.pay(invoice, "119.00", "Sandbox", &format!("ch-{number}"), "2026-10-02");
        let totals = json!({"net_minor": 10_000, "tax_minor": 1_900, "gross_minor": 11_900});
        json!({
            "number": number, "issued_on": "2026-10-01", "currency": "EUR",
            "customer": {"id": "CUST-7", "name": "Nordlicht GmbH", "country": "DE", "tier": "", "email": "ap@nordlicht.example",
                "language": "de"},
            "prices_include_tax": false, "tax_rounding": "Line",
            "lines": [{"id": "1", "description": "Sensor", "quantity": "4", "unit_price": "25.00", "discount_minor": 0,
                "tax_rate": "0.19", "totals": totals}],
            "totals": totals,
            "payments": [{"id": payment, "gateway": "sandbox", "reference": format!("ch-{number}"), "payment_method": "card",
                "captured": {"minor": 11_900, "currency": "EUR"}, "applied_minor": 11_900, "paid_at": "2026-10-02T00:00:00Z",
                "last_four": null}],
        })
    }

    async fn documents(&self, _running: &Running) -> usize {
        self.peer.count("account.invoice", &json!([["lines.note", "like", "contraflow %"]]))
    }

    async fn entries(&self, _running: &Running) -> usize {
        self.peer.count("account.move", &json!([["state", "=", "posted"]]))
    }

    fn line(&self) -> Option<&Line> {
        Some(&self.line)
    }

    fn lose_answer(&self) {
        self.line.next_of(takes_effect, Mishap::AnswerLost);
    }

    fn lose_look_up(&self) {
        self.line.next(Calls::Reads, Mishap::AnswerLost);
    }
}
