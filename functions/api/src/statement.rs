//! Serves statements of a customer's store credit over a period.

use contraflow_domain::account::{CreditEntry, CreditStatement, StatementMaker};
use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::money::Currency;
use contraflow_domain::time::{Day, Timestamp};
use contraflow_domain::zone::Zone;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, decode};
use contraflow_guest::{credit, keys, limits, now, policy, store};
use http::StatusCode;

/// Serves `GET /v1/customers/{id}/store-credit/statement?currency=…&from=…&until=…`: returns what was there, what moved
/// and what was there then. Days are those of the business; `until` is the last day, today where it is left out.
pub async fn of(incoming: &Incoming, customer: &str, person: &Person) -> Result<Answer, Problem> {
    let touched = keys::touched_customer(&person.identity(), customer);
    let touches = store::get(vec![touched]).await?.into_iter().flatten().next().is_some();
    person.may_about(Effect::ReadBalances, touches)?;
    let currency = incoming.parameter("currency").unwrap_or_default();
    let currency: Currency = currency
        .parse()
        .map_err(|_| Problem::parameter("currency", format!("`{currency}` is no currency; write one as EUR.")))?;
    let zone = policy::in_force().await?.business.time_zone;
    let from = day(incoming, "from", zone)?
        .ok_or_else(|| Problem::parameter("from", "Say from which day on, as 2026-01-31.".to_owned()))?
        .0;
    let until = day(incoming, "until", zone)?.map_or_else(|| now().plus_ms(1), |(_, end)| end);
    if until <= from {
        return Err(Problem::parameter("until", "The last day lies before the first.".to_owned()));
    }
    Ok(json(StatusCode::OK, &made(customer, currency, (from, until)).await?))
}

/// Reads a day, and returns when it begins and when it ends.
fn day(incoming: &Incoming, name: &str, zone: Zone) -> Result<Option<(Timestamp, Timestamp)>, Problem> {
    let Some(text) = incoming.parameter(name).filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong = || Problem::parameter(name, format!("`{text}` is no day; write it as 2026-01-31."));
    let day: Day = text.parse().map_err(|_| wrong())?;
    let next = day.succ_opt().ok_or_else(wrong)?;
    Ok(Some((zone.start_of(day), zone.start_of(next))))
}

async fn made(customer: &str, currency: Currency, period: (Timestamp, Timestamp)) -> Result<CreditStatement, Problem> {
    let mut account = credit::account(&mut Unit::default(), customer, currency).await?;
    // Credit that has expired is shown as expired, even when its expiry is not stored yet.
    account.expire(now())?;
    let mut maker = StatementMaker::new(customer, account.balance(now()), period);
    let first_here = account.entries.first().map_or(1, |entry| entry.sequence);
    for (looked_at, entry) in account.entries.iter().rev().enumerate() {
        if !maker.before(entry) {
            return Ok(maker.done());
        }
        bounded(looked_at, entry)?;
    }
    // The entries before those have left the account.
    let (mut before, mut looked_at) = (first_here, account.entries.len());
    while before > 1 {
        let from = before.saturating_sub(limits::ROWS_AT_ONCE as u64).max(1);
        let wanted = (from..before).rev().map(|sequence| keys::credit_entry(customer, currency.code(), sequence));
        for entry in store::get(wanted.collect()).await?.into_iter().flatten() {
            let entry: CreditEntry = decode(&entry.key, &entry.value)?;
            if !maker.before(&entry) {
                return Ok(maker.done());
            }
            bounded(looked_at, &entry)?;
            looked_at += 1;
        }
        before = from;
    }
    Ok(maker.done())
}

/// Refuses to go back further than a statement does.
fn bounded(looked_at: usize, entry: &CreditEntry) -> Result<(), Problem> {
    if looked_at < limits::STATEMENT_ENTRIES {
        return Ok(());
    }
    let detail = format!(
        "There are more than {} entries since then. Choose a day after {}.",
        limits::STATEMENT_ENTRIES,
        entry.at
    );
    Err(Problem::parameter("from", detail))
}
