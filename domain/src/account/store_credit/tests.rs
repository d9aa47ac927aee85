#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::account::{Hold, recompute};

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
fn what_expires_first_is_spent_first_and_comes_back_to_where_it_was() {
    let mut account = account();
    account.spend("s", eur(60), "order-1", "fina", day(4)).unwrap();
    account.spend("s", eur(60), "order-1", "fina", day(4)).unwrap();
    assert_eq!(left(&account), [20, 0, 20], "the one with an end, and then the oldest of those without");
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
    account.grant("d", "rd", eur(20), day(5), Some(day(10))).unwrap();
    assert_eq!(account.balance(day(9)), eur(60));
    assert_eq!(account.balance(day(10)), eur(40), "the end itself is over");
    account.expire_of("rx", day(12)).unwrap();
    assert_eq!(left(&account), [20, 0, 20, 20], "others' grants wait for their requests");
    account.expire_of("rd", day(12)).unwrap();
    assert_eq!(left(&account), [20, 0, 20, 0]);
    let last = account.entries.last().unwrap();
    assert_eq!((last.what, last.amount, last.at), (CreditMove::Expired, eur(20), day(10)));
    account.restore("s", "fina", day(13)).unwrap();
    assert_eq!(left(&account), [50, 0, 20, 0]);
    assert_eq!(account.grants[1].lapsed, eur(30));
}

