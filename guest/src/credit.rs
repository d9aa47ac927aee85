//! Store-credit accounts, read and written in a unit of work together with what stands beside them: entries and grants
//! that have left them, and what has become of each spending.
//!
//! Only the account's version is checked by a commit: what stands beside it changes with the account alone.

use contraflow_domain::account::{
    AccountError, CreditEntry, CreditPart, Grant, GrantTray, Spending, StoreCreditAccount,
};
use contraflow_domain::erp::store_credit;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::limits;
use contraflow_domain::money::Currency;
use contraflow_domain::request::Request;
use contraflow_domain::request::booking::CreditMove;
use contraflow_domain::request::leg::Leg;
use contraflow_domain::time::Timestamp;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::due::Due;
use crate::problem::Problem;
use crate::trays::{self, OpenTray};
use crate::unit::{Unit, transact};
use crate::{accounts, keys};

/// An entry that some of the requests that granted its credit are still to be told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Telling {
    /// The entry, with the parts that are left to tell.
    entry: CreditEntry,
    /// The requests of these parts, in the same order.
    requests: Vec<String>,
    /// The customer whose account it is; the requests' own where it was written before there were others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customer: Option<String>,
}

/// Reads a customer's account, with what has come into its trays.
///
/// # Errors
/// When the store does not answer.
pub async fn account(unit: &mut Unit, customer: &str, currency: Currency) -> Result<StoreCreditAccount, Problem> {
    let key = keys::store_credit(customer, currency.code());
    let empty = StoreCreditAccount::empty(customer, currency);
    let trays = trays::keys_of(&empty);
    unit.snapshot(&[std::slice::from_ref(&key), &trays].concat()).await?;
    let found: Option<StoreCreditAccount> = unit.read(&key).await?;
    let waiting: Vec<Option<GrantTray>> = unit.read_many(&trays).await?;
    let mut account = found.unwrap_or(empty);
    account.take_in(waiting.into_iter().flatten())?;
    Ok(account)
}

/// Reads the account that the request's legs pay into, with what is beside it of these legs; `None` when no leg does.
///
/// # Errors
/// When the store does not answer.
pub async fn of_request(unit: &mut Unit, request: &Request) -> Result<Option<StoreCreditAccount>, Problem> {
    let leg = request.legs.iter().find(|leg| leg.target.is_store_credit());
    let (Some(leg), Some(customer)) = (leg, &request.customer) else { return Ok(None) };
    let mut account = account(unit, customer, leg.amount.currency).await?;
    let legs = || request.legs.iter().filter(|leg| leg.target.is_store_credit());
    recall_grants(unit, &mut account, legs().map(|leg| leg.key(&request.id)).collect()).await?;
    for spending in legs().filter_map(|leg| store_credit::spending_of(request, leg)) {
        recall_spending(unit, &mut account, spending).await?;
    }
    Ok(Some(account))
}

/// Recalls what is beside the account of the spending with that key: what has become of it, and its entries.
///
/// # Errors
/// When the store does not answer.
pub async fn recall_spending(unit: &mut Unit, account: &mut StoreCreditAccount, id: &str) -> Result<(), Problem> {
    let currency = account.currency.code();
    let stored: Option<Spending> = unit.look_at(&keys::credit_spending(&account.customer, currency, id)).await?;
    let Some(spending) = stored else { return Ok(()) };
    for sequence in [Some(spending.sequence), spending.undone].into_iter().flatten() {
        if account.entries.iter().all(|entry| entry.sequence != sequence) {
            let key = keys::credit_entry(&account.customer, currency, sequence);
            account.beside.entries.extend(unit.look_at(&key).await?);
        }
    }
    account.beside.spendings.insert(id.to_owned(), spending);
    Ok(())
}

