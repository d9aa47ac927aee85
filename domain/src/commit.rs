//! What follows from a request's state, worked out in one place: at the commit that saves it.

use crate::attention::progress;
use crate::catalogue::TaskCode;
use crate::chain;
use crate::doctor::balance::{self, UnbalancedError};
use crate::request::Request;
use crate::time::Timestamp;

/// Names who moves a request next. There is no case for "nobody": whatever stands still is on somebody's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeper {
    /// The clock takes it up, at the latest then.
    Clock(Timestamp),
    /// People are to decide: it stands in the queue of a level.
    Deciders,
    /// People have tasks: it stands in the list of tasks.
    People,
    /// Nobody needs to: it has ended.
    Ended,
}

/// Gets a request ready to be stored: settles its status and its tasks, checks that its legs come to its amount,
/// records the legs that moved, and sets the time at which the clock takes it up. Says who moves it next.
///
/// # Errors
/// When the legs do not come to the amount; the request must not be stored then.
pub fn seal(request: &mut Request, now: Timestamp) -> Result<Keeper, UnbalancedError> {
    request.forget_wrong_times(now);
    progress::settle(request, now);
    request.drop_waits();
    balance::check(request)?;
    request.note_moved_legs(now);
    request.due = chain::due(request, now);
    Ok(keeper(request).unwrap_or_else(|| call_a_person(request, now)))
}

/// Gives who moves the request next, by what is stored; none where nobody would.
#[must_use]
pub fn keeper(request: &Request) -> Option<Keeper> {
    match request.due {
        Some(due) => Some(Keeper::Clock(due)),
        None if !request.tasks.is_empty() => Some(Keeper::People),
        None if request.awaits_decision() => Some(Keeper::Deciders),
        None => request.status.is_settled().then_some(Keeper::Ended),
    }
}

/// Calls a person to a request that would stand still unseen.
fn call_a_person(request: &mut Request, now: Timestamp) -> Keeper {
    let status = request.status.title();
    let happened = format!("The request stands at “{status}”, and nothing will happen to it by itself.");
    request.raise(now, TaskCode::StandsStill, "", &happened);
    progress::attend(request, now, &happened);
    Keeper::People
}
