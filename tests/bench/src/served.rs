//! The host in a process of its own, so that the load generator's time and memory are not counted as the host's.
//!
//! The two speak in lines: the host says `ready <address>`, answers `idle` with `idle` once nothing is under way, and
//! ends when its input does.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use contraflow_host::local_auth::public_key;
use contraflow_host::{
    Application, BoxFuture, Host, HostOptions, Limits, Manifest, Outbound, OutboundError, Rate, SqliteSync,
};
use http::{Request, Response};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::{client::Client, limits, proc, world};

/// A world in which nobody listens: nothing leaves this machine.
struct Nobody;

impl Outbound for Nobody {
    fn send(&self, _: Request<Bytes>) -> BoxFuture<'static, Result<Response<Bytes>, OutboundError>> {
        Box::pin(std::future::ready(Err(OutboundError::Refused)))
    }
}

/// Runs the host, which the other process asks.
pub async fn serve(state: PathBuf) -> Result<()> {
    let root = world::root();
    let mut manifest = Manifest::load(crate::world::shipped()?.join("spin.toml"))
        .context("build the components first: cargo xtask build")?;
    // As with `contraflow up`.
    if std::env::var_os("CONTRAFLOW_STORE").is_some_and(|by| by == "adapter") {
        manifest.native_store = None;
    }
    let application = Application::compile(&manifest, Some(&root.join("target/component-cache")))?;
    let key = public_key(world::KEY);
    let variables = [
        ("auth_public_key", key.as_str()),
        ("zendesk_webhook_secret", world::ZENDESK_SECRET),
        ("zendesk_api_url", "http://zendesk.example"),
        ("webhook_url", ""),
    ];
    let variables: BTreeMap<_, _> = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let outbound: Option<Arc<dyn Outbound>> = Some(Arc::new(Nobody));
    let sqlite_sync = SqliteSync::Full;
    // One token asks as often as it can: that is what is measured.
    let limits = Limits { credential_rate: Rate::UNLIMITED, address_rate: Rate::UNLIMITED, ..Limits::default() };
    let options = HostOptions { state_dir: state, variables, sqlite_sync, outbound, limits, ..HostOptions::default() };
    let host = Host::start(application, options)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("ready {}", listener.local_addr()?);
    let told = async {
        let mut lines = BufReader::new(tokio::io::stdin()).lines();
        while let Ok(Some(_)) = lines.next_line().await {
            host.idle().await;
            println!("idle");
        }
    };
    host.serve(listener, told).await;
    Ok(())
}

/// The other side: a host that runs.
pub struct Served {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    address: SocketAddr,
    /// From the start of the process to its first answer.
    pub cold_start: Duration,
}

impl Served {
    /// Starts a host over the state folder and waits for its first answer.
    pub async fn start(state: &Path) -> Result<Self> {
        let begun = Instant::now();
        let mut child = Command::new(std::env::current_exe()?)
            .arg("serve")
            .arg(state)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            bail!("no pipes to the host")
        };
        let mut output = BufReader::new(output).lines();
        let line = timeout(limits::ANSWER, output.next_line()).await??.context("the host ended before it was ready")?;
        let address = line.strip_prefix("ready ").context("the host is not ready")?.parse()?;
        let mut served = Self { child, input, output, address, cold_start: Duration::ZERO };
        served.connect().await?.first_answer().await?;
        served.cold_start = begun.elapsed();
        Ok(served)
    }

    /// Returns a connection of its own.
    pub async fn connect(&self) -> Result<Client> {
        Client::connect(self.address).await
    }

    /// Waits until the host has nothing under way.
    pub async fn idle(&mut self) -> Result<()> {
        self.input.write_all(b"idle\n").await?;
        timeout(limits::ANSWER, self.output.next_line()).await??.context("the host has ended")?;
        Ok(())
    }

    /// Measures the processor time that the host has used.
    pub fn cpu(&self) -> Result<Duration> {
        proc::cpu(self.child.id().context("the host has ended")?)
    }

    /// Returns the most memory that the host has held, in bytes.
    pub fn peak_memory(&self) -> Result<u64> {
        proc::peak_memory(self.child.id().context("the host has ended")?)
    }

    /// Lets the host end.
    pub async fn stop(mut self) -> Result<()> {
        drop(self.input);
        if timeout(Duration::from_secs(10), self.child.wait()).await.is_err() {
            self.child.kill().await?;
        }
        Ok(())
    }
}
