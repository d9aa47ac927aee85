//! A customer's store credit as the API shows it and as the console reads it.

use serde::{Deserialize, Serialize};

use super::StoreCreditAccount;
use super::credit_entries::{CreditEntry, Grant};
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
    /// What can be spent now.
    pub balance: Money,
    /// The grants, oldest first: they are spent in this order.
    pub grants: Vec<Grant>,
    /// Every entry, in order. What has just expired is shown as it will be written.
    pub entries: Vec<CreditEntry>,
}

impl BalanceView {
    /// Shows the account as it stands at that time.
    #[must_use]
    pub fn of(account: StoreCreditAccount, at: Timestamp) -> Self {
        let balance = account.balance(at);
        Self { currency: account.currency, balance, grants: account.grants, entries: account.entries }
    }
}
