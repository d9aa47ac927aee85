//! Approvals: who must decide, who may, and what a decision does.

mod anew;
pub mod automatic;
pub mod batch;
pub mod delegation;
pub mod link;
pub mod reassign;
pub mod rejection;
mod reply;
mod seen;
mod simulation;
pub mod spending;
pub mod take;
pub(crate) mod tally;

pub use crate::request::approvals::{Approvals, Decision, Verdict};
pub use anew::revise;
pub use reply::{ReplyError, reply};
pub use seen::Seen;
pub use simulation::{Simulated, simulate};

use std::collections::BTreeSet;

use crate::approval::automatic::Passing;
use crate::approval::delegation::Delegation;
use crate::approval::spending::Sums;
use crate::authority::{self, Asker, AuthorityError, Effect};
use crate::backup;
use crate::catalogue::{EventKind, MessageKind};
use crate::identity::Identity;
use crate::lifecycle::TransitionError;
use crate::lifecycle::request::{RequestEvent, RequestStatus};
use crate::policy::Policy;
use crate::request::exception::ExceptionQueue;
use crate::request::parts::Involving;
use crate::request::slot::Slot;
use crate::request::{Request, message};
use crate::sla;
use crate::time::Timestamp;

/// A person who acts, with the authority that they have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The person's name, in its canonical form.
    pub name: String,
    /// The person's own roles: `approver:manager`, `finance`, …
    pub roles: BTreeSet<String>,
    /// When the token was made that says so.
    pub issued_at: Timestamp,
    /// The delegations in force now that let them decide in another's place.
    pub lent: Vec<Delegation>,
    /// What a machine client is allowed, and nothing else; none for people.
    pub scopes: Option<BTreeSet<String>>,
}

/// Returns the levels at which these roles may decide, as ranks of the policy.
fn levels<'a>(roles: &'a BTreeSet<String>, policy: &'a Policy) -> impl Iterator<Item = usize> + 'a {
    authority::held_for(Effect::Decide, roles).filter_map(|held| policy.rank(held.level))
}

fn reach(roles: &BTreeSet<String>, level: &str, policy: &Policy) -> bool {
    policy.rank(level).is_some_and(|needed| levels(roles, policy).any(|held| held >= needed))
}

impl Person {
    /// Makes a person with their own roles only.
    #[must_use]
    pub fn new(name: &str, roles: BTreeSet<String>) -> Self {
        let (name, issued_at) = (Identity::read(name).to_string(), Timestamp::from_unix_ms(0));
        Self { name, roles, issued_at, lent: Vec::new(), scopes: None }
    }

