//! `contraflow audit`: exports the record, and checks an export with no access to the system that wrote it.

mod export;
mod key;
mod sign;
mod verify;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

/// Exports the record, and checks an export.
#[derive(Args)]
pub(super) struct Audit {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Checks that nothing in an export was changed, removed, moved or made anew since it was signed.
    Verify(verify::Verify),
    /// Signs a checkpoint over the record as it is now, and prints the whole record.
    Export(export::Export),
    /// Signs the record of an application that runs elsewhere, such as on Spin.
    Sign(sign::Sign),
    /// Prints the public key that checks the checkpoints of this host.
    Key(key::Key),
}

impl Audit {
    pub(super) fn run(self) -> Result<ExitCode> {
        match self.command {
            AuditCommand::Verify(verify) => Ok(verify.run()),
            AuditCommand::Export(export) => export.run().map(|()| ExitCode::SUCCESS),
            AuditCommand::Sign(sign) => sign.run().map(|()| ExitCode::SUCCESS),
            AuditCommand::Key(key) => key.run().map(|()| ExitCode::SUCCESS),
        }
    }
}
