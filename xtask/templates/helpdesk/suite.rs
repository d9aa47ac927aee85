//! Example, played in memory.

use bytes::Bytes;
use contraflow_adapter_support::signature::hmac_sha256;
use http::{Request, Response};
use serde_json::Value as Json;

use crate::harness::line::{Line, says};
use crate::harness::running::Conditions;
use crate::suites::helpdesk::{Comment, Helpdesk};
use crate::suites::source::{Delivery, Proof, Signer, Source};

/// What Example is, as far as tickets go.
pub struct Example {
    line: Line,
}

/// Answers as Example would: play its API here as its documentation has it, keys and all.
fn answer(_request: &Request<Bytes>) -> Response<Bytes> {
    let unwritten = r#"{"error":"write the stand-in in tests/adapters/tests/adapters/example/mod.rs"}"#;
    says(501, &[], unwritten)
}

impl Helpdesk for Example {
    const FOLDER: &'static str = "adapters/helpdesk/example";
    const CREDENTIALS: &'static [&'static str] = &["example_api_url", "example_api_key"];
    const TELLS_OTHER_INPUT: bool = false;
    const PAGE: usize = 20;

    fn start() -> Self {
        Self { line: Line::to(|request| Ok(answer(&request))) }
    }

    fn conditions(&self) -> Conditions {
        let variables = [("example_api_url", "http://example.invalid"), ("example_api_key", "a key")];
        Conditions {
            variables: variables.map(|(name, value)| (name, value.to_owned())).to_vec(),
            line: Some(self.line.clone()),
            ..Conditions::default()
        }
    }

    fn line(&self) -> &Line {
        &self.line
    }

    fn ticket(&self) -> String {
        "1000".to_owned()
    }

    fn closed(&self) -> String {
        "1001".to_owned()
    }

    fn missing(&self) -> String {
        "999999999".to_owned()
    }

    fn misnomers() -> Vec<&'static str> {
        vec!["", " ", "abc", "-1", "1/../2", "1?x=1", "1\r\nx-evil: 1", "123456789012345678901"]
    }

    fn others_write(&self, _ticket: &str, _count: usize) {}

    fn comments(&self, _ticket: &str) -> Vec<Comment> {
        Vec::new()
    }
}

/// Its webhooks: what tickets ask for.
pub struct Asks;

impl Source for Asks {
    const FOLDER: &'static str = "adapters/helpdesk/example";
    const PROOF: Proof = Proof::Timed(300);
    const SECRETS: &'static [&'static str] = &["example_webhook_secret"];

    fn variables() -> Vec<(&'static str, String)> {
        vec![("example_webhook_secret", "a secret".to_owned())]
    }

    fn sign(signer: Signer, body: &[u8], sent_s: u64) -> Delivery {
        let secret = match signer {
            Signer::Sender => "a secret",
            Signer::Another => "another",
            Signer::Empty => "",
            Signer::Nobody => return Delivery::new(&[], body),
        };
        let sent = sent_s.to_string();
        let signature = hex::encode(hmac_sha256(secret.as_bytes(), &[sent.as_bytes(), b".", body]));
        Delivery::new(&[("example-timestamp", &sent), ("example-signature", &signature)], body)
    }

    fn tamper(mut delivery: Delivery) -> Delivery {
        delivery.body.push(b' ');
        delivery
    }

    // Recorded deliveries stand in the adapter's tests/fixtures.

    fn bodies() -> Vec<(String, usize)> {
        vec![(r#"{"id":"evt_1","type":"ping"}"#.to_owned(), 1)]
    }

    fn amounts() -> Vec<(String, Option<Json>)> {
        Vec::new()
    }

    fn mistakes() -> Vec<(String, &'static str)> {
        vec![("{}".to_owned(), "")]
    }
}
