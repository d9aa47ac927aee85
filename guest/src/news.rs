//! What gateways say of refunds without being asked. A message finds its leg by the key that it carries, or by the gateway's
//! name for the refund; what comes before the leg knows that name waits for it.

use std::collections::BTreeSet;

use contraflow_domain::account::PaymentAccount;
use contraflow_domain::gateway;
use contraflow_domain::gateway::refund::Standing;
use contraflow_domain::request::Request;
use contraflow_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys;
use crate::problem::Problem;
use crate::unit::Unit;

/// Which leg a refund belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The request.
    pub request: String,
    /// Its leg.
    pub leg: String,
}

/// One message about a refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// The gateway's name for the refund.
    pub refund: String,
    /// Where it stands.
    pub standing: Standing,
    /// The gateway's word for a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// The payment under all of its names, where the message says it: as long as no leg knows of the refund, it counts as made elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<String>,
}

/// The request and the leg that a key of contraflow's own names: `<request>-l1`.
#[must_use]
pub fn place_of_key(key: &str) -> Option<Place> {
    let (request, leg) = key.rsplit_once('-')?;
    (leg.starts_with('l') && request.len() == 36).then(|| Place { request: request.into(), leg: leg.into() })
}

/// Applies a message to a leg.
pub fn apply(request: &mut Request, leg: &str, news: &News, actor: &str, at: Timestamp) {
    gateway::refund::apply_news(request, leg, &news.refund, news.standing, news.failure.as_deref(), actor, at);
}

/// Once a leg knows the gateway's name for its refund: writes down whose refund that is, and applies what had come before.
///
/// # Errors
/// When the store does not answer.
pub async fn learn(unit: &mut Unit, request: &mut Request, leg: &str, at: Timestamp) -> Result<(), Problem> {
    let Some(known) = request.leg_mut(leg) else { return Ok(()) };
    let (Some(gateway), Some(reference)) = (known.gateway().map(str::to_owned), known.gateway_reference.clone()) else {
        return Ok(());
    };
    let key = keys::refund(&gateway, &reference);
    if unit.read::<Place>(&key).await?.is_some() {
        return Ok(());
    }
    unit.write(&key, &Place { request: request.id.clone(), leg: leg.into() })?;
    let waiting_key = keys::unmatched(&gateway, &reference);
    if let Some(waiting) = unit.read::<Vec<News>>(&waiting_key).await? {
        for news in &waiting {
            apply(request, leg, news, &gateway, at);
        }
        let payments: BTreeSet<_> = waiting.into_iter().flat_map(|news| news.payments).collect();
        for payment in payments {
            is_ours(unit, request, &keys::payment(&gateway, &payment), &reference, at).await?;
        }
        unit.remove(&waiting_key);
    }
    Ok(())
}

/// A refund that counted as made elsewhere is a leg's own: it is dropped from the payment's account, in the commit in which the leg learns
/// of it.
async fn is_ours(
    unit: &mut Unit,
    request: &mut Request,
    payment: &str,
    refund: &str,
    at: Timestamp,
) -> Result<(), Problem> {
    let Some(mut account) = unit.read::<PaymentAccount>(payment).await? else { return Ok(()) };
    if !gateway::external_refund::forget(&mut account, refund) {
        return Ok(());
    }
    unit.write(payment, &account)?;
    gateway::external_refund::reconcile(request, &account, at);
    let others: BTreeSet<_> = account.claims.iter().map(|claim| claim.request.clone()).collect();
    for id in others.into_iter().filter(|id| *id != request.id) {
        let mut other = unit.request(&id).await?;
        let tasks = other.tasks.len();
        gateway::external_refund::reconcile(&mut other, &account, at);
        if other.tasks.len() != tasks {
            unit.save(&mut other, at)?;
        }
    }
    Ok(())
}
