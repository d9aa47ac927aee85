//! The indexes that lead to requests: by time, status, customer and requester, and the queues in which they wait.

use std::collections::BTreeSet;

use contraflow_domain::catalogue::TaskCode;
use contraflow_domain::identity::Identity;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::Request;
use contraflow_domain::request::exception::ExceptionQueue;
use contraflow_domain::request::message::view::OutboxState;
use contraflow_domain::request::parts::Involving as _;
use contraflow_domain::request::slot::Slot;
use contraflow_domain::request::terms::terms;
use contraflow_domain::time::Timestamp;

use super::{newest_first, segment};

/// Returns the prefix of the index of all requests, newest first.
#[must_use]
pub fn all_prefix() -> String {
    "all/".into()
}

/// Returns where the requests begin, in the index of all, that were stored at an instant or before.
#[must_use]
pub fn all_from(at: Timestamp) -> String {
    format!("{}{}", all_prefix(), newest_first(at))
}

/// Returns the prefix of the index of the requests in a state, newest first.
#[must_use]
pub fn status_prefix(status: &str) -> String {
    format!("status/{}/", segment(status))
}

/// Returns the prefix of the index of a customer's requests, newest first.
#[must_use]
pub fn customer_prefix(customer: &str) -> String {
    format!("customer/{}/", segment(customer))
}

/// Returns where a customer's requests begin, in their index, that were stored at an instant or before.
#[must_use]
pub fn customer_from(customer: &str, at: Timestamp) -> String {
    format!("{}{}", customer_prefix(customer), newest_first(at))
}

/// Returns the prefix of the index of the requests that one person asked for, newest first.
#[must_use]
pub fn requester_prefix(requester: &str) -> String {
    format!("requester/{}/", segment(requester))
}

/// Returns the prefix of the index of the requests that have a term that begins with these letters; what follows of the
/// term, and the place of the request, stand behind it.
#[must_use]
pub fn term_prefix(beginning: &str) -> String {
    format!("term/{}", segment(beginning))
}

/// Returns the prefix of the index of the requests that have exactly this term, newest first.
#[must_use]
pub fn whole_term_prefix(term: &str) -> String {
    format!("{}/", term_prefix(term))
}

/// Returns the place of a request behind the term of an index entry.
#[must_use]
pub fn place_behind_term(key: &str) -> Option<&str> {
    key.strip_prefix("term/")?.split_once('/').map(|(_, place)| place)
}

/// Returns the prefix of the index of the requests that wait for a level, what is due first before the others.
#[must_use]
pub fn queue_prefix(level: &str) -> String {
    format!("queue/{}/", segment(level))
}

/// Returns the prefix of the index of the requests with open tasks, what is due first before the others.
#[must_use]
pub fn task_prefix() -> String {
    "task/".into()
}

/// Returns the prefix of the index of the requests that have messages in that state of the outbox, oldest first.
#[must_use]
pub fn outbox_prefix(state: OutboxState) -> String {
    format!("outbox/{}/", state.name())
}

/// Returns the prefix of the index of a queue of exceptions, what is due first ahead.
#[must_use]
pub fn exception_prefix(queue: ExceptionQueue) -> String {
    format!("exception/{}/", queue.name())
}

/// Returns the prefix of the index of the requests of which a level or a person was told, oldest first.
#[must_use]
pub fn told_prefix(name: &str) -> String {
    format!("told/{}/", segment(&Identity::read(name).key()))
}

/// Returns the prefix of the index of the requests that wait for an answer of one person, what is due first ahead.
#[must_use]
pub fn question_prefix(requester: &str) -> String {
    format!("{QUESTIONS}{}/", segment(requester))
}

/// Names the range of the index of all requests that wait for whoever asked for them.
pub const QUESTIONS: &str = "question/";

/// Checks that a cursor names a place in an index or in the record, which is two segments, and returns it. It returns
/// `None` for any other text.
#[must_use]
pub fn place(cursor: &str) -> Option<String> {
    let written = |segment: &str| {
        !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:%".contains(&byte))
    };
    let (first, second) = cursor.split_once('/')?;
    (written(first) && written(second)).then(|| cursor.to_owned())
}

/// Returns where a request stands in each index that is sorted by time, behind the index's prefix.
#[must_use]
pub fn place_in_time(request: &Request) -> String {
    format!("{}/{}", newest_first(request.created_at), request.id)
}

/// Returns the place behind all requests that were stored at an instant or later, in each index that is sorted by time.
#[must_use]
pub fn place_behind(at: Timestamp) -> String {
    // A segment ends with a slash, which sorts before a zero.
    format!("{}0", newest_first(at))
}

