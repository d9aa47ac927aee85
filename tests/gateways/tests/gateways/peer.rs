//! Starting a peer of `tests/peers`.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value as Json;

use super::support::file;

/// A peer that runs, until it is dropped.
pub struct Peer {
    process: Child,
    /// Where it listens.
    pub url: String,
}

impl Peer {
    /// One of the stand-ins for Stripe, with nothing in it.
    pub fn stripe(name: &str) -> Self {
        let run = file("tests/peers/stripe/run");
        let mut process = Command::new(&run)
            .args([name, "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", run.display()));
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
        assert!(url.starts_with("http://127.0.0.1:"), "{name} does not run: set it up with tests/peers/stripe/setup");
        Self { process, url: url.trim().to_owned() }
    }

    /// Posts a form, as Stripe's own client would.
    pub fn post(&self, path: &str, form: &[(&str, &str)]) -> Json {
        let request = ureq::post(format!("{}{path}", self.url)).header("authorization", "Bearer sk_test_contraflow");
        let mut answer = request.send_form(form.iter().copied()).unwrap();
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
    }

    /// Reads.
    pub fn get(&self, path: &str) -> Json {
        let request = ureq::get(format!("{}{path}", self.url)).header("authorization", "Bearer sk_test_contraflow");
        let mut answer = request.call().unwrap();
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}
