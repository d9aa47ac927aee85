//! Writes `spin.toml` from `wiring.toml` and from what each adapter says it needs in its `adapter.toml`.
//!
//! `wiring.toml` names vendors, this crate knows the steps: which component is wired once for each gateway, what it
//! imports, and whom it may call. What it writes is a plain manifest that `spin up` runs as it is.

mod adapter;
mod component;
mod error;
mod manifest;
mod steps;
mod wired;

use std::fs;
use std::path::Path;

use serde::Deserialize;

pub use adapter::{Adapter, Needs, Use, Variable};
pub use error::WiringError;

/// Which adapter stands behind each contract: `wiring.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wiring {
    /// Where requests and accounts are stored.
    pub store: String,
    /// Where credit memos are posted.
    pub erp: String,
    /// Where invoices are looked up.
    pub invoices: String,
    /// Who pays money back.
    pub gateways: Vec<String>,
    /// Where tickets ask for credits.
    pub helpdesks: Vec<String>,
    /// Who tells subscribers what happened.
    pub couriers: Vec<String>,
    /// What else asks.
    pub sources: Vec<String>,
}

/// The file that says which adapters are wanted.
pub const WIRING: &str = "wiring.toml";
/// The file that is written.
pub const MANIFEST: &str = "spin.toml";

impl Wiring {
    /// Reads the `wiring.toml` of a checkout.
    ///
    /// # Errors
    /// When it can't be read, or says what no wiring says.
    pub fn load(root: &Path) -> Result<Self, WiringError> {
        let path = root.join(WIRING);
        let text = fs::read_to_string(&path).map_err(|error| WiringError::unreadable(WIRING, &error))?;
        toml::from_str(&text).map_err(|error| WiringError::unreadable(WIRING, &error))
    }

    /// Writes the manifest of the application that is wired so, with the adapters of the checkout at `root`.
    ///
    /// # Errors
    /// When an adapter is not there, is behind another contract, or does not say what it needs.
    pub fn manifest(&self, root: &Path) -> Result<String, WiringError> {
        let wired = wired::Wired::load(root, self)?;
        let (intakes, steps, front) = (steps::intakes(&wired), steps::chained(&wired), steps::front(&wired));
        steps::check_routes(&intakes, &front)?;
        Ok(manifest::written(&wired, &intakes, &steps, &front))
    }
}

/// Says where a manifest first differs from what the wiring gives, and what to do; `None` when it does not.
#[must_use]
pub fn first_difference(there: &str, wanted: &str) -> Option<String> {
    if there == wanted {
        return None;
    }
    let lines = there.lines().zip(wanted.lines()).take_while(|(there, wanted)| there == wanted).count();
    let line = |text: &str| text.lines().nth(lines).unwrap_or("(the end)").to_owned();
    Some(format!(
        "{MANIFEST} is not what {WIRING} gives. Line {}:\n  is:     {}\n  should: {}\nRun `cargo xtask wire`; what is to stay different belongs \
         into {WIRING} or an adapter.toml.",
        lines + 1,
        line(there),
        line(wanted)
    ))
}
