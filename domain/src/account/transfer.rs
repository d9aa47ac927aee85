//! Store credit that goes to another customer, and credit that may be spent for longer. The ERP's document stays that
//! of the request that granted the credit first: what becomes of it later is booked there, for whoever has it then.

use super::credit_entries::{CreditEntry, CreditPart, Grant};
use super::store_credit::{Moved, StoreCreditAccount};
use super::{AccountError, within};
use crate::limits;
use crate::money::Money;
use crate::request::booking::CreditMove;
use crate::time::Timestamp;

/// Stands between the key of the leg that granted the credit and the end of the id of the change that brought it here.
/// Both go into keys of the ERP, which have 64 letters, digits and marks at most.
const CAME_BY: char = '.';

/// Returns the key of the leg that granted this credit in the first place, whoever has it now.
#[must_use]
pub fn origin_of(grant: &str) -> &str {
    grant.split(CAME_BY).next().unwrap_or(grant)
}

/// Tells whether a grant came from another customer.
fn came_from_elsewhere(grant: &str) -> bool {
    grant.contains(CAME_BY)
}

/// A change that two people have agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreed<'a> {
    /// The change's id.
    pub change: &'a str,
    /// Who carries it out.
    pub by: &'a str,
    /// When.
    pub at: Timestamp,
}

/// What one step of a change has moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// How much.
    pub moved: Money,
    /// How many grants.
    pub grants: usize,
    /// Whether there is more to move than one step moves.
    pub more: bool,
}

impl StoreCreditAccount {
    /// Hands credit over to another customer's account, with its expiry: what expires first, and the oldest of what
    /// expires together. One step moves so many grants as there are requests that can be told at once.
    ///
    /// # Errors
    /// When there is not that much besides what is kept for orders, the amount takes more grants than one step moves,
    /// or the other account has no room. Neither account is to be stored then.
    pub fn hand_over(
        &mut self,
        to: &mut Self,
        amount: Option<Money>,
        agreed: Agreed<'_>,
    ) -> Result<Step, AccountError> {
        let free = self.free(agreed.at);
        let wanted = amount.unwrap_or(free);
        for account in [&*self, &*to] {
            account.same_currency(wanted)?;
        }
        within(&self.what(), wanted, free.minor)?;
        let mut left = wanted.minor;
        let mut moved: Vec<(CreditPart, Grant)> = Vec::new();
        for grant in self.in_order(agreed.at) {
            let minor = left.min(grant.remaining.minor);
            if minor > 0 && moved.len() < limits::TOLD_AT_ONCE {
                moved.push((CreditPart { grant: grant.id.clone(), amount: self.money(minor) }, grant.clone()));
                left -= minor;
            }
        }
        if left > 0 && amount.is_some() {
            let fits = self.money(wanted.minor - left);
            return Err(AccountError::TooManyGrants { what: self.what(), most: limits::TOLD_AT_ONCE, fits });
        }
        to.has_room_for(moved.len())?;
        let step = Step { moved: self.money(wanted.minor - left), grants: moved.len(), more: left > 0 };
        if moved.is_empty() {
            return Ok(step);
        }
        let Agreed { change, by, at } = agreed;
        let out = Moved::new(CreditMove::TransferredOut, &to.customer, by, at);
        let parts = moved.iter().map(|(part, _)| part.clone()).collect();
        self.add(out, self.derived(change, "out"), parts)?;
        for (part, grant) in moved {
            let id = format!("{}{CAME_BY}{}", origin_of(&grant.id), change.rsplit('-').next().unwrap_or(change));
            let came = Moved {
                expires_at: grant.expires_at,
                request: Some(&grant.request),
                ..Moved::new(CreditMove::TransferredIn, &self.customer, by, at)
            };
            to.add(came, id.clone(), vec![CreditPart { grant: id, amount: part.amount }])?;
        }
        Ok(step)
    }

