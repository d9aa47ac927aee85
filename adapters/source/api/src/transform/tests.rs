#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use contraflow_ask::{DraftLine, Evidence, MoneyText};

use super::*;

fn pointers(body: &str) -> Vec<String> {
    draft(body.as_bytes()).unwrap_err().into_iter().map(|error| error.pointer).collect()
}

fn header(name: &str, value: &str) -> Header {
    Header { name: name.into(), value: value.into() }
}

#[test]
fn a_full_request_becomes_a_draft() {
    let body = r#"{"kind": "refund", "invoice": "INV-1001", "reason": "damaged", "note": "2 of 4 sensors\narrived broken",
        "lines": [{"line": "1", "quantity": "2"}, {"line": "2", "amount": {"value": "11.90", "currency": "EUR"}}],
        "destination": "original_tender", "evidence": [{"kind": "photo", "url": "https://files.example/a%20b.jpg?x=1#top", "name": "broken.jpg",
        "media_type": "image/jpeg", "size": 48213, "sha256": "HASH"}]}"#;
    let draft = draft(body.replace("HASH", &"0f".repeat(32)).as_bytes()).unwrap();
    assert_eq!(draft.kind, "refund");
    assert_eq!(draft.invoice.as_deref(), Some("INV-1001"));
    assert_eq!(draft.note, "2 of 4 sensors\narrived broken");
    assert_eq!(draft.lines[0], DraftLine { line: "1".into(), quantity: Some("2".into()), amount: None });
    assert_eq!(draft.lines[1].amount, Some(MoneyText { value: "11.90".into(), currency: "EUR".into() }));
    assert_eq!(draft.destination.as_deref(), Some("original_tender"));
    assert_eq!(
        draft.evidence,
        [Evidence {
            kind: "photo".into(),
            url: "https://files.example/a%20b.jpg?x=1#top".into(),
            name: Some("broken.jpg".into()),
            media_type: Some("image/jpeg".into()),
            size: Some(48_213),
            sha256: Some("0f".repeat(32)),
        }]
    );
    assert_eq!((draft.requester, draft.reference, draft.link), (None, None, None));
}

#[test]
fn a_customer_and_an_amount_are_enough() {
    let body = r#"{"kind":"goodwill_credit","customer":"CUST-7","amount":{"value":"12.50","currency":"EUR"}}"#;
    let draft = draft(body.as_bytes()).unwrap();
    assert_eq!(draft.customer.as_deref(), Some("CUST-7"));
    assert_eq!(draft.amount, Some(MoneyText { value: "12.50".into(), currency: "EUR".into() }));
    assert_eq!((draft.invoice, draft.reason.as_str(), draft.lines.len()), (None, "", 0));
}

