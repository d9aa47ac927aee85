//! Events by webhook, to a subscriber in another language that verifies them with another library
//! (`tests/peers/subscriber`).

use std::sync::Arc;

use contraflow_peers::process::Peer;
use serde_json::{Value as Json, json};

use crate::harness::Shared;
use crate::harness::line::Line;
use crate::harness::running::Conditions;
use crate::suites::courier::Courier;
use crate::suites::suite;

suite!(courier: Webhook);

const SECRET: &str = "whsec_dGhlIHN1YnNjcmliZXIncyBzZWNyZXQga2V5IQ==";

/// One subscriber.
pub struct Webhook {
    peer: Arc<Peer>,
    line: Line,
}

impl Courier for Webhook {
    const FOLDER: &'static str = "adapters/courier/webhook";
    const SUBSCRIBED_BY: &'static str = "webhook_url";
    const BROKEN: &'static [(&'static str, &'static str)] =
        &[("webhook_secret", ""), ("webhook_secret", "whsec_c2hvcnQ="), ("webhook_secret", "no secret at all")];

    fn start() -> Self {
        static PEER: Shared = Shared::new();
        Self { peer: PEER.get(|| Peer::subscriber(SECRET)), line: Line::to_network() }
    }

    fn conditions(&self) -> Conditions {
        let variables = [
            ("webhook_url", &*self.peer.url),
            ("webhook_path", "/contraflow"),
            ("webhook_secret", SECRET),
            ("public_url", "https://contraflow.example"),
        ];
        Conditions {
            variables: variables.map(|(name, value)| (name, value.to_owned())).to_vec(),
            line: Some(self.line.clone()),
            ..Conditions::default()
        }
    }

    fn line(&self) -> &Line {
        &self.line
    }

    fn received(&self, id: &str) -> Vec<Json> {
        let state = self.peer.state();
        let events = state["events"].as_array().unwrap().iter().filter(|event| event["id"] == id);
        events.map(|event| json!({"kind": event["type"], "subject": event["subject"], "data": event["data"]})).collect()
    }

    fn tries(&self, id: &str) -> usize {
        let state = self.peer.state();
        let deliveries = state["deliveries"].as_array().unwrap().iter().filter(|delivery| delivery["id"] == id);
        deliveries.inspect(|delivery| assert_eq!(delivery["verified"], true, "{delivery}")).count()
    }
}