#[test]
fn a_voided_grant_gives_back_what_is_left_and_what_comes_back_later() {
    let mut account = account();
    account.spend("t", eur(30), "order-0", "fina", day(4)).unwrap();
    account.spend("s", eur(20), "order-1", "fina", day(4)).unwrap();
    let refused = account.clone().revoke("a", false, "fina", day(5)).unwrap_err().to_string();
    assert!(refused.contains("0.50 is asked for and 0.30 is available, 0.20 too much"), "{refused}");
    assert_eq!(account.revoke("a", true, "fina", day(5)), Ok(eur(30)));
    assert_eq!(left(&account), [0, 0, 20]);
    account.restore("s", "fina", day(6)).unwrap();
    assert_eq!(left(&account), [0, 0, 20], "the memo is void: nothing of it is spendable");
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
fn a_spending_is_given_back_once_whichever_road_comes_first() {
    let mut account = account();
    account.spend("s", eur(40), "order-1", "fina", day(4)).unwrap();
    account.grant_back(Some("s"), "back-l1", "rback", eur(15), day(5), None).unwrap();
    let too_much = account.grant_back(Some("s"), "back-l2", "rback", eur(26), day(5), None);
    assert!(matches!(too_much, Err(AccountError::GivenBack { .. })), "{too_much:?}");
    let before = account.balance(day(6));
    account.restore("s", "fina", day(6)).unwrap();
    assert_eq!(account.balance(day(6)).minor, before.minor + 25, "the rest");
    assert!(account.grant_back(Some("s"), "back-l3", "rback", eur(1), day(7), None).is_err(), "undone");
    account.grant_back(Some("of somebody else's shop"), "other-l1", "ro", eur(1), day(7), None).unwrap();

    let mut account = self::account();
    account.spend("s", eur(40), "order-1", "fina", day(4)).unwrap();
    account.grant_back(Some("s"), "back-l1", "rback", eur(40), day(5), None).unwrap();
    let before = account.clone();
    assert!(matches!(account.restore("s", "fina", day(6)), Err(AccountError::GivenBack { .. })));
    assert_eq!(account, before, "nothing was changed");
    // The refund's memo is voided: then the spending can be undone.
    account.revoke_back(Some("s"), "back-l1", false, "fina", day(7)).unwrap();
    account.restore("s", "fina", day(8)).unwrap();
    assert_eq!(account.balance(day(8)), eur(100));
}

#[test]
fn grants_that_came_into_the_trays_are_counted_in_the_oldest_first() {
    let mut account = account();
    account.spend("s", eur(60), "order-1", "fina", day(4)).unwrap();
    let mut trays = [GrantTray::default(), GrantTray::default()];
    for (number, tray) in trays.iter_mut().enumerate() {
        for day_of in [6, 8] {
            let id = format!("{day_of}-{number}");
            let mut fresh = StoreCreditAccount::empty("C", Currency::EUR);
            fresh.grant(&format!("{id}-l1"), &id, eur(5), day(day_of), Some(day(20))).unwrap();
            tray.take(fresh.grants);
        }
    }
    account.take_in(trays.clone()).unwrap();
    assert_eq!(left(&account), [20, 0, 20, 5, 5, 5, 5]);
    let ids: Vec<_> = account.since(4).iter().map(|entry| (entry.id.as_str(), entry.at)).collect();
    assert_eq!(ids, [("6-0-l1", day(6)), ("6-1-l1", day(6)), ("8-0-l1", day(8)), ("8-1-l1", day(8))]);
    let grant = account.grants.last().unwrap();
    assert_eq!((grant.request.as_str(), grant.expires_at), ("8-1", Some(day(20))));
    account.spend("t", eur(20), "order-2", "fina", day(9)).unwrap();
    assert_eq!(left(&account), [20, 0, 20, 0, 0, 0, 0], "what expires first is spent first");
    let before = account.clone();
    assert!(account.take_in([trays[0].clone()]).is_err(), "no grant counts twice");
    assert_eq!(account, before, "nothing was changed");
}

#[test]
fn full_trays_leave_the_account_as_fast_as_they_come_in() {
    let mut account = StoreCreditAccount::empty("C", Currency::EUR);
    let (mut entries, mut grants) = (Vec::new(), BTreeMap::new());
    for round in 0..40 {
        let filled = (0..limits::CREDIT_TRAYS).map(|number| {
            let mut tray = GrantTray::default();
            let mut fresh = StoreCreditAccount::empty("C", Currency::EUR);
            assert!(tray.has_room_for(limits::TRAY_GRANTS) && !tray.has_room_for(limits::TRAY_GRANTS + 1));
            for grant in 0..limits::TRAY_GRANTS {
                let id = format!("r{round}-{number}-{grant}");
                fresh.grant(&format!("{id}-l1"), &id, eur(1), day(1), None).unwrap();
            }
            tray.take(fresh.grants);
            assert!(!tray.has_room_for(1));
            tray
        });
        assert!(round == 0 || account.may_have_trays());
        account.take_in(filled).unwrap();
        account.grant(&format!("o{round}-l1"), &format!("o{round}"), eur(1), day(1), None).unwrap();
        leave(&mut account, &mut entries, &mut grants);
        assert!(account.entries.len() <= limits::CREDIT_ENTRIES_KEPT, "{}", account.entries.len());
        let whole = account.balance(day(2));
        assert_eq!(whole, eur(29), "all of it can be spent");
        account.spend(&format!("s{round}"), whole, "order", "fina", day(2)).unwrap();
        leave(&mut account, &mut entries, &mut grants);
        assert!(account.grants.len() <= limits::GRANTS_KEPT, "{}", account.grants.len());
    }
    assert!(recompute(&all(&account, &entries)).is_ok());
}

/// Puts what leaves the account where it is kept beside it.
fn leave(account: &mut StoreCreditAccount, entries: &mut Vec<CreditEntry>, grants: &mut BTreeMap<String, Grant>) {
    let left = account.leave();
    assert!(left.entries.len() <= limits::CREDIT_LEAVING && left.grants.len() <= limits::CREDIT_LEAVING);
    entries.extend(left.entries);
    grants.extend(left.grants.into_iter().map(|grant| (grant.id.clone(), grant)));
    account.beside = Beside::default();
}

fn all(account: &StoreCreditAccount, entries: &[CreditEntry]) -> Vec<CreditEntry> {
    entries.iter().chain(&account.entries).cloned().collect()
}

#[test]
fn an_account_of_5000_entries_is_as_small_as_one_of_100_and_all_of_it_is_spent() {
    let mut account = StoreCreditAccount::empty("C", Currency::EUR);
    let (mut entries, mut grants) = (Vec::new(), BTreeMap::new());
    for number in 0..2_500 {
        account.grant(&format!("r{number}-l1"), &format!("r{number}"), eur(2), day(1), None).unwrap();
        leave(&mut account, &mut entries, &mut grants);
        account.spend(&format!("s{number}"), eur(1), "order", "fina", day(2)).unwrap();
        leave(&mut account, &mut entries, &mut grants);
        if number % 2 == 1 {
            account.spend(&format!("t{number}"), eur(2), "order", "fina", day(2)).unwrap();
            leave(&mut account, &mut entries, &mut grants);
        }
    }
    assert_eq!(account.balance(day(3)), eur(0));
    assert!(account.entries.len() <= limits::CREDIT_ENTRIES_KEPT && account.grants.len() <= limits::GRANTS_KEPT);
    let due = recompute(&all(&account, &entries)).unwrap();
    assert_eq!(due.len(), 2_500);
    for due in &due {
        let here = account.grants.iter().find(|grant| grant.id == due.id);
        assert_eq!(here.or_else(|| grants.get(&due.id)), Some(due));
    }
    // What was spent first comes back to a grant that left long ago.
    account.beside.entries.push(entries.iter().find(|entry| entry.id == "s0").unwrap().clone());
    account.grants.push(grants["r0-l1"].clone());
    account.restore("s0", "fina", day(4)).unwrap();
    assert_eq!(account.balance(day(4)), eur(1));
    assert!(recompute(&all(&account, &entries)).is_ok());
}

#[test]
fn an_account_that_is_filled_to_every_bound_can_be_stored_and_takes_no_more_until_something_is_spent() {
    let mut account = StoreCreditAccount::empty(&"c".repeat(limits::REFERENCE_LENGTH), Currency::EUR);
    let (mut entries, mut grants) = (Vec::new(), BTreeMap::new());
    let id = |number: usize| format!("0199c7b0-0000-7000-8000-{number:012}");
    let all_of_it = eur(limits::MONEY_MINOR / 10_000);
    let fill = |account: &mut StoreCreditAccount, from: usize, entries: &mut Vec<_>, grants: &mut BTreeMap<_, _>| {
        for number in from..from + limits::OPEN_GRANTS {
            account.grant(&format!("{}-l64", id(number)), &id(number), all_of_it, day(1), Some(day(90))).unwrap();
            leave(account, entries, grants);
        }
    };
    fill(&mut account, 0, &mut entries, &mut grants);
    assert!(!account.may_have_trays(), "nothing comes in past the bound");
    let full = account.grant("x-l1", "x", eur(1), day(2), None);
    assert!(matches!(full, Err(AccountError::Full { .. })), "{full:?}");
    let whole = account.balance(day(3));
    account.spend("s", whole, "order", "fina", day(3)).unwrap();
    let spent = account.spending("s").unwrap().clone();
    assert_eq!(spent.parts.len(), limits::OPEN_GRANTS, "one spending takes from all of them");
    let text = "\u{10ffff}".repeat(limits::REASON_CHARS);
    account.holds =
        vec![
            Hold { id: text.clone(), amount: eur(1), reference: text.clone(), by: text, at: day(3), until: day(4) };
            limits::HOLDS
        ];
    let bytes = |account: &StoreCreditAccount| serde_json::to_vec(account).unwrap().len();
    assert!(bytes(&account) < 1024 * 1024, "{} bytes", bytes(&account));
    leave(&mut account, &mut entries, &mut grants);
    fill(&mut account, limits::OPEN_GRANTS, &mut entries, &mut grants);
    // The whole spending is undone while there are as many open grants as the account takes.
    account.beside.entries.push(spent.clone());
    for part in &spent.parts {
        if account.grants.iter().all(|grant| grant.id != part.grant) {
            account.grants.push(grants[&part.grant].clone());
        }
    }
    account.restore("s", "fina", day(4)).unwrap();
    leave(&mut account, &mut entries, &mut grants);
    assert_eq!(account.balance(day(5)).minor, 2 * whole.minor);
    assert!(bytes(&account) < 1024 * 1024, "{} bytes", bytes(&account));
    assert!(recompute(&all(&account, &entries)).is_ok());
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
