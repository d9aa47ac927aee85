//! Serves holds: store credit that is kept for an order while it is checked out.

use contraflow_domain::account::{CreditEntry, Hold};
use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::limits;
use contraflow_domain::money::Money;
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::transact;
use contraflow_guest::{credit, now};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::spend::{self, Receipt, drive, receipt_key};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    amount: Money,
    reference: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    minutes: Option<u64>,
}

impl Wanted {
    fn check(&self) -> Result<(), Problem> {
        let mut errors = spend::wrong(self.amount, &self.reference);
        let most = limits::HOLD_MS / limits::MINUTE_MS;
        if self.minutes.is_some_and(|minutes| !(1..=most).contains(&minutes)) {
            let detail = format!("says for how long, in 1 to {most} minutes");
            errors.push(FieldError { pointer: "/minutes".into(), detail });
        }
        if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Capture {
    #[serde(default)]
    amount: Option<Money>,
}

fn over() -> Problem {
    Problem::conflict(
        "hold-over",
        "This hold is over: it has ended, was released, or was captured. Keep the credit under a new key, or spend it.",
    )
}

/// Serves `POST /v1/customers/{id}/store-credit/holds`: answers 201 with the hold; the same key and body get the same
/// answer again as long as it stands.
pub async fn keep(incoming: &Incoming, customer: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SpendStoreCredit)?;
    let key = incoming.idempotency_key()?;
    let wanted: Wanted = incoming.json()?;
    wanted.check()?;
    let receipt = Receipt::of(wanted.amount.currency, &wanted)?;
    let hold = transact(async |unit| {
        let known: Option<Receipt> = unit.read(&receipt_key(customer, key)).await?;
        receipt.matches(known.as_ref())?;
        let (mut account, at) = (credit::account(unit, customer, wanted.amount.currency).await?, now());
        if known.is_none() {
            let minutes = wanted.minutes.unwrap_or(limits::HOLD_USUAL_MINUTES);
            account.hold(Hold {
                id: key.to_owned(),
                amount: wanted.amount,
                reference: wanted.reference.clone(),
                by: person.name.clone(),
                at,
                until: Timestamp::from_unix_ms(at.unix_ms().saturating_add(minutes * limits::MINUTE_MS)),
            })?;
            unit.write(&receipt_key(customer, key), &receipt)?;
            let count = account.entries.len();
            credit::follow(unit, &mut account, count, None).await?;
        }
        account.hold_of(key, at).cloned().ok_or_else(over)
    })
    .await?;
    Ok(json(StatusCode::CREATED, &hold))
}

/// Serves `POST /v1/customers/{id}/store-credit/holds/{hold}/capture`: spends what was kept, or less. A second time
/// gives the same answer.
pub async fn capture(incoming: &Incoming, customer: &str, hold: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SpendStoreCredit)?;
    let wanted: Capture = if incoming.body.is_empty() { Capture::default() } else { incoming.json()? };
    if wanted.amount.is_some_and(|amount| !amount.is_positive()) {
        return Err(Problem::field("/amount/value", "must be more than zero"));
    }
    let (entry, moved) = transact(async |unit| {
        let known: Option<Receipt> = unit.read(&receipt_key(customer, hold)).await?;
        let known = known.ok_or_else(|| Problem::not_found("hold of that key"))?;
        let (mut account, at) = (credit::account(unit, customer, known.currency).await?, now());
        credit::recall_spending(unit, &mut account, hold).await?;
        let mut moved = Vec::new();
        if account.spending(hold).is_none() {
            if account.hold_of(hold, at).is_none() {
                return Err(over());
            }
            let count = account.entries.len();
            account.capture(hold, wanted.amount, &person.name, at)?;
            moved = credit::follow(unit, &mut account, count, None).await?;
        }
        let entry: CreditEntry = account.spending(hold).cloned().ok_or_else(over)?;
        if wanted.amount.is_some_and(|amount| amount != entry.amount) {
            return Err(Problem::conflict("hold-over", format!("This hold was captured with {}.", entry.amount)));
        }
        Ok((entry, moved))
    })
    .await?;
    drive(moved);
    Ok(json(StatusCode::CREATED, &entry))
}

/// Serves `POST /v1/customers/{id}/store-credit/holds/{hold}/release`: lets go of a hold. One that is over stays over.
pub async fn release(customer: &str, hold: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SpendStoreCredit)?;
    let free = transact(async |unit| {
        let known: Option<Receipt> = unit.read(&receipt_key(customer, hold)).await?;
        let known = known.ok_or_else(|| Problem::not_found("hold of that key"))?;
        let (mut account, at) = (credit::account(unit, customer, known.currency).await?, now());
        if account.hold_of(hold, at).is_some() {
            account.release(hold, at);
            let count = account.entries.len();
            credit::follow(unit, &mut account, count, None).await?;
        }
        Ok(account.free(at))
    })
    .await?;
    Ok(json(StatusCode::OK, &serde_json::json!({"balance": free})))
}
