//! Tells whom the key of a machine client speaks for.

use std::collections::BTreeSet;

use contraflow_domain::access::{ClientKey, ClientRecord};
use contraflow_guest::problem::Problem;
use contraflow_guest::token::{CLIENT, Claims, ISSUER};
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{keys, now, secret};

use crate::limits;
use crate::refusal::refused;

/// Returns what the key of a machine client says.
///
/// # Errors
/// 401 when there is no such key, or it opens nothing any more.
pub async fn claims(key: &str) -> Result<Claims, Problem> {
    let unknown = || refused(&"there is no such key");
    let (id, _) = key.strip_prefix(CLIENT).and_then(|rest| rest.split_once('_')).ok_or_else(unknown)?;
    let place = keys::client(id);
    let record = Unit::default().look_at::<ClientRecord>(&place).await?;
    let (record, at) = (record.ok_or_else(unknown)?, now());
    let which = record.opened_by(|hash| secret::is_of(key, hash), at).ok_or_else(unknown)?;
    let is_first = which == ClientKey::New && record.is_unused;
    let client = record.client;
    if !client.is_open(at) {
        return Err(refused(&"the key was revoked or has expired"));
    }
    if is_first || client.is_news(at) {
        transact(async |unit| match unit.read::<ClientRecord>(&place).await? {
            Some(mut known) => {
                known.client.last_used_at = Some(at);
                // A key that somebody made meanwhile was not used by this call.
                known.is_unused &= !secret::is_of(key, &known.hash);
                unit.write(&place, &known)
            }
            None => Ok(()),
        })
        .await?;
    }
    let end = client.expires_at.unwrap_or_else(|| at.plus_ms(limits::CLIENT_CLAIMS_MS));
    let end = client.old_key_until.filter(|_| which == ClientKey::Old).map_or(end, |until| until.min(end));
    Ok(Claims {
        iss: ISSUER.to_owned(),
        sub: client.identity().to_string(),
        roles: BTreeSet::new(),
        scopes: Some(client.scopes),
        iat: client.created_at.unix_ms() / 1000,
        exp: end.unix_ms() / 1000,
        renew_from: None,
    })
}
