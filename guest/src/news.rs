//! Keeps news of refunds until a leg knows the refund by the gateway's name for it.

use std::collections::BTreeSet;

use contraflow_domain::account::PaymentAccount;
use contraflow_domain::follow::Topic;
use contraflow_domain::gateway::external_refund;
use contraflow_domain::gateway::news::LegPlace;
use contraflow_domain::gateway::refund;
use contraflow_domain::request::Request;
use contraflow_domain::time::Timestamp;

use crate::problem::Problem;
use crate::unit::Unit;
use crate::unmatched::Unmatched;
use crate::{follow, keys};

/// Records which leg a refund belongs to, once the leg knows the gateway's name for it, and applies the news that had
/// come before.
///
/// # Errors
/// When the store does not answer.
pub async fn apply_waiting(unit: &mut Unit, request: &mut Request, leg: &str, at: Timestamp) -> Result<(), Problem> {
    let Some(known) = request.leg_mut(leg) else { return Ok(()) };
    let (Some(gateway), Some(reference)) = (known.gateway().map(str::to_owned), known.gateway_reference.clone()) else {
        return Ok(());
    };
    let key = keys::refund(&gateway, &reference);
    if unit.read::<LegPlace>(&key).await?.is_some() {
        return Ok(());
    }
    unit.write(&key, &LegPlace { request: request.id.clone(), leg: leg.into() })?;
    let waiting_key = keys::unmatched(&gateway, &reference);
    if let Some(Unmatched { news: waiting, .. }) = unit.read(&waiting_key).await? {
        for news in &waiting {
            refund::apply_news(request, leg, &news.report(), &gateway, at);
        }
        let payments: BTreeSet<_> = waiting.into_iter().flat_map(|news| news.payments).collect();
        for payment in payments {
            forget_external(unit, request, &keys::payment(&gateway, &payment), &reference, at).await?;
        }
        unit.remove(&waiting_key);
    }
    Ok(())
}

/// Removes an external refund from the payment's account, in the commit in which a leg learns that the refund is its
/// own.
async fn forget_external(
    unit: &mut Unit,
    request: &mut Request,
    payment: &str,
    refund: &str,
    at: Timestamp,
) -> Result<(), Problem> {
    let Some(mut account) = unit.read::<PaymentAccount>(payment).await? else { return Ok(()) };
    if !external_refund::forget(&mut account, refund) {
        return Ok(());
    }
    unit.write(payment, &account)?;
    external_refund::reconcile(request, &account, at);
    // The others hear of it by the clock.
    follow::begin(unit, &account, Topic::Outside, at).await?;
    Ok(())
}
