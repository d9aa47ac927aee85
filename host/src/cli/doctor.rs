//! Runs `contraflow doctor`, which checks whether what is stored agrees with itself. It asks the application for a page
//! at a time, and prints the differences.

use std::io::IsTerminal as _;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Deserialize;

use super::stored::{Opened, Stored};

/// Names the route that examines a page of the store.
const ROUTE: &str = "/v1/doctor";

/// The walk reads only, so it may run beside the host that serves.
#[derive(Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    stored: Stored,
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
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(self.walk())
    }

    async fn walk(self) -> Result<()> {
        let opened = self.stored.open()?;
        let (mut all, mut differences) = (Examined::default(), 0_usize);
        let mut cursor = None;
        loop {
            let page = page(&opened, cursor.as_deref()).await?;
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
                self.stored.state.display()
            );
        }
        Ok(())
    }
}

async fn page(opened: &Opened, cursor: Option<&str>) -> Result<Page> {
    let response = opened.page("doctor", "auditor", ROUTE, cursor).await?;
    let body = String::from_utf8_lossy(response.body());
    serde_json::from_str(&body).with_context(|| format!("the application answered {body}"))
}
