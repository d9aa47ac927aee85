//! A component and its adapter, joined. Needs two more components:
//! `cargo build --release --target wasm32-wasip2 -p fixture-store-probe -p store-sqlite`.

use contraflow_host::{Application, Host, HostOptions, Manifest};
use http::Response;

use super::support::{Folder, request, root, test_cache};

fn manifest(adapter: &str, inherits: &str) -> anyhow::Result<Manifest> {
    let folder = Folder::new();
    let artifacts = root().join("target/wasm32-wasip2/release");
    let text = format!(
        r#"
        spin_manifest_version = 2
        application = {{ name = "composed" }}
        [[trigger.http]]
        route = "/..."
        component = "probe"
        [component.probe]
        source = "{artifacts}/fixture_store_probe.wasm"
        sqlite_databases = ["default"]
        [component.probe.dependencies]
        "contraflow:store@0.1.0" = {{ path = "{artifacts}/{adapter}.wasm", inherit_configuration = {inherits} }}
        "#,
        artifacts = artifacts.display()
    );
    let file = folder.0.join("spin.toml");
    std::fs::write(&file, text)?;
    Manifest::load(&file)
}

async fn get(inherits: &str) -> Response<bytes::Bytes> {
    let state = Folder::new();
    let app = Application::compile(&manifest("store_sqlite", inherits).unwrap(), Some(&test_cache())).unwrap();
    let host = Host::start(app, HostOptions { state_dir: state.0.clone(), ..HostOptions::default() }).unwrap();
    host.handle(request("/get", r#"[["a"]]"#)).await.unwrap()
}

#[tokio::test]
async fn an_adapter_uses_what_it_inherits() {
    let answer = get(r#"["sqlite_databases"]"#).await;
    assert_eq!(String::from_utf8_lossy(answer.body()), r#"{"Ok":[null]}"#);
}

#[tokio::test]
async fn an_adapter_is_denied_what_it_does_not_inherit() {
    let answer = get("[]").await;
    let body = String::from_utf8_lossy(answer.body());
    assert!(!answer.status().is_success() || body.starts_with(r#"{"Err""#), "{body}");
}

#[test]
fn a_dependency_that_fits_no_import_is_an_error_that_names_it() {
    let error = Application::compile(&manifest("fixture_probe", "[]").unwrap(), None).err().unwrap();
    let message = format!("{error:#}");
    assert!(message.contains("component.probe") && message.contains("contraflow:store@0.1.0"), "{message}");
}
