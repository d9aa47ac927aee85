//! Store credit of one customer in one currency: granted, spent oldest first, never negative.

use serde::{Deserialize, Serialize};

use super::{Guarded, within};
use crate::money::{Currency, Money};
use crate::time::Timestamp;

/// One grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The key of the leg that granted it.
    pub id: String,
    /// How much.
    pub amount: Money,
    /// How much of it is left.
    pub remaining: Money,
    /// When.
    pub at: Timestamp,
    /// Until when it can be spent; none: for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// One spending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spending {
    /// The caller's key.
    pub id: String,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
}

/// A customer's store credit in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreCreditAccount {
    /// The ERP's id of the customer.
    pub customer: String,
    /// The currency.
    pub currency: Currency,
    /// What was granted, oldest first.
    pub grants: Vec<Grant>,
    /// What was spent or taken back.
    #[serde(default)]
    pub spendings: Vec<Spending>,
}

impl StoreCreditAccount {
    /// An account with nothing in it.
    #[must_use]
    pub fn empty(customer: &str, currency: Currency) -> Self {
        Self { customer: customer.into(), currency, grants: Vec::new(), spendings: Vec::new() }
    }

    /// What can be spent at that time.
    #[must_use]
    pub fn balance(&self, at: Timestamp) -> Money {
        let minor = self.grants.iter().filter(|grant| grant.is_valid(at)).map(|grant| grant.remaining.minor).sum();
        Money { minor, currency: self.currency }
    }

    /// Adds a grant; the same id again changes nothing.
    ///
    /// # Errors
    /// When the amount is in another currency.
    pub fn grant(
        &mut self,
        id: &str,
        amount: Money,
        at: Timestamp,
        expires_at: Option<Timestamp>,
    ) -> Result<(), Guarded> {
        self.same_currency(amount)?;
        if !self.grants.iter().any(|grant| grant.id == id) {
            self.grants.push(Grant { id: id.into(), amount, remaining: amount, at, expires_at });
        }
        Ok(())
    }

    /// Spends, oldest first; the same id again changes nothing.
    ///
    /// # Errors
    /// When there is not that much; nothing is spent.
    pub fn spend(&mut self, id: &str, amount: Money, at: Timestamp) -> Result<(), Guarded> {
        self.same_currency(amount)?;
        if self.spendings.iter().any(|spending| spending.id == id) {
            return Ok(());
        }
        within(&self.what(), amount, self.balance(at).minor)?;
        let mut left = amount.minor;
        for grant in self.grants.iter_mut().filter(|grant| grant.is_valid(at)) {
            let part = left.min(grant.remaining.minor);
            grant.remaining.minor -= part;
            left -= part;
        }
        self.spendings.push(Spending { id: id.into(), amount, at });
        Ok(())
    }

    /// Takes back what is left of one grant and says how much that was.
    ///
    /// # Errors
    /// When part of it was spent and `partly` does not allow that, or there is no such grant.
    pub fn revoke(&mut self, id: &str, partly: bool, at: Timestamp) -> Result<Money, Guarded> {
        let what = self.what();
        let grant = self.grants.iter_mut().find(|grant| grant.id == id);
        let grant = grant.ok_or_else(|| Guarded::Unknown { what: what.clone(), missing: format!("grant {id}") })?;
        if !partly {
            within(&what, grant.amount, grant.remaining.minor)?;
        }
        let taken = grant.remaining;
        grant.remaining.minor = 0;
        if taken.minor > 0 {
            self.spendings.push(Spending { id: format!("{id}-revoked"), amount: taken, at });
        }
        Ok(taken)
    }

    fn what(&self) -> String {
        format!("store credit of {} in {}", self.customer, self.currency)
    }

    fn same_currency(&self, amount: Money) -> Result<(), Guarded> {
        if amount.currency == self.currency {
            return Ok(());
        }
        Err(Guarded::Currency {
            what: self.what(),
            account: self.currency.to_string(),
            asked: amount.currency.to_string(),
        })
    }
}

impl Grant {
    fn is_valid(&self, at: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| at < end)
    }
}
