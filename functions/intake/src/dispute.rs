//! Applies a gateway's news of a dispute, which freezes the payment's refunds, or lets them go on.

use contraflow_domain::account::PaymentAccount;
use contraflow_domain::dispute;
use contraflow_domain::follow::Topic;
use contraflow_domain::time::Timestamp;
use contraflow_guest::contract::values::Instant;
use contraflow_guest::problem::Problem;
use contraflow_guest::{losses, now};

use crate::bindings::contraflow::intake::source::DisputeNews;
use crate::once::Moved;
use crate::{once, payment};

/// Applies a message about a dispute, once. A time that lies in the future counts as the time at which the message came
/// in, because clocks differ.
///
/// # Errors
/// When the message could not be stored; then the gateway tries again.
pub async fn apply_news(gateway: &str, id: &str, at: Option<Instant>, message: &DisputeNews) -> Result<(), Problem> {
    let said = at.map(Timestamp::from);
    let news = dispute::case::News {
        dispute: message.dispute.clone(),
        amount: message.amount.as_ref().and_then(|amount| amount.try_into().ok()),
        status: message.status.into(),
        reason: message.reason.clone(),
        reinstated: message.reinstated,
        round: message.round,
        at: said.map_or_else(now, |said| said.min(now())),
    };
    once::take(gateway, id, async |unit| {
        let mut moved = Moved::default();
        let mut accounts = Vec::new();
        // An invoice that comes later may name the payment by any of its names, so the dispute is stored under each.
        for payment in std::iter::once(&message.payment).chain(&message.payment_aliases) {
            let apply = |account: &mut PaymentAccount| dispute::case::apply_news(account, &news);
            accounts.push(payment::apply_news(unit, (gateway, payment), Topic::Dispute, apply, &mut moved).await?);
        }
        // What the bank took or gave back is booked even when no request knows of the payment. It is booked once for
        // all names of the payment, under the one whose captured amount is known.
        let known = accounts.iter().find(|account| account.captured.is_some()).or(accounts.first());
        if let Some(account) = known {
            losses::reconcile(unit, account, &news.dispute, now()).await?;
        }
        Ok(moved)
    })
    .await
}
