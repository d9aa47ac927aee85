//! Ends sessions of people whom a provider signed in.

use contraflow_domain::access::SessionRecord;

use crate::due::Due;
use crate::keys;
use crate::problem::Problem;
use crate::unit::transact;

/// Returns the index entry that leads the clock to a session, by the name under which it is stored.
#[must_use]
pub fn due(name: &str, session: &SessionRecord) -> String {
    keys::due(session.forgotten_at, &Due::Session(name.to_owned()).to_string())
}

/// Ends a session, by the name under which it is stored, with all that leads to it.
///
/// # Errors
/// When the store does not answer.
pub async fn end(name: &str) -> Result<(), Problem> {
    transact(async |unit| {
        let place = keys::session(name);
        let Some(session) = unit.read::<SessionRecord>(&place).await? else { return Ok(()) };
        unit.remove(&place);
        unit.remove(&due(name, &session));
        unit.remove(&format!("{}{name}", keys::sessions_of(&session.issuer, &session.subject)));
        if let Some(of_provider) = &session.provider_session {
            unit.remove(&format!("{}{name}", keys::provider_session(&session.issuer, of_provider)));
        }
        Ok(())
    })
    .await
}

/// Ends a session whose longest time is over. `due` is the index entry that led to it.
///
/// # Errors
/// When the store does not answer.
pub async fn forget(name: &str, due: &str) -> Result<(), Problem> {
    end(name).await?;
    transact(async |unit| {
        unit.remove(due);
        Ok(())
    })
    .await
}