    /// Returns who they are.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity::read(&self.name)
    }

    /// Checks that they may cause an effect that concerns no request.
    ///
    /// # Errors
    /// When they may not; the error says who may.
    pub fn may(&self, effect: Effect) -> Result<(), AuthorityError> {
        authority::may(effect, self.asker(false))
    }

    /// Checks that they may read about an invoice or a customer; `touches` tells whether a request of theirs is about
    /// it.
    ///
    /// # Errors
    /// When they may not; the error says who may.
    pub fn may_about(&self, effect: Effect, touches: bool) -> Result<(), AuthorityError> {
        authority::may(effect, Asker { touches, ..self.asker(false) })
    }

    /// Checks that they may read this request. Whoever borrows authority reads what it lets them decide, and what they
    /// have decided with it.
    ///
    /// # Errors
    /// When they may not; the error says who may.
    pub fn may_read(&self, request: &Request, policy: &Policy) -> Result<(), AuthorityError> {
        let decides = request.awaits_decision()
            && authority::apart(Effect::Decide, request, &self.identity()).is_ok()
            && self.seat(request, policy).is_some();
        let on_loan = |made: &Decision| made.on_behalf_of.is_some() && Identity::read(&made.by).is(&self.identity());
        let decided = request.approvals.decisions.iter().any(on_loan);
        let borrows = !self.lent.is_empty() && decides || decided;
        authority::may(Effect::ReadRequests, Asker { borrows, ..self.asker(self.is_asker(request)) })
    }

    /// Checks that they may cause an effect on this request.
    ///
    /// # Errors
    /// When they may not; the error says who may.
    pub fn may_on(&self, effect: Effect, request: &impl Involving) -> Result<(), AuthorityError> {
        authority::may(effect, self.asker(self.is_asker(request)))?;
        authority::apart(effect, request, &self.identity())
    }

    /// Tells whether they surely asked for this request.
    #[must_use]
    pub fn is_asker(&self, request: &impl Involving) -> bool {
        request.asker().is(&self.identity())
    }

    fn asker(&self, is_requester: bool) -> Asker<'_> {
        let scopes = self.scopes.as_ref();
        Asker { roles: &self.roles, is_requester, touches: false, borrows: !self.lent.is_empty(), scopes }
    }

    /// Tells whether they may decide at this level with their own authority.
    #[must_use]
    pub fn holds(&self, level: &str, policy: &Policy) -> bool {
        reach(&self.roles, level, policy)
    }

    /// Tells whether they may decide at this level, with their own authority or another's.
    #[must_use]
    pub fn reaches(&self, level: &str, policy: &Policy) -> bool {
        reach(&self.roles, level, policy) || self.lent.iter().any(|lent| reach(&lent.roles, level, policy))
    }

    /// Tells whether they are a decider, as one is stored: the person, or somebody of the level.
    #[must_use]
    pub fn is_waited_for(&self, decider: &str, policy: &Policy) -> bool {
        let slot = Slot::read(decider);
        slot.person().is_some_and(|named| named.is(&self.identity())) || self.reaches(slot.level(), policy)
    }

    /// Tells whether they look after a queue of exceptions, as the policy says.
    #[must_use]
    pub fn looks_after(&self, queue: ExceptionQueue, policy: &Policy) -> bool {
        policy.owners(queue).iter().any(|owner| self.is_waited_for(owner, policy))
    }

    /// Returns in whose place they decide on this request for this decider: in their own, or for somebody who surely
    /// neither asked for it nor has approved it already. `None` means that they may not decide.
    fn in_place_of(&self, slot: Slot<'_>, request: &Request, policy: &Policy) -> Option<Option<String>> {
        let named = slot.person();
        if named.as_ref().is_some_and(|named| named.is(&self.identity())) || reach(&self.roles, slot.level(), policy) {
            return Some(None);
        }
        let hash = &request.content_hash;
        let free = |lender: &Identity| {
            !request.may_have_asked(lender, &policy.people)
                && authority::apart(Effect::Decide, request, lender).is_ok()
                && !request.approvals.holding(hash).any(|made| made.may_be_of(lender))
        };
        let lends = |lent: &&Delegation| {
            let lender = Identity::read(&lent.from);
            let is_named = named.as_ref().is_some_and(|named| named.is(&lender));
            free(&lender) && (is_named || reach(&lent.roles, slot.level(), policy))
        };
        self.lent.iter().find(lends).map(|lent| Some(lent.from.clone()))
    }

    /// Returns for which of those who may decide now they decide: where they are named before all, then where the most
    /// authority is needed, so that others can still decide for the rest.
    fn seat(&self, request: &Request, policy: &Policy) -> Option<Seat> {
        let open = request.approvals.open_places(&request.content_hash);
        let required = &request.approvals.required;
        let seats = open.into_iter().filter_map(|place| Some((Some(place), required.get(place)?.clone())));
        let mut seats: Vec<_> = seats.collect();
        if seats.is_empty() {
            seats.push((None, policy.levels.exceptions.clone()));
        }
        let own = seats.iter().filter_map(|(place, slot)| {
            let on_behalf_of = self.in_place_of(Slot::read(slot), request, policy)?;
            Some(Seat { place: *place, slot: slot.clone(), on_behalf_of, escalated_to: None })
        });
        let besides = request.deciders_besides().flat_map(|besides| {
            let on_behalf_of = self.in_place_of(Slot::read(besides), request, policy);
            let seats = on_behalf_of.map(|on_behalf_of| {
                seats.iter().map(move |(place, slot)| Seat {
                    place: *place,
                    slot: slot.clone(),
                    on_behalf_of: on_behalf_of.clone(),
                    escalated_to: Some(besides.to_owned()),
                })
            });
            seats.into_iter().flatten()
        });
        own.chain(besides).reduce(|best, other| {
            let worth = |seat: &Seat| {
                let slot = Slot::read(&seat.slot);
                let is_named = slot.person().is_some_and(|named| named.is(&self.identity()));
                (seat.escalated_to.is_none(), is_named, policy.rank(slot.level()))
            };
            if worth(&other) > worth(&best) { other } else { best }
        })
    }
}

