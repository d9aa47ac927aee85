//! A gateway's news of a dispute: freezes the payment's refunds, or lets them go on.

use std::collections::BTreeSet;

use contraflow_domain::account::PaymentAccount;
use contraflow_domain::chain::{self, Next};
use contraflow_domain::{disputes, refusal};
use contraflow_guest::drive::drive_later;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{accounts, keys, now};

use crate::bindings::contraflow::intake::source::DisputeNews;
use crate::transform;

/// Takes a message about a dispute, once.
///
/// # Errors
/// When it could not be stored: the gateway tries again.
pub async fn hear(gateway: &str, id: &str, message: &DisputeNews) -> Result<(), Problem> {
    let seen = keys::inbound(gateway, "", id);
    let news = disputes::News {
        dispute: message.dispute.clone(),
        amount: message.amount.as_ref().and_then(transform::amount),
        status: transform::dispute_status(message.status),
        reason: message.reason.clone(),
    };
    let moved = transact(async |unit| {
        if unit.read::<bool>(&seen).await?.is_some() {
            return Ok(Vec::new());
        }
        unit.write(&seen, &true)?;
        let mut moved = Vec::new();
        // An invoice that comes later may name the payment by any of its names, so the dispute is known under each.
        for payment in std::iter::once(&message.payment).chain(&message.payment_aliases) {
            moved.extend(hear_of(unit, gateway, payment, &news).await?);
        }
        Ok(moved)
    })
    .await?;
    for (request, next) in moved {
        drive_later(request, next);
    }
    Ok(())
}

async fn hear_of(
    unit: &mut Unit,
    gateway: &str,
    payment: &str,
    news: &disputes::News,
) -> Result<Vec<(String, Next)>, Problem> {
    let key = keys::payment(gateway, payment);
    let account: Option<PaymentAccount> = unit.read(&key).await?;
    let mut account = account.unwrap_or_else(|| PaymentAccount::untouched(gateway, payment, None));
    if !disputes::hear(&mut account, news) {
        return Ok(Vec::new());
    }
    unit.write(&key, &account)?;
    // The requests change in the same commit: none is left unfrozen by a crash in between.
    let touched: BTreeSet<_> =
        account.claims.iter().filter(|claim| claim.counted).map(|claim| claim.request.clone()).collect();
    let mut moved = Vec::new();
    for id in touched {
        let next = follow(unit, &id, gateway, &mut account).await?;
        moved.push((id, next));
    }
    unit.write(&key, &account)?;
    Ok(moved)
}

async fn follow(unit: &mut Unit, id: &str, gateway: &str, account: &mut PaymentAccount) -> Result<Next, Problem> {
    let at = now();
    let mut request = unit.request(id).await?;
    disputes::follow(&mut request, account, gateway, at);
    let mut held = accounts::load(unit, &request).await?;
    // Of the disputed payment the account with the news in it counts, not the stored one.
    for other in held
        .payments
        .iter_mut()
        .filter(|other| other.gateway == account.gateway && other.reference == account.reference)
    {
        let captured = other.captured;
        other.clone_from(account);
        other.captured = captured;
    }
    refusal::release(&mut request, &mut held, at)?;
    held.follow(&request)?;
    if let Some(after) =
        held.payments.iter().find(|other| other.gateway == account.gateway && other.reference == account.reference)
    {
        account.clone_from(after);
    }
    accounts::store(unit, &request, &held)?;
    unit.save(&mut request, at)?;
    Ok(chain::next(&request, at))
}
