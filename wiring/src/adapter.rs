//! What an adapter needs, as the `adapter.toml` in its folder says it: its variables, and one table for each use it is
//! made for.
//!
//! ```toml
//! [[variable]]
//! name = "stripe_secret_key"   # begins with the vendor's name
//! doc = "The API key."         # one line for whoever sets it
//! default = ""                 # empty where it is left out
//! secret = true                # never shown, and never with a default
//! required = false             # whether nothing starts without it
//!
//! [gateway]                    # store, documents, invoices, books, gateway, intake, helpdesk, courier or letters
//! variables = ["stripe_api_url", "stripe_secret_key"]
//! hosts = ["{{ stripe_api_url }}"]
//! database = false             # whether it keeps tables in the application's SQLite database
//! ```
//!
//! A courier delivers events (`[courier]`) or sends letters (`[letters]`), never both. `[letters]` may say `on`: the
//! name of a variable without which nothing is sent, so that nothing is written for it either.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::error::WiringError;

/// What an adapter can be wired for: a contract, or one interface of the ERP's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Holds the state.
    Store,
    /// Posts credit documents.
    Documents,
    /// Looks invoices up.
    Invoices,
    /// Shows the embedded ERP's own books.
    Books,
    /// Pays back.
    Gateway,
    /// Reads what a source sends.
    Intake,
    /// Updates tickets.
    Helpdesk,
    /// Delivers events.
    Courier,
    /// Sends letters.
    Letters,
}

impl Use {
    const ALL: [Self; 9] = [
        Self::Store,
        Self::Documents,
        Self::Invoices,
        Self::Books,
        Self::Gateway,
        Self::Intake,
        Self::Helpdesk,
        Self::Courier,
        Self::Letters,
    ];

    /// Returns the table that says what this use needs.
    pub const fn table(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Documents => "documents",
            Self::Invoices => "invoices",
            Self::Books => "books",
            Self::Gateway => "gateway",
            Self::Intake => "intake",
            Self::Helpdesk => "helpdesk",
            Self::Courier => "courier",
            Self::Letters => "letters",
        }
    }

    /// Returns the package of the contract, as a component imports it.
    pub const fn contract(self) -> &'static str {
        match self {
            Self::Store => "contraflow:store@0.1.0",
            Self::Documents | Self::Invoices | Self::Books => "contraflow:erp@0.1.0",
            Self::Gateway => "contraflow:gateway@0.1.0",
            Self::Intake => "contraflow:intake@0.1.0",
            Self::Helpdesk => "contraflow:helpdesk@0.1.0",
            Self::Courier | Self::Letters => "contraflow:courier@0.1.0",
        }
    }
}

/// A variable of the application.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Its name: the environment has it in capitals, after `SPIN_VARIABLE_`.
    pub name: String,
    /// What it is for.
    pub doc: String,
    /// The value where none is given.
    #[serde(default)]
    pub default: String,
    /// Whether it is never shown. A secret has no value that stands in a file.
    #[serde(default)]
    pub secret: bool,
    /// Whether nothing starts without it.
    #[serde(default)]
    pub required: bool,
}

/// What one use needs of the component that it is wired into.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    /// The variables that it reads.
    #[serde(default)]
    pub variables: Vec<String>,
    /// The hosts that it calls, as `allowed_outbound_hosts` takes them.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Whether it keeps tables in the application's database.
    #[serde(default)]
    pub database: bool,
    /// Where a source is reached, if not at `/webhooks/<name>`.
    pub route: Option<String>,
    /// Whether its deliveries are read while they come in, because they may be long.
    #[serde(default)]
    pub streamed: bool,
    /// The variable without which a courier of letters sends none: while it is empty, nothing is written for it. It is
    /// read by whoever takes requests in, so it is no secret.
    pub on: Option<String>,
}

/// `adapter.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct AdapterFile {
    #[serde(default)]
    variable: Vec<Variable>,
    store: Option<Needs>,
    documents: Option<Needs>,
    invoices: Option<Needs>,
    books: Option<Needs>,
    gateway: Option<Needs>,
    intake: Option<Needs>,
    helpdesk: Option<Needs>,
    courier: Option<Needs>,
    letters: Option<Needs>,
}

#[derive(Deserialize)]
struct CargoFile {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
}

/// An adapter of the checkout.
#[derive(Debug, Clone)]
pub struct Adapter {
    /// The vendor's name: the last word of its folder.
    pub name: String,
    /// Its folder, from the root.
    pub folder: String,
    /// The file that its crate makes.
    pub wasm: String,
    content: AdapterFile,
}

