//! The store credit of one customer in one currency: granted, spent, expiring, never negative. What expires first is
//! spent first.
//!
//! The account holds what is open, and the newest of what was: older entries, and grants that have nothing left, stand
//! beside it ([`StoreCreditAccount::leave`]), and are recalled where they are moved again.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::credit_entries::{CreditEntry, CreditPart, Grant, apply};
use super::grant_tray::GrantTray;
use super::hold::Hold;
use super::spending::{Spending, parts_for};
use super::{AccountError, within};
use crate::limits;
use crate::money::{Currency, Money};
use crate::request::booking::CreditMove;
use crate::time::Timestamp;

/// Names who lets credit expire, for the record.
const NOBODY: &str = "contraflow";

/// A customer's store credit in one currency. Entries are only ever added; the grants follow from all of them, those
/// beside the account included ([`super::recompute`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreCreditAccount {
    /// The ERP's id of the customer.
    pub customer: String,
    /// The currency.
    pub currency: Currency,
    /// What was granted and what is left of it; older grants that have nothing left stand beside the account.
    pub grants: Vec<Grant>,
    /// The newest entries, in order; there is always one once there was one.
    pub entries: Vec<CreditEntry>,
    /// What is kept for orders; of those that are over, some may stand still.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<Hold>,
    /// What was recalled from beside the account for what is to be done.
    #[serde(skip)]
    pub beside: Beside,
}

/// What stands beside a store-credit account, as far as it was recalled or has changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beside {
    /// Entries that have left the account.
    pub entries: Vec<CreditEntry>,
    /// Spendings by their keys.
    pub spendings: BTreeMap<String, Spending>,
}

/// What leaves a store-credit account, to stand beside it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Left {
    /// The oldest entries.
    pub entries: Vec<CreditEntry>,
    /// Grants that have nothing left.
    pub grants: Vec<Grant>,
}

/// Says what is to be written down of a move of credit, besides its id and its parts.
pub(super) struct Moved<'a> {
    pub(super) what: CreditMove,
    pub(super) refers_to: &'a str,
    pub(super) actor: &'a str,
    pub(super) at: Timestamp,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) request: Option<&'a str>,
}

impl<'a> Moved<'a> {
    pub(super) const fn new(what: CreditMove, refers_to: &'a str, actor: &'a str, at: Timestamp) -> Self {
        Self { what, refers_to, actor, at, expires_at: None, request: None }
    }
}

impl StoreCreditAccount {
    /// Makes an account with nothing in it.
    #[must_use]
    pub fn empty(customer: &str, currency: Currency) -> Self {
        Self {
            customer: customer.into(),
            currency,
            grants: Vec::new(),
            entries: Vec::new(),
            holds: Vec::new(),
            beside: Beside::default(),
        }
    }

    /// Returns what is there at that time and has not expired; what is kept for orders is a part of it.
    #[must_use]
    pub fn balance(&self, at: Timestamp) -> Money {
        let minor = self.grants.iter().filter(|grant| grant.is_valid(at)).map(|grant| grant.remaining.minor).sum();
        Money { minor, currency: self.currency }
    }

    /// Returns what is kept for orders at that time.
    #[must_use]
    pub fn held(&self, at: Timestamp) -> Money {
        let minor = self.holds.iter().filter(|hold| hold.stands(at)).map(|hold| hold.amount.minor).sum();
        Money { minor, currency: self.currency }
    }

