//! Ends tokens before they expire: one by one, or all of a person. It is asked of the store at every call, so whoever
//! signs out is out.

use contraflow_domain::identity::Identity;
use contraflow_domain::time::Timestamp;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::due::Due;
use crate::problem::Problem;
use crate::token::Claims;
use crate::unit::{Unit, transact};
use crate::{keys, limits, now, token};

/// Holds what is known of a token, or of all tokens of a person, that somebody ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// When they were ended. Of a person, the tokens made until then are ended.
    pub at: Timestamp,
    /// Who ended them.
    pub by: String,
    /// When it is forgotten that the token was ended; `None` for all tokens of a person, which is not forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forgotten_at: Option<Timestamp>,
    /// Whether the person left: then those made later are ended, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left: bool,
}

impl Ended {
    /// Returns the index entry that leads the clock to the token of that name.
    #[must_use]
    pub fn due(&self, token: &str) -> Option<String> {
        self.forgotten_at.map(|at| keys::due(at, &Due::EndedToken(token.into()).to_string()))
    }
}

/// Tells whether a token was ended.
///
/// # Errors
/// When the store does not answer: then nobody is let in.
pub async fn is_ended(token: &str, claims: &Claims) -> Result<bool, Problem> {
    let wanted = [keys::ended_token(&token::name(token)), keys::ended_person(&Identity::read(&claims.sub))];
    let found = Unit::default().read_many::<Ended>(&wanted).await?;
    let [one, all] = found.as_slice() else { return Ok(false) };
    Ok(one.is_some() || all.as_ref().is_some_and(|all| all.left || claims.issued_at() <= all.at))
}

/// Checks, in the commit of what somebody does, that it was not recorded that they left.
///
/// # Errors
/// 401 when they left.
pub async fn is_here(unit: &mut Unit, person: &Identity) -> Result<(), Problem> {
    let known: Option<Ended> = unit.read(&keys::ended_person(person)).await?;
    match known.is_some_and(|known| known.left) {
        true => Err(Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", "It was recorded that you left.")),
        false => Ok(()),
    }
}

/// Ends one token. To end it again changes nothing.
///
/// # Errors
/// When the store does not answer.
pub async fn end_token(token: &str, claims: &Claims, by: &str) -> Result<Ended, Problem> {
    let name = token::name(token);
    let key = keys::ended_token(&name);
    transact(async |unit| {
        if let Some(ended) = unit.read::<Ended>(&key).await? {
            return Ok(ended);
        }
        let forgotten_at = claims.expires_at().plus_ms(limits::ENDED_TOKEN_KEPT_MS);
        let ended = Ended { at: now(), by: by.into(), forgotten_at: Some(forgotten_at), left: false };
        unit.write(&key, &ended)?;
        if let Some(due) = ended.due(&name) {
            unit.write(&due, &())?;
        }
        Ok(ended)
    })
    .await
}

/// Ends all tokens of a person that were made until now. Those made from the next second on are taken.
///
/// # Errors
/// When the store does not answer.
pub async fn end_all_of(person: &Identity, by: &str) -> Result<Ended, Problem> {
    let key = keys::ended_person(person);
    transact(async |unit| {
        // Whoever left stays away.
        let left = unit.read::<Ended>(&key).await?.is_some_and(|known| known.left);
        let ended = Ended { at: now(), by: by.into(), forgotten_at: None, left };
        unit.write(&key, &ended)?;
        Ok(ended)
    })
    .await
}

/// Ends all tokens of somebody who left, also those that are made later.
///
/// # Errors
/// When it can't be written.
pub fn leave(unit: &mut Unit, person: &Identity, by: &str) -> Result<(), Problem> {
    let ended = Ended { at: now(), by: by.into(), forgotten_at: None, left: true };
    unit.write(&keys::ended_person(person), &ended)
}

/// Lets tokens be taken again that are made from now on: somebody is back.
///
/// # Errors
/// When it can't be written.
pub fn come_back(unit: &mut Unit, person: &Identity, by: &str) -> Result<(), Problem> {
    let ended = Ended { at: now(), by: by.into(), forgotten_at: None, left: false };
    unit.write(&keys::ended_person(person), &ended)
}

/// Forgets a token that was ended and has expired since. `due` is the index entry that led to it.
///
/// # Errors
/// When the store does not answer.
pub async fn forget(name: &str, due: &str) -> Result<(), Problem> {
    transact(async |unit| {
        unit.remove(&keys::ended_token(name));
        unit.remove(due);
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_before_people_could_leave_is_read() {
        let stored = r#"{"at": "2026-11-21T12:00:00.000Z", "by": "ada"}"#;
        let read = serde_json::from_str::<Ended>(stored).map(|ended| (ended.by, ended.left));
        assert_eq!(read.ok(), Some(("ada".to_owned(), false)));
    }
}