/// Recalls what is beside the account of the spending with that key, and the grants that it was taken from.
///
/// # Errors
/// When the store does not answer, or the account has no room for that many open grants.
pub async fn recall_to_restore(unit: &mut Unit, account: &mut StoreCreditAccount, id: &str) -> Result<(), Problem> {
    recall_spending(unit, account, id).await?;
    let parts = account.spending(id).map(|entry| entry.parts.clone()).unwrap_or_default();
    recall_grants(unit, account, parts.into_iter().map(|part| part.grant).collect()).await?;
    let count = account.grants.len();
    if count > 2 * limits::OPEN_GRANTS {
        let what = format!("store credit of {} in {}", account.customer, account.currency);
        return Err(AccountError::Full { what, count }.into());
    }
    Ok(())
}

/// Recalls grants that have left the account.
async fn recall_grants(unit: &mut Unit, account: &mut StoreCreditAccount, mut ids: Vec<String>) -> Result<(), Problem> {
    ids.retain(|id| account.grants.iter().all(|grant| grant.id != *id));
    let currency = account.currency.code();
    let wanted: Vec<_> = ids.iter().map(|id| keys::credit_grant(&account.customer, currency, id)).collect();
    let found: Vec<Option<Grant>> = unit.look_at_many(&wanted).await?;
    account.grants.extend(found.into_iter().flatten());
    Ok(())
}

/// Lets a request change together with the store-credit account that its legs pay into, where they are to pay in now.
///
/// # Errors
/// The problem that `change` returns, or one when the store does not answer.
pub async fn change(
    unit: &mut Unit,
    request: &mut Request,
    change: impl FnOnce(&mut Request, Option<&mut StoreCreditAccount>) -> Result<(), AccountError>,
) -> Result<(), Problem> {
    let pays_in = |leg: &Leg| leg.target.is_store_credit() && leg.status == LegStatus::Reserved;
    if !request.legs.iter().any(pays_in) {
        return Ok(change(request, None)?);
    }
    if let Some(mut tray) = OpenTray::of(unit, request).await? {
        change(request, Some(&mut tray.account))?;
        tray.close(unit)?;
    } else {
        let mut credit = of_request(unit, request).await?;
        let count = credit.as_ref().map_or(0, |credit| credit.entries.len());
        change(request, credit.as_mut())?;
        if let Some(credit) = credit.as_mut().filter(|credit| credit.entries.len() != count) {
            keep(unit, credit).await?;
        }
    }
    // A leg that gave back what was given back already has failed, and no longer counts on its payment.
    if request.legs.iter().any(|leg| leg.target.is_store_credit() && leg.payment().is_some()) {
        accounts::record(unit, request, crate::now()).await?;
    }
    Ok(())
}

/// Writes a store-credit account back after entries were added, and tells the requests that granted the credit, or lets
/// the clock tell them where there are many. `count` is the number of entries that the account had before. `current` is
/// the request that the unit works on, which its caller saves; all other requests are saved here and returned.
///
/// # Errors
/// When the store does not answer, or something can't be written as JSON.
pub async fn follow(
    unit: &mut Unit,
    account: &mut StoreCreditAccount,
    count: usize,
    current: Option<&mut Request>,
) -> Result<Vec<Request>, Problem> {
    let fresh = account.since(count).to_vec();
    let mut others = account.requests_of(&fresh);
    if let Some(current) = current {
        store_credit::record_entries(current, &account.customer, &fresh);
        others.retain(|id| *id != current.id);
    }
    let mut told = Vec::new();
    if others.len() <= limits::TOLD_AT_ONCE {
        for id in others {
            let mut other = unit.request(&id).await?;
            store_credit::record_entries(&mut other, &account.customer, &fresh);
            unit.save(&mut other, crate::now())?;
            told.push(other);
        }
    } else {
        for entry in &fresh {
            tell_later(unit, account, entry, &others)?;
        }
    }
    keep(unit, account).await?;
    Ok(told)
}

