#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::bindings::tickets::IdempotencyKey;

const TICKET: &str = include_str!("../../tests/fixtures/ticket.json");
const COMMENTS: &str = include_str!("../../tests/fixtures/comments.json");
const CONFLICT: &str = include_str!("../../tests/fixtures/conflict.json");
const CLOSED: &str = include_str!("../../tests/fixtures/closed.json");
const NOW: SystemTime = SystemTime::UNIX_EPOCH;

fn update() -> Update {
    Update {
        key: IdempotencyKey { value: "0192f0c1-m2".into() },
        ticket: "35436".into(),
        comment: "Refunded 12.50 EUR.\n".into(),
        public: true,
        progress: Progress::Solved,
    }
}

fn account() -> Account {
    Account::new("https://example.zendesk.com/", "bot@contraflow.example", "tok123").ok().unwrap()
}

fn answer(status: u16, body: &str) -> Answer {
    let answer = http::Response::builder().status(status).header("retry-after", "7");
    answer.body(Bytes::copy_from_slice(body.as_bytes())).unwrap()
}

fn shown() -> Ticket {
    let Found::It(Shown { ticket }) = looked_up(&answer(200, TICKET), NOW).unwrap() else { panic!("no ticket") };
    ticket
}

fn comments(body: &str) -> Comments {
    let Found::It(comments) = looked_up(&answer(200, body), NOW).unwrap() else { panic!("no comments") };
    comments
}

fn sent(with_status: bool, update: &Update) -> serde_json::Value {
    serde_json::from_slice(account().write(update, &shown(), with_status).unwrap().body()).unwrap()
}

/// The base64 was computed with Python, not with this code.
#[test]
fn requests_sign_in_by_api_token() {
    let request = account().show(&update()).unwrap();
    assert_eq!(request.headers()["authorization"], "Basic Ym90QGNvbnRyYWZsb3cuZXhhbXBsZS90b2tlbjp0b2sxMjM=");
    assert_eq!(request.uri(), "https://example.zendesk.com/api/v2/tickets/35436.json");
    let request = account().comments(&update(), 2).unwrap();
    assert_eq!(
        request.uri(),
        "https://example.zendesk.com/api/v2/tickets/35436/comments.json?sort_order=desc&per_page=20&page=2"
    );
    assert!(Account::new("example.zendesk.com", "a", "b").is_err());
}

#[test]
fn a_write_carries_its_key_and_the_stamp_it_was_decided_on() {
    let request = account().write(&update(), &shown(), true).unwrap();
    assert_eq!((request.method(), request.uri().path()), (&Method::PUT, "/api/v2/tickets/35436"));
    let expected = json!({"ticket": {
        "comment": {"body": "Refunded 12.50 EUR.\n\ncontraflow ref: 0192f0c1-m2", "public": true},
        "status": "solved", "updated_stamp": "2026-11-21T22:29:41Z", "safe_update": true,
    }});
    assert_eq!(sent(true, &update()), expected);
    assert_eq!(sent(false, &update())["ticket"].get("status"), None);
}

#[test]
fn progress_becomes_a_status_and_a_declined_request_stays_open() {
    for (progress, status) in [
        (Progress::Open, "open"),
        (Progress::Waiting, "pending"),
        (Progress::Solved, "solved"),
        (Progress::Declined, "open"),
    ] {
        assert_eq!(sent(true, &Update { progress, ..update() })["ticket"]["status"], status);
    }
}

#[test]
fn an_earlier_comment_is_found_by_its_key_and_a_longer_key_is_another() {
    let found = |key: &str| comments(COMMENTS).hold(&Update { key: IdempotencyKey { value: key.into() }, ..update() });
    assert!(found("0192f0c1-m22"));
    assert!(!found("0192f0c1-m2"));
    assert!(!found("192f0c1-m22"));
    assert!(!comments(COMMENTS).go_on());
    let older = COMMENTS.replace("\"next_page\": null", "\"next_page\": \"https://example.zendesk.com/x?page=2\"");
    assert!(comments(&older).go_on());
}

#[test]
fn what_would_never_succeed_is_not_sent() {
    assert_eq!(check(&update()), Ok(()));
    for wrong in [
        Update { ticket: "35436/../1".into(), ..update() },
        Update { ticket: "35436?x=1".into(), ..update() },
        Update { ticket: String::new(), ..update() },
        Update { key: IdempotencyKey { value: String::new() }, ..update() },
        Update { key: IdempotencyKey { value: "a b".into() }, ..update() },
        Update { key: IdempotencyKey { value: "x".repeat(65) }, ..update() },
        Update { comment: " \n".into(), ..update() },
        Update { comment: "x".repeat(16 * 1024 + 1), ..update() },
    ] {
        assert!(matches!(check(&wrong), Err(Fault::InvalidArgument(_))), "{wrong:?}");
    }
}

#[test]
fn a_failed_look_up_has_no_effect_and_may_be_tried_again() {
    let fault = |status, body| looked_up::<Shown>(&answer(status, body), NOW).err().unwrap();
    for status in [301, 408, 429, 500, 502, 503] {
        assert!(matches!(fault(status, "words"), Fault::NotSent(Retry { after_ms: Some(7000), .. })), "{status}");
    }
    assert!(matches!(fault(200, "<html>"), Fault::NotSent(_)));
    assert!(matches!(fault(200, "{}"), Fault::NotSent(_)));
    for status in [401, 403] {
        assert!(matches!(fault(status, "words"), Fault::Unauthorized(_)));
    }
    for status in [404, 410] {
        assert!(matches!(looked_up::<Shown>(&answer(status, "words"), NOW), Ok(Found::Nothing(_))));
    }
}

#[test]
fn only_what_zendesk_surely_did_not_write_is_not_sent() {
    let fault = |status, body| written(&answer(status, body), NOW).unwrap_err();
    for (status, body) in [(409, CONFLICT), (429, "words"), (503, "words")] {
        assert!(matches!(fault(status, body), Fault::NotSent(Retry { after_ms: Some(7000), .. })), "{status}");
    }
    for status in [500, 502, 504] {
        assert!(matches!(fault(status, "words"), Fault::OutcomeUnknown(_)), "{status}");
    }
    for status in [401, 403] {
        assert!(matches!(fault(status, "words"), Fault::Unauthorized(_)), "{status}");
    }
    assert!(matches!(fault(400, "words"), Fault::InvalidArgument(_)));
}

#[test]
fn zendesk_decides() {
    let written = |status, body| written(&answer(status, body), NOW).unwrap();
    assert_eq!(written(200, TICKET), Written::Decided(Outcome::Accepted));
    assert!(matches!(written(404, "words"), Written::Decided(Outcome::Declined(_))));
    let Written::Refused(words) = written(422, CLOSED) else { panic!("not refused") };
    assert!(words.contains("closed prevents ticket update"), "{words}");
    assert!(!shown().is_closed());
}
