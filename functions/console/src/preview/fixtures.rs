//! Made-up answers of the api.

use serde_json::{Value, json};

use crate::model::{CustomerBalance, Event, List, RequestView};

fn money(value: &str) -> Value {
    json!({"value": value, "currency": "EUR"})
}

fn read(value: Value) -> RequestView {
    serde_json::from_value(value).expect("a request")
}

fn base() -> Value {
    serde_json::from_str(include_str!("../../tests/fixtures/request.json")).expect("a fixture")
}

fn with(changes: Value) -> RequestView {
    let mut value = base();
    if let (Some(value), Value::Object(changes)) = (value.as_object_mut(), changes) {
        value.extend(changes);
    }
    read(value)
}

/// Waits for a manager and then for finance.
pub fn pending() -> RequestView {
    with(json!({}))
}

/// All is well.
pub fn completed() -> RequestView {
    with(json!({
        "status": "completed", "findings": [],
        "approvals": {"required": ["manager", "finance"], "next": null, "rule": "large", "policy": "default-1", "decisions": [
            {"by": "bob", "level": "manager", "decision": "approve", "note": "Photos are clear.", "at": "2026-11-21T20:10:00.000Z", "content_hash": "77aa"},
            {"by": "carol", "level": "finance", "decision": "approve", "note": "", "at": "2026-11-21T20:20:00.000Z", "content_hash": "77aa"}]},
        "credit_memo": {"number": "CM-2026-00017", "status": "issued", "erp_reference": "books-17", "issued_on": "2026-11-21", "total": money("71.40"), "hand_off": "posted", "refusal": null},
        "legs": [{"id": "l1", "to": "original_tender", "gateway": "stripe", "payment": "PAY-1", "method": "card", "amount": money("51.40"), "status": "succeeded", "gateway_reference": "re_3PqLr2eZvKYlo2C1abcdef"},
                 {"id": "l2", "to": "store_credit", "method": "store_credit", "amount": money("20.00"), "status": "succeeded"}]
    }))
}

/// A leg failed.
pub fn attention() -> RequestView {
    with(json!({
        "status": "needs_attention",
        "credit_memo": {"number": "CM-2026-00018", "status": "issued", "erp_reference": "books-18", "issued_on": "2026-11-21", "total": money("71.40"), "hand_off": "posted"},
        "approvals": {"required": [], "next": null, "decisions": [], "rule": "", "policy": ""},
        "legs": [{"id": "l1", "to": "original_tender", "gateway": "stripe", "payment": "PAY-1", "method": "card", "amount": money("51.40"), "status": "late_failed", "gateway_reference": "re_1", "failure": "expired_or_canceled_card", "dual_payout_risk": true},
                 {"id": "l2", "to": "manual", "method": "manual", "amount": money("20.00"), "status": "requires_action", "frozen": true}],
        "tasks": [{"code": "leg.reroute", "subject": "l1", "detail": "51.40 EUR of leg l1 is late_failed (expired_or_canceled_card). Retry it, or send it elsewhere: original_tender, store_credit or manual.", "since": "2026-11-21T21:00:00.000Z"},
                  {"code": "leg.pay_out", "subject": "l2", "detail": "Pay 20.00 EUR out by hand and confirm it.", "since": "2026-11-21T22:30:00.000Z"}]
    }))
}

/// The rules said no.
pub fn ineligible() -> RequestView {
    with(json!({
        "status": "ineligible", "amount": null, "lines": [], "legs": [], "evidence": [], "packet": null, "deadline": null,
        "approvals": {"required": [], "next": null, "decisions": [], "rule": "", "policy": ""},
        "findings": [{"code": "invoice.not_found", "severity": "blocking", "message": "the ERP has no invoice INV-1001: check the number"}]
    }))
}

/// Long words, large amounts, many lines.
pub fn long() -> RequestView {
    let word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2);
    let lines: Vec<_> = (1..=14)
        .map(|line| json!({"line": format!("{line}"), "quantity": "1", "net": money("1000000.00"), "tax": money("190000.00"), "gross": money("1190000.00")}))
        .collect();
    with(json!({
        "requester": format!("zendesk:{word}@example.com"), "reason": word, "note": format!("{word} {word}\n\n{word}"), "amount": money("16660000.00"),
        "lines": lines, "invoice": format!("INV-{word}"),
        "findings": [{"code": "amount.large", "severity": "warning", "message": format!("{word} {word}")}],
        "evidence": [{"kind": "link", "url": format!("https://files.example/{word}/{word}")}]
    }))
}

