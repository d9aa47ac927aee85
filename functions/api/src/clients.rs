//! Serves machine clients: programs with a key of their own. An admin makes them and revokes their keys.

use std::collections::BTreeSet;

use contraflow_domain::access::{Client, ClientError, ClientRecord, Revoked, client_name, client_scopes};
use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::chronicle::Happening;
use contraflow_domain::identity::Identity;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::token::CLIENT;
use contraflow_guest::unit::{Unit, decode, transact};
use contraflow_guest::view::Page;
use contraflow_guest::{chronicle, ended, keys, limits, now, secret, store};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::change;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    name: String,
    scopes: BTreeSet<String>,
    #[serde(default)]
    expires_at: Option<Timestamp>,
}

/// A client that was just made, with its key.
#[derive(Debug, Serialize)]
struct Made {
    client: Client,
    /// The key, which is shown this once and stored nowhere.
    key: String,
}

fn subject(client: &Client) -> String {
    client.identity().to_string()
}

fn checked(asked: &Asked, at: Timestamp) -> Result<(), Problem> {
    let wrong = |field: &str, error: &ClientError| Problem::field(field, error.to_string());
    client_name(&asked.name).map_err(|error| wrong("/name", &error))?;
    client_scopes(&asked.scopes).map_err(|error| wrong("/scopes", &error))?;
    match asked.expires_at {
        Some(end) if end <= at => Err(wrong("/expires_at", &ClientError::Expired)),
        _ => Ok(()),
    }
}

fn new_key(id: &str) -> String {
    format!("{CLIENT}{id}_{}", secret::random())
}

/// Serves `POST /v1/clients`: makes a machine client for an admin, and shows its key once.
pub async fn make(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepClients)?;
    let asked: Asked = incoming.json()?;
    let at = now();
    checked(&asked, at)?;
    let id = secret::id();
    let key = new_key(&id);
    let client = Client {
        id,
        name: asked.name,
        scopes: asked.scopes,
        created_at: at,
        created_by: person.name.clone(),
        expires_at: asked.expires_at,
        last_used_at: None,
        kept_by: None,
        keeper_left_at: None,
        old_key_until: None,
        revoked: None,
    };
    transact(async |unit| {
        ended::is_here(unit, &person.identity()).await?;
        let named = keys::client_name(&client.name);
        if let Some(id) = unit.read::<String>(&named).await?
            && let Some(known) = unit.read::<ClientRecord>(&keys::client(&id)).await?
            && known.client.is_open(at)
        {
            let detail =
                format!("`{}` is the name of client {id}: revoke its key, or choose another name.", client.name);
            return Err(Problem::conflict("client-name-taken", detail));
        }
        let open = unit.read::<u32>(keys::OPEN_CLIENTS).await?.unwrap_or_default();
        if open >= limits::CLIENTS {
            let detail =
                format!("There are {open} clients whose keys are not revoked, and no more are kept: revoke some.");
            return Err(Problem::conflict("too-many-clients", detail));
        }
        let record = ClientRecord { client: client.clone(), hash: secret::hash(&key), old: None, is_unused: false };
        unit.write(keys::OPEN_CLIENTS, &(open + 1))?;
        unit.write(&named, &client.id)?;
        unit.write(&keys::client(&client.id), &record)?;
        let data = json!({"id": client.id, "scopes": client.scopes, "expires_at": client.expires_at});
        let happened = Happening { actor: &person.name, what: "client_made", why: "", data };
        chronicle::note(unit, &subject(&client), happened).await
    })
    .await?;
    Ok(json(StatusCode::CREATED, &Made { client, key }))
}

/// Serves `GET /v1/clients?cursor=…&limit=…` to admins and auditors: returns a page of all machine clients; with
/// `?waiting=true`, those that work and that nobody looks after any more, all at once.
pub async fn list(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SeeClients)?;
    if incoming.flag("waiting")? {
        let at = now();
        let mut items = Vec::new();
        each(|client| {
            if client.is_ownerless(at) {
                items.push(client);
            }
        })
        .await?;
        return Ok(json(StatusCode::OK, &Page { items, next: None }));
    }
    let after = incoming.cursor(keys::is_segment)?.unwrap_or_default();
    let start = format!("{}{after}", keys::CLIENTS);
    let page = store::scan(start, store::end_of(keys::CLIENTS), incoming.page_limit()?).await?;
    let read = |entry: &store::Entry| decode::<ClientRecord>(&entry.key, &entry.value).map(|record| record.client);
    let items = page.entries.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let next = page.next.as_deref().and_then(|next| next.strip_prefix(keys::CLIENTS)).map(str::to_owned);
    Ok(json(StatusCode::OK, &Page { items, next }))
}

