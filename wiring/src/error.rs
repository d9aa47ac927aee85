//! Why nothing was written.

use std::fmt::Display;

/// What is wrong with a wiring, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WiringError {
    /// A file can't be read, or says what it can't say.
    #[error("{file}: {detail}")]
    Unreadable {
        /// Which file, from the root.
        file: String,
        /// What is wrong in it.
        detail: String,
    },
    /// No folder of that name is an adapter.
    #[error(
        "wiring.toml: {key} names `{name}`, but there is no {folder}/adapter.toml. {next} An adapter of your own begins with \
         `cargo xtask new adapter`."
    )]
    Unknown {
        /// The line of wiring.toml.
        key: &'static str,
        /// The name.
        name: String,
        /// Where its adapter would be.
        folder: String,
        /// What could be meant.
        next: String,
    },
    /// The adapter is there, for something else.
    #[error(
        "wiring.toml: {key} names `{name}`, but {folder}/adapter.toml has no {need}; it is made for: {made_for}. Name another \
         adapter, or add the table if this one does that too."
    )]
    OtherContract {
        /// The line of wiring.toml.
        key: &'static str,
        /// The name.
        name: String,
        /// Where its adapter is.
        folder: String,
        /// The table that it lacks: `"[gateway]"`.
        need: String,
        /// The tables that it has.
        made_for: String,
    },
    /// A secret stands in a file, or what must be given is given already.
    #[error("{file}: `{variable}` is a secret or required, so it has no `default`: whoever runs contraflow sets it.")]
    Default {
        /// Which file, from the root.
        file: String,
        /// The variable.
        variable: String,
    },
    /// Two declare one variable.
    #[error(
        "the variable `{variable}` is declared by {first} and by {second}: begin its name with the vendor's in one of them."
    )]
    DeclaredTwice {
        /// The variable.
        variable: String,
        /// Who declared it first.
        first: String,
        /// Who declared it again.
        second: String,
    },
    /// A table of an adapter names a variable that nobody declares.
    #[error("{file}: [{table}] names `{variable}`, which no [[variable]] there declares.")]
    Undeclared {
        /// The adapter's file.
        file: String,
        /// The table in it.
        table: &'static str,
        /// The variable.
        variable: String,
    },
    /// A table of an adapter names a host that is more than one vendor's.
    #[error("{file}: [{table}] may not reach `{host}`: name one vendor's host, or the variable that holds it.")]
    Host {
        /// The adapter's file.
        file: String,
        /// The table in it.
        table: &'static str,
        /// The host.
        host: String,
    },
    /// An adapter would be two couriers at once, behind one import.
    #[error("{file}: has [courier] and [letters], and is one or the other: make two adapters of it.")]
    TwoNatures {
        /// The adapter's file.
        file: String,
    },
    /// What switches an adapter on is no variable that others may read, or stands where nothing is switched.
    #[error(
        "{file}: [{table}] says `on = \"{variable}\"`: only [letters] may, and it names a [[variable]] of this file that is no \
         secret, because whoever takes requests in reads it."
    )]
    On {
        /// The adapter's file.
        file: String,
        /// The table in it.
        table: &'static str,
        /// The variable.
        variable: String,
    },
    /// Two of one name would be one component, or answer at one address.
    #[error("wiring.toml: two adapters would be {what}. Take one of them out, or rename its folder.")]
    Clash {
        /// What both would be.
        what: String,
    },
    /// The console has nobody to send requests to.
    #[error("wiring.toml: sources must name `api`: the console sends new requests there.")]
    NoApi,
}

impl WiringError {
    pub(crate) fn unreadable(file: &str, error: &dyn Display) -> Self {
        Self::Unreadable { file: file.to_owned(), detail: error.to_string().trim_end().to_owned() }
    }
}