impl Adapter {
    /// Reads an adapter. A name without a slash is a folder below `adapters/<contract>`; any other is a folder from the
    /// root.
    pub fn load(root: &Path, key: &'static str, contract: &str, named: &str) -> Result<Self, WiringError> {
        let shelf = format!("adapters/{contract}");
        let folder = if named.contains('/') { named.to_owned() } else { format!("{shelf}/{named}") };
        let name = folder.rsplit('/').next().unwrap_or_default().to_owned();
        let file = format!("{folder}/adapter.toml");
        let fits = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !fits || !root.join(&file).is_file() {
            let next = match names(&root.join(shelf)) {
                known if known.is_empty() => String::new(),
                known => format!("There is: {}.", known.join(", ")),
            };
            return Err(WiringError::Unknown { key, name: named.to_owned(), folder, next });
        }
        let content: AdapterFile = read(root, &file)?;
        let cargo: CargoFile = read(root, &format!("{folder}/Cargo.toml"))?;
        let adapter = Self { name, wasm: cargo.package.name.replace('-', "_"), folder, content };
        adapter.check(&file)?;
        Ok(adapter)
    }

    /// Returns the variables that it declares.
    pub fn variables(&self) -> &[Variable] {
        &self.content.variable
    }

    /// Returns what that use of it needs; `None` where it is not made for it.
    pub fn needs(&self, purpose: Use) -> Option<&Needs> {
        let content = &self.content;
        match purpose {
            Use::Store => content.store.as_ref(),
            Use::Documents => content.documents.as_ref(),
            Use::Invoices => content.invoices.as_ref(),
            Use::Books => content.books.as_ref(),
            Use::Gateway => content.gateway.as_ref(),
            Use::Intake => content.intake.as_ref(),
            Use::Helpdesk => content.helpdesk.as_ref(),
            Use::Courier => content.courier.as_ref(),
            Use::Letters => content.letters.as_ref(),
        }
    }

    /// Returns the tables that it has, for a person.
    pub fn made_for(&self) -> String {
        let made: Vec<_> = Use::ALL.into_iter().filter(|one| self.needs(*one).is_some()).map(Use::table).collect();
        if made.is_empty() { "nothing yet".to_owned() } else { made.join(", ") }
    }

    /// Tells whether it declares that variable, and not as a secret.
    fn shows(&self, name: &str) -> bool {
        self.variables().iter().any(|variable| variable.name == name && !variable.secret)
    }

    fn check(&self, file: &str) -> Result<(), WiringError> {
        let in_a_file = |variable: &&Variable| !variable.default.is_empty() && (variable.secret || variable.required);
        if let Some(Variable { name, .. }) = self.variables().iter().find(in_a_file) {
            return Err(WiringError::Default { file: file.to_owned(), variable: name.clone() });
        }
        if self.needs(Use::Courier).is_some() && self.needs(Use::Letters).is_some() {
            return Err(WiringError::TwoNatures { file: file.to_owned() });
        }
        let declared: BTreeSet<&str> = self.variables().iter().map(|variable| variable.name.as_str()).collect();
        for purpose in Use::ALL {
            let Some(needs) = self.needs(purpose) else { continue };
            let table = purpose.table();
            if let Some(variable) = needs.on.as_deref().filter(|name| purpose != Use::Letters || !self.shows(name)) {
                return Err(WiringError::On { file: file.to_owned(), table, variable: variable.to_owned() });
            }
            let in_hosts = needs.hosts.iter().flat_map(|host| named(host));
            for variable in needs.variables.iter().map(String::as_str).chain(in_hosts) {
                // Where people reach the console is no secret, and no vendor's.
                if variable != "public_url" && !declared.contains(variable) {
                    return Err(WiringError::Undeclared {
                        file: file.to_owned(),
                        table,
                        variable: variable.to_owned(),
                    });
                }
            }
            let one_vendors = |host: &&String| {
                !host.contains('*')
                    && !host.contains(".spin.internal")
                    && (host.contains("://") || named(host).next().is_some())
            };
            if let Some(host) = needs.hosts.iter().find(|host| !one_vendors(host)) {
                return Err(WiringError::Host { file: file.to_owned(), table, host: host.clone() });
            }
        }
        Ok(())
    }
}

/// Returns the variables that a template names: `{{ a }}/{{ b }}` names two.
fn named(template: &str) -> impl Iterator<Item = &str> {
    template.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name.trim())
}

fn read<T: serde::de::DeserializeOwned>(root: &Path, file: &str) -> Result<T, WiringError> {
    let text = fs::read_to_string(root.join(file)).map_err(|error| WiringError::unreadable(file, &error))?;
    toml::from_str(&text).map_err(|error| WiringError::unreadable(file, &error))
}

/// Returns the adapters that stand on a shelf.
fn names(shelf: &Path) -> Vec<String> {
    let entries = fs::read_dir(shelf).into_iter().flatten().filter_map(Result::ok);
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().join("adapter.toml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