    /// Lets credit be spent for longer: what would expire before a time may be spent until a later one. What has
    /// expired already has expired.
    ///
    /// # Errors
    /// When the entries contradict each other, which they never do.
    pub fn carry_forward(
        &mut self,
        before: Timestamp,
        until: Timestamp,
        agreed: Agreed<'_>,
    ) -> Result<Step, AccountError> {
        let ends = |grant: &&Grant| grant.expires_at.is_some_and(|end| end < before.min(until));
        let ending: Vec<CreditPart> = self
            .in_order(agreed.at)
            .into_iter()
            .filter(ends)
            .map(|grant| CreditPart { grant: grant.id.clone(), amount: grant.remaining })
            .collect();
        let more = ending.len() > limits::TOLD_AT_ONCE;
        let parts: Vec<CreditPart> = ending.into_iter().take(limits::TOLD_AT_ONCE).collect();
        let moved = self.money(parts.iter().map(|part| part.amount.minor).sum());
        let step = Step { moved, grants: parts.len(), more };
        if !parts.is_empty() {
            let Agreed { change, by, at } = agreed;
            let carried = Moved { expires_at: Some(until), ..Moved::new(CreditMove::CarriedForward, change, by, at) };
            self.add(carried, self.derived(change, "carried"), parts)?;
        }
        Ok(step)
    }

    /// Returns when credit that came from other customers, and is left, expires next; it may lie behind.
    #[must_use]
    pub fn next_end_of_others(&self) -> Option<Timestamp> {
        let left = self.grants.iter().filter(|grant| came_from_elsewhere(&grant.id) && grant.remaining.is_positive());
        left.filter_map(|grant| grant.expires_at).min()
    }

    /// Returns when credit that came from other customers expires, as these entries say that carried it forward.
    #[must_use]
    pub fn ends_of_others(&self, entries: &[CreditEntry]) -> Vec<Timestamp> {
        let of_others = |entry: &&CreditEntry| entry.parts.iter().any(|part| came_from_elsewhere(&part.grant));
        entries.iter().filter(of_others).filter_map(|entry| entry.expires_at).collect()
    }

    /// Writes down what has expired of grants that came from other customers: no request of this customer does so.
    ///
    /// # Errors
    /// When the entries contradict each other, which they never do.
    pub fn expire_of_others(&mut self, at: Timestamp) -> Result<(), AccountError> {
        self.expire_where(at, |grant| came_from_elsewhere(&grant.id))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::account::{Hold, recompute};
    use crate::money::Currency;

    fn at(minutes: u64) -> Timestamp {
        Timestamp::from_unix_ms(1_000_000_000_000 + minutes * limits::MINUTE_MS)
    }

    fn eur(minor: i64) -> Money {
        Money { minor, currency: Currency::EUR }
    }

    fn agreed(minutes: u64) -> Agreed<'static> {
        Agreed { change: "t1", by: "fin", at: at(minutes) }
    }

    /// 30.00 that expires after an hour, and 20.00 that does not; and an account with nothing in it.
    fn accounts() -> (StoreCreditAccount, StoreCreditAccount) {
        let mut from = StoreCreditAccount::empty("CUST-7", Currency::EUR);
        from.grant("r1-l1", "r1", eur(3_000), at(0), Some(at(60))).unwrap();
        from.grant("r2-l1", "r2", eur(2_000), at(0), None).unwrap();
        (from, StoreCreditAccount::empty("CUST-8", Currency::EUR))
    }

    #[test]
    fn credit_goes_over_with_its_expiry_and_its_origin_and_the_entries_say_so_alone() {
        let (mut from, mut to) = accounts();
        let step = from.hand_over(&mut to, Some(eur(3_500)), agreed(1)).unwrap();
        assert_eq!(step, Step { moved: eur(3_500), grants: 2, more: false });
        assert_eq!((from.balance(at(1)), to.balance(at(1))), (eur(1_500), eur(3_500)));
        assert_eq!((from.balance(at(60)), to.balance(at(60))), (eur(1_500), eur(500)), "what came expires as before");
        for account in [&from, &to] {
            assert_eq!(recompute(&account.entries).unwrap(), account.grants);
        }
        let first = &to.grants[0];
        assert_eq!((first.id.as_str(), first.request.as_str(), origin_of(&first.id)), ("r1-l1.t1", "r1", "r1-l1"));
        let (mut third, back) =
            (StoreCreditAccount::empty("CUST-9", Currency::EUR), Agreed { change: "t2", ..agreed(2) });
        to.hand_over(&mut third, None, back).unwrap();
        assert_eq!((third.grants[0].id.as_str(), third.grants[0].request.as_str()), ("r1-l1.t2", "r1"));
    }

