//! The store credit of one customer in one currency: granted, spent oldest first, expiring, never negative.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::credit_entries::{CreditEntry, CreditPart, Grant, apply};
use super::{AccountError, within};
use crate::limits;
use crate::money::{Currency, Money};
use crate::request::booking::CreditMove;
use crate::time::Timestamp;

/// Names who lets credit expire, for the record.
const NOBODY: &str = "contraflow";

/// A customer's store credit in one currency. Entries are only ever added; the grants follow from them
/// ([`super::recompute`]) and are kept beside them for speed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreCreditAccount {
    /// The ERP's id of the customer.
    pub customer: String,
    /// The currency.
    pub currency: Currency,
    /// What was granted and what is left of it, oldest first.
    pub grants: Vec<Grant>,
    /// Every entry of the account, in order.
    pub entries: Vec<CreditEntry>,
}

/// Says what is to be written down of a move of credit, besides its id and its parts.
struct Moved<'a> {
    what: CreditMove,
    refers_to: &'a str,
    actor: &'a str,
    at: Timestamp,
    expires_at: Option<Timestamp>,
}

impl<'a> Moved<'a> {
    const fn new(what: CreditMove, refers_to: &'a str, actor: &'a str, at: Timestamp) -> Self {
        Self { what, refers_to, actor, at, expires_at: None }
    }
}

impl StoreCreditAccount {
    /// Makes an account with nothing in it.
    #[must_use]
    pub fn empty(customer: &str, currency: Currency) -> Self {
        Self { customer: customer.into(), currency, grants: Vec::new(), entries: Vec::new() }
    }

    /// Returns what can be spent at that time.
    #[must_use]
    pub fn balance(&self, at: Timestamp) -> Money {
        let minor = self.grants.iter().filter(|grant| grant.is_valid(at)).map(|grant| grant.remaining.minor).sum();
        Money { minor, currency: self.currency }
    }

    /// Returns the entries that were added since there were `count` of them.
    #[must_use]
    pub fn since(&self, count: usize) -> &[CreditEntry] {
        self.entries.get(count..).unwrap_or_default()
    }

    /// Returns the requests whose grants these entries move, each once.
    #[must_use]
    pub fn requests_of(&self, entries: &[CreditEntry]) -> Vec<String> {
        let parts = entries.iter().flat_map(|entry| &entry.parts);
        let grants = parts.filter_map(|part| self.grants.iter().find(|grant| grant.id == part.grant));
        let mut requests: Vec<String> = grants.map(|grant| grant.request.clone()).collect();
        requests.sort_unstable();
        requests.dedup();
        requests
    }

    /// Returns the spending with that key.
    #[must_use]
    pub fn spending(&self, id: &str) -> Option<&CreditEntry> {
        self.entries.iter().find(|entry| entry.what == CreditMove::Spent && entry.id == id)
    }

    /// Returns the entry that undid the spending with that key.
    #[must_use]
    pub fn undoing(&self, spending: &str) -> Option<&CreditEntry> {
        self.entries.iter().find(|entry| entry.what == CreditMove::Restored && entry.refers_to == spending)
    }

    /// Adds a grant of that request; the same id again changes nothing.
    ///
    /// # Errors
    /// When the amount is in another currency, or the account is full.
    pub fn grant(
        &mut self,
        id: &str,
        request: &str,
        amount: Money,
        at: Timestamp,
        expires_at: Option<Timestamp>,
    ) -> Result<(), AccountError> {
        self.same_currency(amount)?;
        if self.grants.iter().any(|grant| grant.id == id) {
            return Ok(());
        }
        self.has_room()?;
        let part = CreditPart { grant: id.into(), amount };
        let granted = Moved { what: CreditMove::Granted, refers_to: request, actor: NOBODY, at, expires_at };
        self.add(granted, id.into(), vec![part])
    }

    /// Spends credit, oldest grant first. The same id again changes nothing.
    ///
    /// # Errors
    /// When there is not that much, in another currency, or from too many small grants at once; nothing is spent.
    pub fn spend(
        &mut self,
        id: &str,
        amount: Money,
        reference: &str,
        by: &str,
        at: Timestamp,
    ) -> Result<(), AccountError> {
        self.same_currency(amount)?;
        if self.spending(id).is_some() {
            return Ok(());
        }
        self.has_room()?;
        within(&self.what(), amount, self.balance(at).minor)?;
        let mut left = amount.minor;
        let mut parts = Vec::new();
        for grant in self.grants.iter().filter(|grant| grant.is_valid(at)) {
            let minor = left.min(grant.remaining.minor);
            if minor > 0 {
                parts.push(CreditPart { grant: grant.id.clone(), amount: self.money(minor) });
                left -= minor;
            }
        }
        let at_once: i64 = parts.iter().take(limits::GRANTS_AT_ONCE).map(|part| part.amount.minor).sum();
        if parts.len() > limits::GRANTS_AT_ONCE {
            return Err(AccountError::Scattered { what: self.what(), asked: amount, at_once: self.money(at_once) });
        }
        self.expire(at)?;
        self.add(Moved::new(CreditMove::Spent, reference, by, at), id.into(), parts)
    }

