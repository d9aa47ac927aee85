//! Holds made-up answers of the api for the pages of asking.

use contraflow_domain::account::{CreditChange, CreditStatement, InvoiceCredits};
use contraflow_domain::approval::delegation::{Delegation, Delegations};
use contraflow_domain::bulk::{Counts, Format, ImportState, Shown, Sum, Template};
use contraflow_domain::chronicle::Entry;
use contraflow_domain::find::InvoiceSummary;
use contraflow_domain::invoice::Customer;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::policy::ReasonList;
use contraflow_domain::request::quote::QuoteView;
use contraflow_domain::request::spending::SpendingLeft;
use contraflow_domain::schedule::{SchedulePreview, ScheduleView};
use contraflow_guest::view::Page;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::fixtures;
use crate::pages::imports::Checked;
use crate::pages::loans;
use crate::pages::search::FoundInvoice;

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("an answer of the api")
}

fn euros(value: &str) -> Money {
    Money::parse(value, Currency::EUR).expect("an amount")
}

fn eur(value: &str) -> Value {
    json!({"value": value, "currency": "EUR"})
}

/// Returns a customer whose every text is this one.
pub fn customer(text: &str) -> Customer {
    read(json!({"id": text, "name": text, "country": "DE", "tier": text, "email": text}))
}

/// Returns a customer.
pub fn nordlicht() -> Customer {
    read(
        json!({"id": "CUST-7", "name": "Nordlicht GmbH", "country": "DE", "tier": "gold", "email": "ap@nordlicht.example"}),
    )
}

/// Returns an invoice with four lines, of which a part was credited already.
pub fn invoice() -> InvoiceCredits {
    invoice_of("Sensor, weatherproof", "INV-1001")
}

/// Returns such an invoice with this description of a line, and this number.
pub fn invoice_of(text: &str, number: &str) -> InvoiceCredits {
    let line = |id: &str, what: &str, quantity: &str, net: &str, tax: &str, gross: &str| {
        json!({
            "id": id, "description": what, "quantity": quantity, "unit_price": "25.00", "discount": "0.00", "tax_rate": "0.19",
            "net": net, "tax": tax, "gross": gross,
        })
    };
    let state = |id: &str, what: &str, gross: &str, credited: &str, pending: &str, left: &str, pieces: &str| {
        json!({
            "line": id, "description": what, "gross": eur(gross), "credited": eur(credited), "pending": eur(pending), "left": eur(left), "quantity": "4", "quantity_left": pieces,
        })
    };
    read(json!({
        "invoice": {
            "number": number, "issued_on": "2026-10-01", "currency": "EUR",
            "customer": {"id": "CUST-7", "name": "Nordlicht GmbH", "country": "DE", "tier": "gold", "email": "ap@nordlicht.example"},
            "prices_include_tax": false, "tax_rounding": "line",
            "lines": [
                line("1", text, "4", "100.00", "19.00", "119.00"), line("2", "Mounting kit", "1", "10.00", "1.90", "11.90"),
                line("3", "Cable, 5 m", "3", "30.00", "5.70", "35.70"), line("4", "Shipping", "1", "5.00", "0.95", "5.95"),
            ],
            "payments": [
                {"id": "PAY-1", "gateway": "stripe", "reference": "ch_1001", "method": "card", "captured": "150.00", "paid_at": "2026-10-02T09:00:00Z", "last_four": "4242"},
                {"id": "PAY-2", "gateway": "", "reference": "", "method": "gift_card", "captured": "22.55", "paid_at": "2026-10-02T09:00:00Z"},
            ],
        },
        "credited": eur("11.90"), "pending": eur("11.90"), "left": eur("148.75"),
        "lines": [
            state("1", text, "119.00", "0.00", "0.00", "119.00", "4"), state("2", "Mounting kit", "11.90", "11.90", "0.00", "0.00", "0"),
            state("3", "Cable, 5 m", "35.70", "0.00", "11.90", "23.80", "2"), state("4", "Shipping", "5.95", "0.00", "0.00", "5.95", "1"),
        ],
        "payments": [
            {"payment": "PAY-1", "method": "card", "gateway": "stripe", "captured": eur("150.00"), "refunded": eur("11.90"), "pending": eur("11.90"), "left": eur("126.20")},
            {"payment": "PAY-2", "method": "gift_card", "gateway": "", "captured": eur("22.55"), "refunded": eur("0.00"), "pending": eur("0.00"), "left": eur("22.55")},
        ],
        "requests": [], "open": eur("0.00"), "is_exact": true,
    }))
}

