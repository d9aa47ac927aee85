//! What Postmark says, and what becomes of it.

use serde_json::{Value as Json, json};

use super::{Postmark, TOKEN, header, variables};
use crate::harness::line::{Calls, Mishap, says};
use crate::harness::running::{Conditions, Running, fault};
use crate::harness::wire::{Wire, answer};
use crate::harness::wiring::Wiring;
use crate::suites::letters::{Letters as _, Scene, letter, start};
use contraflow_wiring::Use;

const TAKEN: &str =
    r#"{"To":"ap@nordlicht.example","SubmittedAt":"2026-11-30T12:00:00Z","ErrorCode":0,"Message":"OK"}"#;

/// The adapter before a server on the network that says these, one after the other.
async fn before(answers: Vec<Vec<u8>>) -> (Wire, Running) {
    let wire = Wire::says(answers).await;
    let mut variables = variables();
    variables.retain(|(name, _)| *name != "postmark_api_url");
    variables.push(("postmark_api_url", wire.url.clone()));
    let wiring = Wiring { purpose: Use::Letters, folder: Postmark::FOLDER, beside: &[] };
    (wire, Running::start(wiring, Conditions { variables, ..Conditions::default() }))
}

async fn send(running: &Running) -> Json {
    running.call("/send", &json!([letter("ap@nordlicht.example")])).await
}

/// What becomes of a letter when Postmark says this.
async fn said(scene: &Scene<Postmark>, status: u16, code: u16, message: &str) -> Json {
    let body = json!({"ErrorCode": code, "Message": message}).to_string();
    scene.vendor().line().next(Calls::Writes, Mishap::Says(says(status, &[("retry-after", "3")], &body)));
    scene.send(&letter("ap@nordlicht.example")).await
}

#[tokio::test]
async fn the_request_is_what_postmark_documents() {
    let (wire, running) = before(vec![answer("200 OK", "", TAKEN)]).await;
    assert_eq!(send(&running).await, json!({"Ok": "Delivered"}));
    let seen = wire.seen();
    let (head, body) = seen[0].split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("POST /email HTTP/1.1"));
    let mut headers: Vec<_> = lines.map(|line| line.split_once(": ").unwrap()).collect();
    // The host's own, not the adapter's.
    headers.retain(|(name, _)| *name != "traceparent");
    headers.sort_unstable();
    let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
    let expected = ["accept", "content-length", "content-type", "host", "user-agent", "x-postmark-server-token"];
    assert_eq!(names, expected);
    assert!(headers.contains(&("x-postmark-server-token", TOKEN)) && headers.contains(&("accept", "application/json")));
    let email: Json = serde_json::from_str(body).unwrap();
    assert_eq!(
        (&email["From"], &email["To"], &email["MessageStream"]),
        (&json!("\"Acme Credits\" <credits@acme.example>"), &json!("ap@nordlicht.example"), &json!("outbound"))
    );
    assert_eq!((&email["TrackOpens"], &email["TrackLinks"]), (&json!(false), &json!("None")));
    assert_eq!(header(&email, "Auto-Submitted"), "auto-generated");
    let id = header(&email, "Message-ID");
    let id = id.as_str().unwrap();
    assert!(id.starts_with("<0199c7b0-0000-7000-8000-000000000001-letter-") && id.ends_with("@acme.example>"), "{id}");
}

