//! The applications that the tests run, each of a manifest and a policy, and compiled once for all tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use contraflow_host::{Application, Manifest};
use contraflow_wiring::Wiring;
use sha2::{Digest as _, Sha256};

/// The application with the sandbox, which stands in for a gateway.
pub const MANIFEST: &str = "spin-demo.toml";

/// The root of the sources.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The policy of the tests: the shipped one, but for customers whom nobody imported, which most tests have.
pub fn policy() -> String {
    changed("policy/default.toml", |policy| policy.replace("unknown = \"person\"", "unknown = \"pass\""))
}

/// Compiled once for all tests.
pub fn application() -> Arc<Application> {
    application_of(&shipped(MANIFEST), &policy())
}

/// Another of this manifest and this policy; compiled once for all tests.
pub fn application_of(manifest: &str, policy: &str) -> Arc<Application> {
    static APPLICATIONS: Mutex<BTreeMap<String, Arc<Application>>> = Mutex::new(BTreeMap::new());
    let name = format!("application-{:x}", Sha256::new().chain_update(manifest).chain_update(policy).finalize());
    let compile = || {
        // The policy is read whenever it is asked, so the folder stays, for whoever runs the tests again.
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
        std::fs::create_dir_all(folder.join("policy")).unwrap();
        place(&folder.join("spin.toml"), &manifest.replace("\"target/", &format!("\"{}/target/", root().display())));
        place(&folder.join("policy/default.toml"), policy);
        let manifest = Manifest::load(folder.join("spin.toml")).unwrap();
        Application::compile(&manifest, Some(&root().join("target/component-cache"))).unwrap()
    };
    APPLICATIONS.lock().unwrap().entry(name.clone()).or_insert_with(compile).clone()
}

/// Who serves the store of an application.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum StoreBy {
    /// The host itself, as it is shipped.
    Host,
    /// The adapter, as on Spin.
    Adapter,
}

impl StoreBy {
    /// The same application whose store is served so; compiled once for all tests.
    pub fn of(self, application: Arc<Application>) -> Arc<Application> {
        static COMPOSED: Mutex<BTreeMap<PathBuf, Arc<Application>>> = Mutex::new(BTreeMap::new());
        let shipped = application.manifest();
        assert!(shipped.native_store.is_some(), "the host is told which store it may serve");
        let compose = || {
            let manifest = Manifest { native_store: None, ..shipped.clone() };
            Application::compile(&manifest, Some(&root().join("target/component-cache"))).unwrap()
        };
        match self {
            Self::Host => application,
            Self::Adapter => COMPOSED.lock().unwrap().entry(shipped.path.clone()).or_insert_with(compose).clone(),
        }
    }
}

/// The application with the policy of the tests, changed.
pub fn with_policy(change: impl Fn(&str) -> String) -> Arc<Application> {
    let (original, changed) = (policy(), change(&policy()));
    assert_ne!(changed, original);
    application_of(&shipped(MANIFEST), &changed)
}

/// The application whose ERP takes drafts only, which a person posts there.
pub fn with_drafts() -> Arc<Application> {
    with_policy(|policy| policy.replace("posting = \"post\"", "posting = \"draft\""))
}

/// The application of another wiring.
pub fn with_wiring(change: impl Fn(&mut Wiring)) -> Arc<Application> {
    let mut wiring = Wiring::load(&root()).unwrap();
    change(&mut wiring);
    application_of(&wiring.demo_manifest(&root()).unwrap(), &policy())
}

/// The application whose ERP makes a document for every order, whatever its key; invoices are in the books all the
/// same.
pub fn with_keyless_erp() -> Arc<Application> {
    with_wiring(|wiring| wiring.erp = "tests/fixtures/erp-keyless".into())
}

/// A file of the root, changed.
fn changed(file: &str, change: impl Fn(&str) -> String) -> String {
    let original = std::fs::read_to_string(root().join(file)).unwrap();
    let changed = change(&original);
    assert_ne!(changed, original);
    changed
}

pub fn shipped(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap()
}

/// A file with that content, which nobody ever finds half written.
fn place(file: &Path, content: &str) {
    if std::fs::read_to_string(file).is_ok_and(|there| there == content) {
        return;
    }
    let unfinished = file.with_extension(std::process::id().to_string());
    std::fs::write(&unfinished, content).unwrap();
    std::fs::rename(unfinished, file).unwrap();
}
