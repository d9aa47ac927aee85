//! Example, played in memory.

use bytes::Bytes;
use contraflow_adapter_support::signature::hmac_sha256;
use http::{Request, Response};
use serde_json::Value as Json;

use crate::harness::line::{Calls, Line, Mishap, says};
use crate::harness::running::{Conditions, Running};
use crate::harness::unique;
use crate::suites::gateway::{Gateway, Refund, Stands, Terms, Trouble};
use crate::suites::source::{Delivery, Proof, Signer, Source};

/// What Example is, as far as refunds go.
pub struct Example {
    line: Line,
}

/// Answers as Example would: play its API here as its documentation has it, keys and all.
fn answer(_request: &Request<Bytes>) -> Response<Bytes> {
    let unwritten = r#"{"error":"write the stand-in in tests/adapters/tests/adapters/example/mod.rs"}"#;
    says(501, &[], unwritten)
}

impl Gateway for Example {
    const FOLDER: &'static str = "adapters/gateway/example";
    const TERMS: Terms = Terms { key_lifetime_ms: Some(0), absence_is_proof: false };
    const TAKEN: &'static str = "Pending";
    const TELLS_REPEATS: bool = true;
    const LOOKS_UP: bool = true;
    const PAGE: Option<usize> = Some(100);
    const TELLS_DISPUTES: bool = false;
    const KNOWS_CAPTURED: bool = true;
    const CREDENTIALS: &'static [&'static str] = &["example_api_url", "example_api_key"];

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

    fn line(&self) -> Option<&Line> {
        Some(&self.line)
    }

    fn payment(&self) -> String {
        unique("payment")
    }

    // Put Example's own words here, as they were recorded.
    fn troubled(&self, trouble: Trouble) -> String {
        let mishap = match trouble {
            Trouble::NoConnection => Mishap::NoConnection,
            Trouble::OrderLost => Mishap::CallLost,
            Trouble::AnswerLost => Mishap::AnswerLost,
            Trouble::CredentialsRefused => Mishap::Says(says(401, &[], r#"{"error":"unauthorized"}"#)),
            Trouble::RateLimited => Mishap::Says(says(429, &[("retry-after", "3")], r#"{"error":"too many"}"#)),
            Trouble::Broken => Mishap::Says(says(500, &[], r#"{"error":"internal"}"#)),
            Trouble::Declined => Mishap::Says(says(422, &[], r#"{"error":"already refunded"}"#)),
        };
        self.line.next(Calls::Writes, mishap);
        self.payment()
    }

    fn unseen(&self) -> Option<String> {
        None
    }

    fn disputed(&self, _stands: Option<Stands>) -> (String, String) {
        unreachable!("until Example is asked for disputes")
    }

    fn refunds(&self, _running: &Running, _payment: &str) -> Vec<Refund> {
        Vec::new()
    }

    // As it was recorded, with these values in it.
    fn made(_key: &str, _payment: &str, _minor: i64, _currency: &str) -> String {
        String::new()
    }

    fn amiss(_key: &str, _payment: &str) -> Vec<String> {
        Vec::new()
    }
}

/// Its webhooks.
pub struct News;

impl Source for News {
    const FOLDER: &'static str = "adapters/gateway/example";
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

    fn refunds() -> Vec<(String, Json)> {
        Vec::new()
    }

    fn mistakes() -> Vec<(String, &'static str)> {
        vec![("{}".to_owned(), "")]
    }
}