/// Returns invoices that were found.
pub fn found(count: usize) -> Vec<FoundInvoice> {
    let summary = |index: usize| InvoiceSummary {
        number: format!("INV-{}", 1001 + index),
        issued_on: "2026-10-01".into(),
        customer: nordlicht(),
        gross: euros("1178.10"),
    };
    let left = |index: usize| match index % 3 {
        0 => Some(euros("148.75")),
        1 => Some(euros("0.00")),
        _ => None,
    };
    (0..count).map(|index| FoundInvoice { summary: summary(index), left: left(index) }).collect()
}

/// Returns the reasons of a policy.
pub fn reasons() -> ReasonList {
    reasons_of("Arrived damaged")
}

/// Returns such reasons, the first of which has this title.
pub fn reasons_of(title: &str) -> ReasonList {
    read(json!({
        "policy": "default-1", "free_allowed": true, "dropped": [],
        "categories": [{"code": "goods", "title": "Goods", "group": "shop"}, {"code": "service", "title": "Service", "group": "shop"}],
        "reasons": [
            {"code": "damaged", "title": title, "category": "goods", "needs_note": true, "needs_evidence": true, "evidence": ["photo"]},
            {"code": "late", "title": "Came late", "category": "service", "destinations": ["store_credit"]},
            {"code": "price", "title": "Wrong price", "category": "service", "kinds": ["price_correction"]},
            {"code": "old", "title": "No longer given", "category": "goods", "retired": true},
        ],
    }))
}

/// Returns what would become of a request that two levels must agree to.
pub fn quote() -> QuoteView {
    quote_of("The invoice is 51 days old.")
}

/// Returns such a quote with this finding.
pub fn quote_of(finding: &str) -> QuoteView {
    let request = serde_json::to_value(fixtures::pending()).expect("JSON");
    let of = |member: &str| request.get(member).cloned().unwrap_or_default();
    read(json!({
        "outcome": "waits_for_approval", "kind": "refund", "direction": "credit", "invoice": "INV-1001", "customer": "CUST-7",
        "amount": of("amount"), "totals": of("totals"), "lines": of("lines"), "legs": of("legs"),
        "approvals": {"required": ["team-lead", "finance"], "decisions": [], "next": null, "rule": "large", "policy": "default-1"},
        "findings": [{"code": "evidence.missing", "severity": "warning", "message": finding}],
        "limits": [{"per": "customer", "days": 30, "up_to": "500.00", "used": "340.00", "left": "160.00"}],
        "spending": spending("lea"),
    }))
}

/// Returns what is left of the bounds on what this person approves, one of which a request does not fit.
pub fn spending(approver: &str) -> SpendingLeft {
    let bound = |per: &str, level: Option<&str>, up_to: &str, left: &str, fits: bool| json!({"per": per, "level": level, "days": 30, "up_to": up_to, "used": "70.00", "left": left, "fits": fits, "answered": false});
    read(json!({
        "counts": true, "approver": approver, "level": "team-lead", "worth": "70.00", "fits": false, "needs": "manager",
        "bounds": [bound("approver", None, "5000.00", "4930.00", true), bound("customer", Some("team-lead"), "120.00", "50.00", false)],
    }))
}

/// Returns what would become of a request that can't be granted.
pub fn refused_quote() -> QuoteView {
    read(json!({
        "outcome": "ineligible", "kind": "refund", "direction": "credit", "invoice": "INV-1001", "customer": "CUST-7",
        "amount": null, "totals": null, "lines": [], "legs": [], "limits": [], "spending": SpendingLeft::default(),
        "approvals": {"required": [], "decisions": [], "next": null, "rule": "", "policy": ""},
        "findings": [{"code": "line.empty", "severity": "blocking", "message": "nothing is left of line 1"}],
    }))
}