/// Lets the clock tell these requests of an entry.
fn tell_later(
    unit: &mut Unit,
    account: &StoreCreditAccount,
    entry: &CreditEntry,
    others: &[String],
) -> Result<(), Problem> {
    let request_of = |part: &CreditPart| account.grants.iter().find(|grant| grant.id == part.grant);
    let told = entry.parts.iter().filter_map(|part| Some((part.clone(), request_of(part)?.request.clone())));
    let (parts, requests): (Vec<_>, Vec<_>) = told.filter(|(_, request)| others.contains(request)).unzip();
    if parts.is_empty() || matches!(entry.what, CreditMove::Granted | CreditMove::TransferredIn) {
        return Ok(());
    }
    let customer = Some(account.customer.clone());
    let due = Due::credit(&account.customer, account.currency.code(), entry.sequence);
    unit.write(&due.key(), &Telling { entry: CreditEntry { parts, ..entry.clone() }, requests, customer })?;
    unit.write(&due_key(&due.to_string()), &())
}

/// Returns the key that leads the clock to requests that were not told at once: it tells them as soon as it comes by.
fn due_key(id: &str) -> String {
    keys::due(Timestamp::from_unix_ms(0), id)
}

/// Tells the next requests of an entry. Returns those that were told, which have something to book now; none once all
/// were told.
///
/// # Errors
/// When the store does not answer.
pub async fn tell(id: &str) -> Result<Vec<Request>, Problem> {
    transact(async |unit| {
        let key = Due::read(id).key();
        let Some(mut telling) = unit.read::<Telling>(&key).await? else {
            unit.remove(&due_key(id));
            return Ok(Vec::new());
        };
        let now_told = telling.requests.len().min(limits::TOLD_AT_ONCE);
        let requests: Vec<String> = telling.requests.drain(..now_told).collect();
        let parts: Vec<CreditPart> = telling.entry.parts.drain(..now_told).collect();
        let entry = CreditEntry { parts, ..telling.entry.clone() };
        let mut told: Vec<Request> = Vec::new();
        for (id, part) in requests.into_iter().zip(&entry.parts) {
            if told.iter().any(|request| request.id == id) {
                continue;
            }
            let mut request = match unit.request(&id).await {
                Ok(request) => request,
                Err(problem) if problem.status == StatusCode::SERVICE_UNAVAILABLE.as_u16() => return Err(problem),
                // The others are told all the same, and this one once it can be read.
                Err(problem) => {
                    eprintln!("request {id}, store credit of {}: {}", entry.refers_to, problem.detail);
                    telling.requests.push(id);
                    telling.entry.parts.push(part.clone());
                    continue;
                }
            };
            let customer = telling.customer.clone().or_else(|| request.customer.clone()).unwrap_or_default();
            store_credit::record_entries(&mut request, &customer, std::slice::from_ref(&entry));
            unit.save(&mut request, crate::now())?;
            told.push(request);
        }
        if telling.requests.is_empty() {
            unit.remove(&key);
            unit.remove(&due_key(id));
        } else {
            unit.write(&key, &telling)?;
        }
        Ok(told)
    })
    .await
}

/// Writes an account, which counts its trays in, and beside it what leaves it and what has become of its spendings.
///
/// # Errors
/// When the store does not answer, or something can't be written as JSON.
pub async fn keep(unit: &mut Unit, account: &mut StoreCreditAccount) -> Result<(), Problem> {
    let (customer, currency) = (account.customer.clone(), account.currency.code());
    let left = account.leave();
    account.beside.entries.extend(left.entries.iter().cloned());
    for entry in left.entries.iter().filter(|entry| entry.what == CreditMove::Spent) {
        // A spending of before there were records of them gets one.
        let key = keys::credit_spending(&customer, currency, &entry.id);
        let is_known =
            account.beside.spendings.contains_key(&entry.id) || unit.look_at::<Spending>(&key).await?.is_some();
        if let Some(spending) = account.standing_of(&entry.id).filter(|_| !is_known) {
            account.beside.spendings.insert(entry.id.clone(), spending);
        }
    }
    for entry in &left.entries {
        unit.write(&keys::credit_entry(&customer, currency, entry.sequence), entry)?;
    }
    for grant in &left.grants {
        unit.write(&keys::credit_grant(&customer, currency, &grant.id), grant)?;
    }
    for (id, spending) in &account.beside.spendings {
        unit.write(&keys::credit_spending(&customer, currency, id), spending)?;
    }
    trays::empty(unit, account).await?;
    unit.write(&keys::store_credit(&customer, currency), account)
}
