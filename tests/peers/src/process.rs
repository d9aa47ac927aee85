//! Peers that run as programs of their own, until they are dropped.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value as Json;

/// A peer that runs.
pub struct Peer {
    process: Child,
    /// Where it listens.
    pub url: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

impl Peer {
    /// Starts one of the stand-ins for Stripe, `localstripe` or `stateful`, with nothing in it.
    pub fn stripe(name: &str) -> Self {
        Self::start(Command::new(root().join("tests/peers/stripe/run")).args([name, "0"]))
    }

    /// Starts the stand-in for Zendesk, which lets that agent in by that token.
    pub fn zendesk(email: &str, token: &str) -> Self {
        let server = root().join("tests/peers/zendesk/server.py");
        Self::start(Command::new("python3").arg(server).args(["0", "--email", email, "--token", token]))
    }

    /// Returns a subscriber of contraflow's events, which verifies them by that secret.
    pub fn subscriber(secret: &str) -> Self {
        Self::start(Command::new(root().join("tests/peers/subscriber/run")).args(["0", "--secret", secret]))
    }

    /// Starts a provider of sign-ins: see [`crate::oidc`].
    pub fn oidc() -> Self {
        Self::start(Command::new(root().join("tests/peers/oidc/run")).arg("0"))
    }

    /// Starts Tryton, over a copy of the template that it keeps in this folder: see [`crate::tryton`].
    pub(crate) fn tryton(folder: &Path) -> Self {
        Self::start(Command::new(root().join("tests/peers/tryton/run")).arg(folder))
    }

    /// Starts a program that prints its address when it listens.
    fn start(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
        assert!(url.starts_with("http://127.0.0.1:"), "{command:?} does not run: set it up with its `setup`");
        Self { process, url: url.trim().to_owned() }
    }

    /// Reads JSON, with this authorization.
    pub fn get(&self, path: &str, authorization: &str) -> Json {
        let request = ureq::get(format!("{}{path}", self.url)).header("authorization", authorization);
        json(request.call().unwrap())
    }

    /// Posts a form, with this authorization.
    pub fn post_form(&self, path: &str, authorization: &str, form: &[(&str, &str)]) -> Json {
        let request = ureq::post(format!("{}{path}", self.url)).header("authorization", authorization);
        json(request.send_form(form.iter().copied()).unwrap())
    }

    /// Returns all that a peer of ours holds.
    pub fn state(&self) -> Json {
        self.get("/_peer/state", "")
    }

    /// Tells a peer of ours something by one of its control routes.
    pub fn tell(&self, path: &str, body: &Json) {
        self.ask(path, body);
    }

    /// Tells a peer of ours something, and returns its answer.
    pub fn ask(&self, path: &str, body: &Json) -> Json {
        let mut answer = ureq::post(format!("{}{path}", self.url)).send(body.to_string()).unwrap();
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap_or_default()
    }
}

fn json(mut answer: ureq::http::Response<ureq::Body>) -> Json {
    serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
}

impl Drop for Peer {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}
