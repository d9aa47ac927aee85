//! Take and release: whoever looks at a request says so, and others see it. It keeps nobody from deciding.

use serde_json::json;

use super::{DecisionError, Person, past, right_to_decide};
use crate::catalogue::EventKind;
use crate::limits;
use crate::policy::Policy;
use crate::request::Request;
use crate::request::taken::Taken;
use crate::time::Timestamp;

/// Why a request can't be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TakeError {
    /// The person may not decide on it.
    #[error(transparent)]
    Decision(#[from] DecisionError),
    /// Somebody else is looking at it.
    #[error("{by} is looking at this until {until}; take it over with `over` if that is no longer so")]
    Held {
        /// Who is.
        by: String,
        /// Until when.
        until: Timestamp,
    },
    /// Nobody has taken it, or somebody else has.
    #[error("you have not taken this request, so there is nothing to give back")]
    NotYours,
}

/// Notes that a person is looking at a request. Whoever takes it again has it for longer; `over` takes it over from
/// somebody else.
///
/// # Errors
/// When the person may not decide on it, or somebody else is looking at it; nothing has changed then.
pub fn take(
    request: &mut Request,
    person: &Person,
    over: bool,
    policy: &Policy,
    at: Timestamp,
) -> Result<(), TakeError> {
    if !request.awaits_decision() {
        return Err(past(request, "take").into());
    }
    right_to_decide(request, person, policy)?;
    let other = held(request, at).filter(|taken| taken.by != person.name);
    if let Some(taken) = other.filter(|_| !over) {
        return Err(TakeError::Held { by: taken.by.clone(), until: taken.until });
    }
    let facts = json!({"from": other.map(|taken| taken.by.clone())});
    let until = at.plus_ms(limits::TAKEN_MS);
    request.taken = Some(Taken { by: person.name.clone(), at, until });
    request.note(at, &person.name, EventKind::RequestTaken, "", facts);
    Ok(())
}

/// Notes that a person is no longer looking at a request.
///
/// # Errors
/// When they were not.
pub fn release(request: &mut Request, person: &Person, at: Timestamp) -> Result<(), TakeError> {
    if held(request, at).is_none_or(|taken| taken.by != person.name) {
        return Err(TakeError::NotYours);
    }
    request.taken = None;
    request.note(at, &person.name, EventKind::RequestGivenBack, "", json!({}));
    Ok(())
}

/// Returns who is looking at a request now. What lies further ahead than it can, a clock that was wrong has written.
fn held(request: &Request, at: Timestamp) -> Option<&Taken> {
    request.taken.as_ref().filter(|taken| taken.until > at && taken.until.ms_since(at) <= limits::TAKEN_MS)
}
