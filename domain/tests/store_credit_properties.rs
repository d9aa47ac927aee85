//! What holds for every store-credit account and everything that may happen to it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use contraflow_domain::account::{StoreCreditAccount, recompute};
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::time::Timestamp;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Operation {
    Grant { id: usize, minor: i64, lasts_days: Option<u64> },
    Spend { id: usize, minor: i64 },
    Restore { id: usize },
    Revoke { id: usize, partly: bool },
    Wait { days: u64 },
}

fn operations() -> impl Strategy<Value = Vec<Operation>> {
    let id = 0..12_usize;
    let one = prop_oneof![
        3 => (id.clone(), 1..10_000_i64, prop::option::of(1..40_u64))
            .prop_map(|(id, minor, lasts_days)| Operation::Grant { id, minor, lasts_days }),
        4 => (id.clone(), 1..15_000_i64).prop_map(|(id, minor)| Operation::Spend { id, minor }),
        2 => id.clone().prop_map(|id| Operation::Restore { id }),
        1 => (id, any::<bool>()).prop_map(|(id, partly)| Operation::Revoke { id, partly }),
        2 => (0..30_u64).prop_map(|days| Operation::Wait { days }),
    ];
    prop::collection::vec(one, 0..60)
}

fn run(account: &mut StoreCreditAccount, operation: &Operation, now: &mut Timestamp) -> bool {
    let money = |minor| Money { minor, currency: Currency::EUR };
    match operation {
        Operation::Grant { id, minor, lasts_days } => {
            let end = lasts_days.map(|days| now.plus_ms(days * 86_400_000));
            account.grant(&format!("g{id}"), &format!("r{id}"), money(*minor), *now, end).is_ok()
        }
        Operation::Spend { id, minor } => {
            account.spend(&format!("s{id}"), money(*minor), "order", "fina", *now).is_ok()
        }
        Operation::Restore { id } => account.restore(&format!("s{id}"), "fina", *now).is_ok(),
        Operation::Revoke { id, partly } => account.revoke(&format!("g{id}"), *partly, "fina", *now).is_ok(),
        Operation::Wait { days } => {
            *now = now.plus_ms(days * 86_400_000);
            true
        }
    }
}

proptest! {
    #[test]
    fn the_entries_alone_make_the_balance_and_are_only_added_to(operations in operations()) {
        let mut account = StoreCreditAccount::empty("C", Currency::EUR);
        let mut now = Timestamp::from_unix_ms(1_795_262_400_000);
        for operation in &operations {
            let before = account.clone();
            if !run(&mut account, operation, &mut now) {
                account.clone_from(&before);
            }
            prop_assert_eq!(&account.entries[..before.entries.len()], &before.entries[..], "what was written stays");
            let grants = recompute(&account.entries).unwrap();
            prop_assert_eq!(&grants, &account.grants);
            prop_assert!(grants.iter().all(|grant| grant.remaining.minor >= 0));
            // What is written down of an expiry changes no balance, and a reader finds the same entries before it is
            // written.
            let balance = account.balance(now);
            let mut written = account.clone();
            written.expire(now).unwrap();
            prop_assert_eq!(written.balance(now), balance);
            // The plain sum says the same: what came in less what went out.
            let sum: i64 = written.entries.iter().map(|entry| entry.what.sign() * entry.amount.minor).sum();
            prop_assert_eq!(sum, balance.minor);
        }
    }
}
