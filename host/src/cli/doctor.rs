//! Runs `contraflow doctor`, which checks whether what is stored agrees with itself. It asks the application for a page
//! at a time, and prints the differences.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use clap::Args;
use contraflow_host::local_auth::{LocalUser, PUBLIC_KEY_VARIABLE, local_key, public_key, sign};
use contraflow_host::{Host, HostOptions, Manifest};
use http::Request;
use http::header::AUTHORIZATION;
use serde::Deserialize;

use super::cache::Cache;

/// Names the route that examines a page of the store.
const ROUTE: &str = "/v1/doctor";

/// The walk reads only, so it may run beside the host that serves.
#[derive(Args)]
pub(super) struct Doctor {
    /// The state folder to examine.
    #[arg(long, default_value = ".state", value_name = "DIR")]
    state: PathBuf,
    /// The application's manifest.
    #[arg(long, default_value = "spin.toml", value_name = "FILE")]
    manifest: PathBuf,
    #[command(flatten)]
    cache: Cache,
}

#[derive(Debug, Default, Deserialize)]
struct Examined {
    requests: u64,
    events: u64,
    accounts: u64,
    indexes: u64,
}

#[derive(Debug, Deserialize)]
struct Difference {
    key: String,
    code: String,
    stored: String,
    expected: String,
}

#[derive(Debug, Deserialize)]
struct Page {
    examined: Examined,
    differences: Vec<Difference>,
    next: Option<String>,
}

impl Doctor {
    pub(super) fn run(self) -> Result<()> {
        ensure!(self.state.is_dir(), "there is no state folder {}: name it with --state", self.state.display());
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(self.walk())
    }

    async fn walk(self) -> Result<()> {
        Host::examine(&self.state)?;
        let database = Host::database(&self.state);
        ensure!(
            database.is_file(),
            "there is no {}, so nothing was examined: name the folder that the host uses with --state",
            database.display()
        );
        let manifest = Manifest::load(&self.manifest)?;
        let key = local_key(&self.state)?;
        let mut options = HostOptions { state_dir: self.state.clone(), ..HostOptions::default() };
        options.variables.insert(PUBLIC_KEY_VARIABLE.to_owned(), public_key(&key));
        let host = Host::start(tokio::task::block_in_place(|| self.cache.compile(&manifest, &self.state))?, options)?;
        let (mut all, mut differences) = (Examined::default(), 0_usize);
        let mut cursor = None;
        loop {
            let page = page(&host, &key, cursor.as_deref()).await?;
            all.requests += page.examined.requests;
            all.events += page.examined.events;
            all.accounts += page.examined.accounts;
            all.indexes += page.examined.indexes;
            differences += page.differences.len();
            for Difference { key, code, stored, expected } in page.differences {
                println!("{code}  {key}\n    stored:   {stored}\n    expected: {expected}");
            }
            if std::io::stderr().is_terminal() {
                eprint!(
                    "\rexamined {} requests, {} accounts, {} index entries",
                    all.requests, all.accounts, all.indexes
                );
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        if std::io::stderr().is_terminal() {
            eprintln!();
        }
        println!(
            "{} requests with {} events, {} accounts and {} index entries were examined: {differences} differences.",
            all.requests, all.events, all.accounts, all.indexes
        );
        if differences > 0 {
            bail!(
                "the store does not agree with itself: keep a copy of {} before anything is mended",
                self.state.display()
            );
        }
        Ok(())
    }
}

async fn page(host: &Host, key: &str, cursor: Option<&str>) -> Result<Page> {
    let query = cursor.map(|cursor| format!("?cursor={}", cursor.replace('%', "%25"))).unwrap_or_default();
    let token = sign(key, &LocalUser { name: "doctor", roles: &["auditor"] }, 1)?;
    let request = Request::get(format!("{ROUTE}{query}"))
        .header("host", "localhost")
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .body(Bytes::new())?;
    let response = host.handle(request).await?;
    let body = String::from_utf8_lossy(response.body());
    ensure!(response.status().is_success(), "the application answered {}: {body}", response.status());
    serde_json::from_str(&body).with_context(|| format!("the application answered {body}"))
}
