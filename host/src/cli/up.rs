//! Runs `contraflow up`: the application, its clock, and an orderly end.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;
use contraflow_host::{Host, HostOptions, Manifest, resolve_variables};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::bounds::Bounds;
use super::cache::Cache;
use super::store::Store;
use super::{LogFormat, clock, demo, record_token, start_logging};
use contraflow_host::limits::{
    CHECKPOINT_PERIOD, GIVE_BACK_PERIOD, LAST_CHECKPOINT_TIME, SHUTDOWN_TIME, SIGN_IN_HOURS,
};
use contraflow_host::local_auth::{LocalUser, PUBLIC_KEY_VARIABLE, local_key, public_key, sign};
use contraflow_host::private_files::write_private;
use contraflow_host::record::{Signed, Signer, record_key};
use contraflow_host::state_lock::StateLock;

/// Names the file in the state folder that holds the link to sign in, for whoever may read the folder.
const SIGN_IN_FILE: &str = "sign-in";

#[derive(Args)]
pub(super) struct Up {
    /// The address and port to listen on.
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// The folder that holds everything durable.
    #[arg(long, default_value = ".state", value_name = "DIR")]
    state: PathBuf,
    /// The application's manifest; spin-demo.toml with --demo.
    #[arg(long, default_value = "spin.toml", value_name = "FILE")]
    manifest: PathBuf,
    /// Add a gateway that only pretends to pay back, to try everything without a vendor; on this machine alone.
    #[arg(long, conflicts_with = "manifest")]
    demo: bool,
    /// The form of the log lines.
    #[arg(long, value_enum, default_value = "human")]
    log_format: LogFormat,
    #[command(flatten)]
    store: Store,
    #[command(flatten)]
    cache: Cache,
    #[command(flatten)]
    bounds: Bounds,
}

impl Up {
    pub(super) fn run(self) -> Result<()> {
        start_logging(self.log_format);
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(self.serve())
    }

    async fn serve(self) -> Result<()> {
        let started = Instant::now();
        let manifest = Manifest::load(if self.demo { Path::new(demo::MANIFEST) } else { self.manifest.as_path() })?;
        for finding in manifest.check() {
            tracing::warn!("{}: {finding}", manifest.path.display());
        }
        let manifest = self.store.chosen(manifest);
        let _lock = StateLock::take(&self.state)?;
        Host::examine(&self.state)?;
        let listener =
            TcpListener::bind(self.listen).await.with_context(|| format!("cannot listen on {}", self.listen))?;
        let mut options = HostOptions {
            state_dir: self.state.clone(),
            limits: self.bounds.limits(),
            trusted_proxies: self.bounds.proxies()?,
            ..HostOptions::default()
        };
        let key = local_key(&self.state)?;
        options.variables.insert(PUBLIC_KEY_VARIABLE.to_owned(), public_key(&key));
        if self.demo {
            options.variables.extend(demo::variables(self.listen, &self.state)?);
        }
        manifest.refuse_published_secrets(self.listen.ip())?;
        // Missing variables are reported before anybody waits for a compilation.
        resolve_variables(&manifest, &options.variables)?;
        let app = tokio::task::block_in_place(|| self.cache.compile(&manifest, &self.state))?;
        let host = Arc::new(Host::start(app, options)?);
        let signer = Arc::new(Signer::new(record_key(&self.state)?, &self.state));
        tracing::info!("the record is signed by {}", signer.public());
        let address = listener.local_addr()?;
        tracing::info!(
            elapsed_ms = started.elapsed().as_millis() as u64,
            "{} is up on http://{address}",
            manifest.name
        );
        let link = self.state.join(SIGN_IN_FILE);
        let token = sign(&key, &LocalUser::administrator(), SIGN_IN_HOURS)?;
        write_private(&link, &format!("http://{address}/sign-in?token={token}\n"))?;
        // What is printed here often ends in a log, so it holds no token. Whoever started this may have stopped
        // reading; that is no reason to end.
        let greeting = format!(
            "\n  Console:  http://{address}/\n  Sign in:  open the link in {} (only you can read it)\n            \
             or make a token: contraflow token --user NAME --role ROLE\n\n",
            std::path::absolute(&link)?.display()
        );
        _ = std::io::stdout().write_all(greeting.as_bytes());

        let clock = tokio::spawn(clock::run(host.clone(), key.clone()));
        let record = tokio::spawn(run_record(host.clone(), signer.clone(), key.clone()));
        let space = tokio::spawn(give_space_back(host.clone()));
        host.serve(listener, asked_to_stop()?).await;
        for task in [clock, record, space] {
            task.abort();
            _ = task.await;
        }
        // What an export shows after an orderly end is proven as a whole.
        if tokio::time::timeout(LAST_CHECKPOINT_TIME, sign_record(&host, &signer, &key)).await.is_err() {
            tracing::warn!("stopped before the last checkpoint of the record: it is made after the next start");
        }
        _ = std::fs::remove_file(&link);
        tracing::info!("stopping: what is under way finishes first");
        if let Ok(host) = Arc::try_unwrap(host) {
            host.shutdown(SHUTDOWN_TIME).await;
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// Signs the record at intervals.
async fn run_record(host: Arc<Host>, signer: Arc<Signer>, key: String) {
    let mut period = tokio::time::interval(CHECKPOINT_PERIOD);
    period.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        period.tick().await;
        sign_record(&host, &signer, &key).await;
    }
}

/// Gives space back to the disk at intervals that is not used any more.
async fn give_space_back(host: Arc<Host>) {
    let mut period = tokio::time::interval(GIVE_BACK_PERIOD);
    period.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        period.tick().await;
        match host.give_space_back().await {
            Ok(0) => {}
            Ok(bytes) => tracing::info!(bytes, "gave unused space back to the disk"),
            Err(error) => tracing::warn!("no unused space was given back: {error:#}"),
        }
    }
}

async fn sign_record(host: &Host, signer: &Signer, key: &str) {
    match signer.checkpoint(host, || record_token(key)).await {
        Ok(Signed::New(number)) => tracing::debug!(number, "signed a checkpoint of the record"),
        Ok(Signed::Nothing) => {}
        Err(error) => tracing::error!("no checkpoint of the record was made: {error:#}"),
    }
}

fn asked_to_stop() -> Result<impl Future<Output = ()>> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    })
}
