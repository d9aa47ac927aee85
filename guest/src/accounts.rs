//! The accounts that a request touches, read and written in its own unit of work.

use std::collections::{BTreeMap, BTreeSet};

use contraflow_domain::account::Accounts;
use contraflow_domain::account::{AccountError, InvoiceAccount, PaymentAccount};
use contraflow_domain::invoice::Payment;
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
#[must_use]
pub fn payment_key(payment: &Payment) -> String {
    let name = if payment.gateway.is_empty() { &payment.id } else { &payment.reference };
    keys::payment(&payment.gateway, name)
}

/// Returns the key under which an account is kept.
#[must_use]
pub fn key_of(account: &PaymentAccount) -> String {
    keys::payment(&account.gateway, account.name())
}

/// Returns the key of the account of the request's invoice; `None` for a request without an invoice.
#[must_use]
pub fn invoice_key(request: &Request) -> Option<String> {
    request.packet.as_ref()?.invoice.as_ref().map(|invoice| keys::invoice(&invoice.number))
}

/// Returns the keys of the accounts of the request's payments. Payments that are parts of one have the same key, which
/// stands here once.
#[must_use]
pub fn payment_keys(request: &Request) -> BTreeSet<String> {
    let invoice = request.packet.as_ref().and_then(|packet| packet.invoice.as_ref());
    let payments = invoice.map(|invoice| invoice.payments.as_slice()).unwrap_or_default();
    payments.iter().map(payment_key).collect()
}

/// Gathers the request's accounts out of what is stored under their keys.
///
/// # Errors
/// What `stored` returns.
pub fn gather<E>(
    request: &Request,
    invoice: Option<InvoiceAccount>,
    mut stored: impl FnMut(&str) -> Result<Option<PaymentAccount>, E>,
) -> Result<Accounts, E> {
    Accounts::gather(request, invoice, |payment| stored(&payment_key(payment)))
}

/// Reads the accounts of the request's invoice and its payments.
///
/// # Errors
/// When the store does not answer.
pub async fn load(unit: &mut Unit, request: &Request) -> Result<Accounts, Problem> {
    let Some(invoice) = invoice_key(request) else { return Ok(Accounts::default()) };
    let account: Option<InvoiceAccount> = unit.read(&invoice).await?;
    let keys: Vec<_> = payment_keys(request).into_iter().collect();
    let found: Vec<Option<PaymentAccount>> = unit.read_many(&keys).await?;
    let mut found: BTreeMap<_, _> = keys.into_iter().zip(found).collect();
    gather(request, account, |key| Ok(found.remove(key).flatten()))
}

/// Writes the accounts of the request's invoice and its payments in the commit.
///
/// # Errors
/// When an account can't be written as JSON.
pub fn store(unit: &mut Unit, accounts: &Accounts) -> Result<(), Problem> {
    if let Some(account) = &accounts.invoice {
        unit.write(&keys::invoice(&account.number), account)?;
    }
    accounts.payments.iter().try_for_each(|account| unit.write(&key_of(account), account))
}

/// Writes those of the accounts of payments that have changed.
fn store_changed(unit: &mut Unit, before: &[PaymentAccount], after: &[PaymentAccount]) -> Result<(), Problem> {
    let changed = after.iter().filter(|account| !before.contains(account));
    changed.into_iter().try_for_each(|account| unit.write(&key_of(account), account))
}

/// Writes those of the accounts that have changed, and says whether any has.
///
/// # Errors
/// When an account can't be written as JSON.
pub fn store_changes(unit: &mut Unit, before: &Accounts, after: &Accounts) -> Result<bool, Problem> {
    let invoice = after.invoice.as_ref().filter(|_| before.invoice != after.invoice);
    if let Some(account) = invoice {
        unit.write(&keys::invoice(&account.number), account)?;
    }
    store_changed(unit, &before.payments, &after.payments)?;
    Ok(invoice.is_some() || before.payments != after.payments)
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
    store_changed(unit, &before.payments, &after.payments)
}

/// Records in its payment's account that a leg's order is given to the gateway, in the same commit.
///
/// # Errors
/// When an account can't be written as JSON.
pub fn send(unit: &mut Unit, request: &Request, mut accounts: Accounts, leg: &str) -> Result<(), Problem> {
    let before = accounts.payments.clone();
    accounts.send(request, leg);
    store_changed(unit, &before, &accounts.payments)
}

/// Returns the key of the store-credit account that the request's legs pay into; `None` when no leg does.
#[must_use]
pub fn store_credit_key(request: &Request) -> Option<String> {
    let leg = request.legs.iter().find(|leg| leg.target.is_store_credit())?;
    Some(keys::store_credit(request.customer.as_ref()?, leg.amount.currency.code()))
}