    /// Undoes a spending: the credit is back on the grants that it was taken from, with their expiry. What comes back
    /// to a grant whose time is over expires at once, and what comes back to one whose memo was voided is taken back at
    /// once. A second time changes nothing.
    ///
    /// # Errors
    /// When there is no such spending.
    pub fn restore(&mut self, spending: &str, by: &str, at: Timestamp) -> Result<(), AccountError> {
        let missing = || AccountError::Unknown { what: self.what(), missing: format!("spending {spending}") };
        let parts = self.spending(spending).ok_or_else(missing)?.parts.clone();
        if self.undoing(spending).is_some() {
            return Ok(());
        }
        self.expire(at)?;
        let restored = Moved::new(CreditMove::Restored, spending, by, at);
        self.add(restored, format!("{spending}-undone"), parts.clone())?;
        for part in parts {
            let voided = self.grants.iter().find(|grant| grant.id == part.grant && grant.revoked);
            if let Some(request) = voided.map(|grant| grant.request.clone()) {
                let revoked = Moved::new(CreditMove::Revoked, &request, by, at);
                self.add(revoked, self.derived(&part.grant, "revoked"), vec![part])?;
            }
        }
        self.expire(at)
    }

    /// Takes back what is left of one grant and says how much that was. What has expired of it counts as left, because
    /// it was never used.
    ///
    /// # Errors
    /// When part of it was spent and `partly` does not allow that, or there is no such grant.
    pub fn revoke(&mut self, id: &str, partly: bool, by: &str, at: Timestamp) -> Result<Money, AccountError> {
        self.expire(at)?;
        let missing = || AccountError::Unknown { what: self.what(), missing: format!("grant {id}") };
        let grant = self.grants.iter().find(|grant| grant.id == id).ok_or_else(missing)?.clone();
        let taken = self.money(grant.remaining.minor + grant.lapsed.minor);
        if grant.revoked {
            return Ok(taken);
        }
        if !partly {
            within(&self.what(), grant.amount, taken.minor)?;
        }
        let part = |amount| vec![CreditPart { grant: id.into(), amount }];
        if grant.lapsed.is_positive() {
            let key = self.derived(id, "reinstated");
            self.add(Moved::new(CreditMove::Reinstated, &grant.request, by, at), key, part(grant.lapsed))?;
        }
        let revoked = Moved::new(CreditMove::Revoked, &grant.request, by, at);
        self.add(revoked, self.derived(id, "revoked"), part(taken))?;
        Ok(taken)
    }

    /// Writes down what has expired by then, the earliest first. Whoever reads the account at a later time finds the
    /// same entries, whether they were written down or not.
    ///
    /// # Errors
    /// When the entries contradict each other, which they never do.
    pub fn expire(&mut self, at: Timestamp) -> Result<(), AccountError> {
        let over = |grant: &&Grant| grant.remaining.is_positive() && !grant.is_valid(at);
        let mut over: Vec<Grant> = self.grants.iter().filter(over).cloned().collect();
        over.sort_by_key(|grant| grant.expires_at);
        for grant in over {
            let last = self.entries.last().map_or(grant.at, |entry| entry.at);
            let when = grant.expires_at.unwrap_or(at).max(last);
            let part = CreditPart { grant: grant.id.clone(), amount: grant.remaining };
            let key = self.derived(&grant.id, "expired");
            self.add(Moved::new(CreditMove::Expired, &grant.id, NOBODY, when), key, vec![part])?;
        }
        Ok(())
    }

    fn add(&mut self, moved: Moved<'_>, id: String, parts: Vec<CreditPart>) -> Result<(), AccountError> {
        let entry = CreditEntry {
            sequence: self.next(),
            what: moved.what,
            id,
            amount: self.money(parts.iter().map(|part| part.amount.minor).sum()),
            at: moved.at,
            actor: moved.actor.into(),
            refers_to: moved.refers_to.into(),
            parts,
            expires_at: moved.expires_at,
        };
        let mut grants = self.grants.clone();
        apply(&mut grants, &entry).map_err(|why| AccountError::Unknown { what: self.what(), missing: why })?;
        self.grants = grants;
        self.entries.push(entry);
        Ok(())
    }

    fn next(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.sequence) + 1
    }

    /// Returns the key of an entry that follows from another.
    fn derived(&self, from: &str, what: &str) -> String {
        format!("{from}-{what}-{}", self.next())
    }

    /// Checks that the account has room for another grant or spending. It counts as full some entries early, so that
    /// there is always room to undo.
    fn has_room(&self) -> Result<(), AccountError> {
        if self.entries.len() < limits::CREDIT_ENTRIES {
            return Ok(());
        }
        Err(AccountError::Full { what: self.what(), count: self.entries.len() })
    }

    fn money(&self, minor: i64) -> Money {
        Money { minor, currency: self.currency }
    }

    fn what(&self) -> String {
        format!("store credit of {} in {}", self.customer, self.currency)
    }

    fn same_currency(&self, amount: Money) -> Result<(), AccountError> {
        if amount.currency == self.currency {
            return Ok(());
        }
        Err(AccountError::Currency {
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
