//! `contraflow audit`: checks an export of the record, with no access to the system that wrote it.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};

/// Checks an export of the record.
#[derive(Args)]
pub(super) struct Audit {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Checks that no event was changed, removed, added or moved.
    Verify {
        /// The export of GET /v1/audit, one event a line; `-` reads standard input.
        file: PathBuf,
    },
}

impl Audit {
    pub(super) fn run(self) -> Result<()> {
        let AuditCommand::Verify { file } = self.command;
        let mut text = String::new();
        if file.as_os_str() == "-" {
            std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
        } else {
            text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        }
        let verified = contraflow_audit::verify(text.lines()).context("the record does not hold")?;
        println!("The record holds: {} events of {} requests.", verified.events, verified.requests);
        Ok(())
    }
}
