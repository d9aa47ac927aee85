//! Serves the queue: what waits for the caller, what is due first before the others.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::{self, Effect};
use contraflow_domain::identity::Identity;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::policy::Policy;
use contraflow_domain::request::Request;
use contraflow_domain::request::parts::Involving as _;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use contraflow_guest::view::Page;
use contraflow_guest::{keys, now, policy, store};
use http::StatusCode;

use crate::rows::Rows;
use crate::{delegate, exceptions, leaving};

/// Serves `GET /v1/queue?exception=…&overdue=…&cursor=…&limit=…`: returns the requests that the caller may decide or
/// must answer, those of whose risk they are told, and, for finance, those with tasks that only a person can do; or
/// what waits in one queue of exceptions.
pub async fn waiting(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    let limit = incoming.page_limit()?;
    let overdue = overdue(incoming)?;
    let after = incoming.cursor(keys::place)?.unwrap_or_default();
    let policy = policy::in_force().await?;
    let person = &delegate::with_lent(&mut Unit::default(), person, now()).await?;
    let mut prefixes = decided_from(person, &policy);
    prefixes.push(keys::question_prefix(&person.identity().key()));
    // What people were told of stands in their queue, by their name or by a level that they reach.
    let levels = policy.levels.order.iter().filter(|level| person.reaches(level, &policy)).map(String::as_str);
    let told: Vec<String> = levels.chain([person.name.as_str()]).map(keys::told_prefix).collect();
    prefixes.extend(told.iter().cloned());
    let is_told = |request: &Request| keys::told(request).iter().any(|name| told.contains(&keys::told_prefix(name)));
    let sees_tasks = person.may(Effect::SeeTasks).is_ok();
    if sees_tasks {
        prefixes.push(keys::task_prefix());
    }
    let exception = exceptions::asked_for(incoming, person, &policy)?;
    // Nobody else would see the questions that wait for somebody who left.
    let left = if sees_tasks { leaving::last().await? } else { Vec::new() };
    prefixes.extend(left.iter().map(|who| keys::question_prefix(&who.key())));
    if let Some(exception) = exception {
        prefixes = vec![keys::exception_prefix(exception)];
    }
    let mut places = Vec::new();
    let mut more = false;
    for prefix in &prefixes {
        // The page starts just behind the last place of the page before.
        let start = if after.is_empty() { prefix.clone() } else { format!("{prefix}{after}\u{1}") };
        let end = overdue.map_or_else(|| store::end_of(prefix), |at| format!("{prefix}{at}0"));
        if start >= end {
            continue;
        }
        let page = store::scan(start, end, limit).await?;
        more |= page.next.is_some();
        places.extend(page.entries.into_iter().filter_map(|entry| entry.key.strip_prefix(prefix).map(str::to_owned)));
    }
    places.sort_unstable();
    places.dedup();
    let wide = usize::try_from(limit).unwrap_or(usize::MAX);
    more |= places.len() > wide;
    places.truncate(wide);
    // What stands in several of these indexes is shown where it stands first.
    let stands_first = |place: &str, request: &Request| {
        let all = keys::indexes(request);
        let all = all.iter().filter_map(|key| prefixes.iter().find_map(|prefix| key.strip_prefix(prefix.as_str())));
        all.min().is_none_or(|first| first >= place)
    };
    // Nobody decides on their own request, and what the requester must answer waits for the requester.
    let mine = |request: &Request| match request.status {
        _ if exception.is_some() => true,
        _ if sees_tasks && !request.tasks.is_empty() || is_told(request) => true,
        RequestStatus::InfoRequested => {
            let is_theirs = person.is_asker(request) || left.iter().any(|who| request.asker().is(who));
            is_theirs || request.escalated_to().any(|besides| person.is_waited_for(besides, &policy))
        }
        _ => !request.awaits_decision() || authority::apart(Effect::Decide, request, &person.identity()).is_ok(),
    };
    let mut rows = Rows::at_most(limit, person);
    let is_wanted = |request: &Request| overdue.is_none_or(|at| request.due_at().is_some_and(|due| due <= at));
    let wanted = |place: &str, request: &Request| stands_first(place, request) && mine(request) && is_wanted(request);
    let dealt_with = rows.take(&places, wanted).await?;
    more |= dealt_with < places.len();
    places.truncate(dealt_with);
    let mut items = rows.items;
    items.sort_by_key(|row| (row.queue_time(), row.id.clone()));
    let next = places.pop().filter(|_| more);
    Ok(json(StatusCode::OK, &Page { items, next }))
}

/// Returns the prefixes of the queues that a person decides from: of the levels that they reach, and of themselves and
/// those who lend to them.
pub fn decided_from(person: &Person, policy: &Policy) -> Vec<String> {
    let levels = policy.levels.order.iter().filter(|level| person.reaches(level, policy));
    let lenders = person.lent.iter().map(|lent| Identity::read(&lent.from));
    let named = lenders.chain([person.identity()]).map(|who| keys::queue_prefix(&keys::queue_of_person(&who)));
    levels.map(|level| keys::queue_prefix(level)).chain(named).collect()
}

/// Returns the time before which what is shown was due; none where all of it is shown.
fn overdue(incoming: &Incoming) -> Result<Option<Timestamp>, Problem> {
    match incoming.parameter("overdue").as_deref() {
        None | Some("" | "false") => Ok(None),
        Some("true") => Ok(Some(now())),
        Some(other) => Err(Problem::parameter("overdue", format!("`{other}` is neither true nor false."))),
    }
}