/// Returns a statement of store credit.
pub fn statement() -> CreditStatement {
    let line = |sequence: u32, what: &str, day: u32, change: &str, balance: &str| {
        json!({
            "sequence": sequence, "what": what, "at": format!("2026-11-{day:02}T10:00:00.000Z"), "actor": "shop", "refers_to": "order-881",
            "change": eur(change), "balance": eur(balance),
        })
    };
    read(json!({
        "customer": "CUST-7", "currency": "EUR", "from": "2026-11-01T00:00:00.000Z", "until": "2026-12-01T00:00:00.000Z",
        "opening": eur("0.00"), "closing": eur("50.00"),
        "sums": [{"what": "granted", "change": eur("80.00")}, {"what": "spent", "change": eur("-30.00")}],
        "lines": [line(1, "granted", 1, "80.00", "80.00"), line(2, "spent", 10, "-30.00", "50.00")],
    }))
}

/// Returns changes of store credit, the first of which waits for somebody, with this note.
pub fn changes(note: &str) -> Page<CreditChange> {
    let change = |id: &str, ask: Value, by: &str, status: &str, decided: bool| {
        json!({
            "id": format!("019ac8f0-11aa-7c3e-9d00-5b1f00c0{id}"), "customer": "CUST-7", "ask": ask, "note": note, "asked_by": by,
            "asked_at": "2026-11-20T10:00:00.000Z", "status": status, "moved": eur(if decided { "40.00" } else { "0.00" }), "grants": 2,
            "decided_by": decided.then_some("max"), "decided_at": decided.then_some("2026-11-21T10:00:00.000Z"), "decision_note": null,
        })
    };
    let extends = json!({"what": "carry_forward", "currency": "EUR", "expiring_before": "2027-01-01T00:00:00.000Z", "until": "2028-01-01T00:00:00.000Z"});
    let items = json!([
        change("0001", json!({"what": "merge", "to": "CUST-8", "currency": "EUR"}), "alice", "done", true),
        change("0002", json!({"what": "transfer", "to": "CUST-9", "amount": eur("15.00")}), "alice", "waiting", false),
        change("0003", extends, "bob", "waiting", false),
    ]);
    read(json!({"items": items, "next": null}))
}

/// Returns an import with so many rows, of which so many are left.
pub fn import(state: ImportState, rows: u32, left: u32) -> Shown {
    let dealt_with = rows - left;
    Shown {
        id: "019ac8f0-11aa-7c3e-9d00-5b1f00c0ffee".into(),
        by: "alice".into(),
        at: "2026-11-21T22:50:00.000Z".parse().expect("an instant"),
        format: Format::Csv,
        template: Some("bank@3".into()),
        state,
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        bytes: 4_812_004,
        rows,
        left,
        counts: Counts {
            accepted: dealt_with.saturating_sub(3),
            already_there: dealt_with.min(1),
            failed: dealt_with.min(2),
        },
        requests: Some(contraflow_domain::bulk::Requests { working: 12, waiting_for_people: 31, ended: 700 }),
        is_done: Some(false),
        amounts: vec![Sum { requests: 700, asked: euros("18230.50") }],
        tenths_per_second: None,
        expected_at: (left > 0).then(|| "2026-11-21T23:04:00.000Z".parse().expect("an instant")),
        ended_at: None,
        cancelled: None,
        kept_until: None,
        result: String::new(),
    }
}

/// Returns what would become of a file, with this mistake in it.
pub fn checked(mistake: &str) -> Checked {
    let problem = json!({
        "type": "urn:contraflow:problem:invalid-request", "title": "invalid request", "status": 422, "detail": "x",
        "errors": [{"pointer": "/amount", "detail": mistake}],
    });
    read(json!({
        "rows": 40, "new": 37, "already_there": 1, "failed": 2,
        "items": [{"row": 2, "status": "new"}, {"row": 7, "status": "failed", "problem": problem.clone()}, {"row": 19, "status": "failed", "problem": problem}],
    }))
}

