//! What a store-credit account keeps for orders: so much less can be spent on others.

use super::hold::Hold;
use super::store_credit::StoreCreditAccount;
use super::{AccountError, within};
use crate::limits;
use crate::money::Money;
use crate::time::Timestamp;

impl StoreCreditAccount {
    /// Returns the hold of that key, as long as it stands.
    #[must_use]
    pub fn hold_of(&self, id: &str, at: Timestamp) -> Option<&Hold> {
        self.holds.iter().find(|hold| hold.id == id && hold.stands(at))
    }

    /// Keeps credit for an order. The same id again changes nothing while the hold stands.
    ///
    /// # Errors
    /// When there is not that much, it is in another currency, or as many holds stand as there may be; nothing is kept
    /// then.
    pub fn hold(&mut self, wanted: Hold) -> Result<(), AccountError> {
        let at = wanted.at;
        self.same_currency(wanted.amount)?;
        if self.hold_of(&wanted.id, at).is_some() {
            return Ok(());
        }
        within(&self.what(), wanted.amount, self.free(at).minor)?;
        let standing = self.holds.iter().filter(|hold| hold.stands(at)).count();
        if standing >= limits::HOLDS {
            return Err(AccountError::Full { what: format!("holds of {}", self.what()), count: standing });
        }
        let latest = Timestamp::from_unix_ms(at.unix_ms().saturating_add(limits::HOLD_MS));
        let covered = self.covers_until(self.held(at).minor + wanted.amount.minor, at);
        let until = wanted.until.min(latest).min(covered.unwrap_or(latest));
        self.holds.retain(|hold| hold.stands(at));
        self.holds.push(Hold { until, ..wanted });
        Ok(())
    }

    /// Returns when there will be less than that, because what is there now expires; none where that never is.
    fn covers_until(&self, minor: i64, at: Timestamp) -> Option<Timestamp> {
        let valid = self.grants.iter().filter(|grant| grant.remaining.is_positive());
        let mut ends: Vec<Timestamp> = valid.filter_map(|grant| grant.expires_at).filter(|end| *end > at).collect();
        ends.sort_unstable();
        ends.into_iter().find(|end| self.balance(*end).minor < minor)
    }

    /// Lets go of a hold; one that is over already stays over.
    pub fn release(&mut self, id: &str, at: Timestamp) {
        self.holds.retain(|hold| hold.id != id && hold.stands(at));
    }