    /// Returns what can be spent at that time besides what is kept for orders.
    #[must_use]
    pub fn free(&self, at: Timestamp) -> Money {
        let minor = (self.balance(at).minor - self.held(at).minor).max(0);
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

    /// Returns the entry of the spending with that key.
    #[must_use]
    pub fn spending(&self, id: &str) -> Option<&CreditEntry> {
        self.known_entries().find(|entry| entry.what == CreditMove::Spent && entry.id == id)
    }

    /// Returns the entry that undid the spending with that key.
    #[must_use]
    pub fn undoing(&self, spending: &str) -> Option<&CreditEntry> {
        self.known_entries().find(|entry| entry.what == CreditMove::Restored && entry.refers_to == spending)
    }

    /// Returns what has become of the spending with that key, as far as it is known here.
    #[must_use]
    pub fn standing_of(&self, spending: &str) -> Option<Spending> {
        let of_entry = |entry: &CreditEntry| {
            let undone = self.undoing(spending).map(|undoing| undoing.sequence);
            Spending { undone, ..Spending::of(entry) }
        };
        self.beside.spendings.get(spending).cloned().or_else(|| self.spending(spending).map(of_entry))
    }

    fn known_entries(&self) -> impl Iterator<Item = &CreditEntry> {
        self.entries.iter().chain(&self.beside.entries)
    }

    /// Adds a grant of that request; the same id again changes nothing.
    ///
    /// # Errors
    /// When the amount is in another currency, or the account has as many open grants as it takes.
    pub fn grant(
        &mut self,
        id: &str,
        request: &str,
        amount: Money,
        at: Timestamp,
        expires_at: Option<Timestamp>,
    ) -> Result<(), AccountError> {
        self.grant_back(None, id, request, amount, at, expires_at)
    }

    /// Adds a grant that gives a spending back, because what was paid with it is refunded. A spending that is not known
    /// here is none of this account's, and the grant is like any other.
    ///
    /// # Errors
    /// As of [`Self::grant`], and when so much of the spending was given back already.
    pub fn grant_back(
        &mut self,
        spending: Option<&str>,
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
        let spending = spending.and_then(|spending| self.standing_of(spending));
        if let Some(spending) = &spending {
            self.can_give_back(spending, amount.minor)?;
        }
        self.has_room_for(1)?;
        let part = CreditPart { grant: id.into(), amount };
        let granted = Moved { expires_at, ..Moved::new(CreditMove::Granted, request, NOBODY, at) };
        self.add(granted, id.into(), vec![part])?;
        if let Some(spending) = spending {
            self.write_down(Spending { returned_minor: spending.returned_minor + amount.minor, ..spending });
        }
        Ok(())
    }

    /// Checks that so many more grants may be open.
    pub(super) fn has_room_for(&self, grants: usize) -> Result<(), AccountError> {
        let count = self.open_grants();
        if count + grants > limits::OPEN_GRANTS {
            return Err(AccountError::Full { what: self.what(), count });
        }
        Ok(())
    }

    fn open_grants(&self) -> usize {
        self.grants.iter().filter(|grant| grant.remaining.is_positive()).count()
    }

    /// Tells whether grants may come in beside the account: it has moved more than once, so that more are to be
    /// expected, and has room for all that its trays hold.
    #[must_use]
    pub fn may_have_trays(&self) -> bool {
        let most = limits::CREDIT_TRAYS as usize * limits::TRAY_GRANTS;
        self.next() > 2 && self.open_grants() + most <= limits::OPEN_GRANTS
    }

    /// Counts in what has come into the account's trays, the oldest first.
    ///
    /// # Errors
    /// When a grant is there already, which never is.
    pub fn take_in(&mut self, trays: impl IntoIterator<Item = GrantTray>) -> Result<(), AccountError> {
        let mut grants: Vec<Grant> = trays.into_iter().flat_map(GrantTray::into_grants).collect();
        grants.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
        for grant in grants {
            let came = Moved::new(CreditMove::Granted, &grant.request, NOBODY, grant.at);
            let granted = Moved { expires_at: grant.expires_at, ..came };
            self.add(granted, grant.id.clone(), vec![CreditPart { grant: grant.id.clone(), amount: grant.amount }])?;
        }
        Ok(())
    }

    /// Returns the grants that are valid at that time, in the order in which they are spent.
    pub(super) fn in_order(&self, at: Timestamp) -> Vec<&Grant> {
        let mut valid: Vec<&Grant> = self.grants.iter().filter(|grant| grant.is_valid(at)).collect();
        valid.sort_by_key(|grant| grant.place());
        valid
    }

    /// Checks that so much can be spent besides what is kept for orders.
    ///
    /// # Errors
    /// When there is less, or the amount is in another currency.
    pub fn can_give(&self, amount: Money, at: Timestamp) -> Result<(), AccountError> {
        self.same_currency(amount)?;
        within(&self.what(), amount, self.free(at).minor)
    }

    /// Spends credit: what expires first, and the oldest of what expires together. The same id again changes nothing.
    ///
    /// # Errors
    /// When there is not that much besides what is kept for orders, or it is in another currency; nothing is spent.
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
        self.can_give(amount, at)?;
        let mut left = amount.minor;
        let mut parts = Vec::new();
        for grant in self.in_order(at) {
            let minor = left.min(grant.remaining.minor);
            if minor > 0 {
                parts.push(CreditPart { grant: grant.id.clone(), amount: self.money(minor) });
                left -= minor;
            }
        }
        self.add(Moved::new(CreditMove::Spent, reference, by, at), id.into(), parts)?;
        if let Some(spending) = self.entries.last().map(Spending::of) {
            self.write_down(spending);
        }
        Ok(())
    }

