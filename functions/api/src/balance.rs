//! Shows the store credit of a customer.

use contraflow_domain::account::{BalanceView, CustomerBalanceView, StoreCreditAccount};
use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_guest::http_io::{Answer, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::{keys, limits, now, store};
use http::StatusCode;

/// Serves `GET /v1/customers/{id}/balance`: returns the customer's store credit in each currency, with its entries.
pub async fn of(customer: &str, person: &Person) -> Result<Answer, Problem> {
    let touched = keys::touched_customer(&person.identity(), customer);
    let touches = store::get(vec![touched]).await?.into_iter().flatten().next().is_some();
    person.may_about(Effect::ReadBalances, touches)?;
    let prefix = keys::store_credit(customer, "");
    let page = store::scan(prefix.clone(), store::end_of(&prefix), limits::BALANCES).await?;
    let mut balances = Vec::new();
    for entry in &page.entries {
        let mut account: StoreCreditAccount = serde_json::from_slice(&entry.value).map_err(|error| {
            Problem::internal(format!("What is stored under {} can't be read: {error}.", entry.key))
        })?;
        // Credit that has expired is shown as expired, even when its expiry is not stored yet.
        account.expire(now())?;
        balances.push(BalanceView::of(account, now()));
    }
    Ok(json(StatusCode::OK, &CustomerBalanceView { customer: customer.into(), balances }))
}
