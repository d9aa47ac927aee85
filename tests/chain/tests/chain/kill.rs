//! The real binary, killed while it works.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use contraflow_host::local_auth::{LocalUser, sign};
use serde_json::{Value, json};

use crate::world::{KEY, root};

struct Running {
    child: Child,
    base: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        // SIGKILL: nothing is flushed, nobody is told.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn start(state: &Path) -> Running {
    let listen = format!("127.0.0.1:{}", free_port());
    let child = Command::new(root().join("target/host/contraflow"))
        .args(["up", "--listen", &listen, "--state"])
        .arg(state)
        .current_dir(root())
        .env("SPIN_VARIABLE_AUTH_LOCAL_KEY", KEY)
        .env_remove("RUST_BACKTRACE")
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

fn token(user: &LocalUser<'_>) -> String {
    format!("Bearer {}", sign(KEY, user, 1).unwrap())
}

fn ask(base: &str, key: &str) -> bool {
    let user = LocalUser { name: "alice", roles: &["requester"] };
    let body = json!({"kind": "goodwill_credit", "customer": "CUST-7", "amount": {"value": "1.00", "currency": "EUR"}, "note": key});
    let sent = ureq::post(format!("{base}/v1/requests"))
        .header("authorization", token(&user))
        .header("idempotency-key", key)
        .send(body.to_string());
    sent.is_ok_and(|answer| answer.status() == 202)
}

fn get(base: &str, path: &str) -> Value {
    let user = LocalUser { name: "ada", roles: &["auditor", "finance", "admin"] };
    let mut answer = ureq::get(format!("{base}{path}")).header("authorization", token(&user)).call().unwrap();
    serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
}

/// All items of a paged list.
fn all(base: &str, path: &str) -> Vec<Value> {
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
fn a_host_that_is_killed_in_mid_chain_completes_every_request_once() {
    let state = tempfile::tempdir().unwrap();
    let mut asked = Vec::new();
    for round in 0..3 {
        let running = start(state.path());
        let killed_after = Duration::from_millis(150 + 170 * round);
        let begun = Instant::now();
        for n in 0.. {
            if begun.elapsed() >= killed_after {
                break;
            }
            let key = format!("r{round}-{n}");
            ask(&running.base, &key);
            asked.push(key);
        }
        drop(running);
    }
    assert!(asked.len() > 10, "the host was under load");
    let running = start(state.path());
    for key in &asked {
        // Whether or not the answer came before the kill, a client asks again under the same key, and nothing happens twice.
        assert!(ask(&running.base, key));
    }
    // The clock takes up what the killed drivers left behind; a call that may have been under way is waited for.
    let begun = Instant::now();
    loop {
        let requests = all(&running.base, "/v1/requests");
        if requests.iter().all(|request| request["status"] == "completed") {
            assert_eq!(requests.len(), asked.len(), "every request is there, and no other");
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(240), "not at rest: {requests:#?}");
        std::thread::sleep(Duration::from_secs(2));
    }
    let memos = all(&running.base, "/v1/books/credit-memos");
    assert_eq!(memos.len(), asked.len(), "one memo for each");
    let balance = get(&running.base, "/v1/customers/CUST-7/balance");
    assert_eq!(balance["balances"][0]["balance"]["value"], format!("{}.00", asked.len()));
}
