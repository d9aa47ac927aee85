//! Serves the queues of exceptions: how much stands in each, and who looks after it.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::policy::Policy;
use contraflow_domain::request::exception::{ExceptionCount, ExceptionCounts, ExceptionQueue};
use contraflow_domain::request::slot::Slot;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use contraflow_guest::{keys, limits, now, policy, store};
use http::StatusCode;

use crate::delegate;

/// Serves `GET /v1/queue/exceptions`: returns how much stands in each queue, counted up to a bound.
pub async fn counted(person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ReadRequests)?;
    let at = now();
    let policy = policy::in_force().await?;
    let person = &delegate::with_lent(&mut Unit::default(), person, at).await?;
    let mut items = Vec::new();
    for queue in ExceptionQueue::ALL.iter().copied() {
        let prefix = keys::exception_prefix(queue);
        let page = store::scan(prefix.clone(), store::end_of(&prefix), limits::EXCEPTIONS_COUNTED).await?;
        let past = format!("{prefix}{at}0");
        items.push(ExceptionCount {
            queue,
            title: queue.title().into(),
            owners: policy.owners(queue),
            is_mine: person.looks_after(queue, &policy),
            waiting: page.entries.len() as u64,
            overdue: page.entries.iter().filter(|entry| entry.key < past).count() as u64,
            more: page.next.is_some(),
        });
    }
    Ok(json(StatusCode::OK, &ExceptionCounts { items }))
}

/// Returns the queue that a caller asks for by `exception=…`; none where they ask for what waits for themselves. A
/// queue is shown to those who look after it, and to whoever sees to what only a person can mend.
pub fn asked_for(incoming: &Incoming, person: &Person, policy: &Policy) -> Result<Option<ExceptionQueue>, Problem> {
    let Some(name) = incoming.parameter("exception").filter(|name| !name.is_empty()) else { return Ok(None) };
    let Some(queue) = ExceptionQueue::named(&name) else {
        let known: Vec<_> = ExceptionQueue::ALL.iter().map(|queue| queue.name()).collect();
        let detail = format!("`{name}` is no queue of exceptions; use one of {}.", known.join(", "));
        return Err(Problem::parameter("exception", detail));
    };
    if person.looks_after(queue, policy) || person.may(Effect::SeeTasks).is_ok() {
        return Ok(Some(queue));
    }
    let owners: Vec<_> = policy.owners(queue).iter().map(|owner| Slot::read(owner).title()).collect();
    let who = if owners.is_empty() { "Nobody looks".into() } else { format!("{} look", owners.join(", ")) };
    Err(Problem::forbidden(format!("{who} after “{}”, and finance and admins see it.", queue.title())))
}