/// For which decider somebody decides, and in whose place.
struct Seat {
    place: Option<usize>,
    slot: String,
    on_behalf_of: Option<String>,
    /// As whom, where it went to them because it was overdue.
    escalated_to: Option<String>,
}

/// Why a decision is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecisionError {
    /// The person asked for this request themselves.
    #[error("you asked for this request, so someone else must decide on it")]
    OwnRequest,
    /// The person may have asked for this request themselves.
    #[error(
        "{asker} asked for this request, which may be you, so someone else must decide on it; \
         the policy's [people] says under which name {asker} signs in"
    )]
    PerhapsOwnRequest {
        /// Who asked for it.
        asker: String,
    },
    /// The person had another part in the request that keeps them from deciding.
    #[error(transparent)]
    Apart(AuthorityError),
    /// The person lacks the authority for the level that is next.
    #[error("this needs the role approver:{level} or higher; you have {held}")]
    Authority {
        /// The level that is next.
        level: String,
        /// The person's own roles.
        held: String,
    },
    /// The person has approved this content already.
    #[error("you have approved this already; another person must approve it too")]
    Twice,
    /// The person has not said which content they have looked at.
    #[error("say what you decide on: send the content_hash of the request as you have read it")]
    NoContent,
    /// The person has looked at other content than the request has now.
    #[error("the request has changed since you looked at it: read it again and decide on content hash {current}")]
    OtherContent {
        /// The hash of the content as it is now.
        current: String,
    },
    /// The request is in no state to be decided.
    #[error(transparent)]
    Past(#[from] TransitionError),
    /// Somebody else was faster.
    #[error("{by} {did} at {at}{note}, and the request stands at “{state}”")]
    Faster {
        /// Who decided last.
        by: String,
        /// What they did.
        did: &'static str,
        /// When.
        at: Timestamp,
        /// Their words, ready to be read on; empty where there are none.
        note: String,
        /// Where the request stands, as people read it.
        state: &'static str,
    },
    /// Whoever says no, or asks, has to say why, or what.
    #[error("say {0} in the note: the requester reads it")]
    NoNote(&'static str),
    /// No level stands above the one that is next.
    #[error("there is no level above {0}: decide it, or ask for information")]
    Highest(String),
}

/// Carries out what the policy wants: the request passes by itself, or waits for people. Only a validated request with
/// an amount is routed. Returns whether it passes by itself; then what was counted for that is stored in the same
/// commit.
///
/// # Errors
/// When the request is in no state for it.
pub fn route(
    request: &mut Request,
    passing: &Passing<'_>,
    policy: &Policy,
    at: Timestamp,
) -> Result<bool, TransitionError> {
    let simulated = simulate(request, passing, policy);
    let is_anew = request.backup.as_mut().is_some_and(|backup| std::mem::take(&mut backup.routes_anew));
    if request.approvals.required != simulated.required || request.approvals.any != simulated.any {
        sla::decide_anew(request);
    }
    let name = simulated.rule.as_deref().unwrap_or("none");
    request.findings.retain(|finding| !finding.code.is_of_routing());
    request.findings.extend(simulated.findings);
    request.posting = policy.erp.posting;
    request.stand_in(policy.exceptional(&passing.facts));
    let places = std::mem::take(&mut request.approvals.required);
    request.approvals.required = simulated.required;
    request.approvals.any = simulated.any;
    request.approvals.rule = name.into();
    request.approvals.named = None;
    request.keep_over(places);
    let ruled = policy.ruled(name);
    request.approvals.policy.clone_from(&ruled.policy);
    request.approvals.policy_number = ruled.number;
    request.approvals.policy_hash.clone_from(&ruled.hash);
    sla::begin(request, policy);
    let why = format!("policy {}, rule {name}", policy.version);
    if !is_anew {
        tell(request, policy, (MessageKind::RequestReceived, "Your request was received."), at);
    }
    if request.approvals.required.is_empty() {
        request.taken = None;
        request.on_by(&ruled, RequestEvent::PassAutomatically, at, ("approval", &why))?;
        request.on_by(&ruled, RequestEvent::Approve, at, ("approval", &why))?;
        tell(request, policy, APPROVED, at);
        return Ok(true);
    }
    request.on_by(&ruled, RequestEvent::AskPeople, at, ("approval", &why))?;
    request.overdue_since = None;
    request.deadline = Some(at.plus_ms(u64::from(policy.windows.decision_days) * 86_400_000));
    // Decisions that were made on this very content before still hold.
    let hash = request.content_hash.clone();
    if request.approvals.next_level(&hash).is_none() {
        request.on_by(&ruled, RequestEvent::Approve, at, ("approval", "all decisions stand"))?;
        tell(request, policy, APPROVED, at);
        return Ok(false);
    }
    // Whoever asked knows that already of one that was only completed.
    if !is_anew {
        let text = "Your request was checked and waits for an approval.";
        message::queue(request, MessageKind::RequestPendingApproval, text, at);
    }
    backup::begin(request, policy, at);
    sla::keep(request, policy, at);
    Ok(false)
}

/// Says why a request takes no decision, or nothing else that whoever decides may do: who decided on it last.
fn past(request: &Request, event: &'static str) -> DecisionError {
    let state = request.status.title();
    let is_decided = !request.awaits_decision() || request.status == RequestStatus::InfoRequested;
    let Some(last) = request.approvals.decisions.last().filter(|_| is_decided) else {
        return DecisionError::Past(TransitionError { machine: "Request", state, event });
    };
    let note = if last.note.trim().is_empty() { String::new() } else { format!(" (“{}”)", last.note.trim()) };
    DecisionError::Faster { by: last.by.clone(), did: last.decision.did(), at: last.at, note, state }
}

/// Checks that a person may decide on a request as it stands. Returns for which of those who must agree.
fn right_to_decide(request: &Request, person: &Person, policy: &Policy) -> Result<Seat, DecisionError> {
    if request.may_have_asked(&person.identity(), &policy.people) {
        let resolved = |who: Identity| policy.people.resolve(&who);
        let surely = person.is_asker(request) || resolved(request.asker()).is(&resolved(person.identity()));
        let asker = request.asker().to_string();
        return Err(if surely { DecisionError::OwnRequest } else { DecisionError::PerhapsOwnRequest { asker } });
    }
    authority::apart(Effect::Decide, request, &person.identity()).map_err(DecisionError::Apart)?;
    person.seat(request, policy).ok_or_else(|| {
        let held: Vec<_> = person.roles.iter().map(String::as_str).collect();
        DecisionError::Authority {
            level: levels_of(request, &request.content_hash, policy).join(" or approver:"),
            held: if held.is_empty() { "none".into() } else { held.join(", ") },
        }
    })
}

/// Tells whether somebody may decide on a request as it stands, and has not agreed to it already.
#[must_use]
pub fn may_decide(request: &Request, person: &Person, policy: &Policy) -> bool {
    let has_agreed = request.approvals.holding(&request.content_hash).any(|made| made.may_be_of(&person.identity()));
    request.awaits_decision() && !has_agreed && right_to_decide(request, person, policy).is_ok()
}

/// What a decider says.
#[derive(Debug, Clone, Copy)]
pub struct Ruling<'a> {
    /// Yes, no, a question, or up to a higher level.
    pub verdict: Verdict,
    /// The decider's words; of a question, the question.
    pub note: &'a str,
    /// The content that the decider saw; a decision that names none is refused.
    pub content_hash: Option<&'a str>,
}

