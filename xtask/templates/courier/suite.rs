//! Example, played in memory.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value as Json;

use crate::harness::line::{Line, says};
use crate::harness::running::Conditions;
use crate::suites::courier::Courier;

/// Who is subscribed at Example.
pub struct Example {
    line: Line,
}

/// Answers as Example would: play its API here as its documentation has it, keys and all.
fn answer(_request: &Request<Bytes>) -> Response<Bytes> {
    let unwritten = r#"{"error":"write the stand-in in tests/adapters/tests/adapters/example/mod.rs"}"#;
    says(501, &[], unwritten)
}

impl Courier for Example {
    const FOLDER: &'static str = "adapters/courier/example";
    const SUBSCRIBED_BY: &'static str = "example_api_url";
    const BROKEN: &'static [(&'static str, &'static str)] = &[("example_api_key", "")];

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

    fn received(&self, _id: &str) -> Vec<Json> {
        Vec::new()
    }

    fn tries(&self, _id: &str) -> usize {
        0
    }
}
