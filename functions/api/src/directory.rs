//! Serves people as records: who they are, by what helpdesks know them, and which roles an admin gives them.

use contraflow_domain::access::{PersonFields, PersonRecord, PersonView};
use contraflow_domain::approval::{Person, Seen};
use contraflow_domain::authority::Effect;
use contraflow_domain::chronicle::{Entry, Happening};
use contraflow_domain::identity::Identity;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, decode, transact};
use contraflow_guest::view::Page;
use contraflow_guest::{chronicle, keys, now, store};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

/// Returns the name of a person's chain in the record.
pub fn subject(name: &str) -> String {
    format!("person:{name}")
}

/// Returns whom an address of this API names.
pub fn named(name: &str) -> Result<Identity, Problem> {
    Identity::sign_in(name).map_err(|_| Problem::not_found("person of that name"))
}

/// Reads a person's record in a unit.
pub async fn find(unit: &mut Unit, who: &Identity) -> Result<PersonRecord, Problem> {
    unit.read(&keys::person(who)).await?.ok_or_else(|| Problem::not_found("person of that name"))
}

/// Returns a person as they are shown.
pub async fn shown(record: PersonRecord) -> Result<PersonView, Problem> {
    let seen = Unit::default().look_at::<Seen>(&keys::seen(&Identity::read(&record.name))).await?;
    Ok(PersonView::new(record, seen))
}

/// Serves `GET /v1/people?cursor=…&limit=…` to admins and auditors: returns a page of all people.
pub async fn list(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SeePeople)?;
    let after = incoming.cursor(keys::is_segment)?.unwrap_or_default();
    let page =
        store::scan(format!("{}{after}", keys::PEOPLE), store::end_of(keys::PEOPLE), incoming.page_limit()?).await?;
    let records = page.entries.iter().map(|entry| decode::<PersonRecord>(&entry.key, &entry.value));
    let records = records.collect::<Result<Vec<_>, _>>()?;
    let places: Vec<_> = records.iter().map(|record| keys::seen(&Identity::read(&record.name))).collect();
    let seen = Unit::default().look_at_many::<Seen>(&places).await?;
    let items: Vec<_> = records.into_iter().zip(seen).map(|(record, seen)| PersonView::new(record, seen)).collect();
    let next = page.next.as_deref().and_then(|next| next.strip_prefix(keys::PEOPLE)).map(str::to_owned);
    Ok(json(StatusCode::OK, &Page { items, next }))
}

/// Serves `GET /v1/people/{name}`: returns a person to themselves, to admins and to auditors.
pub async fn one(name: &str, person: &Person) -> Result<Answer, Problem> {
    let who = named(name)?;
    if !who.is(&person.identity()) {
        person.may(Effect::SeePeople)?;
    }
    let record = find(&mut Unit::default(), &who).await?;
    Ok(json(StatusCode::OK, &shown(record).await?))
}

/// Serves `PUT /v1/people/{name}`: an admin writes down who somebody is, or adds them. Nobody gives themselves roles.
pub async fn put(incoming: &Incoming, name: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepPeople)?;
    let asked: PersonFields = incoming.json()?;
    let fields = asked.checked().map_err(Problem::invalid)?;
    let who = Identity::sign_in(name).map_err(|error| Problem::parameter("name", format!("A name {error}.")))?;
    let (record, is_new) = transact(async |unit| {
        let stored = unit.read::<PersonRecord>(&keys::person(&who)).await?;
        let is_new = stored.is_none();
        let before = stored.unwrap_or_else(|| PersonRecord::new(&who, now()));
        if fields.roles != before.roles && who.is(&person.identity()) {
            return Err(Problem::forbidden("Nobody changes their own roles: let another admin do it."));
        }
        let record = fields.clone().into_record(&before);
        addresses(unit, &before, &record).await?;
        if record != before || is_new {
            unit.write(&keys::person(&who), &record)?;
            let data = json!({"before": PersonFields::from(&before), "after": PersonFields::from(&record)});
            let what = if is_new { "person_added" } else { "person_changed" };
            let happened = Happening { actor: &person.name, what, why: "", data };
            chronicle::note(unit, &subject(&record.name), happened).await?;
        }
        Ok((record, is_new))
    })
    .await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(json(status, &shown(record).await?))
}