    /// Undoes a spending, as far as refunds have not given it back: the credit is back on the grants that it was taken
    /// from, with their expiry. What comes back to a grant whose time is over expires at once, and what comes back to
    /// one whose memo was voided is taken back at once. A second time changes nothing.
    ///
    /// # Errors
    /// When there is no such spending, or refunds have given all of it back.
    pub fn restore(&mut self, spending: &str, by: &str, at: Timestamp) -> Result<(), AccountError> {
        let missing = || AccountError::Unknown { what: self.what(), missing: format!("spending {spending}") };
        let parts = self.spending(spending).ok_or_else(missing)?.parts.clone();
        let standing = self.standing_of(spending).ok_or_else(missing)?;
        if standing.undone.is_some() {
            return Ok(());
        }
        self.can_give_back(&standing, 1)?;
        let parts = parts_for(&parts, standing.rest_minor());
        let restored = Moved::new(CreditMove::Restored, spending, by, at);
        self.add(restored, format!("{spending}-undone"), parts.clone())?;
        self.write_down(Spending { undone: self.entries.last().map(|entry| entry.sequence), ..standing });
        // Of a grant that nobody can use any more, nothing stays.
        let goes_on = |what: CreditMove, wanted: fn(&Grant, Timestamp) -> bool, account: &mut Self| {
            let of_part = |part: &CreditPart| account.grants.iter().find(|grant| grant.id == part.grant);
            let gone = parts.iter().filter_map(of_part).filter(|grant| wanted(grant, at));
            let gone: Vec<_> =
                gone.map(|grant| CreditPart { grant: grant.id.clone(), amount: grant.remaining }).collect();
            if gone.is_empty() {
                return Ok(());
            }
            let key = account.derived(spending, what.name());
            let actor = if what == CreditMove::Expired { NOBODY } else { by };
            account.add(Moved::new(what, spending, actor, at), key, gone)
        };
        goes_on(CreditMove::Revoked, |grant, _| grant.revoked, self)?;
        goes_on(CreditMove::Expired, |grant, at| !grant.revoked && !grant.is_valid(at), self)
    }

    /// Takes back what is left of one grant and says how much that was. What has expired of it counts as left, because
    /// it was never used.
    ///
    /// # Errors
    /// When part of it was spent and `partly` does not allow that, or there is no such grant.
    pub fn revoke(&mut self, id: &str, partly: bool, by: &str, at: Timestamp) -> Result<Money, AccountError> {
        self.revoke_back(None, id, partly, by, at)
    }

    /// Takes back what is left of a grant that gave a spending back: as much of that may be given back again.
    ///
    /// # Errors
    /// As of [`Self::revoke`].
    pub fn revoke_back(
        &mut self,
        spending: Option<&str>,
        id: &str,
        partly: bool,
        by: &str,
        at: Timestamp,
    ) -> Result<Money, AccountError> {
        self.expire_where(at, |grant| grant.id == id)?;
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
        if let Some(spending) = spending.and_then(|spending| self.standing_of(spending)) {
            let returned_minor = (spending.returned_minor - taken.minor).max(0);
            self.write_down(Spending { returned_minor, ..spending });
        }
        Ok(taken)
    }

    /// Writes down what has expired by then, the earliest first. Whoever reads the account at a later time finds the
    /// same entries, whether they were written down or not.
    ///
    /// # Errors
    /// When the entries contradict each other, which they never do.
    pub fn expire(&mut self, at: Timestamp) -> Result<(), AccountError> {
        self.expire_where(at, |_| true)
    }

