//! Serves changes of store credit that two people make: one asks, another confirms.

use contraflow_domain::account::{CreditAsk, CreditChange, CreditChangeError};
use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::limits::{CREDIT_CARRIED_DAYS, DAY_MS, REASON_CHARS};
use contraflow_domain::request::KnownCustomer;
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::{self, Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, decode, transact};
use contraflow_guest::view::Page;
use contraflow_guest::{credit, credit_changes, keys, limits, new_id, now, store};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::spend::drive;
use crate::{bounded, person};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Asked {
    #[serde(flatten)]
    ask: CreditAsk,
    note: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    #[serde(default)]
    note: String,
}

/// Records what an idempotency key was used for.
#[derive(Debug, Serialize, Deserialize)]
struct Receipt {
    change: String,
    asked: String,
}

struct Refused(CreditChangeError);

impl From<Refused> for Problem {
    fn from(Refused(refusal): Refused) -> Self {
        let words = format!("{refusal}.");
        match refusal {
            CreditChangeError::Own(_) => Self::forbidden(words),
            CreditChangeError::Over { .. } => Self::conflict("not-possible-now", words),
            CreditChangeError::NoNote => Self::field("/note", refusal.to_string()),
        }
    }
}

/// Finds what is wrong with what is asked of a customer's store credit.
fn wrong(ask: &CreditAsk, customer: &str, at: Timestamp) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut error = |pointer: &str, detail: String| errors.push(FieldError { pointer: pointer.into(), detail });
    if let Some(to) = ask.to() {
        let length = to.chars().count();
        if !(1..=REASON_CHARS).contains(&length) || to.chars().any(char::is_control) {
            error("/to", format!("names the other customer, in 1 to {REASON_CHARS} characters"));
        } else if to == customer {
            error("/to", "is the customer who has the credit; name another".into());
        }
    }
    match ask {
        CreditAsk::Transfer { amount, .. } if !amount.is_positive() => {
            error("/amount/value", "must be more than zero".into());
        }
        CreditAsk::CarryForward { expiring_before, until, .. } => {
            if until <= expiring_before {
                error("/until", "must be later than expiring_before".into());
            }
            if *until <= at || until.ms_since(at) > u64::from(CREDIT_CARRIED_DAYS) * DAY_MS {
                error("/until", format!("lies ahead, by {CREDIT_CARRIED_DAYS} days at most"));
            }
        }
        CreditAsk::Transfer { .. } | CreditAsk::Merge { .. } => {}
    }
    errors
}

/// Checks that the ERP knows the customer whom credit is to go to.
async fn check_known(ask: &CreditAsk) -> Result<(), Problem> {
    let Some(to) = ask.to() else { return Ok(()) };
    let found: KnownCustomer = http_io::ask("invoice-lookup", "/find/customer", &to).await?;
    if found.known {
        return Ok(());
    }
    let alike = if found.alike.is_empty() { String::new() } else { format!("; it has {}", found.alike.join(", ")) };
    Err(Problem::field("/to", format!("the ERP knows no customer `{to}`{alike}")))
}

/// Serves what lies at `/v1/customers/{id}/store-credit/changes` and below.
pub async fn serve(incoming: &Incoming, customer: &str, rest: &[&str]) -> Result<Answer, Problem> {
    let asks = async |method| person(incoming, method).await;
    match *rest {
        [] => match incoming.method.as_str() {
            "GET" => of_customer(incoming, customer, &asks("GET").await?).await,
            "POST" => make(incoming, customer, &asks("POST").await?).await,
            _ => Err(Problem::method("GET, POST")),
        },
        [change] => one(customer, change, &asks("GET").await?).await,
        [change, "confirm"] => confirm(incoming, customer, change, &asks("POST").await?).await,
        [change, "refuse"] => refuse(incoming, customer, change, &asks("POST").await?).await,
        _ => Err(Problem::not_found("such address")),
    }
}

/// Serves `POST /v1/customers/{id}/store-credit/changes`: answers 201 with a change that waits for another person; the
/// same key and body get the same change again.
async fn make(incoming: &Incoming, customer: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::AskCreditChange)?;
    let key = incoming.idempotency_key()?;
    let asked: Asked = incoming.json()?;
    bounded(&asked.note)?;
    let at = now();
    let mut errors = wrong(&asked.ask, customer, at);
    if asked.note.trim().is_empty() {
        errors.push(FieldError { pointer: "/note".into(), detail: "say why: whoever confirms it reads that".into() });
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let fingerprint = contraflow_audit::canonical_hash(&asked).map_err(|error| Problem::internal(error.to_string()))?;
    check_known(&asked.ask).await?;
    let receipt_key = keys::inbound("credit-change", customer, key);
    let (change, status) = transact(async |unit| {
        if let Some(known) = unit.read::<Receipt>(&receipt_key).await? {
            if known.asked != fingerprint {
                let detail = "This key was used for another change of this customer's store credit. Use a new key.";
                return Err(Problem::conflict("idempotency-key-reused", detail));
            }
            return Ok((credit_changes::find(unit, customer, &known.change).await?, StatusCode::OK));
        }
        let prefix = keys::waiting_credit_changes(customer);
        let waiting = store::scan(prefix.clone(), store::end_of(&prefix), limits::CREDIT_CHANGES_WAITING).await?;
        if waiting.entries.len() >= limits::CREDIT_CHANGES_WAITING as usize {
            let detail = format!("{} changes of this customer's store credit wait already.", waiting.entries.len());
            return Err(Problem::conflict("too-many-changes", format!("{detail} Confirm or refuse some first.")));
        }
        let change = CreditChange::new(&new_id(), customer, asked.ask.clone(), &asked.note, &person.name, at);
        let account = credit::account(unit, customer, change.ask.currency()).await?;
        if let CreditAsk::Transfer { amount, .. } = &change.ask {
            account.can_give(*amount, at)?;
        }
        unit.write(&receipt_key, &Receipt { change: change.id.clone(), asked: fingerprint.clone() })?;
        let happened = (person.name.as_str(), "credit_change_asked", asked.note.as_str());
        credit_changes::store(unit, &change, happened).await?;
        Ok((change, StatusCode::CREATED))
    })
    .await?;
    Ok(json(status, &change))
}