/// Returns templates, by this person.
pub fn templates(by: &str) -> Vec<Template> {
    read(json!([{
        "name": "bank", "version": 3, "at": "2026-11-01T10:00:00.000Z", "by": by,
        "columns": {"rechnung": "invoice", "betrag": "amount", "bank": "-"}, "constants": {"kind": "refund", "currency": "EUR"},
    }]))
}

fn plan() -> Value {
    json!({
        "words": "every month on the last day at 09:00 in Europe/Berlin, until 2027-11-30", "rule": "FREQ=MONTHLY;UNTIL=20271130;BYMONTHDAY=-1",
        "start": "2026-12-31T09:00", "time_zone": "Europe/Berlin", "except": ["2027-03-31"], "every": null, "day": null, "from": "2026-12-31", "until": null,
        "name": "Hosting credit", "missed": "each",
        "request": {
            "kind": "account_credit", "direction": "credit", "customer": "CUST-7", "amount": eur("25.00"), "reason": "contract",
            "note": "As agreed.", "destination": "store_credit",
        },
        "upcoming": [
            {"period": "2026-12-31", "on": "2026-12-31", "at": "2026-12-31T08:00:00.000Z"}, {"period": "2027-01-31", "on": "2027-01-31", "at": "2027-01-31T08:00:00.000Z"},
            {"period": "2027-02-28", "on": "2027-02-28", "at": "2027-02-28T08:00:00.000Z"},
        ],
    })
}

fn with(mut value: Value, members: Value) -> Value {
    if let (Some(value), Value::Object(members)) = (value.as_object_mut(), members) {
        value.extend(members);
    }
    value
}

/// Returns a schedule that waits for a confirmation, and has missed runs.
pub fn schedule() -> ScheduleView {
    read(with(
        plan(),
        json!({
            "id": "019ac8f0-11aa-7c3e-9d00-5b1f00c0fff1", "made_by": "alice", "created_at": "2026-10-01T10:00:00.000Z", "kept_by": "alice", "revision": 2,
            "changed": {"at": "2026-11-02T10:00:00.000Z", "by": "alice"}, "next": {"period": "2026-12-31", "on": "2026-12-31", "at": "2026-12-31T08:00:00.000Z"},
            "last": {"period": "2026-11-30", "request": "019ac8f0-11aa-7c3e-9d00-5b1f00c0ffee"}, "ended": null, "confirmed": null, "keeper_left": null,
            "passed_over": {"first": "2026-08-31", "last": "2026-10-31", "count": 3, "at": "2026-11-02T10:00:00.000Z"},
            "waits_for": ["confirmation", "missed_runs"],
        }),
    ))
}

/// Returns the same as a preview.
pub fn preview() -> SchedulePreview {
    read(with(plan(), json!({"made_at_once": 2})))
}

/// Returns what happened to a schedule, for this reason.
pub fn happenings(why: &str) -> Page<Entry> {
    let entry = |sequence: u64, what: &str, why: &str| {
        json!({
            "request": "schedule:1", "sequence": sequence, "at": format!("2026-11-{:02}T10:00:00.000Z", sequence + 1), "actor": "alice", "what": what, "why": why,
            "data": null, "previous": "", "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        })
    };
    read(
        json!({"items": [entry(1, "schedule_made", ""), entry(2, "schedule_changed", why), entry(3, "schedule_runs_passed_over", "")], "next": null}),
    )
}

/// Returns loans: two of Max's own, of which one is over, and two of all.
pub fn loans() -> loans::Shown {
    let loan = |from: &str, to: &str, since: &str, until: &str| -> Delegation {
        read(
            json!({"from": from, "to": to, "roles": ["approver:manager"], "since": format!("{since}T00:00:00.000Z"), "until": format!("{until}T00:00:00.000Z")}),
        )
    };
    let given = vec![loan("max", "ann", "2026-09-01", "2026-09-15"), loan("max", "bob", "2026-11-20", "2026-12-05")];
    let all = vec![given[1].clone(), loan("eve", "dan", "2026-11-01", "2026-12-24")];
    loans::Shown {
        own: Delegations { given, received: vec![loan("eve", "max", "2026-11-01", "2026-12-24")] },
        all: Some(Page { items: all, next: None }),
        cursor: String::new(),
    }
}
