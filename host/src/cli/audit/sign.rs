//! Runs `contraflow audit sign`.

use std::io::Read as _;
use std::path::PathBuf;
use std::time::SystemTime;

use anyhow::{Context, Result};
use clap::Args;
use contraflow_host::record::{Signer, record_key};

/// It reads what POST /v1/audit/seal answered from standard input, and prints the checkpoint that POST
/// /v1/audit/checkpoints takes; nothing, when nothing has happened since the last one.
#[derive(Args)]
pub(super) struct Sign {
    /// The folder that holds the key and the last checkpoint that was signed.
    #[arg(long, default_value = ".state", value_name = "DIR")]
    state: PathBuf,
}

impl Sign {
    pub(super) fn run(self) -> Result<()> {
        let mut sealed = String::new();
        std::io::stdin().read_to_string(&mut sealed).context("cannot read standard input")?;
        let signer = Signer::new(record_key(&self.state)?, &self.state);
        if let Some(checkpoint) = signer.sign(&sealed, SystemTime::now())? {
            println!("{}", serde_json::to_string(&checkpoint)?);
        }
        Ok(())
    }
}
