//! The whole way over the network: a helpdesk and a subscriber in another language, and the real binary between them.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use contraflow_host::local_auth::LocalUser;
use serde_json::{Value, json};

use crate::binary::{free_port, get, start, token};
use crate::built::root;
use crate::world::{WEBHOOK_SECRET, ZENDESK_SECRET};

/// A stand-in that runs as a process of its own.
struct Peer {
    child: Child,
    base: String,
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Peer {
    fn start(python: &str, server: &str, arguments: &[&str]) -> Self {
        let port = free_port().to_string();
        let child = Command::new(python)
            .arg(root().join(server))
            .arg(&port)
            .args(arguments)
            .stdout(Stdio::null())
            .spawn()
            .expect("set the peers up: cargo xtask test does");
        let peer = Self { child, base: format!("http://127.0.0.1:{port}") };
        let begun = Instant::now();
        while ureq::get(format!("{}/_peer/state", peer.base)).call().is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30), "{server} does not come up");
            std::thread::sleep(Duration::from_millis(50));
        }
        peer
    }

    fn state(&self) -> Value {
        let mut answer = ureq::get(format!("{}/_peer/state", self.base)).call().unwrap();
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
    }

    fn tell(&self, path: &str, body: &Value) {
        ureq::post(format!("{}{path}", self.base)).send(body.to_string()).unwrap();
    }
}

fn post(base: &str, path: &str, user: &LocalUser<'_>, body: &Value) {
    let sent = ureq::post(format!("{base}{path}")).header("authorization", token(user)).send(body.to_string());
    assert!(sent.is_ok(), "{path}: {sent:?}");
}

/// Looks again until it finds something.
fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{what} does not come");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_ticket_is_answered_and_a_subscriber_told_over_the_network() {
    let zendesk =
        Peer::start("python3", "tests/peers/zendesk/server.py", &["--email", "bot@example.com", "--token", "t0ken"]);
    let python = root().join("target/peers/subscriber/bin/python");
    let subscriber =
        Peer::start(&python.to_string_lossy(), "tests/peers/subscriber/server.py", &["--secret", WEBHOOK_SECRET]);
    let state = tempfile::tempdir().unwrap();
    let host = start(
        state.path(),
        &[
            ("zendesk_api_url", &zendesk.base),
            ("zendesk_email", "bot@example.com"),
            ("zendesk_api_token", "t0ken"),
            ("zendesk_webhook_secret", ZENDESK_SECRET),
            ("webhook_url", &subscriber.base),
            ("webhook_secret", WEBHOOK_SECRET),
        ],
    );
    let finance = LocalUser { name: "fina", roles: &["finance"] };
    post(
        &host.base,
        "/v1/books/invoices",
        &finance,
        &json!({
            "number": "INV-1001", "issued_on": "2026-10-01", "currency": "EUR",
            "customer": {"id": "CUST-7", "name": "Nordlicht GmbH", "country": "DE", "tier": "standard", "email": "ap@nordlicht.example"},
            "prices_include_tax": false, "tax_rounding": "line",
            "lines": [{"id": "1", "description": "Sensor", "quantity": "4", "unit_price": "25.00", "discount": "0.00",
                       "tax_rate": "0.19", "net": "100.00", "tax": "19.00", "gross": "119.00"}],
            "payments": [{"id": "PAY-1", "gateway": "sandbox", "reference": "ch_1001", "method": "card",
                          "captured": "119.00", "paid_at": "2026-10-02T09:00:00Z"}],
        }),
    );
    zendesk.tell("/_peer/tickets", &json!({"id": 4711}));
    // The first answer on the ticket is lost on its way back, and the first event is refused for now.
    zendesk.tell("/_peer/faults", &json!({"faults": ["lose"], "method": "PUT"}));
    subscriber.tell("/_peer/faults", &json!({"faults": ["503"]}));
    let ask = json!({
        "ticket": {"id": "4711", "url": format!("{}/agent/tickets/4711", zendesk.base),
                   "requester_email": "ap@nordlicht.example", "agent_email": "agent@example.com"},
        "credit": {"kind": "refund", "invoice": "INV-1001", "reason": "broken", "note": "2 of 4 arrived broken", "lines": "1:2"},
    });
    zendesk.tell(
        "/_peer/webhook",
        &json!({"url": format!("{}/webhooks/zendesk", host.base), "secret": ZENDESK_SECRET, "body": ask}),
    );
    let id = until("the request", || {
        let listed = get(&host.base, "/v1/requests?status=pending_approval");
        listed["items"][0]["id"].as_str().map(str::to_owned)
    });
    let manager = LocalUser { name: "max", roles: &["approver:manager"] };
    let lead = LocalUser { name: "lea", roles: &["approver:team-lead"] };
    for decider in [&lead, &manager] {
        let hash = get(&host.base, &format!("/v1/requests/{id}"))["content_hash"].clone();
        let decision = json!({"decision": "approve", "content_hash": hash});
        post(&host.base, &format!("/v1/requests/{id}/decisions"), decider, &decision);
    }
    until("the end", || (get(&host.base, &format!("/v1/requests/{id}"))["status"] == "completed").then_some(()));
    let public = until("the public comment", || {
        let state = zendesk.state();
        let comments = state["comments"]["4711"].as_array()?.clone();
        let public: Vec<_> = comments.into_iter().filter(|comment| comment["public"] == true).collect();
        (!public.is_empty()).then_some(public)
    });
    assert_eq!(public.len(), 1, "{public:?}");
    until("the solved ticket", || (zendesk.state()["tickets"]["4711"]["status"] == "solved").then_some(()));
    let completed = until("the event", || {
        let events = subscriber.state()["events"].as_array()?.clone();
        events.into_iter().find(|event| event["type"] == "request.completed")
    });
    assert_eq!(completed["subject"], id.as_str());
    let deliveries = subscriber.state()["deliveries"].as_array().unwrap().clone();
    assert!(deliveries.iter().all(|delivery| delivery["verified"] == true), "{deliveries:?}");
}