/// Every text is an attack.
pub fn hostile(text: &str) -> RequestView {
    with(json!({
        "requester": text, "reason": text, "note": text, "kind": text, "status": text, "destination": text, "invoice": text, "customer": text, "content_hash": text,
        "evidence": [{"kind": text, "url": text}, {"kind": "link", "url": format!("https://a.example/{text}")}],
        "findings": [{"code": text, "severity": text, "message": text}],
        "tasks": [{"code": text, "subject": text, "detail": text, "since": text}],
        "source": {"channel": text, "reference": text, "link": text}
    }))
}

/// What happened.
pub fn events() -> List<Event> {
    let event = |sequence: u64, minute: u64, actor: &str, what: &str, why: &str, data: Value| {
        json!({"request": "r", "sequence": sequence, "at": format!("2026-11-21T20:{minute:02}:00.000Z"), "actor": actor, "what": what, "why": why,
               "data": data, "previous": "", "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"})
    };
    let items = json!([
        event(
            1,
            0,
            "zendesk:agent@example.com",
            "request.received",
            "",
            json!({"source": {"channel": "zendesk", "reference": "4711"}})
        ),
        event(2, 1, "eligibility", "amount.reserved", "", json!({"amount": money("71.40"), "findings": []})),
        event(3, 1, "eligibility", "request.validate", "", json!({"from": "received", "to": "validated"})),
        event(
            4,
            2,
            "approval",
            "request.ask_people",
            "policy default-1, rule large",
            json!({"from": "validated", "to": "pending_approval"})
        ),
    ]);
    serde_json::from_value(json!({"items": items, "next": null})).expect("events")
}

/// So many requests of all sorts.
pub fn many(count: usize) -> Vec<RequestView> {
    let sorts = [
        ("pending_approval", "refund", "71.40", "2026-11-21T18:00:00.000Z"),
        ("escalated", "goodwill_credit", "12500.00", "2026-11-22T04:00:00.000Z"),
        ("info_requested", "price_correction", "8.99", "2026-11-30T04:00:00.000Z"),
        ("completed", "account_credit", "1234567.89", "2026-12-01T04:00:00.000Z"),
        ("needs_attention", "chargeback", "240.00", "2026-12-02T04:00:00.000Z"),
        ("rejected", "tax_adjustment", "19.00", "2026-12-03T04:00:00.000Z"),
    ];
    sorts.iter().cycle().take(count).enumerate().map(|(index, (status, kind, amount, deadline))| with(json!({
        "id": format!("019ac8f0-11aa-7c3e-9d00-{index:012x}"), "status": status, "kind": kind, "amount": money(amount), "deadline": deadline,
        "findings": if index % 3 == 0 { json!([]) } else { base().get("findings").cloned().unwrap_or_default() }
    }))).collect()
}

/// Store credit in two currencies.
pub fn balance() -> CustomerBalance {
    serde_json::from_value(json!({"customer": "CUST-7", "balances": [
        {"currency": "EUR", "balance": money("70.00"), "grants": [
            {"id": "019ac8f0-11aa-7c3e-9d00-5b1f00c0ffee-l2", "amount": money("20.00"), "remaining": money("20.00"), "at": "2026-11-21T20:00:00.000Z"},
            {"id": "019ac8f0-11aa-7c3e-9d00-5b1f00c0fff0-l1", "amount": money("80.00"), "remaining": money("50.00"), "at": "2026-11-01T20:00:00.000Z", "expires_at": "2027-11-01T20:00:00.000Z"}],
         "entries": [
            {"sequence": 1, "what": "granted", "id": "019ac8f0-11aa-7c3e-9d00-5b1f00c0fff0-l1", "amount": money("80.00"), "at": "2026-11-01T20:00:00.000Z", "actor": "contraflow", "refers_to": "019ac8f0-11aa-7c3e-9d00-5b1f00c0fff0"},
            {"sequence": 2, "what": "spent", "id": "shop-881", "amount": money("30.00"), "at": "2026-11-10T10:00:00.000Z", "actor": "shop", "refers_to": "order-881"},
            {"sequence": 3, "what": "granted", "id": "019ac8f0-11aa-7c3e-9d00-5b1f00c0ffee-l2", "amount": money("20.00"), "at": "2026-11-21T20:00:00.000Z", "actor": "contraflow", "refers_to": "019ac8f0-11aa-7c3e-9d00-5b1f00c0ffee"}]},
        {"currency": "JPY", "balance": {"value": "4500", "currency": "JPY"}, "grants": [], "entries": []}
    ]})).expect("a balance")
}
