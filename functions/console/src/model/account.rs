//! A customer's store credit.

use serde::Deserialize;

use super::Money;

/// The store credit of one customer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CustomerBalance {
    /// The ERP's id of the customer.
    pub customer: String,
    /// One for each currency.
    pub balances: Vec<Balance>,
}

/// The store credit in one currency.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Balance {
    /// What can be spent.
    pub balance: Option<Money>,
    /// What was granted, oldest first.
    pub grants: Vec<Grant>,
    /// All that happened, in order.
    pub entries: Vec<CreditEntry>,
}

/// One grant.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Grant {
    /// The key of the leg that granted it: the request's id, and the leg's.
    pub id: String,
    /// How much.
    pub amount: Money,
    /// How much of it is left.
    pub remaining: Money,
    /// When.
    pub at: String,
    /// Until when it can be spent; none: for good.
    pub expires_at: Option<String>,
}

/// One entry.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CreditEntry {
    /// `granted`, `spent`, …
    pub what: String,
    /// Its key.
    pub id: String,
    /// How much; `what` says which way it counts.
    pub amount: Money,
    /// When.
    pub at: String,
    /// Who.
    pub actor: String,
    /// The order of a spending, the request of a grant, …
    pub refers_to: String,
}
