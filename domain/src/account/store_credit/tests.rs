#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::account::recompute;

fn eur(minor: i64) -> Money {
    Money { minor, currency: Currency::EUR }
}

fn day(day: u64) -> Timestamp {
    Timestamp::from_unix_ms(day * limits::DAY_MS)
}

fn left(account: &StoreCreditAccount) -> Vec<i64> {
    assert_eq!(recompute(&account.entries).as_ref(), Ok(&account.grants), "the entries say the same");
    account.grants.iter().map(|grant| grant.remaining.minor).collect()
}

/// Grants of 50 (for good), 30 (until day 10) and 20.
fn account() -> StoreCreditAccount {
    let mut account = StoreCreditAccount::empty("C", Currency::EUR);
    account.grant("a", "ra", eur(50), day(1), None).unwrap();
    account.grant("b", "rb", eur(30), day(2), Some(day(10))).unwrap();
    account.grant("c", "rc", eur(20), day(3), None).unwrap();
    account
}

#[test]
fn the_oldest_is_spent_first_and_comes_back_to_where_it_was() {
    let mut account = account();
    account.spend("s", eur(60), "order-1", "fina", day(4)).unwrap();
    account.spend("s", eur(60), "order-1", "fina", day(4)).unwrap();
    assert_eq!(left(&account), [0, 20, 20]);
    let too_much = account.spend("t", eur(41), "order-2", "fina", day(4)).unwrap_err().to_string();
    assert_eq!(too_much, "store credit of C in EUR: 0.41 is asked for and 0.40 is available, 0.01 too much");
    account.restore("s", "fina", day(5)).unwrap();
    account.restore("s", "fina", day(5)).unwrap();
    assert_eq!(left(&account), [50, 30, 20]);
    assert!(account.restore("t", "fina", day(5)).is_err(), "never spent");
}

#[test]
fn what_expires_is_an_entry_and_what_comes_back_too_late_expires_at_once() {
    let mut account = account();
    account.spend("s", eur(60), "order-1", "fina", day(4)).unwrap();
    assert_eq!(account.balance(day(9)), eur(40));
    assert_eq!(account.balance(day(10)), eur(20), "the end itself is over");
    account.expire(day(12)).unwrap();
    assert_eq!(left(&account), [0, 0, 20]);
    let last = account.entries.last().unwrap();
    assert_eq!((last.what, last.amount, last.at), (CreditMove::Expired, eur(20), day(10)));
    account.restore("s", "fina", day(13)).unwrap();
    assert_eq!(left(&account), [50, 0, 20]);
    assert_eq!(account.grants[1].lapsed, eur(30));
}

#[test]
fn a_voided_grant_gives_back_what_is_left_and_what_comes_back_later() {
    let mut account = account();
    account.spend("s", eur(20), "order-1", "fina", day(4)).unwrap();
    let refused = account.clone().revoke("a", false, "fina", day(5)).unwrap_err().to_string();
    assert!(refused.contains("0.50 is asked for and 0.30 is available, 0.20 too much"), "{refused}");
    assert_eq!(account.revoke("a", true, "fina", day(5)), Ok(eur(30)));
    assert_eq!(left(&account), [0, 30, 20]);
    account.restore("s", "fina", day(6)).unwrap();
    assert_eq!(left(&account), [0, 30, 20], "the memo is void: nothing of it is spendable");
    assert_eq!(account.entries.last().unwrap().what, CreditMove::Revoked);
}

#[test]
fn what_expired_unused_is_no_obstacle_to_voiding() {
    let mut account = account();
    assert_eq!(account.revoke("b", false, "fina", day(11)), Ok(eur(30)));
    let moves: Vec<_> = account.since(3).iter().map(|entry| entry.what).collect();
    assert_eq!(moves, [CreditMove::Expired, CreditMove::Reinstated, CreditMove::Revoked]);
    assert_eq!(left(&account), [50, 0, 20]);
}

#[test]
fn a_spending_takes_from_so_many_grants_and_no_more() {
    let mut account = StoreCreditAccount::empty("C", Currency::EUR);
    for number in 0..=limits::GRANTS_AT_ONCE {
        account.grant(&format!("g{number}"), "r", eur(1), day(1), None).unwrap();
    }
    let all = i64::try_from(limits::GRANTS_AT_ONCE).unwrap() + 1;
    let refused = account.spend("s", eur(all), "o", "fina", day(2)).unwrap_err().to_string();
    assert!(refused.contains("spend 0.20 first"), "{refused}");
    account.spend("s", eur(all - 1), "o", "fina", day(2)).unwrap();
}

#[test]
fn entries_that_were_changed_are_recognised() {
    let mut account = account();
    account.spend("s", eur(60), "order-1", "fina", day(4)).unwrap();
    let changed = |change: fn(&mut Vec<super::CreditEntry>)| {
        let mut entries = account.entries.clone();
        change(&mut entries);
        recompute(&entries)
    };
    assert!(changed(|_| ()).is_ok());
    assert!(changed(|entries| drop(entries.remove(1))).is_err(), "a gap");
    assert!(changed(|entries| entries[3].amount.minor = 59).is_err(), "parts that make something else");
    assert!(changed(|entries| entries[0].what = CreditMove::Spent).is_err(), "a grant that is not there");
    assert!(changed(|entries| entries[3].what = CreditMove::Restored).is_err(), "more than was granted");
}
