//! Calling an adapter through the probe.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use contraflow_host::{Application, Host, HostOptions, Manifest};
use http::Request;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

/// The key, and the payment, of most orders here.
pub const KEY: &str = "leg-1";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// A path from the project's folder.
pub fn file(path: &str) -> PathBuf {
    root().join(path)
}

fn application() -> Arc<Application> {
    static APPLICATION: OnceLock<Arc<Application>> = OnceLock::new();
    let compile = || {
        let manifest = Manifest::load(file("tests/fixtures/gateway-probe/spin.toml")).unwrap();
        assert_eq!(manifest.check(), [""; 0]);
        Application::compile(&manifest, Some(&file("target/component-cache"))).unwrap()
    };
    APPLICATION.get_or_init(compile).clone()
}

/// One adapter that runs, over a state of its own.
pub struct Adapter {
    host: Host,
    component: &'static str,
    state: TempDir,
}

impl Adapter {
    /// The sandbox gateway.
    pub fn sandbox(variables: &[(&str, &str)]) -> Self {
        Self::start("sandbox", variables)
    }

    /// Stripe, at this address.
    pub fn stripe(url: &str) -> Self {
        Self::start("stripe", &[("stripe_api_url", url), ("stripe_secret_key", "sk_test_contraflow")])
    }

    /// An adapter of the probe's manifest.
    pub fn start(component: &'static str, variables: &[(&str, &str)]) -> Self {
        let state = TempDir::new().unwrap();
        let variables: BTreeMap<_, _> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let options = HostOptions { state_dir: state.path().to_owned(), variables, ..HostOptions::default() };
        let host = Host::start(application(), options).unwrap();
        Self { host, component, state }
    }

    /// `refunds.submit`.
    pub async fn submit(&self, order: &Json) -> Json {
        self.call("/submit", &[], order.to_string()).await
    }

    /// `refunds-read.find`.
    pub async fn find(&self, query: &Json) -> Json {
        self.call("/find", &[], query.to_string()).await
    }

    /// `source.read`.
    pub async fn deliver(&self, headers: &[(&str, &str)], body: &str) -> Json {
        self.call("/webhook", headers, body.to_owned()).await
    }

    async fn call(&self, path: &str, headers: &[(&str, &str)], body: String) -> Json {
        let mut request = Request::post(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Bytes::from(body)).unwrap();
        let response = self.host.call_component(self.component, request).await.unwrap();
        assert_eq!(response.status(), 200, "{response:?}");
        serde_json::from_slice(response.body()).unwrap()
    }

    /// The rows of the sandbox's refunds: key, payment, amount, currency, status.
    pub fn ledger(&self) -> Vec<(String, String, i64, String, String)> {
        let database = rusqlite::Connection::open(self.state.path().join("sqlite_default.db")).unwrap();
        let mut rows = database
            .prepare("SELECT key, payment, amount_minor, currency, status FROM sandbox_refund ORDER BY seq")
            .unwrap();
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }
}

/// An order.
pub fn order(key: &str, payment: &str, minor: i64, currency: &str) -> Json {
    json!({
        "key": {"value": key},
        "request": {"value": "0199c7b0-0000-7000-8000-000000000001"},
        "payment": payment,
        "amount": {"minor": minor, "currency": currency},
        "reason": "RequestedByCustomer",
    })
}

/// A look-up by key.
pub fn query(key: &str, payment: &str) -> Json {
    json!({"key": {"value": key}, "payment": payment, "reference": null, "sent_at": {"unix_ms": 1_760_000_000_000_u64}})
}

/// The refund in an outcome of this kind; fails with the whole answer.
pub fn refund(answer: &Json, outcome: &str) -> Json {
    let refund = &answer["Ok"][outcome];
    assert!(refund.is_object(), "no {outcome}: {answer}");
    refund.clone()
}

/// The detail of a fault of this kind; fails with the whole answer.
pub fn fault(answer: &Json, kind: &str) -> Json {
    let detail = &answer["Err"][kind];
    assert!(!detail.is_null(), "no {kind}: {answer}");
    detail.clone()
}
