//! Runs `contraflow token`, which makes a bearer token for whoever may read the state folder.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use contraflow_host::local_auth::{LocalUser, local_key, sign};

#[derive(Args)]
pub(super) struct Token {
    /// The user's name, as events will show it.
    #[arg(long)]
    user: String,
    /// What the user may do: requester, approver:LEVEL, finance, auditor, admin. Repeat it for several.
    #[arg(long = "role", required = true)]
    roles: Vec<String>,
    /// The state folder of the host that is to accept the token.
    #[arg(long, default_value = ".state", value_name = "DIR")]
    state: PathBuf,
    /// The hours for which the token is valid.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=24 * 366))]
    hours: u32,
}

impl Token {
    pub(super) fn run(self) -> Result<()> {
        let roles: Vec<&str> = self.roles.iter().map(String::as_str).collect();
        let key = local_key(&self.state)?;
        println!("{}", sign(&key, &LocalUser { name: &self.user, roles: &roles }, self.hours)?);
        Ok(())
    }
}