    /// Writes down what has expired by then of one request's grants. Until it is written down it can't be spent either,
    /// so what others' grants have to expire can wait for them.
    ///
    /// # Errors
    /// When the entries contradict each other, which they never do.
    pub fn expire_of(&mut self, request: &str, at: Timestamp) -> Result<(), AccountError> {
        self.expire_where(at, |grant| grant.request == request)
    }

    pub(super) fn expire_where(&mut self, at: Timestamp, wanted: impl Fn(&Grant) -> bool) -> Result<(), AccountError> {
        let over = |grant: &&Grant| grant.remaining.is_positive() && !grant.is_valid(at) && wanted(grant);
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

    /// Lets the oldest entries, and the oldest grants that have nothing left, leave the account, some at a time. They
    /// are to be stored beside it, in the commit that stores the account.
    pub fn leave(&mut self) -> Left {
        let mut left = Left::default();
        let mut parts: usize = self.entries.iter().map(|entry| entry.parts.len()).sum();
        while left.entries.len() < limits::CREDIT_LEAVING
            && self.entries.len() > left.entries.len() + 1
            && (self.entries.len() - left.entries.len() > limits::CREDIT_ENTRIES_KEPT
                || parts > limits::CREDIT_PARTS_KEPT)
        {
            let Some(oldest) = self.entries.get(left.entries.len()) else { break };
            parts -= oldest.parts.len();
            left.entries.push(oldest.clone());
        }
        self.entries.drain(..left.entries.len());
        let too_many = self.grants.len().saturating_sub(limits::GRANTS_KEPT).min(limits::CREDIT_LEAVING);
        self.grants.retain(|grant| {
            let leaves = left.grants.len() < too_many && !grant.remaining.is_positive();
            if leaves {
                left.grants.push(grant.clone());
            }
            !leaves
        });
        left
    }

    /// Checks that so much of a spending was not given back yet.
    fn can_give_back(&self, spending: &Spending, minor: i64) -> Result<(), AccountError> {
        if minor <= spending.rest_minor() {
            return Ok(());
        }
        Err(AccountError::GivenBack { what: self.what(), spending: spending.id.clone() })
    }

    fn write_down(&mut self, spending: Spending) {
        self.beside.spendings.insert(spending.id.clone(), spending);
    }

    pub(super) fn add(&mut self, moved: Moved<'_>, id: String, parts: Vec<CreditPart>) -> Result<(), AccountError> {
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
            request: moved.request.map(str::to_owned),
        };
        // An entry that can't be applied leaves the grants as they were.
        let count = self.grants.len();
        let moves = |grant: &Grant| entry.parts.iter().any(|part| part.grant == grant.id);
        let before: Vec<_> = self
            .grants
            .iter()
            .enumerate()
            .filter(|(_, grant)| moves(grant))
            .map(|(at, grant)| (at, grant.clone()))
            .collect();
        if let Err(why) = apply(&mut self.grants, &entry) {
            self.grants.truncate(count);
            for (place, grant) in before {
                if let Some(moved) = self.grants.get_mut(place) {
                    *moved = grant;
                }
            }
            return Err(AccountError::Unknown { what: self.what(), missing: why });
        }
        self.entries.push(entry);
        Ok(())
    }

    fn next(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.sequence) + 1
    }

    /// Returns the key of an entry that follows from another.
    pub(super) fn derived(&self, from: &str, what: &str) -> String {
        format!("{from}-{what}-{}", self.next())
    }

    pub(super) fn money(&self, minor: i64) -> Money {
        Money { minor, currency: self.currency }
    }

    pub(super) fn what(&self) -> String {
        format!("store credit of {} in {}", self.customer, self.currency)
    }

    pub(super) fn same_currency(&self, amount: Money) -> Result<(), AccountError> {
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
    /// Returns its place in the order of spending: what expires first, and the oldest of what expires together.
    pub(super) fn place(&self) -> (bool, Option<Timestamp>, Timestamp) {
        (self.expires_at.is_none(), self.expires_at, self.at)
    }

    fn is_valid(&self, at: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| at < end)
    }
}
