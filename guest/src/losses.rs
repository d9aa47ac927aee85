//! Lost disputes that are to be booked, and what was given back of them: an entry of its own for each, which the clock drives, for a payment
//! may be disputed that no request touches.

use contraflow_domain::account::PaymentAccount;
use contraflow_domain::dispute::loss::Loss;
use contraflow_domain::time::Timestamp;

use crate::keys;
use crate::problem::Problem;
use crate::unit::{Unit, transact};

/// Lets the entry of a dispute follow what the payment's account says of it, in the commit that hears of it: opens it when the dispute has
/// taken money, and adds a turn when that was given back or taken again.
///
/// # Errors
/// When the store does not answer.
pub async fn follow(unit: &mut Unit, account: &PaymentAccount, dispute: &str, at: Timestamp) -> Result<(), Problem> {
    let Some(known) = account.disputes.iter().find(|known| known.id == dispute) else { return Ok(()) };
    if !known.status.is_decided() {
        return Ok(());
    }
    let Some(mut loss) = unit.read::<Loss>(&keys::loss(&account.gateway, dispute)).await? else {
        return Loss::of(account, dispute, at).map_or(Ok(()), |loss| store(unit, &loss, None));
    };
    let before = loss.due;
    if loss.follow(known.status.took_the_money(), at) { store(unit, &loss, before) } else { Ok(()) }
}

/// The entry of that id, as the clock knows it.
///
/// # Errors
/// 404 when there is none.
pub async fn find(unit: &mut Unit, id: &str) -> Result<Loss, Problem> {
    let key = keys::loss_of_id(id).ok_or_else(|| Problem::not_found("lost dispute of that id"))?;
    unit.read(&key).await?.ok_or_else(|| Problem::not_found("lost dispute of that id"))
}

/// Takes what the ERP said of the entry at that place; none: of the next one. When too many tries have failed, the requests that touch the
/// payment get a task. Gives the loss as it is then.
///
/// # Errors
/// When the store does not answer.
pub async fn answered(id: &str, place: Option<usize>, failure: Option<&str>) -> Result<Loss, Problem> {
    transact(async |unit| {
        let at = crate::now();
        let mut loss = find(unit, id).await?;
        let before = loss.due;
        let place = place.or_else(|| loss.next_entry().map(|entry| entry.place)).unwrap_or_default();
        let tell = loss.answered(place, failure, at);
        store(unit, &loss, before)?;
        let account: Option<PaymentAccount> = match tell || loss.next_entry().is_none() {
            true => unit.read(&keys::payment(&loss.gateway, &loss.payment)).await?,
            false => None,
        };
        let touched: std::collections::BTreeSet<_> =
            account.into_iter().flat_map(|account| account.claims).map(|claim| claim.request).collect();
        for id in touched {
            let mut request = unit.request(&id).await?;
            let open = request.tasks.len();
            request.tasks.retain(|task| task.code != "dispute.unbooked" || task.subject != loss.dispute);
            if tell {
                let is_return = loss.next_entry().is_some_and(|entry| entry.is_return);
                let detail = format!(
                    "The ERP has not booked the {} that dispute {} {}, {} times: {}. Mend what keeps it from it; it is tried on.",
                    loss.amount,
                    loss.dispute,
                    if is_return { "gave back" } else { "took" },
                    loss.tries,
                    failure.unwrap_or_default()
                );
                request.raise(at, "dispute.unbooked", &loss.dispute, detail);
            }
            if tell || request.tasks.len() != open {
                unit.save(&mut request, at)?;
            }
        }
        Ok(loss)
    })
    .await
}

/// Leaves an entry to one taker for a while; false when it is not due.
///
/// # Errors
/// When the store does not answer.
pub async fn take_up(id: &str) -> Result<bool, Problem> {
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
    let id = keys::loss_id(&loss.gateway, &loss.dispute);
    if let Some(before) = before.filter(|_| loss.due != before) {
        unit.remove(&keys::due(before, &id));
    }
    if let Some(due) = loss.due {
        unit.write(&keys::due(due, &id), &())?;
    }
    unit.write(&keys::loss(&loss.gateway, &loss.dispute), loss)
}