#[tokio::test]
async fn an_answer_that_proves_nothing_is_asked_for_again() {
    let cut = answer("200 OK", "", TAKEN);
    let long = "x".repeat(1024 * 1024 + 1);
    for (what, said) in [
        ("nothing", Vec::new()),
        ("half a head", b"HTTP/1.1 200".to_vec()),
        ("half a body", cut[..cut.len() - 20].to_vec()),
        ("half a chunk", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{\"To\":".to_vec()),
        ("no HTTP", b"hello\r\n\r\n".to_vec()),
        ("no JSON", answer("200 OK", "", "<html>")),
        ("no code", answer("200 OK", "", r#"{"Message":"OK"}"#)),
        ("more than we read", answer("200 OK", "", &long)),
        ("503", answer("503 Service Unavailable", "retry-after: 1\r\n", "")),
        ("302", answer("302 Found", "location: http://127.0.0.1:9/\r\n", TAKEN)),
    ] {
        let (wire, running) = before(vec![said]).await;
        let again = fault(&send(&running).await, "NotSent");
        assert!(again["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{what}: {again}");
        assert_eq!(wire.seen().len(), 1, "{what}: sent again");
    }
}

#[tokio::test]
async fn an_address_is_refused_in_postmarks_words() {
    let scene = start::<Postmark>();
    for (code, words) in [
        (300, "Invalid 'To' address: 'ap@nordlicht.example'."),
        (300, "Error parsing 'To': Illegal email domain."),
        (406, "You tried to send to recipient(s) that have been marked as inactive."),
    ] {
        let answer = said(&scene, 422, code, words).await;
        let told = answer["Ok"]["Refused"].as_str().unwrap_or_else(|| panic!("{code}: {answer}"));
        assert!(told.contains(words) && told.contains(&code.to_string()), "{told}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_account_is_a_persons_matter_and_no_address_is_given_up() {
    let scene = start::<Postmark>();
    for (status, code, words, place) in [
        (401, 10, "Bad or missing API token.", "`postmark_server_token`"),
        (422, 300, "Invalid 'From' address: 'credits@acme.example'.", "`postmark_from`"),
        (422, 400, "The 'From' address you supplied is not a Sender Signature on your account.", "`postmark_from`"),
        (422, 401, "The Sender Signature has not been confirmed.", "`postmark_from`"),
        (422, 405, "Not allowed to send.", "account at Postmark"),
        (422, 412, "While your account is pending approval, …", "account at Postmark"),
        (422, 413, "This account is not approved to send email.", "account at Postmark"),
        (422, 1235, "The stream provided: 'x' does not exist on this server.", "`postmark_stream`"),
    ] {
        let told = fault(&said(&scene, status, code, words).await, "Unauthorized");
        let told = told.as_str().unwrap();
        assert!(told.contains(words) && told.contains(place), "{told}");
    }
}

#[tokio::test]
async fn what_passes_is_sent_again_when_postmark_says() {
    let scene = start::<Postmark>();
    for (status, code, words) in [
        (429, 429, "Rate limit exceeded."),
        (500, 101, "You encountered an error that shouldn't have occurred."),
        (503, 100, "The Postmark API is offline for maintenance."),
    ] {
        let again = fault(&said(&scene, status, code, words).await, "NotSent");
        assert_eq!(again["after_ms"], 3_000);
        assert!(again["detail"].as_str().unwrap().contains(words), "{again}");
    }
}

#[tokio::test]
async fn the_token_is_not_told_even_if_it_comes_back() {
    let scene = start::<Postmark>();
    // The harness looks for secrets in each answer.
    fault(&said(&scene, 502, 0, &format!("x-postmark-server-token: {TOKEN}")).await, "NotSent");
    fault(&said(&scene, 401, 10, &format!("'{TOKEN}' is not a token.")).await, "Unauthorized");
}

#[tokio::test]
async fn another_stream_is_named_where_one_is_set() {
    let vendor = Postmark::start();
    let mut conditions = vendor.conditions();
    conditions.variables.retain(|(name, _)| *name != "postmark_stream");
    let unset = Running::start(Wiring { purpose: Use::Letters, folder: Postmark::FOLDER, beside: &[] }, conditions);
    assert_eq!(send(&unset).await, json!({"Ok": "Delivered"}));
    let mut conditions = vendor.conditions();
    conditions.variables.retain(|(name, _)| *name != "postmark_stream");
    conditions.variables.push(("postmark_stream", "credits".to_owned()));
    let set = Running::start(Wiring { purpose: Use::Letters, folder: Postmark::FOLDER, beside: &[] }, conditions);
    assert_eq!(send(&set).await, json!({"Ok": "Delivered"}));
    let streams: Vec<_> = vendor.sent.lock().unwrap().iter().map(|email| email["MessageStream"].clone()).collect();
    assert_eq!(streams, ["outbound", "credits"]);
}
