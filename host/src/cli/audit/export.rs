//! Runs `contraflow audit export`: signs a checkpoint, so that nothing in the export is left unproven, and prints all
//! pages of the record.

use std::io::Write as _;

use anyhow::{Context, Result};
use clap::Args;
use contraflow_host::record::{Signer, record_key};

use crate::cli::record_token;
use crate::cli::stored::Stored;

/// Names the route that exports a page of the record.
const ROUTE: &str = "/v1/audit";

/// It may run beside the host that serves.
#[derive(Args)]
pub(super) struct Export {
    #[command(flatten)]
    stored: Stored,
}

impl Export {
    pub(super) fn run(self) -> Result<()> {
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(self.print())
    }

    async fn print(self) -> Result<()> {
        let opened = self.stored.open()?;
        let signer = Signer::new(record_key(&self.stored.state)?, &self.stored.state);
        signer.checkpoint(&opened.host, || record_token(&opened.key)).await.context("no checkpoint was made")?;
        let mut out = std::io::stdout().lock();
        let mut cursor = None;
        loop {
            let page = opened.page("audit", "auditor", ROUTE, cursor.as_deref()).await?;
            out.write_all(page.body())?;
            cursor = page.headers().get("next-cursor").map(|next| next.to_str().map(str::to_owned)).transpose()?;
            if cursor.is_none() {
                break;
            }
        }
        out.flush()?;
        Ok(())
    }
}
