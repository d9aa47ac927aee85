//! What has become of a spending of store credit. It is given back once, whichever road comes first: by undoing it, or
//! by refunds of the invoice that was paid with it.

use serde::{Deserialize, Serialize};

use super::credit_entries::{CreditEntry, CreditPart};
use crate::money::Money;

/// One spending, as it stands beside its account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spending {
    /// Its key.
    pub id: String,
    /// The number of its entry.
    pub sequence: u64,
    /// How much was spent.
    pub amount: Money,
    /// How much of it refunds have given back as store credit, in minor units.
    #[serde(default)]
    pub returned_minor: i64,
    /// The number of the entry that undid it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<u64>,
}

impl Spending {
    /// Makes the spending that this entry tells of, of which nothing was given back yet.
    #[must_use]
    pub fn of(entry: &CreditEntry) -> Self {
        Self { id: entry.id.clone(), sequence: entry.sequence, amount: entry.amount, returned_minor: 0, undone: None }
    }

    /// Returns how much of it was not given back yet, in minor units.
    #[must_use]
    pub fn rest_minor(&self) -> i64 {
        if self.undone.is_some() { 0 } else { (self.amount.minor - self.returned_minor).max(0) }
    }
}

/// Picks the parts of a spending that are given back when so much of it is: those that were taken last come first, and
/// all stand in the order in which they were taken.
pub(super) fn parts_for(parts: &[CreditPart], minor: i64) -> Vec<CreditPart> {
    let mut left = minor;
    let mut picked = Vec::new();
    for part in parts.iter().rev() {
        let back = left.min(part.amount.minor);
        if back > 0 {
            let amount = Money { minor: back, currency: part.amount.currency };
            picked.push(CreditPart { grant: part.grant.clone(), amount });
            left -= back;
        }
    }
    picked.reverse();
    picked
}
