//! Serves spendings of a customer's store credit, and undoes them.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::request::Request;
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::{chain, limits};
use contraflow_guest::drive::drive_later;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::transact;
use contraflow_guest::{credit, keys, now};
use http::StatusCode;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Spending {
    amount: Money,
    reference: String,
}

impl Spending {
    fn check(&self) -> Result<(), Problem> {
        let mut errors = Vec::new();
        if !self.amount.is_positive() {
            errors.push(FieldError { pointer: "/amount/value".into(), detail: "must be more than zero".into() });
        }
        let length = self.reference.chars().count();
        if !(1..=limits::REASON_CHARS).contains(&length) || self.reference.chars().any(char::is_control) {
            let detail = format!("names the order, in 1 to {} characters", limits::REASON_CHARS);
            errors.push(FieldError { pointer: "/reference".into(), detail });
        }
        if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
    }
}

/// Records what an idempotency key was used for.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Receipt {
    currency: Currency,
    fingerprint: String,
}

fn receipt_key(customer: &str, spending: &str) -> String {
    keys::inbound("store-credit", customer, spending)
}

/// Drives the requests that granted the credit, because they have something to book now.
fn drive(moved: Vec<Request>) {
    for request in moved {
        let next = chain::next(&request, now());
        drive_later(request.id, next);
    }
}

/// Serves `POST /v1/customers/{id}/store-credit/spendings`: answers 201 with the entry; the same key and body get the
/// same answer again.
pub async fn spend(incoming: &Incoming, customer: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SpendStoreCredit)?;
    let key = incoming.idempotency_key()?;
    let asked: Spending = incoming.json()?;
    asked.check()?;
    let fingerprint = contraflow_audit::canonical_hash(&asked).map_err(|error| Problem::internal(error.to_string()))?;
    let receipt = Receipt { currency: asked.amount.currency, fingerprint };
    let (entry, moved) = transact(async |unit| {
        let known: Option<Receipt> = unit.read(&receipt_key(customer, key)).await?;
        if known.as_ref().is_some_and(|known| *known != receipt) {
            return Err(Problem::conflict(
                "idempotency-key-reused",
                "This key was used for another spending of this customer's. Use a new key for a new spending.",
            ));
        }
        let mut account = credit::account(unit, customer, asked.amount.currency).await?;
        credit::recall_spending(unit, &mut account, key).await?;
        if known.is_none() {
            let count = account.entries.len();
            account.spend(key, asked.amount, &asked.reference, &person.name, now())?;
            let entry = account.spending(key).cloned();
            let moved = credit::follow(unit, &mut account, count, None).await?;
            unit.write(&receipt_key(customer, key), &receipt)?;
            return Ok((entry.ok_or_else(|| Problem::internal("The spending is not in its account."))?, moved));
        }
        let entry = account.spending(key).cloned();
        Ok((entry.ok_or_else(|| Problem::internal("The spending is not in its account."))?, Vec::new()))
    })
    .await?;
    drive(moved);
    Ok(json(StatusCode::CREATED, &entry))
}

/// Serves `POST /v1/customers/{id}/store-credit/spendings/{spending}/undo`: undoes a spending whose order was
/// cancelled. A second time changes nothing.
pub async fn undo(customer: &str, spending: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SpendStoreCredit)?;
    let (entry, moved) = transact(async |unit| {
        let known: Option<Receipt> = unit.read(&receipt_key(customer, spending)).await?;
        let known = known.ok_or_else(|| Problem::not_found("spending of that key"))?;
        let mut account = credit::account(unit, customer, known.currency).await?;
        credit::recall_spending(unit, &mut account, spending).await?;
        let mut entry = account.undoing(spending).cloned();
        let mut moved = Vec::new();
        if entry.is_none() {
            credit::recall_to_restore(unit, &mut account, spending).await?;
            let count = account.entries.len();
            account.restore(spending, &person.name, now())?;
            entry = account.undoing(spending).cloned();
            moved = credit::follow(unit, &mut account, count, None).await?;
        }
        Ok((entry.ok_or_else(|| Problem::internal("The undoing is not in its account."))?, moved))
    })
    .await?;
    drive(moved);
    Ok(json(StatusCode::OK, &entry))
}
