//! Applies a gateway's news of a refund: moves its leg, or keeps the news until a leg knows the gateway's name for the
//! refund.

use contraflow_domain::account::PaymentAccount;
use contraflow_domain::chain::{self, Next};
use contraflow_domain::follow::Topic;
use contraflow_domain::gateway::external_refund;
use contraflow_domain::gateway::news::{LegPlace, RefundNews as News};
use contraflow_domain::gateway::refund;
use contraflow_domain::money::Money;
use contraflow_domain::request::told_amount::ToldAmount;
use contraflow_domain::time::Timestamp;
use contraflow_guest::contract::values::Instant;
use contraflow_guest::news;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use contraflow_guest::unmatched::Unmatched;
use contraflow_guest::{accounts, keys, limits, now};

use crate::bindings::contraflow::intake::source::{RefundNews, RefundTotal};
use crate::once::Moved;
use crate::{once, payment};

/// Applies a message about a refund, once.
///
/// # Errors
/// When the message could not be stored; then the gateway tries again.
pub async fn apply_news(gateway: &str, id: &str, message: &RefundNews) -> Result<(), Problem> {
    let news = News {
        refund: message.refund.clone(),
        amount: message.amount.clone().map(Into::into),
        standing: message.status.into(),
        failure: message.failure.clone(),
        payments: std::iter::once(&message.payment)
            .chain(&message.payment_aliases)
            .filter(|name| !name.is_empty())
            .cloned()
            .collect(),
    };
    once::take(gateway, id, async |unit| match place(unit, gateway, message).await? {
        Some(place) => {
            let requests = vec![apply_to_leg(unit, gateway, &place, &news).await?];
            Ok(Moved { requests, ..Moved::default() })
        }
        None => wait(unit, gateway, &news).await,
    })
    .await
}

/// Applies a message about all that has gone back of a payment, once.
///
/// # Errors
/// When the message could not be stored; then the gateway tries again.
pub async fn apply_total(gateway: &str, id: &str, at: Option<Instant>, message: &RefundTotal) -> Result<(), Problem> {
    let total = Money::try_from(&message.total).map_err(|error| Problem::field("/total", error.to_string()))?;
    let said = at.map_or_else(now, |said| Timestamp::from(said).min(now()));
    once::take(gateway, id, async |unit| {
        let mut moved = Moved::default();
        for name in std::iter::once(&message.payment).chain(&message.payment_aliases).filter(|name| !name.is_empty()) {
            let apply = |account: &mut PaymentAccount| external_refund::apply_total(account, total, said);
            payment::apply_news(unit, (gateway, name), Topic::Outside, apply, &mut moved).await?;
        }
        Ok(moved)
    })
    .await
}

async fn place(unit: &mut Unit, gateway: &str, message: &RefundNews) -> Result<Option<LegPlace>, Problem> {
    let mut candidates: Vec<LegPlace> = message.key.as_deref().and_then(LegPlace::of_key).into_iter().collect();
    candidates.extend(unit.read::<LegPlace>(&keys::refund(gateway, &message.refund)).await?);
    for place in candidates {
        let request = match unit.request(&place.request).await {
            Ok(request) => request,
            Err(problem) if problem.is_not_found() => continue,
            Err(problem) => return Err(problem),
        };
        if request.legs.iter().any(|leg| leg.id == place.leg && leg.gateway() == Some(gateway)) {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

async fn apply_to_leg(
    unit: &mut Unit,
    gateway: &str,
    place: &LegPlace,
    message: &News,
) -> Result<(String, Next), Problem> {
    let at = now();
    let mut request = unit.request(&place.request).await?;
    refund::apply_news(&mut request, &place.leg, &message.report(), gateway, at);
    news::apply_waiting(unit, &mut request, &place.leg, at).await?;
    accounts::record(unit, &mut request, at).await?;
    unit.save(&mut request, at)?;
    Ok((request.id.clone(), chain::next(&request, at)))
}

/// Keeps news of a refund that no leg knows yet. Until a leg knows it, the refund counts as an external one, because
/// its money is gone from the payment all the same.
async fn wait(unit: &mut Unit, gateway: &str, message: &News) -> Result<Moved, Problem> {
    let amount = message.amount.as_ref().and_then(ToldAmount::money);
    let key = keys::unmatched(gateway, &message.refund);
    let waiting: Option<Unmatched> = unit.read(&key).await?;
    let mut waiting = waiting.map(|waiting| waiting.news).unwrap_or_default();
    if waiting.len() < limits::UNMATCHED_NEWS {
        waiting.push(message.clone());
        unit.write(&key, &Unmatched { at: Some(now()), news: waiting })?;
    }
    let mut moved = Moved::default();
    for name in &message.payments {
        let apply = |account: &mut PaymentAccount| {
            external_refund::apply_news(account, &message.refund, amount, message.standing)
        };
        payment::apply_news(unit, (gateway, name), Topic::Outside, apply, &mut moved).await?;
    }
    Ok(moved)
}
