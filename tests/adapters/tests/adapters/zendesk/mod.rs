//! Zendesk, played by the stand-in in `tests/peers/zendesk`.

mod asks;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use contraflow_adapter_support::signature::to_base64;
use contraflow_peers::process::Peer;
use serde_json::{Value as Json, json};

use crate::harness::Shared;
use crate::harness::line::Line;
use crate::harness::running::Conditions;
use crate::suites::helpdesk::{Comment, Helpdesk};
use crate::suites::suite;

suite!(helpdesk: Zendesk);

const EMAIL: &str = "bot@example.com";
const TOKEN: &str = "t0ken";

/// One account.
pub struct Zendesk {
    peer: Arc<Peer>,
    line: Line,
}

impl Zendesk {
    /// A ticket that stands so.
    fn put(&self, status: &str) -> String {
        static NUMBER: AtomicU64 = AtomicU64::new(1_000);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        self.peer.tell("/_peer/tickets", &json!({"id": number, "status": status}));
        number.to_string()
    }
}

impl Helpdesk for Zendesk {
    const FOLDER: &'static str = "adapters/helpdesk/zendesk";
    const CREDENTIALS: &'static [&'static str] = &["zendesk_api_url", "zendesk_email", "zendesk_api_token"];
    // Its API knows no keys: the key stands in the comment, and nothing of the input besides.
    const TELLS_OTHER_INPUT: bool = false;
    const PAGE: usize = 20;

    fn start() -> Self {
        static PEER: Shared = Shared::new();
        Self { peer: PEER.get(|| Peer::zendesk(EMAIL, TOKEN)), line: Line::to_network() }
    }

    fn conditions(&self) -> Conditions {
        let variables = [("zendesk_api_url", &*self.peer.url), ("zendesk_email", EMAIL), ("zendesk_api_token", TOKEN)];
        Conditions {
            variables: variables.map(|(name, value)| (name, value.to_owned())).to_vec(),
            line: Some(self.line.clone()),
            ..Conditions::default()
        }
    }

    fn line(&self) -> &Line {
        &self.line
    }

    fn ticket(&self) -> String {
        self.put("open")
    }

    fn closed(&self) -> String {
        self.put("closed")
    }

    fn missing(&self) -> String {
        "999999999".to_owned()
    }

    fn misnomers() -> Vec<&'static str> {
        vec![
            "",
            " ",
            "abc",
            "-1",
            "1.5",
            "1/../2",
            "1?x=1",
            "1\r\nx-evil: 1",
            "1\u{0}",
            "１２",
            "123456789012345678901",
        ]
    }

    fn others_write(&self, ticket: &str, count: usize) {
        let authorization = format!("Basic {}", to_base64(format!("{EMAIL}/token:{TOKEN}").as_bytes()));
        for number in 0..count {
            let body = json!({"ticket": {"comment": {"body": format!("Somebody else's {number}"), "public": true}}});
            let request = ureq::put(format!("{}/api/v2/tickets/{ticket}", self.peer.url));
            request.header("authorization", &authorization).send(body.to_string()).unwrap();
        }
    }

    fn comments(&self, ticket: &str) -> Vec<Comment> {
        let state = self.peer.state();
        let comments = state["comments"][ticket].as_array().cloned().unwrap_or_default();
        let comment = |comment: &Json| Comment {
            body: comment["body"].as_str().unwrap().to_owned(),
            public: comment["public"].as_bool().unwrap(),
        };
        comments.iter().map(comment).collect()
    }
}
