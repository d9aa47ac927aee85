//! The accounts that a request touches, read and written in its own unit of work.

use contraflow_domain::account::Accounts;
use contraflow_domain::account::{AccountError, InvoiceAccount, PaymentAccount, StoreCreditAccount};
use contraflow_domain::erp;
use contraflow_domain::request::Request;
use contraflow_domain::time::Timestamp;

use crate::keys;
use crate::problem::Problem;
use crate::unit::Unit;

impl From<AccountError> for Problem {
    fn from(guarded: AccountError) -> Self {
        Self::conflict("money-guard", format!("{guarded}. Nothing was changed."))
    }
}

/// Returns the key of a payment's account. A payment without a gateway is known by the id that the ERP gave it.
fn payment_key(gateway: &str, reference: &str, id: &str) -> String {
    if gateway.is_empty() { keys::payment("", id) } else { keys::payment(gateway, reference) }
}

/// Returns the key of the account of the request's invoice; `None` for a request without an invoice.
#[must_use]
pub fn invoice_key(request: &Request) -> Option<String> {
    request.packet.as_ref()?.invoice.as_ref().map(|invoice| keys::invoice(&invoice.number))
}

/// Returns the keys of the accounts of the request's payments, in the invoice's order.
#[must_use]
pub fn payment_keys(request: &Request) -> Vec<String> {
    let invoice = request.packet.as_ref().and_then(|packet| packet.invoice.as_ref());
    let payments = invoice.map(|invoice| invoice.payments.as_slice()).unwrap_or_default();
    payments.iter().map(|payment| payment_key(&payment.gateway, &payment.reference, &payment.id)).collect()
}

/// Reads the accounts of the request's invoice and its payments.
///
/// # Errors
/// When the store does not answer.
pub async fn load(unit: &mut Unit, request: &Request) -> Result<Accounts, Problem> {
    let Some(invoice) = request.packet.as_ref().and_then(|packet| packet.invoice.as_ref()) else {
        return Ok(Accounts::default());
    };
    let account: Option<InvoiceAccount> = unit.read(&keys::invoice(&invoice.number)).await?;
    let found: Vec<Option<PaymentAccount>> = unit.read_many(&payment_keys(request)).await?;
    let payments = invoice.payments.iter().zip(found).map(|(payment, found)| {
        let mut account =
            found.unwrap_or_else(|| PaymentAccount::untouched(&payment.gateway, &payment.reference, None));
        // The ERP says what was captured: a dispute may have opened the account before the ERP was asked.
        account.captured = Some(payment.captured);
        account.applied = Some(payment.applied).filter(|applied| applied.currency != payment.captured.currency);
        account
    });
    Ok(Accounts {
        invoice: Some(account.unwrap_or_else(|| InvoiceAccount::untouched(&invoice.number))),
        payments: payments.collect(),
    })
}

/// Writes the accounts of the request's invoice and its payments in the commit.
///
/// # Errors
/// When an account can't be written as JSON.
pub fn store(unit: &mut Unit, request: &Request, accounts: &Accounts) -> Result<(), Problem> {
    if let Some(account) = &accounts.invoice {
        unit.write(&keys::invoice(&account.number), account)?;
    }
    for (key, account) in payment_keys(request).iter().zip(&accounts.payments) {
        unit.write(key, account)?;
    }
    Ok(())
}

/// Records in the payments' accounts what has happened to the request's legs, in the same commit.
///
/// # Errors
/// When the store does not answer or an account does not know a leg.
pub async fn record(unit: &mut Unit, request: &mut Request, at: Timestamp) -> Result<(), Problem> {
    if !request.legs.iter().any(|leg| leg.payment().is_some()) {
        return Ok(());
    }
    let before = load(unit, request).await?;
    let mut after = before.clone();
    after.record(request, at)?;
    for ((key, before), after) in payment_keys(request).iter().zip(&before.payments).zip(&after.payments) {
        if before != after {
            unit.write(key, after)?;
        }
    }
    Ok(())
}

/// Records in its payment's account that a leg's order is given to the gateway, in the same commit.
///
/// # Errors
/// When an account can't be written as JSON.
pub fn send(unit: &mut Unit, request: &Request, mut accounts: Accounts, leg: &str) -> Result<(), Problem> {
    let before = accounts.payments.clone();
    accounts.send(request, leg);
    for ((key, before), after) in payment_keys(request).iter().zip(&before).zip(&accounts.payments) {
        if before != after {
            unit.write(key, after)?;
        }
    }
    Ok(())
}

/// Returns the key of the store-credit account that the request's legs pay into; `None` when no leg does.
#[must_use]
pub fn store_credit_key(request: &Request) -> Option<String> {
    let leg = request.legs.iter().find(|leg| leg.target.is_store_credit())?;
    Some(keys::store_credit(request.customer.as_ref()?, leg.amount.currency.code()))
}

/// Reads the store-credit account that the request's legs pay into; `None` when no leg does.
///
/// # Errors
/// When the store does not answer.
pub async fn store_credit(unit: &mut Unit, request: &Request) -> Result<Option<StoreCreditAccount>, Problem> {
    let leg = request.legs.iter().find(|leg| leg.target.is_store_credit());
    let (Some(leg), Some(customer)) = (leg, &request.customer) else { return Ok(None) };
    let key = keys::store_credit(customer, leg.amount.currency.code());
    let found = unit.read(&key).await?;
    Ok(Some(found.unwrap_or_else(|| StoreCreditAccount::empty(customer, leg.amount.currency))))
}

/// Lets a request change together with the store-credit account that its legs pay into, where there is one.
///
/// # Errors
/// The problem that `change` returns, or one when the store does not answer.
pub async fn change_store_credit(
    unit: &mut Unit,
    request: &mut Request,
    change: impl FnOnce(&mut Request, Option<&mut StoreCreditAccount>) -> Result<(), AccountError>,
) -> Result<(), Problem> {
    let mut credit = store_credit(unit, request).await?;
    change(request, credit.as_mut())?;
    credit.map_or(Ok(()), |credit| keep_store_credit(unit, &credit))
}

/// Writes a store-credit account back after entries were added, and tells the requests that granted the credit. `count`
/// is the number of entries that the account had before. `current` is the request that the unit works on, which its
/// caller saves; all other requests are saved here and returned.
///
/// # Errors
/// When the store does not answer, or something can't be written as JSON.
pub async fn follow_store_credit(
    unit: &mut Unit,
    account: &StoreCreditAccount,
    count: usize,
    mut current: Option<&mut Request>,
) -> Result<Vec<Request>, Problem> {
    let fresh = account.since(count);
    let mut others = Vec::new();
    for id in account.requests_of(fresh) {
        if let Some(current) = current.as_deref_mut().filter(|current| current.id == id) {
            erp::store_credit::record_entries(current, account, fresh);
            continue;
        }
        let mut other = unit.request(&id).await?;
        erp::store_credit::record_entries(&mut other, account, fresh);
        unit.save(&mut other, crate::now())?;
        others.push(other);
    }
    keep_store_credit(unit, account)?;
    Ok(others)
}

fn keep_store_credit(unit: &mut Unit, account: &StoreCreditAccount) -> Result<(), Problem> {
    unit.write(&keys::store_credit(&account.customer, account.currency.code()), account)
}
