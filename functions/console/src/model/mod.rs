//! The api's JSON, as far as the pages show it. What the api leaves out is empty here, and what it adds is passed over: the console
//! must not break because the api grows.

mod account;
mod batch;
mod invoice;
mod request;

pub use account::{Balance, CreditEntry, CustomerBalance, Grant};
pub use batch::{BatchAnswer, BatchItem};
pub use invoice::{Customer, Invoice, InvoiceLine};
#[cfg(test)]
pub use request::Decision;
pub use request::{CreditMemo, Event, Evidence, Finding, Leg, Line, RequestView, Task};

use serde::{Deserialize, Deserializer};

/// A page of a list.
#[derive(Debug, Clone, Deserialize)]
pub struct List<T> {
    /// The items.
    #[serde(default = "Vec::new")]
    pub items: Vec<T>,
    /// Where the next page begins; none on the last.
    #[serde(default)]
    pub next: Option<String>,
}

/// An amount as the api writes it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Money {
    /// `12.50`, with exactly the currency's decimals.
    pub value: String,
    /// `EUR`.
    pub currency: String,
}

impl Money {
    /// In minor units; amounts of one currency can be compared by it. Zero for what is no amount.
    pub fn minor(&self) -> i128 {
        self.value.replace('.', "").parse().unwrap_or(0)
    }
}

/// Reads `null` as if it had been left out.
pub fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
