#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::bindings::Instant;

const ONE: &str = "whsec_Y29udHJhZmxvdy10ZXN0LWtleS1udW1iZXItb25lISE=";
const TWO: &str = "whsec_Y29udHJhZmxvdy10ZXN0LWtleS1udW1iZXItdHdvISE=";
const ID: &str = "0192f0c1-7a00-7000-8000-000000000001-m1";
const BODY: &str = r#"{"data":{"amount":{"currency":"EUR","value":"12.50"},"status":"completed"},"datacontenttype":"application/json","id":"0192f0c1-7a00-7000-8000-000000000001-m1","source":"http://127.0.0.1:3000","specversion":"1.0","subject":"0192f0c1-7a00-7000-8000-000000000001","time":"2026-11-21T22:30:00.123Z","type":"request.completed"}"#;

fn subscription(secrets: &str) -> Subscription {
    Subscription::new("http://127.0.0.1:9000", Some("/hook"), Some(secrets), Some("http://127.0.0.1:3000"))
        .ok()
        .unwrap()
}

fn refused(origin: &str, path: Option<&str>, secrets: Option<&str>) -> String {
    Subscription::new(origin, path, secrets, None).err().unwrap()
}

fn message() -> Message {
    Message {
        id: ID.into(),
        kind: "request.completed".into(),
        subject: "0192f0c1-7a00-7000-8000-000000000001".into(),
        occurred_at: Instant { unix_ms: 1_795_300_200_123 },
        data: r#"{"status":"completed","amount":{"value":"12.50","currency":"EUR"}}"#.into(),
    }
}

fn header<'r>(request: &'r Request<Vec<u8>>, name: &str) -> &'r str {
    request.headers()[name].to_str().unwrap()
}

/// The expected values were computed with Python's hmac, hashlib and base64, not with this code.
#[test]
fn signatures_match_those_computed_with_python() {
    let one = "v1,yatfagry8ULDdzq21BL3BquX+LMHoVlmZm/52IQUaQc=";
    let two = "v1,dilVksPYTInD7gfVvwP03wApZvuLllqYIhDfErDVrqQ=";
    let sign = |secrets: &str| subscription(secrets).signatures(ID, 1_795_300_201, BODY.as_bytes()).unwrap();
    assert_eq!(sign(ONE), one);
    assert_eq!(sign(TWO), two);
    assert_eq!(sign(&format!("{ONE} {TWO}")), format!("{one} {two}"));
}

#[test]
fn a_message_becomes_a_signed_cloud_event() {
    let to = subscription(ONE);
    let request = request(&to, &message(), 1_795_300_201).unwrap();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "http://127.0.0.1:9000/hook");
    assert_eq!(header(&request, "content-type"), "application/cloudevents+json; charset=utf-8");
    assert_eq!(header(&request, "webhook-id"), ID);
    assert_eq!(header(&request, "webhook-timestamp"), "1795300201");
    assert_eq!(header(&request, "webhook-signature"), to.signatures(ID, 1_795_300_201, request.body()).unwrap());
    let (sent, expected): (Value, Value) =
        (serde_json::from_slice(request.body()).unwrap(), serde_json::from_str(BODY).unwrap());
    assert_eq!(sent, expected);
}

#[test]
fn the_id_stays_and_the_timestamp_moves_over_retries() {
    let to = subscription(ONE);
    let (first, second) = (request(&to, &message(), 100).unwrap(), request(&to, &message(), 200).unwrap());
    assert_eq!(header(&first, "webhook-id"), header(&second, "webhook-id"));
    assert_eq!(first.body(), second.body());
    assert_ne!(header(&first, "webhook-signature"), header(&second, "webhook-signature"));
}

#[test]
fn what_breaks_the_contract_is_never_sent() {
    let refuse = |change: fn(&mut Message)| {
        let mut message = message();
        change(&mut message);
        request(&subscription(ONE), &message, 1).unwrap_err()
    };
    for (change, about) in [
        ((|m| m.id = String::new()) as fn(&mut Message), "id"),
        (|m| m.id = "a.b".into(), "full stop"),
        (|m| m.id = "a\r\nx-evil: 1".into(), "id"),
        (|m| m.id = "x".repeat(129), "id"),
        (|m| m.kind = String::new(), "kind"),
        (|m| m.subject = String::new(), "subject"),
        (|m| m.data = "[]".into(), "object"),
        (|m| m.data = "{".into(), "JSON"),
        (|m| m.data = format!("{{\"x\":\"{}\"}}", "x".repeat(64 * 1024)), "bytes"),
        (|m| m.occurred_at.unix_ms = u64::MAX, "time"),
    ] {
        let detail = refuse(change);
        assert!(detail.contains(about), "{detail}");
    }
}

#[test]
fn a_missing_secret_names_its_variable() {
    assert!(refused("http://x.example", None, None).contains("`webhook_secret`"));
}

#[test]
fn a_bad_secret_is_refused_without_being_told() {
    for secret in ["", "whsec_", "whsec_c2hvcnQ=", "whsec_!!", "Y29udHJhZmxvdy10ZXN0LWtleS1udW1iZXItb25lISE="] {
        let detail = refused("http://x.example", None, Some(secret));
        assert!(detail.contains("`webhook_secret`"), "{detail}");
        assert!(secret.len() < 8 || !detail.contains(secret.strip_prefix("whsec_").unwrap_or(secret)));
    }
    assert!(refused("http://x.example", None, Some(&format!("{ONE} {TWO} {ONE}"))).contains("`webhook_secret`"));
}

#[test]
fn only_web_addresses_are_subscribers() {
    for origin in ["ftp://x.example", "x.example", "/hook", "http://user:pass@x.example", "http://"] {
        assert!(refused(origin, None, Some(ONE)).contains("`webhook_url`"), "{origin}");
    }
    for (origin, path, whole) in [
        ("https://x.example", None, "https://x.example/"),
        ("https://x.example/", Some("a/b?c=d"), "https://x.example/a/b?c=d"),
        ("https://x.example:8443", Some("/a"), "https://x.example:8443/a"),
        ("https://x.example/a", Some("/"), "https://x.example/a"),
    ] {
        let to = Subscription::new(origin, path, Some(ONE), None).ok().unwrap();
        assert_eq!(to.address, whole);
        assert_eq!(to.source, "contraflow");
    }
}

#[test]
fn only_a_2xx_is_delivered_and_only_410_is_final() {
    let verdict = |status: u16| verdict(StatusCode::from_u16(status).unwrap(), Some(7000), b"words");
    for status in [200, 202, 204] {
        assert_eq!(verdict(status).unwrap(), Outcome::Delivered);
    }
    assert_eq!(verdict(410).unwrap(), Outcome::Refused("the subscriber answered 410 Gone: words".into()));
    for status in [301, 302, 307, 400, 401, 403, 404, 408, 413, 429, 500, 502, 503, 504] {
        let Fault::NotSent(retry) = verdict(status).unwrap_err() else { panic!("{status}") };
        assert_eq!(retry.after_ms, Some(7000));
        assert!(retry.detail.contains(&status.to_string()) && retry.detail.contains("words"));
    }
}
