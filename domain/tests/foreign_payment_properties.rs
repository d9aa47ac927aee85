//! What holds for every payment that was captured in another currency than its invoice's.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use contraflow_domain::account::PaymentAccount;
use contraflow_domain::invoice::Payment;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::request::leg::{Leg, Target};
use proptest::prelude::*;

fn account(captured: i64, applied: i64) -> PaymentAccount {
    let mut account = PaymentAccount::untouched("g", "ch", None);
    account.apply(
        "INV-1",
        &Payment {
            id: "P".into(),
            gateway: "g".into(),
            reference: "ch".into(),
            method: "card".into(),
            captured: Money { minor: captured, currency: Currency::USD },
            applied: Money { minor: applied, currency: Currency::EUR },
            paid_at: String::new(),
            last_four: None,
        },
    );
    account
}

/// Pays so much of the invoice back; none where that is nothing in the captured currency.
fn pay(account: &mut PaymentAccount, legs: &mut Vec<Leg>, settles: i64, step: i64) -> Option<Money> {
    let amount = account.amount_for("P", settles, step).filter(|amount| amount.is_positive())?;
    let mut leg =
        Leg::reserved(format!("l{}", legs.len()), Target::StoreCredit { payment: Some("P".into()) }, "card", amount);
    leg.settles = Some(Money { minor: settles, currency: Currency::EUR });
    account.reserve("r", &leg).unwrap();
    legs.push(leg);
    Some(amount)
}

proptest! {
    #[test]
    fn any_partial_refunds_in_any_order_end_at_exactly_what_was_captured(
        captured in 1..100_000_000_i64,
        applied in 1..100_000_000_i64,
        parts in prop::collection::vec((1..1_000_000_i64, any::<bool>()), 0..20),
    ) {
        let mut account = account(captured, applied);
        let mut legs = Vec::new();
        for (part, fails) in parts {
            let settles = part.min(account.payable_minor("P"));
            if settles > 0 && pay(&mut account, &mut legs, settles, 1).is_some() && fails {
                let mut leg = legs.last().unwrap().clone();
                leg.status = LegStatus::Failed;
                account.reconcile("r", &leg).unwrap();
            }
            prop_assert!(account.used_minor() <= captured);
        }
        let rest = account.payable_minor("P");
        if rest > 0 && pay(&mut account, &mut legs, rest, 1).is_some() {
            prop_assert_eq!(account.used_minor(), captured);
            prop_assert_eq!(account.payable_minor("P"), 0);
            prop_assert_eq!(account.available_minor(), 0);
        }
    }

    #[test]
    fn what_a_gateway_wants_round_is_round_and_ends_at_what_was_captured(
        steps in 1..1_000_000_i64, applied in 100..1_000_000_i64, parts in prop::collection::vec(1..100_000_i64, 0..10),
    ) {
        let mut account = account(steps * 10, applied);
        let mut legs = Vec::new();
        for part in parts {
            let settles = part.min(account.payable_minor("P"));
            let amount = if settles > 0 { pay(&mut account, &mut legs, settles, 10) } else { None };
            prop_assert!(amount.is_none_or(|amount| amount.minor % 10 == 0));
        }
        let rest = account.payable_minor("P");
        if rest > 0 && pay(&mut account, &mut legs, rest, 10).is_some() {
            prop_assert_eq!(account.used_minor(), steps * 10);
        }
    }
}

#[test]
fn more_of_the_invoice_than_was_paid_is_refused_and_a_lost_dispute_takes_its_share() {
    let mut account = account(11_000, 10_000);
    assert_eq!(account.amount_for("P", 3_333, 1).unwrap().minor, 3_666);
    let mut over = Leg::reserved(
        "l0".into(),
        Target::StoreCredit { payment: Some("P".into()) },
        "card",
        Money { minor: 1, currency: Currency::USD },
    );
    over.settles = Some(Money { minor: 10_001, currency: Currency::EUR });
    assert!(account.reserve("r", &over).is_err());
    account.disputes.push(contraflow_domain::account::Dispute {
        id: "d".into(),
        amount: Some(Money { minor: 5_500, currency: Currency::USD }),
        reinstated: false,
        round: None,
        unconfirmed: false,
        decided_at: None,
        status: contraflow_domain::lifecycle::dispute::DisputeStatus::Lost,
        reason: String::new(),
    });
    assert_eq!((account.available_minor(), account.payable_minor("P")), (5_500, 5_000));
}