/// Records a person's decision as [`decide_within`] does, where no sum of what was approved of late is known: by a
/// policy with bounds on that, nothing fits them.
///
/// # Errors
/// As those of [`decide_within`].
pub fn decide(
    request: &mut Request,
    person: &Person,
    ruling: Ruling<'_>,
    policy: &Policy,
    at: Timestamp,
) -> Result<(), DecisionError> {
    decide_within(request, person, ruling, (&mut Sums::default(), policy), at)
}

/// Records a person's decision and moves the request accordingly. What it adds to the sums of what was approved is
/// stored in the same commit ([`spending::wanted`], [`Sums::changed`]).
///
/// # Errors
/// When the person may not decide, the content is another, or the request is past deciding; nothing has changed then.
pub fn decide_within(
    request: &mut Request,
    person: &Person,
    Ruling { verdict, note, content_hash }: Ruling<'_>,
    (sums, policy): (&mut Sums, &Policy),
    at: Timestamp,
) -> Result<(), DecisionError> {
    if !request.awaits_decision() || request.redirect.is_some() && verdict == Verdict::RequestInfo {
        return Err(past(request, verdict.name()));
    }
    let seat = right_to_decide(request, person, policy)?;
    let hash = request.content_hash.clone();
    match content_hash {
        None => return Err(DecisionError::NoContent),
        Some(seen) if seen != hash => return Err(DecisionError::OtherContent { current: hash }),
        Some(_) => {}
    }
    if let Some(what) = verdict.has_to_say().filter(|_| note.trim().is_empty()) {
        return Err(DecisionError::NoNote(what));
    }
    if verdict == Verdict::Approve && request.approvals.holding(&hash).any(|made| made.may_be_of(&person.identity())) {
        return Err(DecisionError::Twice);
    }
    let higher = match verdict {
        Verdict::Escalate => {
            let now = Slot::read(&seat.slot).level();
            Some(above(now, policy).ok_or_else(|| DecisionError::Highest(now.to_owned()))?)
        }
        _ => None,
    };
    if request.status == RequestStatus::InfoRequested && verdict == Verdict::Approve {
        return Err(past(request, verdict.name()));
    }
    let beyond = spending::weigh(request, (person, &seat), (verdict, sums), policy, at);
    let needed = beyond.as_ref().and_then(|beyond| beyond.needed.clone());
    // The machine decides before anything is written, so that a refusal leaves no trace.
    let last = verdict == Verdict::Approve && request.approvals.missing(&hash) <= 1 && needed.is_none();
    let event = match verdict {
        _ if request.redirect.is_some() => None,
        Verdict::Approve if !last => None,
        Verdict::Approve => Some(RequestEvent::Approve),
        Verdict::Reject => Some(RequestEvent::Reject),
        Verdict::RequestInfo => Some(RequestEvent::RequestInfo),
        Verdict::Escalate => Some(RequestEvent::Escalate),
    };
    let Seat { place, slot: level, on_behalf_of, escalated_to } = seat;
    request.taken = None;
    let ruled = policy.ruled(&request.approvals.rule);
    if let Some(event) = event {
        request.on_by(&ruled, event, at, (&person.name, note))?;
    } else {
        let what = match verdict {
            Verdict::Approve if last => EventKind::RedirectApproved,
            Verdict::Reject => EventKind::RedirectRefused,
            Verdict::Escalate => EventKind::RequestEscalate,
            Verdict::Approve | Verdict::RequestInfo => EventKind::RequestLevelApproved,
        };
        let mut facts = serde_json::json!({"level": level, "policy": ruled});
        if let (Some(beyond), Some(facts)) = (&beyond, facts.as_object_mut()) {
            facts.insert("beyond".into(), serde_json::json!({"findings": beyond.findings, "needs": beyond.needed}));
        }
        request.note(at, &person.name, what, note, facts);
    }
    if let Some((higher, place)) = higher.zip(place) {
        let mut required = request.approvals.required.clone();
        if let Some(slot) = required.get_mut(place) {
            *slot = higher;
            request.approvals.replace(required);
        }
    }
    request.approvals.decisions.push(Decision {
        by: person.name.clone(),
        level,
        on_behalf_of,
        escalated_to,
        decision: verdict,
        note: note.into(),
        at,
        content_hash: hash.clone(),
        ruled: Some(ruled),
    });
    if let Some(beyond) = beyond {
        request.findings.extend(beyond.findings);
        if let Some(needed) = beyond.needed {
            request.approvals.lift(&hash, needed, beyond.bounds, beyond.at_top);
        }
    }
    match (&mut request.redirect, verdict) {
        (Some(redirect), Verdict::Approve) => redirect.approved = last,
        (Some(_), Verdict::Reject) => request.drop_redirect(),
        (Some(_), _) => {}
        (None, Verdict::Approve) if last => tell(request, policy, APPROVED, at),
        (None, _) => queue_outcome(request, verdict, note, at),
    }
    if verdict != Verdict::Approve {
        sla::decide_anew(request);
    }
    sla::keep(request, policy, at);
    Ok(())
}

