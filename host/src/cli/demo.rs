//! Makes what `contraflow up --demo` needs, and refuses what must not be reached by others.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contraflow_host::environment_name;
use contraflow_host::secret_file::secret;

/// Names the variable that signs the sandbox's webhooks, and the file in the state folder that keeps it.
const SECRET: &str = "sandbox_webhook_secret";
/// Names the manifest with the sandbox gateway.
pub(super) const MANIFEST: &str = "spin-demo.toml";

/// Gives the variables that only a demonstration has.
///
/// # Errors
/// When others could reach it, or the state folder can't be written.
pub(super) fn variables(listen: SocketAddr, state: &Path) -> Result<BTreeMap<String, String>> {
    ensure!(
        listen.ip().is_loopback(),
        "--demo pays back through a gateway that only pretends, so it is not for {listen}: listen on 127.0.0.1, or leave \
         --demo out and set up a gateway"
    );
    if std::env::var_os(environment_name(SECRET)).is_some() {
        return Ok(BTreeMap::new());
    }
    let secret = format!("whsec_{}", STANDARD.encode(secret(&state.join(SECRET))?));
    Ok(BTreeMap::from([(SECRET.to_owned(), secret)]))
}