    #[test]
    fn the_key_of_what_is_booked_is_one_that_the_erp_takes() {
        let leg = "019aa6b2-4c00-7d3e-9a51-0f6b1f0c2a11-l500";
        let mut from = StoreCreditAccount::empty("CUST-7", Currency::EUR);
        let mut to = StoreCreditAccount::empty("CUST-8", Currency::EUR);
        from.grant(leg, "019aa6b2-4c00-7d3e-9a51-0f6b1f0c2a11", eur(100), at(0), None).unwrap();
        let change = "019aa6b2-4c00-7d3e-9a51-0f6b1f0c2a12";
        from.hand_over(&mut to, None, Agreed { change, ..agreed(1) }).unwrap();
        let key = format!("{}-c{}", to.grants[0].id, 99_999_999);
        assert!(key.len() <= 64, "{key}");
        assert!(key.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter)), "{key}");
    }

    #[test]
    fn what_is_kept_for_orders_or_is_not_there_goes_nowhere() {
        let (mut from, mut to) = accounts();
        let hold = Hold {
            id: "h".into(),
            amount: eur(4_000),
            reference: "ORDER-1".into(),
            by: "shop".into(),
            at: at(1),
            until: at(20),
        };
        from.hold(hold).unwrap();
        assert!(from.hand_over(&mut to, Some(eur(1_001)), agreed(2)).is_err());
        assert_eq!(from.hand_over(&mut to, None, agreed(2)).unwrap().moved, eur(1_000));
        let mut dollars = StoreCreditAccount::empty("CUST-8", Currency::USD);
        assert!(matches!(from.hand_over(&mut dollars, None, agreed(2)), Err(AccountError::Currency { .. })));
    }

    #[test]
    fn a_step_moves_so_many_grants_and_all_of_it_goes_over_step_by_step() {
        let (mut from, mut to) = accounts();
        for number in 0..limits::TOLD_AT_ONCE {
            from.grant(&format!("s{number}-l1"), &format!("s{number}"), eur(100), at(0), None).unwrap();
        }
        let most = limits::TOLD_AT_ONCE;
        let refused = from.clone().hand_over(&mut to.clone(), Some(eur(7_000)), agreed(1)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "store credit of CUST-7 in EUR: at most 20 grants move at once, which is 68.00: move so much first"
        );
        let first = from.hand_over(&mut to, None, agreed(1)).unwrap();
        assert_eq!((first.grants, first.more), (most, true));
        let second = from.hand_over(&mut to, None, agreed(1)).unwrap();
        assert_eq!((second.grants, second.more), (2, false));
        assert_eq!((from.balance(at(1)), to.balance(at(1))), (eur(0), eur(7_000)));
        assert_eq!(from.hand_over(&mut to, None, agreed(1)).unwrap().grants, 0, "nothing is left to move");
    }

    #[test]
    fn an_account_takes_no_more_open_grants_than_it_can_hold() {
        let (mut from, mut to) = accounts();
        for number in 0..limits::OPEN_GRANTS - 1 {
            to.grant(&format!("g{number}-l1"), "r", eur(1), at(0), None).unwrap();
        }
        assert!(matches!(from.clone().hand_over(&mut to.clone(), None, agreed(1)), Err(AccountError::Full { .. })));
        from.hand_over(&mut to, Some(eur(3_000)), agreed(1)).unwrap();
    }

    #[test]
    fn what_is_about_to_expire_is_carried_forward_once_and_what_has_expired_stays_so() {
        let (mut from, _) = accounts();
        let step = from.carry_forward(at(100), at(200), agreed(1)).unwrap();
        assert_eq!((step.moved, step.grants), (eur(3_000), 1));
        assert_eq!((from.balance(at(199)), from.balance(at(200))), (eur(5_000), eur(2_000)));
        assert_eq!(recompute(&from.entries).unwrap(), from.grants);
        assert_eq!(from.carry_forward(at(100), at(200), agreed(2)).unwrap().grants, 0, "a second time moves nothing");
        assert_eq!(from.carry_forward(at(300), at(150), agreed(2)).unwrap().grants, 0, "nothing is made shorter");
        let (mut late, _) = accounts();
        assert_eq!(late.carry_forward(at(100), at(200), agreed(61)).unwrap().grants, 0);
    }

    #[test]
    fn what_came_from_others_expires_here() {
        let (mut from, mut to) = accounts();
        to.grant("own-l1", "own", eur(100), at(0), Some(at(60))).unwrap();
        from.hand_over(&mut to, None, agreed(1)).unwrap();
        assert_eq!(to.next_end_of_others(), Some(at(60)));
        let count = to.entries.len();
        to.expire_of_others(at(61)).unwrap();
        let expired = to.since(count);
        assert_eq!((expired.len(), expired[0].what, expired[0].amount), (1, CreditMove::Expired, eur(3_000)));
        assert_eq!(to.next_end_of_others(), None, "the rest lasts");
    }
}
