//! A customer's store credit as the API shows it and as the console reads it.

use serde::{Deserialize, Serialize};

use super::StoreCreditAccount;
use super::credit_entries::{CreditEntry, Grant};
use super::hold::Hold;
use crate::money::{Currency, Money};
use crate::time::Timestamp;

/// A customer's store credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CustomerBalance"))]
pub struct CustomerBalanceView {
    /// The ERP's id of the customer.
    pub customer: String,
    /// The balances, one for each currency; empty where the customer never had any store credit.
    pub balances: Vec<BalanceView>,
}

/// A customer's store credit in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Balance"))]
pub struct BalanceView {
    /// ISO 4217 code.
    pub currency: Currency,
    /// What can be spent now, besides what is kept for orders.
    pub balance: Money,
    /// What is kept for orders that are being checked out.
    #[serde(default)]
    pub holds: Vec<Hold>,
    /// Grants, in the order in which they are spent: what expires first, and the oldest of what expires together. At
    /// most 200, of the open ones and the newest of those that have nothing left.
    pub grants: Vec<Grant>,
    /// How many open grants are left out.
    #[serde(default)]
    pub grants_left_out: usize,
    /// Entries, in order, the newest of them where no `cursor` was given. What has just expired is shown as it will be
    /// written.
    pub entries: Vec<CreditEntry>,
    /// What to pass as `cursor` for the entries before these; null: there are none.
    #[serde(default)]
    pub next: Option<String>,
}

impl BalanceView {
    /// Shows the account as it stands at that time, with these entries of it and at most so many grants.
    #[must_use]
    pub fn of(
        account: StoreCreditAccount,
        entries: Vec<CreditEntry>,
        next: Option<String>,
        most_grants: usize,
        at: Timestamp,
    ) -> Self {
        let balance = account.free(at);
        let holds = account.holds.iter().filter(|hold| hold.stands(at)).cloned().collect();
        // Of two that were granted in the same moment, the one that stands first is spent first.
        let place = |(number, grant): &(usize, Grant)| (grant.place(), *number);
        let (mut open, mut spent): (Vec<_>, Vec<_>) =
            account.grants.into_iter().enumerate().partition(|(_, grant)| grant.remaining.is_positive());
        open.sort_by_key(place);
        let grants_left_out = open.len().saturating_sub(most_grants);
        open.truncate(most_grants);
        spent.drain(..spent.len().saturating_sub(most_grants - open.len()));
        open.extend(spent);
        open.sort_by_key(place);
        let grants = open.into_iter().map(|(_, grant)| grant).collect();
        Self { currency: account.currency, balance, holds, grants, grants_left_out, entries, next }
    }
}
