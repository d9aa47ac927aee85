//! Keeps lost disputes. Each has an entry of its own, which the clock drives, because a payment may be disputed that no
//! request touches.

use std::collections::BTreeSet;

use contraflow_domain::account::PaymentAccount;
use contraflow_domain::dispute::loss::Loss;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::time::Timestamp;

use crate::due::Due;
use crate::keys;
use crate::problem::Problem;
use crate::unit::{Unit, transact};

/// Brings the entry of a dispute in line with the payment's account, in the same commit that changes the account.
///
/// # Errors
/// When the store does not answer.
pub async fn reconcile(unit: &mut Unit, account: &PaymentAccount, dispute: &str, at: Timestamp) -> Result<(), Problem> {
    let known: Option<Loss> = unit.read(&keys::loss(&account.gateway, dispute)).await?;
    let before = known.as_ref().and_then(|loss| loss.due);
    Loss::reconcile(known, account, dispute, at).map_or(Ok(()), |loss| store(unit, &loss, before))
}

/// Reads the entry of a lost dispute by the id that the clock uses.
///
/// # Errors
/// 404 when there is none.
pub async fn find(unit: &mut Unit, id: &str) -> Result<Loss, Problem> {
    let found = match Due::read(id) {
        due @ Due::Loss { .. } => unit.read(&due.key()).await?,
        _ => None,
    };
    found.ok_or_else(|| Problem::not_found("lost dispute of that id"))
}

/// Records the outcome of booking the entry at that place, or of the next one. The requests that touch the payment get
/// a task when too many tries have failed, and lose it once the ERP has everything. Returns the loss as it is then.
///
/// # Errors
/// When the store does not answer.
pub async fn record_outcome(id: &str, place: Option<usize>, outcome: &Result<(), CallError>) -> Result<Loss, Problem> {
    transact(async |unit| {
        let at = crate::now();
        let mut loss = find(unit, id).await?;
        let before = loss.due;
        let place = place.or_else(|| loss.next_entry().map(|entry| entry.place)).unwrap_or_default();
        let is_stuck = loss.record_outcome(place, outcome, at);
        store(unit, &loss, before)?;
        if is_stuck || loss.next_entry().is_none() {
            let failure = outcome.as_ref().err().filter(|_| is_stuck);
            tell_requests(unit, &loss, failure, at).await?;
        }
        Ok(loss)
    })
    .await
}

async fn tell_requests(
    unit: &mut Unit,
    loss: &Loss,
    failure: Option<&CallError>,
    at: Timestamp,
) -> Result<(), Problem> {
    let account: Option<PaymentAccount> = unit.read(&keys::payment(&loss.gateway, &loss.payment)).await?;
    let claims = account.into_iter().flat_map(|account| account.claims);
    let touched: BTreeSet<_> = claims.map(|claim| claim.request).collect();
    for id in touched {
        let mut request = unit.request(&id).await?;
        let tasks = request.tasks.len();
        loss.tell(&mut request, failure, at);
        if request.tasks.len() != tasks {
            unit.save(&mut request, at)?;
        }
    }
    Ok(())
}

/// Reserves a due entry for one caller for a while; returns false when the entry is not due.
///
/// # Errors
/// When the store does not answer.
pub async fn resume(id: &str) -> Result<bool, Problem> {
    transact(async |unit| {
        let at = crate::now();
        let mut loss = find(unit, id).await?;
        let before = loss.due;
        if before.is_none_or(|due| due > at) {
            return Ok(false);
        }
        loss.due = Some(at.plus_ms(contraflow_domain::limits::DRIVER_LEASE_MS));
        store(unit, &loss, before)?;
        Ok(true)
    })
    .await
}

fn store(unit: &mut Unit, loss: &Loss, before: Option<Timestamp>) -> Result<(), Problem> {
    let id = Due::loss(&loss.gateway, &loss.dispute).to_string();
    if let Some(before) = before.filter(|_| loss.due != before) {
        unit.remove(&keys::due(before, &id));
    }
    if let Some(due) = loss.due {
        unit.write(&keys::due(due, &id), &())?;
    }
    unit.write(&keys::loss(&loss.gateway, &loss.dispute), loss)
}
