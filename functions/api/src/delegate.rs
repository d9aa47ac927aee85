//! Serves delegations: people lend their authority to decide, and end that.

use std::collections::BTreeSet;

use contraflow_domain::approval;
use contraflow_domain::approval::Person;
use contraflow_domain::approval::delegation::{DelegationError, Delegations};
use contraflow_domain::authority::Effect;
use contraflow_domain::identity::Identity;
use contraflow_domain::limits::DELEGATION_PEOPLE;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{keys, now};
use http::StatusCode;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lend {
    to: String,
    until: Timestamp,
}

struct Refusing(DelegationError);

impl From<Refusing> for Problem {
    fn from(Refusing(refusal): Refusing) -> Self {
        match &refusal {
            DelegationError::Nothing => Self::forbidden(refusal.to_string()),
            DelegationError::Oneself | DelegationError::NoName(_) => Self::field("/to", refusal.to_string()),
            DelegationError::Until => Self::field("/until", refusal.to_string()),
            DelegationError::Circle { .. } => Self::conflict("delegation-circle", refusal.to_string()),
            DelegationError::Full { .. } => Self::conflict("too-many-delegations", refusal.to_string()),
        }
    }
}

async fn of(unit: &mut Unit, who: &Identity) -> Result<Delegations, Problem> {
    Ok(unit.read(&keys::delegations(who)).await?.unwrap_or_default())
}

fn keep(unit: &mut Unit, who: &Identity, delegations: &Delegations) -> Result<(), Problem> {
    unit.write(&keys::delegations(who), delegations)
}

/// Returns the person with the authority that others lend them. It is read in the unit, so that the commit fails when a
/// delegation ends meanwhile.
pub async fn with_lent(unit: &mut Unit, person: &Person, at: Timestamp) -> Result<Person, Problem> {
    let who = person.identity();
    Ok(Person { lent: of(unit, &who).await?.in_hand(&who, at), ..person.clone() })
}

/// Returns everybody to whom somebody lends, directly and through others. It is read in the unit, so that two people
/// cannot close a circle at the same time.
async fn reached(unit: &mut Unit, from: &Identity, at: Timestamp) -> Result<BTreeSet<String>, Problem> {
    let (mut found, mut next) = (BTreeSet::new(), vec![from.clone()]);
    while let Some(who) = next.pop() {
        if found.len() > DELEGATION_PEOPLE {
            return Err(Problem::conflict(
                "too-many-delegations",
                "Too many people lend to each other; end some delegations.",
            ));
        }
        for to in of(unit, &who).await?.lends_to(at).map(Identity::read) {
            if found.insert(to.to_string()) {
                next.push(to);
            }
        }
    }
    Ok(found)
}

/// Serves `POST /v1/delegations`: the caller lends their own authority to decide for a while.
pub async fn lend(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::Lend)?;
    let asked: Lend = incoming.json()?;
    let (from, to) = (person.identity(), Identity::read(&asked.to));
    let lent = transact(async |unit| {
        let at = now();
        let reached = reached(unit, &to, at).await?;
        let mut lender = of(unit, &from).await?;
        let mut borrower = of(unit, &to).await?;
        let both = (&mut lender, &mut borrower);
        let lent = approval::delegation::lend(person, &asked.to, both, &reached, asked.until, at).map_err(Refusing)?;
        keep(unit, &from, &lender)?;
        keep(unit, &to, &borrower)?;
        Ok(lent)
    })
    .await?;
    Ok(json(StatusCode::CREATED, &lent))
}

/// Serves `GET /v1/delegations`: returns what the caller lends and was lent, now and lately.
pub async fn list(person: &Person) -> Result<Answer, Problem> {
    Ok(json(StatusCode::OK, &of(&mut Unit::default(), &person.identity()).await?))
}

/// Serves `POST /v1/delegations/{to}/end`: the caller takes back at once what they lent.
pub async fn end(to: &str, person: &Person) -> Result<Answer, Problem> {
    let (from, to) = (person.identity(), Identity::read(to));
    let lender = transact(async |unit| {
        let mut lender = of(unit, &from).await?;
        let mut borrower = of(unit, &to).await?;
        if !approval::delegation::end(&from, &to, (&mut lender, &mut borrower), now()) {
            return Err(Problem::not_found("delegation of yours to that person in force"));
        }
        keep(unit, &from, &lender)?;
        keep(unit, &to, &borrower)?;
        Ok(lender)
    })
    .await?;
    Ok(json(StatusCode::OK, &lender))
}
