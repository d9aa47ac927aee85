//! The adapters that a wiring names, read and checked.

use std::collections::BTreeMap;
use std::path::Path;

use crate::Wiring;
use crate::adapter::{Adapter, Use, Variable};
use crate::error::WiringError;

/// The application's own variables, whatever is wired, besides those of [`SIGN_IN`] and [`SIGN_IN_ORIGINS`].
const OWN: [&str; 4] = ["auth_public_key", "events_webhook_secret", "policy_file", "public_url"];
/// Where the provider of sign-ins is reached.
pub const SIGN_IN_ORIGINS: [&str; 3] = ["oidc_origin", "oidc_keys_origin", "oidc_token_origin"];
/// What is set of the provider of sign-ins and of sessions.
pub const SIGN_IN: [&str; 11] = [
    "oidc_issuer",
    "oidc_audience",
    "oidc_name_claim",
    "oidc_groups_claim",
    "oidc_roles",
    "oidc_algorithms",
    "oidc_client_id",
    "oidc_client_secret",
    "oidc_scope",
    "session_idle_minutes",
    "session_hours",
];

/// Returns all variables of the application itself.
fn own() -> impl Iterator<Item = &'static str> {
    OWN.into_iter().chain(SIGN_IN_ORIGINS).chain(SIGN_IN)
}

/// A wiring whose adapters are there and fit.
pub struct Wired {
    pub store: Adapter,
    pub erp: Adapter,
    pub invoices: Adapter,
    pub gateways: Vec<Adapter>,
    pub helpdesks: Vec<Adapter>,
    pub couriers: Vec<Adapter>,
    pub sources: Vec<Adapter>,
}

impl Wired {
    pub fn load(root: &Path, wiring: &Wiring) -> Result<Self, WiringError> {
        let made_for = |key, contract, named: &str, lacks: &dyn Fn(&Adapter) -> Option<String>| {
            let adapter = Adapter::load(root, key, contract, named)?;
            match lacks(&adapter) {
                None => Ok(adapter),
                Some(need) => Err(WiringError::OtherContract {
                    key,
                    name: named.to_owned(),
                    made_for: adapter.made_for(),
                    folder: adapter.folder,
                    need,
                }),
            }
        };
        let one = |key, contract, named: &str, uses: &[Use]| {
            made_for(key, contract, named, &|adapter: &Adapter| {
                let lacking = uses.iter().find(|purpose| adapter.needs(**purpose).is_none());
                lacking.map(|purpose| format!("[{}]", purpose.table()))
            })
        };
        let courier = |named: &String| {
            made_for("couriers", "courier", named, &|adapter: &Adapter| {
                let natures = [Use::Courier, Use::Letters];
                let is_none = natures.iter().all(|nature| adapter.needs(*nature).is_none());
                is_none.then(|| natures.map(|nature| format!("[{}]", nature.table())).join(" or "))
            })
        };
        let all = |key, contract, names: &[String], uses: &[Use]| {
            names.iter().map(|named| one(key, contract, named, uses)).collect::<Result<Vec<_>, _>>()
        };
        let wired = Self {
            store: one("store", "store", &wiring.store, &[Use::Store])?,
            erp: one("erp", "erp", &wiring.erp, &[Use::Documents])?,
            invoices: one("invoices", "erp", &wiring.invoices, &[Use::Invoices])?,
            gateways: all("gateways", "gateway", &wiring.gateways, &[Use::Gateway, Use::Intake])?,
            helpdesks: all("helpdesks", "helpdesk", &wiring.helpdesks, &[Use::Helpdesk, Use::Intake])?,
            couriers: wiring.couriers.iter().map(courier).collect::<Result<_, _>>()?,
            sources: all("sources", "source", &wiring.sources, &[Use::Intake])?,
        };
        wired.check()?;
        Ok(wired)
    }

    /// Returns the adapter whose own screens are shown, if one has any.
    pub fn books(&self) -> Option<&Adapter> {
        [&self.invoices, &self.erp].into_iter().find(|adapter| adapter.needs(Use::Books).is_some())
    }

    /// Lists the adapters that send something in, in the order in which their routes are written.
    pub fn intakes(&self) -> impl Iterator<Item = &Adapter> {
        self.sources.iter().chain(&self.gateways).chain(&self.helpdesks)
    }

    /// Returns the adapters' variables by adapter, each adapter once.
    pub fn variables(&self) -> impl Iterator<Item = &[Variable]> {
        self.each().into_iter().map(Adapter::variables).filter(|variables| !variables.is_empty())
    }

    /// Returns every adapter once: the same one may look up invoices and take documents.
    fn each(&self) -> Vec<&Adapter> {
        let mut each: Vec<&Adapter> = Vec::new();
        let first = [&self.store, &self.erp, &self.invoices];
        for adapter in first.into_iter().chain(self.intakes()).chain(&self.couriers) {
            if !each.iter().any(|known| known.folder == adapter.folder) {
                each.push(adapter);
            }
        }
        each
    }

    fn check(&self) -> Result<(), WiringError> {
        if !self.sources.iter().any(|source| source.name == "api") {
            return Err(WiringError::NoApi);
        }
        once(self.intakes().map(|adapter| format!("the component `intake-{}`", adapter.name)))?;
        let told = self.couriers.iter().chain(&self.helpdesks);
        once(told.map(|adapter| format!("the component `notification-{}`", adapter.name)))?;
        let mut declared: BTreeMap<&str, String> = own().map(|name| (name, "the application".into())).collect();
        for adapter in self.each() {
            for variable in adapter.variables() {
                let file = format!("{}/adapter.toml", adapter.folder);
                if let Some(first) = declared.insert(&variable.name, file.clone()) {
                    return Err(WiringError::DeclaredTwice { variable: variable.name.clone(), first, second: file });
                }
            }
        }
        Ok(())
    }
}

/// Refuses what is there twice.
pub fn once(all: impl Iterator<Item = String>) -> Result<(), WiringError> {
    let mut seen = std::collections::BTreeSet::new();
    for what in all {
        if !seen.insert(what.clone()) {
            return Err(WiringError::Clash { what });
        }
    }
    Ok(())
}
