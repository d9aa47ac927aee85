//! Runs `contraflow audit export`: signs a checkpoint, so that nothing in the export is left unproven, and prints all
//! pages of the record.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use clap::Args;
use contraflow_host::local_auth::{LocalUser, PUBLIC_KEY_VARIABLE, local_key, public_key, sign};
use contraflow_host::record::{Signer, record_key};
use contraflow_host::{Host, HostOptions, Manifest};
use http::Request;
use http::header::AUTHORIZATION;

use crate::cli::cache::Cache;
use crate::cli::record_token;

/// Names the route that exports a page of the record.
const ROUTE: &str = "/v1/audit";

/// It may run beside the host that serves.
#[derive(Args)]
pub(super) struct Export {
    /// The state folder whose record is exported.
    #[arg(long, default_value = ".state", value_name = "DIR")]
    state: PathBuf,
    /// The application's manifest.
    #[arg(long, default_value = "spin.toml", value_name = "FILE")]
    manifest: PathBuf,
    #[command(flatten)]
    cache: Cache,
}

impl Export {
    pub(super) fn run(self) -> Result<()> {
        ensure!(self.state.is_dir(), "there is no state folder {}: name it with --state", self.state.display());
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(self.print())
    }

    async fn print(self) -> Result<()> {
        Host::examine(&self.state)?;
        let manifest = Manifest::load(&self.manifest)?;
        let key = local_key(&self.state)?;
        let mut options = HostOptions { state_dir: self.state.clone(), ..HostOptions::default() };
        options.variables.insert(PUBLIC_KEY_VARIABLE.to_owned(), public_key(&key));
        let host = Host::start(tokio::task::block_in_place(|| self.cache.compile(&manifest, &self.state))?, options)?;
        let signer = Signer::new(record_key(&self.state)?, &self.state);
        signer.checkpoint(&host, || record_token(&key)).await.context("no checkpoint was made")?;
        let mut out = std::io::stdout().lock();
        let mut cursor = None;
        loop {
            let (lines, next) = page(&host, &key, cursor.as_deref()).await?;
            out.write_all(&lines)?;
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        out.flush()?;
        Ok(())
    }
}

/// Returns a page of the record, and where the next one begins.
async fn page(host: &Host, key: &str, cursor: Option<&str>) -> Result<(Bytes, Option<String>)> {
    let query = cursor.map(|cursor| format!("?cursor={}", cursor.replace('%', "%25"))).unwrap_or_default();
    let token = sign(key, &LocalUser { name: "audit", roles: &["auditor"] }, 1)?;
    let request = Request::get(format!("{ROUTE}{query}"))
        .header("host", "localhost")
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .body(Bytes::new())?;
    let response = host.handle(request).await?;
    let body = String::from_utf8_lossy(response.body());
    ensure!(response.status().is_success(), "the application answered {}: {body}", response.status());
    let next = response.headers().get("next-cursor").map(|next| next.to_str().map(str::to_owned)).transpose()?;
    Ok((response.into_body(), next))
}
