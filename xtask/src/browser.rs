//! The console's tests: the whole application on a free port with a state of its own, the helpdesk and the subscriber
//! that it is wired to, and a real browser.

use crate::sh;
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// What these tests are called on the command line.
pub const NAME: &str = "browser";

/// How the host introduces its address.
const INTRODUCTION: &str = "Console:";

// What the stand-ins of `tests/peers` and the application agree on.
const ZENDESK_EMAIL: &str = "bot@example.com";
const ZENDESK_TOKEN: &str = "t0ken";
const ZENDESK_SECRET: &str = "zendesk-secret";
const SUBSCRIBER_SECRET: &str = "whsec_dGhlIHN1YnNjcmliZXIncyBzZWNyZXQga2V5IQ==";

/// A stand-in that runs until it is dropped.
struct Peer {
    process: Child,
    address: String,
}

impl Peer {
    /// Starts it on a free port, which it prints.
    fn start(command: &mut Command) -> Result<Self> {
        let mut process = command.stdout(Stdio::piped()).spawn().with_context(|| format!("starting {command:?}"))?;
        let mut address = String::new();
        BufReader::new(process.stdout.take().context("a stand-in has no output")?).read_line(&mut address)?;
        let peer = Self { process, address: address.trim().to_owned() };
        if peer.address.is_empty() { bail!("{command:?} ended before it was up") } else { Ok(peer) }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// Starts the application, tests its console, and stops it.
pub fn test(host: &Path) -> Result<()> {
    let state = sh::root().join("target/browser-state");
    if state.exists() {
        fs::remove_dir_all(&state)?;
    }
    let log = fs::File::create(sh::root().join("target/browser-host.log"))?;
    let peers = sh::root().join("tests/peers");
    let sign_in = ["0", "--email", ZENDESK_EMAIL, "--token", ZENDESK_TOKEN];
    let zendesk = Peer::start(sh::program("python3").arg(peers.join("zendesk/server.py")).args(sign_in))?;
    let subscriber = Peer::start(sh::program(peers.join("subscriber/run")).args(["0", "--secret", SUBSCRIBER_SECRET]))?;
    let mut up = sh::program(host);
    let variables = [
        ("ZENDESK_API_URL", zendesk.address.as_str()),
        ("ZENDESK_EMAIL", ZENDESK_EMAIL),
        ("ZENDESK_API_TOKEN", ZENDESK_TOKEN),
        ("ZENDESK_WEBHOOK_SECRET", ZENDESK_SECRET),
        ("WEBHOOK_URL", subscriber.address.as_str()),
        ("WEBHOOK_SECRET", SUBSCRIBER_SECRET),
    ];
    up.envs(variables.map(|(name, value)| (format!("SPIN_VARIABLE_{name}"), value)));
    // Compiling what other tests compiled is not what is tested here.
    up.env("CONTRAFLOW_CACHE", sh::root().join("target/component-cache"));
    up.args(["up", "--demo", "--listen", "127.0.0.1:0", "--state"]).arg(&state).stdout(Stdio::piped()).stderr(log);
    let mut host_process = up.spawn().with_context(|| format!("starting {}", host.display()))?;
    let tested = address(&mut host_process).and_then(|console| {
        let sign_in = fs::read_to_string(state.join("sign-in")).context("the link to sign in")?;
        let mut tests = sh::program(sh::root().join("tests/browser/run.sh"));
        tests.args([console.trim_end_matches('/'), sign_in.trim()]);
        tests.env("CONTRAFLOW_ZENDESK", &zendesk.address).env("CONTRAFLOW_ZENDESK_SECRET", ZENDESK_SECRET);
        tests.env("CONTRAFLOW_SUBSCRIBER", &subscriber.address);
        sh::run(tests.env("CONTRAFLOW_STATE", &state).env("CONTRAFLOW", host))
    });
    rustix::process::kill_process(rustix::process::Pid::from_child(&host_process), rustix::process::Signal::TERM)?;
    host_process.wait()?;
    tested.context("the console in a browser (what the application said is in target/browser-host.log)")
}

/// Waits until the application is up, and reads where.
fn address(host: &mut Child) -> Result<String> {
    let output = host.stdout.take().context("the application has no output")?;
    for line in BufReader::new(output).lines() {
        if let Some(address) = line?.trim().strip_prefix(INTRODUCTION) {
            return Ok(address.trim().to_owned());
        }
    }
    bail!("the application ended before it was up")
}