/// Moves the index by which an address leads to its person, and refuses one that is somebody else's.
async fn addresses(unit: &mut Unit, before: &PersonRecord, after: &PersonRecord) -> Result<(), Problem> {
    for gone in before.addresses.difference(&after.addresses) {
        unit.remove(&keys::address(&Identity::read(gone)));
    }
    let added: Vec<&String> = after.addresses.difference(&before.addresses).collect();
    for (place, address) in added.into_iter().enumerate() {
        let key = keys::address(&Identity::read(address));
        if let Some(owner) = unit.read::<String>(&key).await?
            && owner != after.name
        {
            let detail = format!("`{address}` is an address of {owner}: take it from them first");
            return Err(Problem::field(&format!("/addresses/{place}"), detail));
        }
        unit.write(&key, &after.name)?;
    }
    Ok(())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedAccount {
    issuer: String,
    subject: String,
}

/// Serves `POST /v1/people/{name}/accounts`: an admin makes an account at a provider this person's.
pub async fn link(incoming: &Incoming, name: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepPeople)?;
    let AskedAccount { issuer, subject: of } = incoming.json()?;
    let who = named(name)?;
    if who.is(&person.identity()) {
        return Err(Problem::forbidden("Nobody gives themselves an account: let another admin do it."));
    }
    let record = transact(async |unit| {
        let mut record = find(unit, &who).await?;
        let place = keys::account(&issuer, &of);
        if let Some(owner) = unit.read::<String>(&place).await?.filter(|owner| *owner != record.name) {
            return Err(Problem::conflict(
                "account-taken",
                format!("That account is {owner}'s: unlink it there first."),
            ));
        }
        let linked = record.link(&issuer, &of, now());
        let is_new =
            linked.map_err(|error| Problem::conflict("account-not-linked", format!("{} {error}.", record.name)))?;
        if is_new {
            unit.write(&keys::person(&who), &record)?;
            unit.write(&place, &record.name)?;
            let data = json!({"issuer": issuer, "subject": of});
            let happened = Happening { actor: &person.name, what: "account_linked", why: "", data };
            chronicle::note(unit, &subject(&record.name), happened).await?;
        }
        Ok(record)
    })
    .await?;
    Ok(json(StatusCode::OK, &shown(record).await?))
}

/// Serves `POST /v1/people/{name}/accounts/unlink`: an admin takes an account from a person. Whoever signs in with it
/// afterwards is nobody known.
pub async fn unlink(incoming: &Incoming, name: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepPeople)?;
    let AskedAccount { issuer, subject: of } = incoming.json()?;
    let who = named(name)?;
    let record = transact(async |unit| {
        let mut record = find(unit, &who).await?;
        let before = record.accounts.len();
        record.accounts.retain(|account| account.issuer != issuer || account.subject != of);
        if record.accounts.len() == before {
            return Err(Problem::not_found("account of that issuer and subject with this person"));
        }
        unit.write(&keys::person(&who), &record)?;
        unit.remove(&keys::account(&issuer, &of));
        let data = json!({"issuer": issuer, "subject": of});
        let happened = Happening { actor: &person.name, what: "account_unlinked", why: "", data };
        chronicle::note(unit, &subject(&record.name), happened).await?;
        Ok(record)
    })
    .await?;
    contraflow_guest::ended::end_all_of(&who, &person.name).await?;
    Ok(json(StatusCode::OK, &shown(record).await?))
}

/// Serves `GET /v1/people/{name}/events` to admins and auditors: what happened to a person's record.
pub async fn events(incoming: &Incoming, name: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SeePeople)?;
    let record = find(&mut Unit::default(), &named(name)?).await?;
    entries(incoming, &subject(&record.name)).await
}

/// Returns a page of the entries of a chain, the oldest first.
pub async fn entries(incoming: &Incoming, subject: &str) -> Result<Answer, Problem> {
    let after = incoming.cursor(keys::is_segment)?.unwrap_or_default();
    let prefix = keys::chronicle_prefix(subject);
    let page = store::scan(format!("{prefix}{after}"), store::end_of(&prefix), incoming.page_limit()?).await?;
    let items = page.entries.iter().map(|entry| decode::<Entry>(&entry.key, &entry.value));
    let items = items.collect::<Result<Vec<_>, _>>()?;
    let next = page.next.as_deref().and_then(|next| next.strip_prefix(&prefix)).map(str::to_owned);
    Ok(json(StatusCode::OK, &Page { items, next }))
}
