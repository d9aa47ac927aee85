//! Carries out changes of store credit that two people have agreed on, a step in a commit; and lets credit expire that
//! came from another customer, whose requests do not lead the clock to it.

use contraflow_domain::account::{Agreed, CreditAsk, CreditChange, StoreCreditAccount, TransferStep};
use contraflow_domain::approval::Person;
use contraflow_domain::authority::{self, Effect};
use contraflow_domain::chronicle::Happening;
use contraflow_domain::identity::Identity;
use contraflow_domain::limits::EXPIRY_MS;
use contraflow_domain::request::Request;
use contraflow_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::due::Due;
use crate::problem::Problem;
use crate::unit::{Unit, transact};
use crate::{chronicle, credit, keys};

/// What the clock has found of credit that is over.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Noticed {
    noticed_at: Timestamp,
}

/// Reads a change.
///
/// # Errors
/// 404 when the customer has no such change.
pub async fn find(unit: &mut Unit, customer: &str, id: &str) -> Result<CreditChange, Problem> {
    let key = keys::credit_change(customer, id);
    unit.read(&key).await?.ok_or_else(|| Problem::not_found("change of this customer's store credit"))
}

/// Writes a change, lists it while it waits, and writes down what happened to it.
///
/// # Errors
/// When the store does not answer.
pub async fn store(unit: &mut Unit, change: &CreditChange, happened: (&str, &str, &str)) -> Result<(), Problem> {
    unit.write(&keys::credit_change(&change.customer, &change.id), change)?;
    let waiting = keys::waiting_credit_change(&change.customer, &change.id);
    if change.is_waiting() {
        unit.write(&waiting, &())?;
    } else {
        unit.remove(&waiting);
    }
    let (actor, what, why) = happened;
    let data = json!({"customer": change.customer, "ask": change.ask, "status": change.status,
                      "moved": change.moved, "grants": change.grants});
    chronicle::note(unit, &format!("credit-change:{}", change.id), Happening { actor, what, why, data }).await
}

/// Carries out the next step of a change, as somebody confirms it. Returns the requests that have something to book.
///
/// # Errors
/// When the credit is not there, the other account has no room, or one of the two people had a part in a request that
/// granted the credit. Nothing is stored then.
pub async fn step(
    unit: &mut Unit,
    change: &mut CreditChange,
    (by, note): (&Person, &str),
    at: Timestamp,
) -> Result<Vec<Request>, Problem> {
    let currency = change.ask.currency();
    let mut account = credit::account(unit, &change.customer, currency).await?;
    let count = account.entries.len();
    let agreed = Agreed { change: &change.id, by: &by.name, at };
    let moved: TransferStep;
    match &change.ask {
        CreditAsk::Transfer { to, .. } | CreditAsk::Merge { to, .. } => {
            let amount = if let CreditAsk::Transfer { amount, .. } = &change.ask { Some(*amount) } else { None };
            let mut other = credit::account(unit, to, currency).await?;
            let before = other.entries.len();
            moved = account.hand_over(&mut other, amount, agreed)?;
            let ends = other.since(before).iter().filter_map(|entry| entry.expires_at).collect();
            expire_later(unit, &other, ends)?;
            credit::keep(unit, &mut other).await?;
        }
        CreditAsk::CarryForward { expiring_before, until, .. } => {
            moved = account.carry_forward(*expiring_before, *until, agreed)?;
            expire_later(unit, &account, account.ends_of_others(account.since(count)))?;
        }
    }
    for id in account.requests_of(account.since(count)) {
        let request = unit.request(&id).await?;
        for who in [by.identity(), Identity::read(&change.asked_by)] {
            authority::apart(Effect::ConfirmCreditChange, &request, &who).map_err(|error| {
                Problem::forbidden(format!("{who} had a part in request {id}, which granted some of it. {error}"))
            })?;
        }
    }
    let told = credit::follow(unit, &mut account, count, None).await?;
    change.carried_out((moved.moved, moved.grants, moved.more), &by.name, note, at);
    Ok(told)
}

/// Leads the clock to the account at these times, when credit that came from other customers expires.
fn expire_later(unit: &mut Unit, account: &StoreCreditAccount, ends: Vec<Timestamp>) -> Result<(), Problem> {
    let due = Due::credit_expiry(&account.customer, account.currency.code()).to_string();
    for end in ends {
        unit.write(&keys::due(end, &due), &None::<Noticed>)?;
    }
    Ok(())
}

/// Lets credit expire that came from other customers, once that was found twice: a clock that jumps for a moment lets
/// nothing expire. Then the clock is led to what expires next. Returns the requests that have something to book.
///
/// # Errors
/// When the store does not answer.
pub async fn expire(entry: &str) -> Result<Vec<Request>, Problem> {
    let due = Due::read(keys::id_of(entry));
    transact(async |unit| {
        let at = crate::now();
        let noticed = unit.read::<Option<Noticed>>(entry).await?.flatten();
        unit.remove(entry);
        // The key has the customer's name escaped; the account has it as it is.
        let Some(known) = unit.look_at::<StoreCreditAccount>(&due.key()).await? else { return Ok(Vec::new()) };
        let mut account = credit::account(unit, &known.customer, known.currency).await?;
        let Some(end) = account.next_end_of_others() else { return Ok(Vec::new()) };
        if end > at {
            expire_later(unit, &account, vec![end])?;
            return Ok(Vec::new());
        }
        // What was noticed at a time that lies ahead, a clock that was wrong has noticed.
        let noticed = noticed.filter(|noticed| noticed.noticed_at <= at).unwrap_or(Noticed { noticed_at: at });
        let sure_at = noticed.noticed_at.plus_ms(EXPIRY_MS);
        if sure_at > at {
            unit.write(&keys::due(sure_at, &due.to_string()), &Some(noticed))?;
            return Ok(Vec::new());
        }
        let count = account.entries.len();
        account.expire_of_others(at)?;
        expire_later(unit, &account, account.next_end_of_others().into_iter().collect())?;
        credit::follow(unit, &mut account, count, None).await
    })
    .await
}

/// Leads the clock to the account at once, where a clock that was wrong has put off a second look at it.
///
/// # Errors
/// When the store does not answer.
pub async fn look_again(entry: &str) -> Result<(), Problem> {
    transact(async |unit| {
        let at = crate::now();
        let noticed = unit.read::<Option<Noticed>>(entry).await?.flatten();
        if noticed.is_some_and(|noticed| noticed.noticed_at > at) {
            unit.remove(entry);
            unit.write(&keys::due(at, keys::id_of(entry)), &None::<Noticed>)?;
        }
        Ok(())
    })
    .await
}
