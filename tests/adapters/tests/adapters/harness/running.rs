//! An adapter that runs.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use contraflow_host::{Host, HostOptions, Interceptor, Limits, Outbound, SqliteSync};
use http::{Request, Response};
use serde_json::Value as Json;
use tempfile::TempDir;

use super::line::Line;
use super::wiring::{PROBE, Wiring};

/// An adapter behind its probe, over an empty state.
pub struct Running {
    host: Host,
    state: TempDir,
    line: Option<Line>,
    /// Values that no answer may show.
    secrets: Vec<String>,
}

/// A shorter value is no secret: a test sets a variable to it to break something.
const SECRET_BYTES: usize = 5;

/// What a test says of how the adapter runs.
#[derive(Default)]
pub struct Conditions {
    /// Values of variables; the others are empty.
    pub variables: Vec<(&'static str, String)>,
    /// The way to the vendor; the network where there is none.
    pub line: Option<Line>,
    /// Whether the host serves the contract itself, over what the adapter keeps.
    pub by_host: bool,
    /// Sees every host call.
    pub interceptor: Option<Arc<dyn Interceptor>>,
}

impl Running {
    /// Starts it.
    pub fn start(wiring: Wiring, conditions: Conditions) -> Self {
        let state = TempDir::new().unwrap();
        let is_secret = |name: &str| wiring.secrets().iter().any(|secret| secret == name);
        let values = conditions.variables.iter().filter(|(name, _)| is_secret(name));
        let secrets =
            values.map(|(_, value)| value.clone()).filter(|value| value.trim().len() >= SECRET_BYTES).collect();
        let variables = conditions.variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let options = HostOptions {
            state_dir: state.path().to_owned(),
            variables,
            interceptor: conditions.interceptor,
            outbound: conditions.line.clone().map(|line| -> Arc<dyn Outbound> { Arc::new(line) }),
            // A value of 1 MiB is several times as long in the probe's JSON.
            limits: Limits { request_body_bytes: 64 << 20, ..Limits::default() },
            // Nothing here loses power.
            sqlite_sync: SqliteSync::Off,
            ..HostOptions::default()
        };
        Self {
            host: Host::start(wiring.application(conditions.by_host), options).unwrap(),
            state,
            line: conditions.line,
            secrets,
        }
    }

    /// Calls a function of the contract: its result as serde writes Rust's. A trap fails the test, and so does an
    /// answer with a secret in it: people read the words of every fault.
    pub async fn call(&self, path: &str, arguments: &Json) -> Json {
        let request = Request::post(path).body(Bytes::from(arguments.to_string())).unwrap();
        let response = self.host.call_component(PROBE, request).await.unwrap();
        assert_eq!(response.status(), 200, "{path} trapped or was called wrongly: {response:?}");
        let answer = String::from_utf8(response.body().to_vec()).unwrap();
        let sent = self.line.iter().flat_map(Line::credentials);
        for secret in self.secrets.iter().cloned().chain(sent) {
            assert!(!answer.contains(&secret), "{path} answers with the secret {secret}: {answer}");
        }
        serde_json::from_str(&answer).unwrap()
    }

    /// Sends a request by the public routes of what stands beside the adapter.
    pub async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        self.host.handle(request).await.unwrap()
    }

    /// The file that the embedded databases are in.
    pub fn database(&self) -> PathBuf {
        self.state.path().join("sqlite_default.db")
    }
}

/// The case of a result that must be an error of this case: its detail.
pub fn fault(answer: &Json, case: &str) -> Json {
    let detail = &answer["Err"][case];
    assert!(!detail.is_null(), "no {case}: {answer}");
    detail.clone()
}