    /// Spends what was kept, or less; the rest is free again. A hold that was captured before changes nothing.
    ///
    /// # Errors
    /// When no such hold stands, it keeps less, or the credit was taken back meanwhile; nothing has changed then.
    pub fn capture(&mut self, id: &str, amount: Option<Money>, by: &str, at: Timestamp) -> Result<(), AccountError> {
        if self.spending(id).is_some() {
            return Ok(());
        }
        let missing = || AccountError::Unknown { what: self.what(), missing: format!("hold {id}") };
        let hold = self.hold_of(id, at).ok_or_else(missing)?.clone();
        let amount = amount.unwrap_or(hold.amount);
        self.same_currency(amount)?;
        within(&format!("hold {id} of {}", self.what()), amount, hold.amount.minor)?;
        let before = self.holds.clone();
        self.release(id, at);
        let spent = self.spend(id, amount, &hold.reference, by, at);
        if spent.is_err() {
            self.holds = before;
        }
        spent
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::money::Currency;

    const MINUTE: u64 = limits::MINUTE_MS;

    fn at(minutes: u64) -> Timestamp {
        Timestamp::from_unix_ms(1_000_000_000_000 + minutes * MINUTE)
    }

    fn eur(minor: i64) -> Money {
        Money { minor, currency: Currency::EUR }
    }

    fn wanted(id: &str, minor: i64, until: u64) -> Hold {
        Hold {
            id: id.into(),
            amount: eur(minor),
            reference: "ORDER-1".into(),
            by: "shop".into(),
            at: at(1),
            until: at(until),
        }
    }

    /// 30.00 that expires after an hour, and 20.00 that does not.
    fn account() -> StoreCreditAccount {
        let mut account = StoreCreditAccount::empty("CUST-7", Currency::EUR);
        account.grant("g1", "r1", eur(3_000), at(0), Some(at(60))).unwrap();
        account.grant("g2", "r2", eur(2_000), at(0), None).unwrap();
        account
    }

    #[test]
    fn what_is_kept_for_an_order_is_spent_by_no_other() {
        let mut account = account();
        account.hold(wanted("h1", 4_000, 30)).unwrap();
        assert_eq!(
            (account.balance(at(1)), account.held(at(1)), account.free(at(1))),
            (eur(5_000), eur(4_000), eur(1_000))
        );
        assert!(account.spend("s1", eur(1_001), "ORDER-2", "shop", at(2)).is_err());
        assert!(account.hold(wanted("h2", 1_001, 30)).is_err());
        account.spend("s1", eur(1_000), "ORDER-2", "shop", at(2)).unwrap();
        account.capture("h1", None, "shop", at(3)).unwrap();
        assert_eq!((account.free(at(3)), account.held(at(3))), (eur(0), eur(0)));
        let entries = account.entries.clone();
        account.capture("h1", None, "shop", at(4)).unwrap();
        assert_eq!(account.entries, entries, "a second time changes nothing");
        assert_eq!(account.spending("h1").unwrap().amount, eur(4_000));
    }

    #[test]
    fn less_may_be_captured_and_the_rest_is_free() {
        let mut account = account();
        account.hold(wanted("h1", 4_000, 30)).unwrap();
        assert!(account.capture("h1", Some(eur(4_001)), "shop", at(2)).is_err());
        assert_eq!(account.held(at(2)), eur(4_000), "nothing has changed");
        account.capture("h1", Some(eur(2_500)), "shop", at(2)).unwrap();
        assert_eq!(account.free(at(2)), eur(2_500));
    }

    #[test]
    fn a_hold_is_over_by_itself_or_let_go() {
        let mut account = account();
        account.hold(wanted("h1", 5_000, 30)).unwrap();
        account.hold(wanted("h1", 5_000, 30)).unwrap();
        assert_eq!(account.holds.len(), 1, "the same again changes nothing");
        assert_eq!((account.free(at(29)), account.free(at(30))), (eur(0), eur(5_000)));
        assert!(account.capture("h1", None, "shop", at(30)).is_err());
        account.release("h1", at(2));
        assert_eq!(account.free(at(2)), eur(5_000));
        account.release("h1", at(2));
    }

    #[test]
    fn a_hold_ends_when_the_credit_that_it_needs_expires() {
        let mut account = account();
        account.hold(wanted("small", 2_000, 100)).unwrap();
        assert_eq!(account.holds[0].until, at(100), "20.00 will be there still");
        account.hold(wanted("large", 1, 100)).unwrap();
        assert_eq!(account.holds[1].until, at(60), "together they need what expires");
        account.release("small", at(1));
        account.hold(wanted("endless", 1, 100 * 24 * 60)).unwrap();
        assert_eq!(account.holds[1].until.ms_since(at(1)), limits::HOLD_MS, "no longer than a hold may last");
    }

    #[test]
    fn as_many_holds_stand_as_there_may_be_and_those_that_are_over_make_room() {
        let mut account = account();
        for number in 0..limits::HOLDS {
            account.hold(wanted(&format!("h{number}"), 1, 30)).unwrap();
        }
        assert!(matches!(account.hold(wanted("more", 1, 30)), Err(AccountError::Full { .. })));
        account.hold(Hold { at: at(30), ..wanted("later", 1, 40) }).unwrap();
        assert_eq!(account.holds.len(), 1);
    }

    #[test]
    fn a_hold_that_a_wrong_clock_has_written_keeps_nothing() {
        let mut account = account();
        account.holds.push(wanted("ahead", 5_000, 100 * 24 * 60));
        assert_eq!(account.free(at(1)), eur(5_000));
    }

    #[test]
    fn an_account_of_before_there_were_holds_is_read() {
        let stored = r#"{"customer": "CUST-7", "currency": "EUR", "grants": [], "entries": []}"#;
        assert_eq!(serde_json::from_str::<StoreCreditAccount>(stored).unwrap().holds, []);
        let empty = serde_json::to_string(&StoreCreditAccount::empty("CUST-7", Currency::EUR)).unwrap();
        assert!(!empty.contains("holds"), "and written as it was: {empty}");
    }
}