#[test]
fn all_mistakes_are_told_at_once() {
    let body = r#"{"invoice":7,"colour":"red","lines":[{"line":"1","quantity":2},{"line":"1"}],"amount":{"value":"1"},
        "evidence":[{"kind":"photo","url":"ftp://x/y"}]}"#;
    let mut found = pointers(body);
    found.sort();
    let expected = [
        "/amount",
        "/amount/currency",
        "/colour",
        "/evidence/0/url",
        "/invoice",
        "/kind",
        "/lines/0/quantity",
        "/lines/1",
        "/lines/1/line",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_line_has_exactly_one_of_quantity_and_amount() {
    assert_eq!(pointers(r#"{"kind":"refund","lines":[{"line":"1"}]}"#), ["/lines/0"]);
    let both = r#"{"kind":"refund","lines":[{"line":"1","quantity":"1","amount":{"value":"1.00","currency":"EUR"}}]}"#;
    assert_eq!(pointers(both), ["/lines/0"]);
}

#[test]
fn an_empty_list_of_lines_is_not_taken_for_the_whole_invoice() {
    assert_eq!(pointers(r#"{"kind":"refund","invoice":"INV-1","lines":[]}"#), ["/lines"]);
}

#[test]
fn an_amount_twice_is_refused_whichever_came_last() {
    let body =
        r#"{"kind":"refund","amount":{"value":"1.00","currency":"EUR"},"amount":{"value":"100.00","currency":"EUR"}}"#;
    assert_eq!(pointers(body), ["/amount"]);
    assert_eq!(
        pointers(r#"{"kind":"refund","lines":[{"line":"1","quantity":"1","quantity":"9"}]}"#),
        ["/lines/0/quantity"]
    );
}

#[test]
fn money_and_quantities_are_strings() {
    assert_eq!(pointers(r#"{"kind":"refund","amount":{"value":12.5,"currency":"EUR"}}"#), ["/amount/value"]);
    assert_eq!(pointers(r#"{"kind":"refund","amount":"12.50"}"#), ["/amount"]);
    assert_eq!(pointers(r#"{"kind":"refund","lines":[{"line":"1","quantity":1.5}]}"#), ["/lines/0/quantity"]);
}

#[test]
fn sizes_are_bounded() {
    let long = |field: &str, count: usize| format!(r#"{{"kind":"refund","{field}":"{}"}}"#, "x".repeat(count));
    for (field, most) in [("note", 4000), ("reason", 64), ("invoice", 128), ("customer", 128), ("destination", 64)] {
        assert!(draft(long(field, most).as_bytes()).is_ok(), "{field}");
        assert_eq!(pointers(&long(field, most + 1)), [format!("/{field}")]);
    }
    let lines = |count: usize| {
        let lines: Vec<_> = (0..count).map(|n| format!(r#"{{"line":"{n}","quantity":"1"}}"#)).collect();
        format!(r#"{{"kind":"refund","lines":[{}]}}"#, lines.join(","))
    };
    assert_eq!(draft(lines(500).as_bytes()).unwrap().lines.len(), 500);
    assert_eq!(pointers(&lines(501)), ["/lines"]);
    let evidence = |count: usize, url: &str| {
        let one = format!(r#"{{"kind":"photo","url":"{url}"}}"#);
        format!(r#"{{"kind":"refund","evidence":[{}]}}"#, vec![one; count].join(","))
    };
    assert_eq!(draft(evidence(101, "https://x.example").as_bytes()).unwrap().evidence.len(), 101, "the domain counts");
    let url = |count: usize| format!("https://x.example/{}", "a".repeat(count - "https://x.example/".len()));
    assert!(draft(evidence(1, &url(2048)).as_bytes()).is_ok());
    assert_eq!(pointers(&evidence(1, &url(2049))), ["/evidence/0/url"]);
}

#[test]
fn only_web_addresses_are_evidence() {
    for url in [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "//x.example/a",
        "/a",
        "x.example",
        "http:",
        "http://",
        "https://a b.example",
        "https://bank.example@evil.example/",
        "https://x.example/\\u0022onclick=",
        "data:text/html,x",
    ] {
        let body = format!(r#"{{"kind":"refund","evidence":[{{"kind":"photo","url":"{url}"}}]}}"#);
        assert_eq!(pointers(&body), ["/evidence/0/url"], "{url}");
    }
}

#[test]
fn ids_have_no_control_characters() {
    assert_eq!(pointers(r#"{"kind":"refund","invoice":"INV\n1"}"#), ["/invoice"]);
    assert_eq!(pointers(r#"{"kind":"refund","invoice":""}"#), ["/invoice"]);
    assert_eq!(pointers(r#"{"kind":"refund","lines":[{"line":"1\u0000","quantity":"1"}]}"#), ["/lines/0/line"]);
}

#[test]
fn what_is_no_object_is_refused_as_a_whole() {
    for body in ["", "[]", "null", "\"refund\"", "{\"kind\":", "{} x"] {
        assert_eq!(pointers(body), [""], "{body}");
    }
    let errors = draft(b"{\n\"kind\" \"refund\"}").unwrap_err();
    assert!(errors[0].detail.contains("line 2 column 8"), "{}", errors[0].detail);
}

#[test]
fn the_idempotency_key_names_the_message() {
    assert_eq!(message_id(&[header("host", "x"), header("idempotency-key", "abc")]), "abc");
    assert_eq!(message_id(&[header("host", "x")]), "");
    assert_eq!(message_id(&[header("idempotency-key", "a"), header("idempotency-key", "b")]), "");
}
