//! The console's tests: the whole application on a free port with a state of its own, and a real browser.

use crate::sh;
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

/// What these tests are called on the command line.
pub const NAME: &str = "browser";

/// How the host introduces its two addresses, in this order.
const INTRODUCTIONS: [&str; 2] = ["Console:", "Sign in:"];

/// Starts the application, tests its console, and stops it.
pub fn test(host: &Path) -> Result<()> {
    let state = sh::root().join("target/browser-state");
    if state.exists() {
        fs::remove_dir_all(&state)?;
    }
    let log = fs::File::create(sh::root().join("target/browser-host.log"))?;
    let mut up = sh::program(host);
    up.args(["up", "--listen", "127.0.0.1:0", "--state"]).arg(&state).stdout(Stdio::piped()).stderr(log);
    let mut host_process = up.spawn().with_context(|| format!("starting {}", host.display()))?;
    let tested = addresses(&mut host_process).and_then(|[console, sign_in]| {
        let mut tests = sh::program(sh::root().join("tests/browser/run.sh"));
        tests.args([console.trim_end_matches('/'), &sign_in]);
        sh::run(tests.env("CONTRAFLOW_STATE", &state).env("CONTRAFLOW", host))
    });
    rustix::process::kill_process(rustix::process::Pid::from_child(&host_process), rustix::process::Signal::TERM)?;
    host_process.wait()?;
    tested.context("the console in a browser (what the application said is in target/browser-host.log)")
}

/// Waits until the application is up, and reads where.
fn addresses(host: &mut Child) -> Result<[String; 2]> {
    let output = host.stdout.take().context("the application has no output")?;
    let mut lines = BufReader::new(output).lines();
    let mut next = |introduction: &str| -> Result<String> {
        for line in lines.by_ref() {
            if let Some(address) = line?.trim().strip_prefix(introduction) {
                return Ok(address.trim().to_owned());
            }
        }
        bail!("the application ended before it was up")
    };
    let [console, sign_in] = INTRODUCTIONS;
    Ok([next(console)?, next(sign_in)?])
}
