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

/// Finds what is wrong with an amount for an order.
pub fn wrong(amount: Money, reference: &str) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if !amount.is_positive() {
        errors.push(FieldError { pointer: "/amount/value".into(), detail: "must be more than zero".into() });
    }
    let length = reference.chars().count();
    if !(1..=limits::REASON_CHARS).contains(&length) || reference.chars().any(char::is_control) {
        let detail = format!("names the order, in 1 to {} characters", limits::REASON_CHARS);
        errors.push(FieldError { pointer: "/reference".into(), detail });
    }
    errors
}

/// Records what an idempotency key was used for.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The currency of the account.
    pub currency: Currency,
    fingerprint: String,
}

impl Receipt {
    /// Makes the receipt of a body.
    ///
    /// # Errors
    /// When the body can't be written as JSON, which never is.
    pub fn of(currency: Currency, body: &impl Serialize) -> Result<Self, Problem> {
        let hash = contraflow_audit::canonical_hash(body).map_err(|error| Problem::internal(error.to_string()))?;
        Ok(Self { currency, fingerprint: hash })
    }

    /// Refuses a key that was used for something else.
    ///
    /// # Errors
    /// 409 when it was.
    pub fn matches(&self, known: Option<&Self>) -> Result<(), Problem> {
        if known.is_none_or(|known| known == self) {
            return Ok(());
        }
        Err(Problem::conflict(
            "idempotency-key-reused",
            "This key was used for another spending or hold of this customer's. Use a new key for a new one.",
        ))
    }
}

/// Returns the key under which it is stored what an idempotency key was used for.
pub fn receipt_key(customer: &str, spending: &str) -> String {
    keys::inbound("store-credit", customer, spending)
}

/// Drives the requests that granted the credit, because they have something to book now.
pub fn drive(moved: Vec<Request>) {
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
    let errors = wrong(asked.amount, &asked.reference);
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let receipt = Receipt::of(asked.amount.currency, &asked)?;
    let (entry, moved) = transact(async |unit| {
        let known: Option<Receipt> = unit.read(&receipt_key(customer, key)).await?;
        receipt.matches(known.as_ref())?;
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
