//! The real binary on a port of its own, and what a client does with it.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use contraflow_host::local_auth::{LocalUser, sign};
use serde_json::Value;

use crate::built::{application, root};
use crate::world::{KEY, SANDBOX_SECRET};

/// A host of its own, killed when it is dropped.
pub struct Running {
    child: Child,
    pub base: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        // SIGKILL: nothing is flushed, nobody is told.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The command, with the compiled components that the other tests use: compiling them is not what is tested.
pub fn command() -> Command {
    application();
    let mut command = Command::new(root().join("target/host/contraflow"));
    command
        .current_dir(root())
        .env("CONTRAFLOW_CACHE", root().join("target/component-cache"))
        .env("SPIN_VARIABLE_AUTH_LOCAL_KEY", KEY)
        .env_remove("RUST_BACKTRACE");
    command
}

/// Starts the host over a state folder, with variables of the application.
pub fn start(state: &Path, variables: &[(&str, &str)]) -> Running {
    let listen = format!("127.0.0.1:{}", free_port());
    let child = command()
        .args(["up", "--demo", "--rate-limit", "0", "--address-rate-limit", "0", "--listen", &listen, "--state"])
        .arg(state)
        .env("SPIN_VARIABLE_SANDBOX_WEBHOOK_SECRET", SANDBOX_SECRET)
        .envs(variables.iter().map(|(name, value)| (format!("SPIN_VARIABLE_{}", name.to_uppercase()), value)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("build the host first: cargo xtask build");
    let running = Running { child, base: format!("http://{listen}") };
    let begun = Instant::now();
    while ureq::get(format!("{}/openapi.json", running.base)).call().is_err() {
        assert!(begun.elapsed() < Duration::from_secs(300), "the host does not come up");
        std::thread::sleep(Duration::from_millis(50));
    }
    running
}

/// What `contraflow doctor` says beside the running host, and whether it finds the store sound.
pub fn doctor(state: &Path) -> (String, bool) {
    let examined = command().args(["doctor", "--state"]).arg(state).output().unwrap();
    let said = [examined.stdout, examined.stderr].concat();
    (String::from_utf8_lossy(&said).into_owned(), examined.status.success())
}

pub fn token(user: &LocalUser<'_>) -> String {
    format!("Bearer {}", sign(KEY, user, 1).unwrap())
}

/// Sends JSON as somebody; the status and the answer, none where the host did not live to give one.
pub fn post(base: &str, path: &str, user: &LocalUser<'_>, key: &str, body: &Value) -> Option<(u16, Value)> {
    let agent = ureq::Agent::new_with_config(ureq::Agent::config_builder().http_status_as_error(false).build());
    let sent = agent
        .post(format!("{base}{path}"))
        .header("authorization", token(user))
        .header("idempotency-key", key)
        .header("content-type", "application/json")
        .send(body.to_string());
    let mut answer = sent.ok()?;
    let text = answer.body_mut().read_to_string().ok()?;
    Some((answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::Null)))
}

/// What is there; none where the host did not live to say it.
pub fn read(base: &str, path: &str) -> Option<Value> {
    let user = LocalUser { name: "ada", roles: &["auditor", "finance", "admin"] };
    let mut answer = ureq::get(format!("{base}{path}")).header("authorization", token(&user)).call().ok()?;
    serde_json::from_str(&answer.body_mut().read_to_string().ok()?).ok()
}

pub fn get(base: &str, path: &str) -> Value {
    read(base, path).unwrap_or_else(|| panic!("no answer to GET {path}"))
}

/// All items of a paged list.
pub fn all(base: &str, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = get(base, &format!("{path}?limit=200{cursor}"));
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        let next = page["next"].as_str().map(str::to_owned);
        match next {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

#[test]
fn the_sandbox_is_not_for_other_machines() {
    let state = tempfile::tempdir().unwrap();
    let refused = Command::new(root().join("target/host/contraflow"))
        .args(["up", "--demo", "--listen", "0.0.0.0:0", "--state"])
        .arg(state.path())
        .current_dir(root())
        .output()
        .unwrap();
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("listen on 127.0.0.1") && said.contains("leave --demo out"), "{said}");
}
