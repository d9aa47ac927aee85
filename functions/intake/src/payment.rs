//! Changes a payment's account together with the requests that touch it, in the same commit.

use contraflow_domain::account::PaymentAccount;
use contraflow_domain::approval;
use contraflow_domain::chain::{self, Next};
use contraflow_domain::request::Request;
use contraflow_domain::time::Timestamp;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use contraflow_guest::{accounts, keys, now};

/// Applies news to the account of this payment. When that changed anything, it reconciles the requests that have money
/// on the payment. Returns the account as it is then, and what comes next for each request.
///
/// # Errors
/// When the store does not answer.
pub async fn apply_news(
    unit: &mut Unit,
    gateway: &str,
    payment: &str,
    apply: impl Fn(&mut PaymentAccount) -> bool,
    reconcile: impl Fn(&mut Request, &mut PaymentAccount, Timestamp),
) -> Result<(PaymentAccount, Vec<(String, Next)>), Problem> {
    let key = keys::payment(gateway, payment);
    let account: Option<PaymentAccount> = unit.read(&key).await?;
    let mut account = account.unwrap_or_else(|| PaymentAccount::untouched(gateway, payment, None));
    if !apply(&mut account) {
        return Ok((account, Vec::new()));
    }
    unit.write(&key, &account)?;
    // The requests change in the same commit, so that no crash in between leaves one behind.
    let mut moved = Vec::new();
    for id in account.concerned() {
        let next = one(unit, &id, &mut account, &reconcile).await?;
        moved.push((id, next));
    }
    unit.write(&key, &account)?;
    Ok((account, moved))
}

async fn one(
    unit: &mut Unit,
    id: &str,
    account: &mut PaymentAccount,
    reconcile: &impl Fn(&mut Request, &mut PaymentAccount, Timestamp),
) -> Result<Next, Problem> {
    let at = now();
    let mut request = unit.request(id).await?;
    let was_refused = request.status.is_refused();
    reconcile(&mut request, account, at);
    let mut held = accounts::load(unit, &request).await?;
    // For this payment, the account with the news in it counts, and not the stored one.
    for other in held
        .payments
        .iter_mut()
        .filter(|other| other.gateway == account.gateway && other.reference == account.reference)
    {
        other.take_news(account);
    }
    if !was_refused {
        approval::rejection::release(&mut request, &mut held, at)?;
    }
    held.reconcile(&request)?;
    if let Some(after) =
        held.payments.iter().find(|other| other.gateway == account.gateway && other.reference == account.reference)
    {
        account.clone_from(after);
    }
    accounts::store(unit, &held)?;
    unit.save(&mut request, at)?;
    Ok(chain::next(&request, at))
}