/// Serves `POST /v1/customers/{id}/store-credit/changes/{change}/confirm`: carries a change out that somebody else
/// asked for, so many grants at a time. It is sent again while the answer says that it waits.
async fn confirm(incoming: &Incoming, customer: &str, id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ConfirmCreditChange)?;
    let said = said(incoming)?;
    let (change, told) = transact(async |unit| {
        let mut change = credit_changes::find(unit, customer, id).await?;
        change.check(&person.name).map_err(Refused)?;
        let told = credit_changes::step(unit, &mut change, (person, &said.note), now()).await?;
        credit_changes::store(unit, &change, (&person.name, "credit_change_carried_out", &said.note)).await?;
        Ok((change, told))
    })
    .await?;
    drive(told);
    Ok(json(StatusCode::OK, &change))
}

/// Serves `POST /v1/customers/{id}/store-credit/changes/{change}/refuse`: ends a change without effect. Whoever asked
/// for it takes it back in this way.
async fn refuse(incoming: &Incoming, customer: &str, id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::AskCreditChange).or_else(|_| person.may(Effect::ConfirmCreditChange))?;
    let said = said(incoming)?;
    let change = transact(async |unit| {
        let mut change = credit_changes::find(unit, customer, id).await?;
        change.refuse(&person.name, &said.note, now()).map_err(Refused)?;
        credit_changes::store(unit, &change, (&person.name, "credit_change_refused", &said.note)).await?;
        Ok(change)
    })
    .await?;
    Ok(json(StatusCode::OK, &change))
}

fn said(incoming: &Incoming) -> Result<Said, Problem> {
    let said: Said = if incoming.body.is_empty() { Said::default() } else { incoming.json()? };
    bounded(&said.note)?;
    Ok(said)
}

/// Serves `GET /v1/customers/{id}/store-credit/changes?cursor=…&limit=…`: returns a page of the changes of a customer's
/// store credit, the oldest first.
async fn of_customer(incoming: &Incoming, customer: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SeeCreditChanges)?;
    let prefix = keys::credit_changes(customer);
    let after = incoming.cursor(keys::is_segment)?.unwrap_or_default();
    let page = store::scan(format!("{prefix}{after}"), store::end_of(&prefix), incoming.page_limit()?).await?;
    let read = |entry: &store::Entry| decode::<CreditChange>(&entry.key, &entry.value);
    let items = page.entries.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let next = page.next.as_deref().and_then(|next| next.strip_prefix(prefix.as_str())).map(str::to_owned);
    Ok(json(StatusCode::OK, &Page { items, next }))
}

/// Serves `GET /v1/store-credit/changes?cursor=…&limit=…`: returns a page of all changes that wait for another person.
pub async fn waiting(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SeeCreditChanges)?;
    let after = incoming.cursor(keys::place)?.unwrap_or_default();
    let start = format!("{}{after}", keys::WAITING_CREDIT_CHANGES);
    let page = store::scan(start, store::end_of(keys::WAITING_CREDIT_CHANGES), incoming.page_limit()?).await?;
    let places: Vec<&str> =
        page.entries.iter().filter_map(|entry| entry.key.strip_prefix(keys::WAITING_CREDIT_CHANGES)).collect();
    let wanted = places.iter().map(|place| format!("{}{place}", keys::CREDIT_CHANGES)).collect();
    let mut items = Vec::new();
    for entry in store::get(wanted).await?.into_iter().flatten() {
        items.push(decode::<CreditChange>(&entry.key, &entry.value)?);
    }
    let next = page.next.as_deref().and_then(|next| next.strip_prefix(keys::WAITING_CREDIT_CHANGES)).map(str::to_owned);
    Ok(json(StatusCode::OK, &Page { items, next }))
}

/// Serves `GET /v1/customers/{id}/store-credit/changes/{change}`: returns one change.
async fn one(customer: &str, id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SeeCreditChanges)?;
    Ok(json(StatusCode::OK, &credit_changes::find(&mut Unit::default(), customer, id).await?))
}
