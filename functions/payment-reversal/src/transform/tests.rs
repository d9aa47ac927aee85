use contraflow_guest::contract::gateway::RefundStatus;
use contraflow_guest::contract::values::Money;

use super::*;

fn asked() -> Asked {
    Asked { key: "order-1".into(), payment: "pay_1".into() }
}

/// A refund of 12.50 EUR as the gateway has it.
fn refund(key: Option<&str>, payment: &str) -> Refund {
    Refund {
        reference: "re_1".into(),
        payment: payment.into(),
        key: key.map(|key| key.to_owned().into()),
        amount: Money { minor: 1_250, currency: "EUR".into() },
        status: RefundStatus::Succeeded,
        failure: None,
    }
}

/// What an answer and a look-up say with this refund in them.
fn said(refund: &Refund) -> [Result<GatewayReply, CallError>; 3] {
    [
        outcome(&asked(), Ok(Outcome::Accepted(refund.clone()))),
        outcome(&asked(), Ok(Outcome::AlreadyAccepted(refund.clone()))),
        found(&asked(), Ok(Some(refund.clone()))).unwrap(),
    ]
}

#[test]
fn the_refund_of_the_order_is_taken_with_its_amount() {
    for key in [Some("order-1"), None] {
        for said in said(&refund(key, "pay_1")) {
            let Ok(GatewayReply::Refund(report)) = said else { panic!("{said:?}") };
            assert_eq!(report.amount.map(|amount| amount.to_string()).as_deref(), Some("12.50 EUR"));
        }
    }
}

#[test]
fn the_refund_of_another_order_or_payment_says_nothing_of_this_one() {
    for other in [refund(Some("order-2"), "pay_1"), refund(Some("order-1"), "pay_2"), refund(None, "pay_2")] {
        for said in said(&other) {
            assert!(matches!(said, Err(CallError::Unknown(_))), "{said:?}");
        }
    }
}
