//! The application, started as often as the tests like, each time over a state of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use contraflow_host::{Application, Host, HostOptions, Limits, Manifest, SqliteSync};
use http::{Request, Response};
use serde_json::Value as Json;
use tempfile::TempDir;

/// Signs the tests' tokens.
pub const AUTH_KEY: &str = "a key that is long enough for tests";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn application() -> Arc<Application> {
    static APPLICATION: OnceLock<Arc<Application>> = OnceLock::new();
    let compile = || {
        let manifest = Manifest::load(root().join("tests/embedded/spin.toml")).unwrap();
        assert_eq!(manifest.check(), [""; 0]);
        Application::compile(&manifest, Some(&root().join("target/component-cache"))).unwrap()
    };
    APPLICATION.get_or_init(compile).clone()
}

/// A host that runs.
pub struct Running {
    host: Host,
    _state: TempDir,
}

impl Running {
    /// Starts over an empty state.
    pub fn start() -> Self {
        let state = TempDir::new().unwrap();
        let options = HostOptions {
            state_dir: state.path().to_owned(),
            variables: BTreeMap::from([("auth_local_key".to_owned(), AUTH_KEY.to_owned())]),
            // A value of 1 MiB is several times as long in the probe's JSON.
            limits: Limits { request_body_bytes: 64 << 20, ..Limits::default() },
            // Nothing here loses power.
            sqlite_sync: SqliteSync::Off,
            ..HostOptions::default()
        };
        Self { host: Host::start(application(), options).unwrap(), _state: state }
    }

    /// Calls a probe with the arguments of a contract's function: its result as serde writes Rust's.
    pub async fn call(&self, component: &str, path: &str, arguments: &Json) -> Json {
        let request = Request::post(path).body(Bytes::from(arguments.to_string())).unwrap();
        let response = self.host.call_component(component, request).await.unwrap();
        assert_eq!(response.status(), 200, "{path}: {response:?}");
        serde_json::from_slice(response.body()).unwrap()
    }

    /// Sends a request by the public routes.
    pub async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        self.host.handle(request).await.unwrap()
    }
}
