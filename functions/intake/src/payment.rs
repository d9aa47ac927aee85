//! Takes news into a payment's account. What they mean for the requests on it follows afterwards.

use contraflow_domain::account::PaymentAccount;
use contraflow_domain::follow::Topic;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use contraflow_guest::{follow, keys};

use crate::once::Moved;

/// Applies news to the account of this payment. When that changed anything, the requests on the payment are to hear of
/// it, which `moved` notes. Returns the account as it is then.
///
/// # Errors
/// When the store does not answer, or the account has no room for it.
pub async fn apply_news(
    unit: &mut Unit,
    (gateway, payment): (&str, &str),
    topic: Topic,
    apply: impl Fn(&mut PaymentAccount) -> bool,
    moved: &mut Moved,
) -> Result<PaymentAccount, Problem> {
    let key = keys::payment(gateway, payment);
    let account: Option<PaymentAccount> = unit.read(&key).await?;
    let mut account = account.unwrap_or_else(|| PaymentAccount::untouched(gateway, payment, None));
    let held = account.news();
    if apply(&mut account) {
        account.check_news(held)?;
        unit.write(&key, &account)?;
        if follow::begin(unit, &account, topic, follow::lease()).await? {
            moved.payments.push(payment.into());
        }
    }
    Ok(account)
}
