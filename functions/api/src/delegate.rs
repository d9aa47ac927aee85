//! Serves delegations: people lend their authority to decide, and end that.

use std::collections::BTreeSet;

use contraflow_domain::approval;
use contraflow_domain::approval::delegation::{Delegation, DelegationError, Delegations};
use contraflow_domain::approval::{Person, Seen};
use contraflow_domain::authority::Effect;
use contraflow_domain::identity::Identity;
use contraflow_domain::limits::DELEGATION_PEOPLE;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::view::Page;
use contraflow_guest::{keys, now, store};
use http::StatusCode;
use serde::Deserialize;

use crate::change::body;

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

/// Returns the person with the authority that others lend them, without what the lenders are known to have lost since.
/// All of it is read in the unit, so that the commit fails when a delegation ends meanwhile.
pub async fn with_lent(unit: &mut Unit, person: &Person, at: Timestamp) -> Result<Person, Problem> {
    let who = person.identity();
    let mut lent = of(unit, &who).await?;
    let lenders: Vec<_> = lent.lenders(&who, at).collect();
    for lender in lenders {
        if let Some(seen) = unit.read::<Seen>(&keys::seen(&lender)).await? {
            lent.keep_to(&lender, &seen.roles);
        }
    }
    Ok(Person { lent: lent.in_hand(&who, at), ..person.clone() })
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

/// Serves `GET /v1/delegations/all` to admins and auditors: returns a page of what everybody lends now.
pub async fn all(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SeeLoans)?;
    let is_segment = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/');
    let after = incoming.cursor(|cursor| is_segment(cursor).then(|| cursor.to_owned()))?.unwrap_or_default();
    let prefix = keys::delegations_prefix();
    let page = store::scan(format!("{prefix}{after}"), store::end_of(&prefix), incoming.page_limit()?).await?;
    let mut items: Vec<Delegation> = Vec::new();
    for entry in &page.entries {
        let kept: Delegations = serde_json::from_slice(&entry.value).map_err(|error| {
            Problem::internal(format!("What is stored under {} can't be read: {error}.", entry.key))
        })?;
        items.extend(kept.given.into_iter().filter(|lent| lent.is_on(now())));
    }
    let next = page.next.as_deref().and_then(|next| next.strip_prefix(&prefix)).map(str::to_owned);
    Ok(json(StatusCode::OK, &Page { items, next }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ending {
    #[serde(default)]
    from: Option<String>,
}

/// Serves `POST /v1/delegations/{to}/end`: the caller takes back at once what they lent, or an admin ends what the
/// person lent whom the body names.
pub async fn end(incoming: &Incoming, to: &str, person: &Person) -> Result<Answer, Problem> {
    let asked: Ending = body(incoming)?;
    let (from, to) = (asked.from.as_deref().map_or_else(|| person.identity(), Identity::read), Identity::read(to));
    if !from.is(&person.identity()) {
        person.may(Effect::EndLoans)?;
    }
    let lender = transact(async |unit| {
        let mut lender = of(unit, &from).await?;
        let mut borrower = of(unit, &to).await?;
        if !approval::delegation::end(&from, &to, (&mut lender, &mut borrower), now()) {
            return Err(Problem::not_found("delegation between these two in force"));
        }
        keep(unit, &from, &lender)?;
        keep(unit, &to, &borrower)?;
        Ok(lender)
    })
    .await?;
    Ok(json(StatusCode::OK, &lender))
}
