//! Re-assignment: whoever decides, finance, or who looks after an exception hands a decision that is waited for to
//! another person by name. The level that was waited for stays in that person's place, so that it is on somebody's list
//! whatever becomes of them.

use serde_json::json;

use super::{DecisionError, Person};
use crate::authority::{self, AuthorityError, Effect, Held, Role};
use crate::catalogue::{EventKind, MessageKind};
use crate::identity::{Identity, SignInError};
use crate::limits;
use crate::policy::Policy;
use crate::request::parts::Involving as _;
use crate::request::slot::Slot;
use crate::request::{Request, message};
use crate::time::Timestamp;

/// Why a decision is not handed to somebody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReassignError {
    /// Whoever hands it on may not.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// Whoever hands it on asked for the request, or may have, or may not decide on it.
    #[error(transparent)]
    Decision(#[from] DecisionError),
    /// Nobody is waited for to decide.
    #[error("nobody is waited for to decide on this request, which stands at “{0}”")]
    NotWaiting(&'static str),
    /// No reason was given.
    #[error("say why it goes to somebody else: whoever reads the record asks for it")]
    NoNote,
    /// The name is none that anybody can sign in with.
    #[error("names a person as their token does: it {0}")]
    NoName(#[from] SignInError),
    /// They are among those who decide already.
    #[error("{0} is waited for by name already")]
    Already(String),
    /// They may not decide on it, and why.
    #[error("{to} can't have it: {why}")]
    CannotHold {
        /// Whom it was to go to.
        to: String,
        /// Why not.
        why: String,
    },
    /// Several are waited for, and it is not said whose place it is.
    #[error("say in whose place with `of`: {}", .0.join(", "))]
    Which(Vec<String>),
    /// It was handed on as often as it may be.
    #[error("this request was handed on {0} times; no more: decide it, or escalate it")]
    Full(usize),
}

/// The wish to hand a decision to another person.
#[derive(Debug, Clone, Copy)]
pub struct Reassignment<'a> {
    /// The person whom it goes to, with the roles that are known of them; none of whom nobody knows anything.
    pub to: &'a Person,
    /// In whose place they decide, as it is stored with the request; needed only where several are waited for.
    pub of: Option<&'a str>,
    /// Why.
    pub note: &'a str,
}

/// Hands a decision that is waited for to another person by name. The time to decide goes on.
///
/// # Errors
/// When the one may not hand it on or the other may not have it, or it was handed on too often; nothing has changed
/// then.
pub fn reassign(
    request: &mut Request,
    by: &Person,
    wish: Reassignment<'_>,
    policy: &Policy,
    at: Timestamp,
) -> Result<(), ReassignError> {
    by.may(Effect::Reassign)?;
    if !request.awaits_decision() {
        return Err(ReassignError::NotWaiting(request.status.title()));
    }
    if request.may_have_asked(&by.identity(), &policy.people) {
        return Err(DecisionError::PerhapsOwnRequest { asker: request.asker().to_string() }.into());
    }
    authority::apart(Effect::Reassign, request, &by.identity())?;
    let place = place_of(request, by, wish.of, policy)?;
    if wish.note.trim().is_empty() {
        return Err(ReassignError::NoNote);
    }
    if request.approvals.handed_on >= limits::REASSIGNMENTS {
        return Err(ReassignError::Full(limits::REASSIGNMENTS));
    }
    let Some(before) = request.approvals.required.get(place).cloned() else {
        return Err(ReassignError::NotWaiting(request.status.title()));
    };
    let to = Identity::sign_in(&wish.to.name)?;
    let level = Slot::read(&before).level().to_owned();
    check(request, (&to, wish.to), (&before, &level), policy)?;
    let after = Slot::of_person(&to.to_string(), &level);
    request.approvals.handed_on += 1;
    let mut required = request.approvals.required.clone();
    if let Some(slot) = required.get_mut(place) {
        slot.clone_from(&after);
    }
    request.approvals.replace(required);
    let facts = json!({"decider": before, "handed_to": after, "place": place, "times": request.approvals.handed_on});
    request.note(at, &by.name, EventKind::RequestReassigned, wish.note, &facts);
    let text = format!("{} handed the decision to {to}: {}", by.name, wish.note.trim());
    let facts = json!({"step": "decide", "to": [after], "from": before, "by": by.name, "due_at": request.due_at()});
    let reminder = message::Reminder { facts, is_for_asker: false };
    message::queue_reminder(request, MessageKind::RequestReassigned, &text, reminder, at);
    Ok(())
}

/// Returns the place in which somebody is to decide: the one that is named, or the only one, or that of the one who
/// hands it on. Finance hands on any, and so does who looks after a queue of exceptions that it stands in; others hand
/// on what they may decide themselves.
fn place_of(request: &Request, by: &Person, of: Option<&str>, policy: &Policy) -> Result<usize, ReassignError> {
    let hash = &request.content_hash;
    let open = request.approvals.open_places(hash);
    if open.is_empty() {
        return Err(ReassignError::NotWaiting(request.status.title()));
    }
    let slot = |place: &usize| request.approvals.required.get(*place).map(String::as_str).unwrap_or_default();
    let looks_after = || request.exceptions().iter().any(|exception| by.looks_after(exception.queue, policy));
    let any = Held::all(&by.roles).any(|held| held.role == Role::Finance) || looks_after();
    let theirs: Vec<usize> = open
        .iter()
        .copied()
        .filter(|place| any || by.in_place_of(Slot::read(slot(place)), request, policy).is_some())
        .collect();
    if theirs.is_empty() {
        let level = Slot::read(open.first().map(slot).unwrap_or_default()).level().to_owned();
        let held = by.roles.iter().cloned().collect::<Vec<_>>().join(", ");
        return Err(DecisionError::Authority { level, held: if held.is_empty() { "none".into() } else { held } }.into());
    }
    let is_named = |place: &&usize| of.is_none_or(|of| slot(place) == of);
    let named: Vec<&usize> = theirs.iter().filter(is_named).collect();
    let first = named.first().map(|place| slot(place));
    match first {
        // Of places that are alike it is the same which one goes to somebody.
        Some(first) if named.iter().all(|place| slot(place) == first) => Ok(named.first().map_or(0, |place| **place)),
        _ => Err(ReassignError::Which(theirs.iter().map(|place| slot(place).to_owned()).collect())),
    }
}

/// Checks that somebody may decide in that place.
fn check(
    request: &Request,
    (to, person): (&Identity, &Person),
    (slot, level): (&str, &str),
    policy: &Policy,
) -> Result<(), ReassignError> {
    let no = |why: String| Err(ReassignError::CannotHold { to: to.to_string(), why });
    if request
        .approvals
        .open(&request.content_hash)
        .into_iter()
        .any(|open| Slot::read(open).person().is_some_and(|named| named.is(to)))
    {
        return Err(ReassignError::Already(to.to_string()));
    }
    if request.may_have_asked(to, &policy.people) {
        return no("they asked for this request, or may have".into());
    }
    if let Err(AuthorityError::Apart { part, .. }) = authority::apart(Effect::Decide, request, to) {
        return no(format!("they {}", part.clause()));
    }
    if request.approvals.holding(&request.content_hash).any(|made| made.may_be_of(to)) {
        return no("they have approved it already".into());
    }
    if person.in_place_of(Slot::read(slot), request, policy).is_none() {
        return no(format!("they don't have the role approver:{level} or a higher one, as far as is known here"));
    }
    Ok(())
}
