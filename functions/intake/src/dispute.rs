//! A gateway's news of a dispute: freezes the payment's refunds, or lets them go on.

use contraflow_domain::account::PaymentAccount;
use contraflow_domain::disputes;
use contraflow_domain::request::Request;
use contraflow_guest::problem::Problem;
use contraflow_guest::{losses, now};

use crate::bindings::contraflow::intake::source::DisputeNews;
use crate::{once, payment, transform};

/// Takes a message about a dispute, once.
///
/// # Errors
/// When it could not be stored: the gateway tries again.
pub async fn hear(gateway: &str, id: &str, message: &DisputeNews) -> Result<(), Problem> {
    let news = disputes::News {
        dispute: message.dispute.clone(),
        amount: message.amount.as_ref().and_then(transform::amount),
        status: transform::dispute_status(message.status),
        reason: message.reason.clone(),
    };
    once::take(gateway, id, async |unit| {
        let mut moved = Vec::new();
        // An invoice that comes later may name the payment by any of its names, so the dispute is known under each.
        for payment in std::iter::once(&message.payment).chain(&message.payment_aliases) {
            let hear = |account: &mut PaymentAccount| disputes::hear(account, &news);
            let follow = |request: &mut Request, account: &mut PaymentAccount, at| {
                disputes::follow(request, account, gateway, at);
            };
            let (account, requests) = payment::hear(unit, gateway, payment, hear, follow).await?;
            // What the bank took is booked also where no request knows of the payment.
            losses::open(unit, &account, &news.dispute, now()).await?;
            moved.extend(requests);
        }
        Ok(moved)
    })
    .await
}
