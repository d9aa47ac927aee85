//! Serves leaving: somebody is with the company no more, so nothing goes on in their name, and what waits for them
//! waits for others.

use contraflow_domain::access::Left;
use contraflow_domain::approval::Person;
use contraflow_domain::approval::delegation::{self, Delegations};
use contraflow_domain::authority::Effect;
use contraflow_domain::chronicle::Happening;
use contraflow_domain::identity::Identity;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, decode, transact};
use contraflow_guest::{chronicle, ended, keys, limits, now, store};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::directory::{find, named, shown, subject};
use crate::{bounded, change, clients, schedules};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    #[serde(default)]
    note: String,
}

/// Serves `POST /v1/people/{name}/leave`: an admin records that somebody left. Their tokens, sessions and accounts open
/// nothing from then on, what they lend and are lent ends, questions that wait for their answer are in the queue of
/// finance and admins, and their schedules and the machine clients that they looked after wait for somebody else. A
/// second time finishes what the first did not.
pub async fn leave(incoming: &Incoming, name: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepPeople)?;
    let Note { note } = change::body(incoming)?;
    bounded(&note)?;
    let who = named(name)?;
    if who.is(&person.identity()) {
        return Err(Problem::forbidden("Nobody records that they left themselves: let another admin do it."));
    }
    let left = transact(async |unit| {
        let mut record = find(unit, &who).await?;
        let is_news = record.left.is_none();
        let left = record.left.take().unwrap_or_else(|| Left { at: now(), by: person.name.clone() });
        if is_news {
            record.left = Some(left.clone());
            unit.write(&keys::person(&who), &record)?;
            unit.write(&keys::left(left.at, &who), &record.name)?;
            ended::leave(unit, &who, &person.name)?;
            let happened = Happening { actor: &person.name, what: "person_left", why: &note, data: Value::Null };
            chronicle::note(unit, &subject(&record.name), happened).await?;
        }
        Ok(left)
    })
    .await?;
    let loans = end_loans(&who).await?;
    if !loans.is_empty() {
        transact(async |unit| {
            let data = json!({"with": loans});
            let happened = Happening { actor: &person.name, what: "loans_ended", why: "", data };
            chronicle::note(unit, &subject(&who.to_string()), happened).await
        })
        .await?;
    }
    let schedules = schedules::leave(&who, &person.name).await?;
    let clients = clients::leave(&who, &person.name).await?;
    let waiting = waiting(&who).await?;
    let body = json!({
        "left": left, "loans_ended": loans, "waiting": waiting, "schedules": schedules, "clients": clients,
    });
    Ok(json(StatusCode::OK, &body))
}

/// Serves `POST /v1/people/{name}/return`: an admin records that somebody is back. New tokens open what they did; those
/// of before, and what was lent, stay ended.
pub async fn come_back(name: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepPeople)?;
    let who = named(name)?;
    let record = transact(async |unit| {
        let mut record = find(unit, &who).await?;
        if let Some(left) = record.left.take() {
            unit.write(&keys::person(&who), &record)?;
            unit.remove(&keys::left(left.at, &who));
            ended::come_back(unit, &who, &person.name)?;
            let happened = Happening { actor: &person.name, what: "person_returned", why: "", data: Value::Null };
            chronicle::note(unit, &subject(&record.name), happened).await?;
        }
        Ok(record)
    })
    .await?;
    Ok(json(StatusCode::OK, &shown(record).await?))
}

/// Ends what somebody lends and is lent, and returns with whom.
async fn end_loans(who: &Identity) -> Result<Vec<String>, Problem> {
    let at = now();
    let of: Delegations = Unit::default().look_at(&keys::delegations(who)).await?.unwrap_or_default();
    let given = of.given.iter().filter(|lent| lent.is_on(at)).map(|lent| (who.clone(), Identity::read(&lent.to)));
    let received = of.received.iter().filter(|lent| lent.is_on(at));
    let received = received.map(|lent| (Identity::read(&lent.from), who.clone()));
    let pairs: Vec<_> = given.chain(received).collect();
    let mut with = Vec::new();
    for (from, to) in pairs {
        let ended = transact(async |unit| {
            let (lent, borrowed) = (keys::delegations(&from), keys::delegations(&to));
            let mut lender: Delegations = unit.read(&lent).await?.unwrap_or_default();
            let mut borrower: Delegations = unit.read(&borrowed).await?.unwrap_or_default();
            let ended = delegation::end(&from, &to, (&mut lender, &mut borrower), now());
            if ended {
                unit.write(&lent, &lender)?;
                unit.write(&borrowed, &borrower)?;
            }
            Ok(ended)
        })
        .await?;
        if ended {
            with.push(if from.is(who) { to.to_string() } else { from.to_string() });
        }
    }
    Ok(with)
}

/// Returns the requests that wait for an answer of somebody, oldest deadline first.
async fn waiting(who: &Identity) -> Result<Vec<String>, Problem> {
    let prefix = keys::question_prefix(&who.key());
    let page = store::scan(prefix.clone(), store::end_of(&prefix), limits::WAITING_SHOWN).await?;
    Ok(page.entries.iter().map(|entry| keys::id_of(&entry.key).to_owned()).collect())
}

/// Returns those who left last.
pub async fn last() -> Result<Vec<Identity>, Problem> {
    let page = store::scan(keys::LEFT.to_owned(), store::end_of(keys::LEFT), limits::LEFT_SHOWN).await?;
    let names = page.entries.iter().map(|entry| decode::<String>(&entry.key, &entry.value));
    names.map(|name| name.map(|name| Identity::read(&name))).collect()
}
