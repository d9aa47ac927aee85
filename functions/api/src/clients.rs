//! Serves machine clients: programs with a key of their own. An admin makes them and revokes their keys.

use std::collections::BTreeSet;

use contraflow_domain::access::{Client, ClientError, ClientRecord, Revoked, client_name, client_scopes};
use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::chronicle::Happening;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::token::CLIENT;
use contraflow_guest::unit::{Unit, decode, transact};
use contraflow_guest::view::Page;
use contraflow_guest::{chronicle, keys, limits, now, secret, store};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;

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

/// Serves `POST /v1/clients`: makes a machine client for an admin, and shows its key once.
pub async fn make(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepClients)?;
    let asked: Asked = incoming.json()?;
    let at = now();
    checked(&asked, at)?;
    let id = secret::id();
    let key = format!("{CLIENT}{id}_{}", secret::random());
    let client = Client {
        id,
        name: asked.name,
        scopes: asked.scopes,
        created_at: at,
        created_by: person.name.clone(),
        expires_at: asked.expires_at,
        last_used_at: None,
        revoked: None,
    };
    transact(async |unit| {
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
        let record = ClientRecord { client: client.clone(), hash: secret::hash(&key) };
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

/// Serves `GET /v1/clients?cursor=…&limit=…` to admins and auditors: returns a page of all machine clients.
pub async fn list(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SeeClients)?;
    let after = incoming.cursor(keys::is_segment)?.unwrap_or_default();
    let start = format!("{}{after}", keys::CLIENTS);
    let page = store::scan(start, store::end_of(keys::CLIENTS), incoming.page_limit()?).await?;
    let read = |entry: &store::Entry| decode::<ClientRecord>(&entry.key, &entry.value).map(|record| record.client);
    let items = page.entries.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let next = page.next.as_deref().and_then(|next| next.strip_prefix(keys::CLIENTS)).map(str::to_owned);
    Ok(json(StatusCode::OK, &Page { items, next }))
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