/// Returns the keys of all index entries that a request has in its present state; their values are empty.
#[must_use]
pub fn indexes(request: &Request) -> Vec<String> {
    let place = place_in_time(request);
    let mut keys = vec![format!("{}{place}", all_prefix()), format!("{}{place}", status_prefix(request.status.name()))];
    keys.extend(requesters(request).iter().map(|name| format!("{}{place}", requester_prefix(name))));
    if let Some(customer) = &request.customer {
        keys.push(format!("{}{place}", customer_prefix(customer)));
    }
    keys.extend(found_by(request));
    if let Some(due) = request.due {
        keys.push(super::due(due, &request.id));
    }
    keys.extend(questions(request));
    let waits_at = request.queue_time();
    let mut queues = if request.awaits_decision() { deciders(request) } else { Vec::new() };
    queues.extend(request.escalated_to().flat_map(queues_of));
    queues.sort_unstable();
    queues.dedup();
    keys.extend(queues.iter().map(|queue| format!("{}{waits_at}/{}", queue_prefix(queue), request.id)));
    let exceptions = request.exceptions();
    keys.extend(exceptions.iter().map(|found| format!("{}{waits_at}/{}", exception_prefix(found.queue), request.id)));
    if !request.tasks.is_empty() {
        let since = request.due_at().unwrap_or(request.created_at);
        keys.push(format!("{}{since}/{}", task_prefix(), request.id));
    }
    let stands = |(state, since): &(OutboxState, Timestamp)| format!("{}{since}/{}", outbox_prefix(*state), request.id);
    keys.extend(request.outbox_states().iter().map(stands));
    keys.extend(imported_place(request));
    keys.extend(told(request).iter().map(|name| format!("{}{}/{}", told_prefix(name), request.created_at, request.id)));
    keys
}

/// Returns the keys of the index entries by which a request is found. There are none before its first step: many
/// requests of a file are stored in one commit, which has room for so many keys only.
pub fn found_by(request: &Request) -> impl Iterator<Item = String> {
    let place = place_in_time(request);
    let terms = if request.status == RequestStatus::Received { BTreeSet::new() } else { terms(request) };
    terms.into_iter().map(move |term| format!("{}{place}", whole_term_prefix(&term)))
}

/// Returns the prefix of the index of the requests of an import that have not come to their end: those that wait for
/// people, or the others.
#[must_use]
pub fn imported(import: &str, waits_for_people: bool) -> String {
    let whom = if waits_for_people { "people" } else { "itself" };
    format!("import-row/{}/{whom}/", segment(import))
}

/// Returns the key of the index entry that counts a request among those of its import, until its end.
fn imported_place(request: &Request) -> Option<String> {
    let row = request.import.as_ref().filter(|_| !request.status.is_settled())?;
    let waits_for_people = request.status.awaits_people() || !request.tasks.is_empty();
    Some(format!("{}{}", imported(&row.id, waits_for_people), request.id))
}

/// Returns the names of the queues that a request waits in: of the levels that may decide now, and of the people whom
/// the policy names.
fn deciders(request: &Request) -> Vec<String> {
    let open = request.approvals.open(&request.content_hash);
    let named: Vec<String> = open.into_iter().flat_map(queues_of).collect();
    if named.is_empty() { vec![String::new()] } else { named }
}

/// Returns the names of the queues of a decider: of the person, and of the level.
fn queues_of(decider: &str) -> impl Iterator<Item = String> + use<> {
    let slot = Slot::read(decider);
    let person = slot.person().map(|person| queue_of_person(&person));
    person.into_iter().chain([slot.level().to_owned()])
}

/// Returns the name of the queue of a person whom the policy names as a decider.
#[must_use]
pub fn queue_of_person(person: &Identity) -> String {
    format!("person:{}", person.key())
}

/// Returns the levels and people who are told of a request, while the task of that stands.
#[must_use]
pub fn told(request: &Request) -> &[String] {
    let is_told = request.has_task(TaskCode::RiskAlert, "");
    request.risk.as_ref().filter(|_| is_told).map(|risk| risk.told.as_slice()).unwrap_or_default()
}

/// Returns the keys of the index entries that lead whoever asked for a request to the question that they must answer.
#[must_use]
pub fn questions(request: &Request) -> Vec<String> {
    if request.status != RequestStatus::InfoRequested {
        return Vec::new();
    }
    let waits_at = request.queue_time();
    let names = requesters(request);
    names.iter().map(|name| format!("{}{waits_at}/{}", question_prefix(name), request.id)).collect()
}

/// Returns the names under which a request stands among those of one person: that of the requester, and the address of
/// whoever a source named, who may sign in with it. A name that was stored before there was one form of names stands as
/// it is.
fn requesters(request: &Request) -> Vec<String> {
    let asker = request.asker();
    let mut names = vec![request.requester.clone()];
    names.extend(Some(asker.key()).filter(|key| asker.to_string() == request.requester && *key != request.requester));
    names
}

/// Tells whether index keys lead to a request from its customer.
#[must_use]
pub fn is_in_customer_index(keys: &[String]) -> bool {
    keys.iter().any(|key| key.starts_with("customer/"))
}

/// Returns the id at the end of an index key.
#[must_use]
pub fn id_of(index_key: &str) -> &str {
    index_key.rsplit('/').next().unwrap_or_default()
}
