//! Totals of lists: how many requests they have, and what they come to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::money::{Currency, Money};
use crate::request::Request;

/// How many requests a list has, and what they come to by currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListTotals {
    /// How many there are.
    pub count: u64,
    /// What they come to, with tax: one sum for each currency. Requests whose amount is not known add nothing.
    pub sums: Vec<Money>,
    /// Whether all of the list was counted; otherwise these are the totals of its beginning.
    pub is_complete: bool,
}

/// How much waits in a view of a queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counted {
    /// How many requests.
    pub count: u64,
    /// Whether it was counted exactly; otherwise it is about as many, or more.
    pub is_complete: bool,
}

/// How much waits for somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QueueCounts {
    /// What they may decide on.
    pub decisions: Counted,
    /// What only a person can mend, for those who see to that.
    pub tasks: Counted,
    /// What they were asked.
    pub questions: Counted,
    /// Of whose risk they are told.
    pub alerts: Counted,
    /// What of all that is late.
    pub overdue: Counted,
}

/// Totals while they are counted.
#[derive(Debug, Clone, Default)]
pub struct Counting {
    count: u64,
    minor: BTreeMap<Currency, i64>,
}

impl Counting {
    /// Counts a request in.
    pub fn add(&mut self, request: &Request) {
        self.count += 1;
        if let Some(amount) = request.amount.or(request.ask.amount) {
            let sum = self.minor.entry(amount.currency).or_default();
            *sum = sum.saturating_add(amount.minor);
        }
    }

    /// Returns the totals.
    #[must_use]
    pub fn totals(self, is_complete: bool) -> ListTotals {
        let sums = self.minor.into_iter().map(|(currency, minor)| Money { minor, currency }).collect();
        ListTotals { count: self.count, sums, is_complete }
    }
}
