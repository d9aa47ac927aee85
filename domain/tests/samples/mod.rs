//! Requests at a point of their way.

#![allow(dead_code, reason = "each test binary takes what it needs")]

pub mod plain;
pub mod steps;

use contraflow_domain::account::Accounts;
use contraflow_domain::account::PaymentAccount;
use contraflow_domain::erp;
use contraflow_domain::erp::reply::ErpReply;
use contraflow_domain::invoice::{Invoice, Payment};
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::request::leg::{Leg, Target};
use contraflow_domain::request::{Packet, Request, Source};
use contraflow_domain::time::Timestamp;
use contraflow_domain::zone::Zone;
use serde_json::json;

/// So many seconds after the tests' beginning.
pub fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix_ms(1_795_262_400_000 + seconds * 1_000)
}

pub fn eur(minor: i64) -> Money {
    let currency: Currency = "EUR".parse().unwrap();
    Money::new(minor, currency).unwrap()
}

pub fn tender() -> Target {
    Target::Tender { gateway: "sandbox".into(), payment: "P".into(), reference: "ch_1".into() }
}

/// An invoice of one line and one payment of 100.00.
pub fn invoice() -> Invoice {
    serde_json::from_value(json!({
        "number": "INV-1", "issued_on": "2026-11-01", "currency": "EUR",
        "customer": {"id": "C", "name": "C", "country": "DE", "tier": "", "email": ""},
        "prices_include_tax": false, "tax_rounding": "line",
        "lines": [{"id": "1", "description": "Sensor", "quantity": "1", "unit_price": "100.00", "discount": "0.00",
                   "tax_rate": "0", "net": "100.00", "tax": "0.00", "gross": "100.00"}],
        "payments": [{"id": "P", "gateway": "sandbox", "reference": "ch_1", "method": "card", "captured": "100.00",
                      "paid_at": "2026-11-02T09:00:00Z"}],
    }))
    .unwrap()
}

/// A payment as an invoice names it.
pub fn payment(id: &str, reference: &str, captured: Money, applied: Money) -> Payment {
    Payment {
        id: id.into(),
        gateway: "sandbox".into(),
        reference: reference.into(),
        method: "card".into(),
        captured,
        applied,
        paid_at: "2026-11-02T09:00:00Z".into(),
        last_four: None,
    }
}

/// A request that is approved, with one leg back to the payment.
pub fn approved(minor: i64) -> Request {
    let ask = serde_json::from_value(json!({
        "kind": "refund", "invoice": "INV-1", "reason": "", "note": "", "amount": eur(minor), "destination": "auto"
    }))
    .unwrap();
    let source = Source { channel: "api".into(), reference: None, link: None };
    let id = "0199c7b0-0000-7000-8000-000000000001".to_owned();
    let mut request = Request::receive(id, source, "alice".into(), ask, at(0));
    request.channels = Some(vec!["events".into()]);
    request.customer = Some("C".into());
    request.amount = Some(eur(minor));
    request.packet = Some(Packet { built_at: at(0), invoice: Some(invoice()), customer: None });
    request.legs = vec![Leg::reserved("l1".into(), tender(), "card", eur(minor))];
    request.status = contraflow_domain::lifecycle::request::RequestStatus::Approved;
    request
}

/// The same with the document in the ERP.
pub fn executing(minor: i64) -> Request {
    let mut request = approved(minor);
    let attempt = erp::document::send(&mut request, Zone::UTC, at(0)).unwrap();
    let answer = Ok(ErpReply::Document { reference: "DOC-1".into(), number: Some("CM-1".into()), found: false });
    steps::document_outcome(&mut request, attempt, &answer, None, at(0)).unwrap();
    request
}

/// The payment's account with the request's legs on it.
pub fn accounts(captured: i64, request: &Request) -> Accounts {
    let mut account = PaymentAccount::untouched("sandbox", "ch_1", Some(eur(captured)));
    for leg in &request.legs {
        let fresh = Leg { status: contraflow_domain::lifecycle::leg::LegStatus::Reserved, ..leg.clone() };
        account.reserve(&request.id, &fresh).unwrap();
    }
    Accounts { invoice: None, payments: vec![account] }
}

pub fn tasks(request: &Request) -> Vec<&str> {
    request.tasks.iter().map(|task| task.code.name()).collect()
}
