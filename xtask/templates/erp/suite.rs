//! Example, played in memory.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value as Json;

use crate::harness::line::{Calls, Line, Mishap, says};
use crate::harness::running::{Conditions, Running};
use crate::suites::erp::Erp;

/// What Example is, as far as credit documents go.
pub struct Example {
    line: Line,
}

/// Answers as Example would: play its API here as its documentation has it, keys and all.
fn answer(_request: &Request<Bytes>) -> Response<Bytes> {
    let unwritten = r#"{"error":"write the stand-in in tests/adapters/tests/adapters/example/mod.rs"}"#;
    says(501, &[], unwritten)
}

impl Erp for Example {
    const FOLDER: &'static str = "adapters/erp/example";
    const BESIDE: &'static [&'static str] = &[];
    const KNOWS_KEYS: bool = true;
    const HAS_INVOICES: bool = true;
    const BOOKS_MONEY: bool = false;
    const JUDGES: bool = true;
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

    async fn issue(&self, _running: &Running, _number: &str) -> Json {
        Json::Null
    }

    async fn documents(&self, _running: &Running) -> usize {
        0
    }

    async fn entries(&self, _running: &Running) -> usize {
        0
    }

    fn line(&self) -> Option<&Line> {
        Some(&self.line)
    }

    fn lose_answer(&self) {
        self.line.next(Calls::Writes, Mishap::AnswerLost);
    }

    fn lose_look_up(&self) {
        self.line.next(Calls::Reads, Mishap::AnswerLost);
    }
}
