#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;

const AMOUNT: &str = include_str!("../../tests/fixtures/ask_amount.json");
const LINES: &str = include_str!("../../tests/fixtures/ask_lines.json");

fn ask(body: &str) -> (String, Draft) {
    let mut messages = messages(body.as_bytes(), Some("https://example.zendesk.com/"));
    assert_eq!(messages.len(), 1);
    let message = messages.remove(0);
    let Meaning::Ask(draft) = message.meaning else { panic!("no ask") };
    (message.id, draft)
}

fn pointers(body: &str) -> Vec<String> {
    unread(body).errors.into_iter().map(|error| error.pointer).collect()
}

fn unread(body: &str) -> Unread {
    match messages(body.as_bytes(), None).remove(0).meaning {
        Meaning::Unreadable(unread) => unread,
        other => panic!("{body}: {other:?}"),
    }
}

fn with(field: &str, value: &str) -> String {
    format!(r#"{{"ticket":{{"id":"7","agent_email":"a@b.example"}},"credit":{{"{field}":"{value}"}}}}"#)
}

#[test]
fn a_ticket_with_an_amount_becomes_an_ask_of_its_agent() {
    let (_, draft) = ask(AMOUNT);
    assert_eq!(draft.kind, "goodwill_credit");
    assert_eq!(draft.invoice.as_deref(), Some("INV-1001"));
    assert_eq!(draft.note, "Came a week late.\nAgreed on the phone.");
    assert_eq!(draft.amount, Some(MoneyText { value: "12.50".into(), currency: "EUR".into() }));
    assert_eq!(draft.destination.as_deref(), Some("store_credit"));
    assert_eq!(draft.requester.as_deref(), Some("zendesk:alice@contraflow.example"));
    assert_eq!(draft.reference.as_deref(), Some("35436"));
    assert_eq!(draft.link.as_deref(), Some("https://example.zendesk.com/agent/tickets/35436"));
    assert!(draft.lines.is_empty());
}

#[test]
fn empty_fields_are_absent_and_lines_are_pairs() {
    let (_, draft) = ask(LINES);
    assert_eq!(draft.kind, "refund");
    assert_eq!(draft.invoice.as_deref(), Some("INV-1001"));
    assert_eq!((draft.reason.as_str(), draft.note.as_str()), ("", ""));
    assert_eq!((&draft.amount, &draft.destination, &draft.customer), (&None, &None, &None));
    let lines: Vec<_> =
        draft.lines.iter().map(|line| (line.line.as_str(), line.quantity.as_deref().unwrap())).collect();
    assert_eq!(lines, [("1", "2"), ("3", "0.5"), ("a:b", "1")]);
    assert_eq!(draft.link.as_deref(), Some("https://example.zendesk.com/agent/tickets/35436"));
}

#[test]
fn the_empty_test_delivery_means_nothing() {
    assert_eq!(messages(b"", None), vec![]);
    assert_eq!(messages(b" \n", None), vec![]);
}

#[test]
fn the_same_ask_has_the_same_id_whoever_sends_it_and_a_changed_one_another() {
    let (id, _) = ask(AMOUNT);
    assert!(id.starts_with("ticket:35436:") && id.len() == 13 + 32, "{id}");
    let same = AMOUNT.replace("Alice@Contraflow", "bob@contraflow").replace(r#""12.50""#, r#" "12.50 ""#);
    assert_eq!(ask(&same).0, id);
    for (from, to) in [
        ("35436\", \"url", "35437\", \"url"),
        ("12.50", "13.50"),
        ("goodwill_credit", "refund"),
        ("INV-1001", "INV-1002"),
        ("EUR", "USD"),
        ("store_credit", "manual"),
        ("\"lines\": \"\"", "\"sequence\": \"2\""),
    ] {
        assert_ne!(ask(&AMOUNT.replace(from, to)).0, id, "{from} → {to}");
    }
}

#[test]
fn a_ticket_is_named_by_digits_alone() {
    for id in ["", "../users/1", "35436/comments", "1 2", "-1", "١", "123456789012345678901", "{{ticket.id}}"] {
        assert_eq!(pointers(&AMOUNT.replace("\"35436\"", &format!("\"{id}\""))), ["/ticket/id"], "{id}");
    }
    assert_eq!(pointers(&AMOUNT.replace("\"35436\"", "35436")), ["/ticket/id"]);
}

#[test]
fn whoever_asks_must_be_known() {
    for email in ["", "system", "a b@c.example", "@c.example", "a@"] {
        let body = AMOUNT.replace("Alice@Contraflow.example", email);
        assert_eq!(pointers(&body), ["/ticket/agent_email"], "{email}");
    }
    assert_eq!(pointers(r#"{"ticket":{"id":"1"},"credit":{}}"#), ["/ticket/agent_email"]);
}

#[test]
fn all_mistakes_are_told_at_their_place_in_the_trigger_body() {
    let body = r#"{"ticket":{"id":"x","url":"ftp://a/b"},"credit":{"amount":"1.00","lines":"1","colour":"red","note":7},"more":1}"#;
    let mut found = pointers(body);
    found.sort();
    let expected = [
        "/credit/amount",
        "/credit/colour",
        "/credit/currency",
        "/credit/lines",
        "/credit/note",
        "/more",
        "/ticket/agent_email",
        "/ticket/id",
        "/ticket/url",
    ];
    assert_eq!(found, expected);
    assert_eq!(pointers("{}"), ["/ticket", "/credit"]);
    assert_eq!(pointers("[]"), [""]);
    assert_eq!(pointers("{"), [""]);
}

#[test]
fn lines_that_are_no_pairs_are_refused() {
    for lines in ["1", "1:", ":2", "1:2, 3", "1:2,5", "1:2, 1:3"] {
        assert_eq!(pointers(&with("lines", lines)), ["/credit/lines"], "{lines}");
    }
    let many: Vec<_> = (0..501).map(|n| format!("{n}:1")).collect();
    assert_eq!(pointers(&with("lines", &many.join(","))), ["/credit/lines"]);
    assert_eq!(ask(&with("lines", &many[..500].join(","))).1.lines.len(), 500);
}

#[test]
fn sizes_and_control_characters_are_refused() {
    for (field, most) in [("reason", 64), ("invoice", 128), ("customer", 128), ("note", 4000), ("destination", 64)] {
        ask(&with(field, &"x".repeat(most)));
        assert_eq!(pointers(&with(field, &"x".repeat(most + 1))), [format!("/credit/{field}")]);
    }
    assert_eq!(pointers(&with("invoice", "INV\\n1")), ["/credit/invoice"]);
    assert_eq!(pointers(&with("note", "a\\u0000b")), ["/credit/note"]);
}

#[test]
fn a_ticket_address_without_a_scheme_is_taken_as_https() {
    let (_, draft) = ask(&AMOUNT.replace("https://example.zendesk.com/agent", "example.zendesk.com/agent"));
    assert_eq!(draft.link.as_deref(), Some("https://example.zendesk.com/agent/tickets/35436"));
    for url in ["javascript://x/%0aalert(1)", "https://a@b.example/"] {
        assert_eq!(pointers(&AMOUNT.replace("https://example.zendesk.com/agent/tickets/35436", url)), ["/ticket/url"]);
    }
}

#[test]
fn numbers_are_read_as_people_write_them() {
    for (written, read) in [("49.9", "49.90"), ("49,90", "49.90"), ("1.249,90", "1249.90"), ("50", "50.00")] {
        let (_, draft) = ask(&AMOUNT.replace("12.50", written));
        assert_eq!(draft.amount.map(|amount| amount.value).as_deref(), Some(read), "{written}");
    }
    assert_eq!(ask(&with("lines", "1:1.5")).1.lines[0].quantity.as_deref(), Some("1.5"));
    for wrong in ["49.9 €", "1,234", "fifty"] {
        assert_eq!(pointers(&AMOUNT.replace("12.50", wrong)), ["/credit/amount"], "{wrong}");
    }
}

#[test]
fn an_ask_that_cannot_be_read_names_the_ticket_on_which_its_agent_is_told() {
    let body = AMOUNT.replace("12.50", "fifty");
    let refused = unread(&body);
    assert_eq!(refused.ticket.as_deref(), Some("35436"));
    assert!(refused.errors[0].detail.contains("write digits"), "{refused:?}");
    assert_eq!(unread("{").ticket, None);
    assert_eq!(unread(&with("invoice", "INV\\n1")).ticket.as_deref(), Some("7"));
    let id = |body: &str| messages(body.as_bytes(), None).remove(0).id;
    assert_eq!(id(&body), id(&body));
    assert_ne!(id(&body), id(&body.replace("fifty", "sixty")));
}