/// Returns the levels that decide on sending the request's money elsewhere: those that decided on the request, or the
/// one for exceptions where it passed by itself.
#[must_use]
pub fn levels_to_redirect(request: &Request, policy: &Policy) -> Vec<String> {
    if !request.approvals.required.is_empty() {
        return request.approvals.required.clone();
    }
    let people = if request.rule.is_some() || policy.people.knows(&request.asker()) { 1 } else { 2 };
    vec![policy.levels.exceptions.clone(); people]
}

/// Returns the levels that may decide now, each once.
fn levels_of(request: &Request, hash: &str, policy: &Policy) -> Vec<String> {
    let mut levels: Vec<String> = Vec::new();
    for slot in request.approvals.open(hash) {
        let level = Slot::read(slot).level().to_owned();
        if !levels.contains(&level) {
            levels.push(level);
        }
    }
    if levels.is_empty() { vec![policy.levels.exceptions.clone()] } else { levels }
}

fn above(level: &str, policy: &Policy) -> Option<String> {
    policy.rank(level).and_then(|rank| policy.levels.order.get(rank + 1)).cloned()
}

/// What is told of a request to which everybody who must has agreed.
const APPROVED: (MessageKind, &str) =
    (MessageKind::RequestApproved, "Your request was approved, and is carried out now.");

/// Queues news that are told only where a rule of the policy wants them.
fn tell(request: &mut Request, policy: &Policy, (news, text): (MessageKind, &str), at: Timestamp) {
    if policy.tells(news) {
        message::queue(request, news, text, at);
    }
}

fn queue_outcome(request: &mut Request, verdict: Verdict, note: &str, at: Timestamp) {
    match verdict {
        Verdict::Approve | Verdict::Escalate => {}
        Verdict::Reject => {
            message::queue(request, MessageKind::RequestRejected, &format!("The request was not granted. {note}"), at)
        }
        Verdict::RequestInfo => {
            message::queue(request, MessageKind::RequestInfoRequested, &format!("We need to know more: {note}"), at)
        }
    }
}
