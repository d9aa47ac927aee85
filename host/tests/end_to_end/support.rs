//! An application of probes, started as often as the tests like.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use contraflow_host::{Application, Host, HostOptions, Manifest};
use http::{Request, Response};
use serde_json::Value as Json;

/// A folder of its own, gone with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("contraflow-host-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// `public` and its private neighbour; `denied` may do nothing.
const MANIFEST: &str = r#"
spin_manifest_version = 2
[application]
name = "probes"
[variables]
secret_key = { required = true, secret = true }
vendor_url = { default = "http://vendor.example" }
off = { default = "" }
[[trigger.http]]
route = "/..."
component = "public"
[[trigger.http]]
route = "/denied/..."
component = "denied"
[[trigger.http]]
route = { private = true }
component = "private"
[component.public]
source = "PROBE"
sqlite_databases = ["default"]
key_value_stores = ["default"]
allowed_outbound_hosts = ["http://*.spin.internal", "{{ vendor_url }}", "{{ off }}"]
files = [{ source = "FILES", destination = "/files" }]
[component.public.variables]
key = "{{ secret_key }}"
greeting = "hello {{ secret_key }}"
[component.private]
source = "PROBE"
sqlite_databases = ["default"]
allowed_outbound_hosts = ["http://*.spin.internal"]
[component.denied]
source = "PROBE"
"#;

pub fn manifest() -> Manifest {
    let folder = Folder::new();
    let probe = root().join("target/wasm32-wasip2/release/fixture_probe.wasm");
    let files = root().join("host/tests/end_to_end/files");
    let text = MANIFEST.replace("PROBE", probe.to_str().unwrap()).replace("FILES", files.to_str().unwrap());
    let file = folder.0.join("spin.toml");
    std::fs::write(&file, text).unwrap();
    Manifest::load(&file).unwrap()
}

/// Compiled components outlive the test run.
pub fn test_cache() -> PathBuf {
    root().join("target/component-cache")
}

/// Compiled once for all tests.
pub fn application() -> Arc<Application> {
    static APPLICATION: OnceLock<Arc<Application>> = OnceLock::new();
    APPLICATION.get_or_init(|| Application::compile(&manifest(), Some(&test_cache())).unwrap()).clone()
}

pub fn options(state: &Folder) -> HostOptions {
    let variables = [("secret_key".to_owned(), "s3cret".to_owned())].into();
    HostOptions { state_dir: state.0.clone(), variables, ..HostOptions::default() }
}

pub fn start(options: HostOptions) -> Host {
    Host::start(application(), options).unwrap()
}

pub fn request(path: &str, body: impl Into<Bytes>) -> Request<Bytes> {
    Request::post(path).body(body.into()).unwrap()
}

pub fn json(response: &Response<Bytes>) -> Json {
    serde_json::from_slice(response.body()).unwrap_or_else(|_| panic!("not JSON: {response:?}"))
}

/// The host's own answer: a problem document that says what to do.
pub fn assert_is_problem(response: &Response<Bytes>, status: u16, code: &str) {
    assert_eq!(response.status(), status, "{response:?}");
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let problem = json(response);
    assert_eq!(problem["type"], format!("urn:contraflow:problem:{code}"));
    assert_eq!(problem["status"], status);
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(". ")), "what, and what to do: {problem}");
}

/// Asks the public probe and expects 200.
pub async fn ask(host: &Host, path: &str, body: Json) -> Json {
    let body = if let Json::String(text) = body { text } else { body.to_string() };
    let response = host.handle(request(path, body)).await.unwrap();
    assert_eq!(response.status(), 200, "{path}: {response:?}");
    json(&response)
}

/// The rows of SQL statements, run on one connection by the public probe.
pub async fn sql(host: &Host, statements: &[&str]) -> Json {
    let statements: Vec<Json> = statements.iter().map(|statement| serde_json::json!([statement, []])).collect();
    ask(host, "/sql", serde_json::json!({ "statements": statements })).await["ok"].clone()
}