/// Shows every machine client once. Those whose keys are not revoked are bounded; of the others it reads on.
async fn each(mut show: impl FnMut(Client)) -> Result<(), Problem> {
    let mut start = keys::CLIENTS.to_owned();
    loop {
        let page = store::scan(start, store::end_of(keys::CLIENTS), limits::PAGE_MOST).await?;
        for entry in &page.entries {
            // The doctor tells of what can't be read.
            if let Ok(record) = decode::<ClientRecord>(&entry.key, &entry.value) {
                show(record.client);
            }
        }
        match page.next {
            Some(next) => start = next,
            None => return Ok(()),
        }
    }
}

/// Lets the clients wait for somebody else that somebody looked after who left, and returns the ids of those that do;
/// of many the first. They go on meanwhile. A second time finishes what the first did not.
///
/// # Errors
/// When the store does not answer.
pub async fn leave(who: &Identity, by: &str) -> Result<Vec<String>, Problem> {
    let at = now();
    let mut theirs = Vec::new();
    each(|client| {
        if client.is_open(at) && Identity::read(client.keeper()).is(who) {
            theirs.push(client.id);
        }
    })
    .await?;
    for id in &theirs {
        transact(async |unit| {
            let mut record = find(unit, id).await?;
            if record.client.leave(who, at) {
                unit.write(&keys::client(id), &record)?;
                let happened = Happening {
                    actor: by,
                    what: "client_keeper_left",
                    why: "",
                    data: json!({"id": id, "who": who.to_string()}),
                };
                chronicle::note(unit, &subject(&record.client), happened).await?;
            }
            Ok(())
        })
        .await?;
    }
    theirs.truncate(limits::WAITING_SHOWN as usize);
    Ok(theirs)
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TakeOver {
    #[serde(default)]
    old_key_hours: Option<u32>,
}

/// Serves `POST /v1/clients/{id}/take-over`: an admin looks after a client from then on, and gets a new key for it,
/// shown once. The key that others know opens the same for some hours, so that the program can be given the new one.
pub async fn take_over(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepClients)?;
    let asked: TakeOver = change::body(incoming)?;
    let hours = asked.old_key_hours.unwrap_or(limits::OLD_KEY_HOURS);
    let key = new_key(id);
    let client = transact(async |unit| {
        ended::is_here(unit, &person.identity()).await?;
        let mut record = find(unit, id).await?;
        let at = now();
        if !record.client.is_open(at) {
            let detail = format!("The key of `{}` was revoked or has expired: make a new client.", record.client.name);
            return Err(Problem::conflict("client-is-over", detail));
        }
        let before = record.client.keeper().to_owned();
        record
            .take_over(&person.name, secret::hash(&key), hours, at)
            .map_err(|error| Problem::field("/old_key_hours", error.to_string()))?;
        unit.write(&keys::client(id), &record)?;
        let data = json!({"id": id, "from": before, "old_key_until": record.client.old_key_until});
        let happened = Happening { actor: &person.name, what: "client_taken_over", why: "", data };
        chronicle::note(unit, &subject(&record.client), happened).await?;
        Ok(record.client)
    })
    .await?;
    Ok(json(StatusCode::OK, &Made { client, key }))
}

/// Reads a client in a unit.
async fn find(unit: &mut Unit, id: &str) -> Result<ClientRecord, Problem> {
    unit.read(&keys::client(id)).await?.ok_or_else(|| Problem::not_found("client with that id"))
}

/// Serves `POST /v1/clients/{id}/revoke`: the key opens nothing from now on. A second time changes nothing.
pub async fn revoke(id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepClients)?;
    let client = transact(async |unit| {
        let mut record = find(unit, id).await?;
        if record.client.revoked.is_some() {
            return Ok(record.client);
        }
        record.client.revoked = Some(Revoked { at: now(), by: person.name.clone() });
        let open = unit.read::<u32>(keys::OPEN_CLIENTS).await?.unwrap_or_default();
        unit.write(keys::OPEN_CLIENTS, &open.saturating_sub(1))?;
        unit.write(&keys::client(id), &record)?;
        let happened = Happening { actor: &person.name, what: "client_revoked", why: "", data: json!({"id": id}) };
        chronicle::note(unit, &subject(&record.client), happened).await?;
        Ok(record.client)
    })
    .await?;
    Ok(json(StatusCode::OK, &client))
}

/// Serves `GET /v1/clients/{id}/events` to admins and auditors: what happened to a client, as it stands in the record.
pub async fn events(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SeeClients)?;
    let record = find(&mut Unit::default(), id).await?;
    crate::directory::entries(incoming, &subject(&record.client)).await
}
