//! Keeps lost disputes. Each has an entry of its own, which the clock drives, because a payment may be disputed that no
//! request touches.

use contraflow_domain::account::PaymentAccount;
use contraflow_domain::dispute::loss::Loss;
use contraflow_domain::follow::Topic;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::time::Timestamp;

use crate::due::{self, Due, Moved};
use crate::problem::Problem;
use crate::unit::{Unit, transact};
use crate::{follow, keys};

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

/// Records the outcome of booking the entry at that place, or of the next one. The requests on the payment get a task
/// when too many tries have failed, and lose it once the ERP has everything. Returns the loss as it is then.
///
/// # Errors
/// When the store does not answer.
pub async fn record_outcome(id: &str, place: Option<usize>, outcome: &Result<(), CallError>) -> Result<Loss, Problem> {
    let (loss, is_to_be_told) = transact(async |unit| {
        let at = crate::now();
        let mut loss = find(unit, id).await?;
        let before = loss.due;
        let place = place.or_else(|| loss.next_entry().map(|entry| entry.place)).unwrap_or_default();
        let is_news = loss.record_outcome(place, outcome, at);
        store(unit, &loss, before)?;
        let is_to_be_told = is_news && begin_to_tell(unit, &loss).await?;
        Ok((loss, is_to_be_told))
    })
    .await?;
    if is_to_be_told && let Err(problem) = follow::go_on(&loss.gateway, &loss.payment, 1).await {
        eprintln!("lost dispute {id}: {}", problem.detail);
    }
    Ok(loss)
}

async fn begin_to_tell(unit: &mut Unit, loss: &Loss) -> Result<bool, Problem> {
    let account: Option<PaymentAccount> = unit.read(&keys::payment(&loss.gateway, &loss.payment)).await?;
    let Some(account) = account else { return Ok(false) };
    follow::begin(unit, &account, Topic::Loss(loss.dispute.clone()), follow::lease()).await
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

/// Lets a lost dispute be booked soon that waits for its next try: a clock that was wrong may have put it off.
///
/// # Errors
/// When the store does not answer.
pub async fn look_again(name: &Due) -> Result<(), Problem> {
    transact(async |unit| {
        let Some(mut loss) = unit.read::<Loss>(&name.key()).await? else { return Ok(()) };
        let before = loss.due;
        loss.due = before.map(due::soon);
        if loss.due == before { Ok(()) } else { store(unit, &loss, before) }
    })
    .await
}

fn store(unit: &mut Unit, loss: &Loss, before: Option<Timestamp>) -> Result<(), Problem> {
    Due::loss(&loss.gateway, &loss.dispute).store(unit, loss, Moved { before, then: loss.due })
}
