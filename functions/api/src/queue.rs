//! Serves the queue: what waits for the caller, oldest deadline first.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::{self, Effect};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::Request;
use contraflow_domain::request::view::RequestView;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, look};
use contraflow_guest::view::Page;
use contraflow_guest::{keys, now, policy, store};
use http::StatusCode;

use crate::delegate;

/// Serves `GET /v1/queue?cursor=…&limit=…`: returns the requests that the caller may decide or must answer, and, for
/// finance, those with tasks that only a person can do.
pub async fn waiting(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    let limit = incoming.page_limit()?;
    let after = incoming.cursor(keys::place)?.unwrap_or_default();
    let policy = policy::in_force().await?;
    let person = &delegate::with_lent(&mut Unit::default(), person, now()).await?;
    let mut prefixes: Vec<String> = policy
        .levels
        .order
        .iter()
        .filter(|level| person.reaches(level, &policy))
        .map(|level| keys::queue_prefix(level))
        .collect();
    prefixes.push(keys::question_prefix(&person.identity().key()));
    let sees_tasks = person.may(Effect::SeeTasks).is_ok();
    if sees_tasks {
        prefixes.push(keys::task_prefix());
    }
    let mut places = Vec::new();
    let mut more = false;
    for prefix in prefixes {
        // The page starts just behind the last place of the page before.
        let start = if after.is_empty() { prefix.clone() } else { format!("{prefix}{after}\u{1}") };
        let page = store::scan(start, store::end_of(&prefix), limit).await?;
        more |= page.next.is_some();
        places.extend(page.entries.into_iter().filter_map(|entry| entry.key.strip_prefix(&prefix).map(str::to_owned)));
    }
    places.sort_unstable();
    places.dedup_by(|a, b| keys::id_of(a) == keys::id_of(b));
    let wide = usize::try_from(limit).unwrap_or(usize::MAX);
    more |= places.len() > wide;
    places.truncate(wide);
    let wanted: Vec<_> = places.iter().map(|place| keys::request(keys::id_of(place))).collect();
    let found: Vec<Request> = look::<Request>(&wanted).await?.into_iter().flatten().collect();
    // Nobody decides on their own request, and what the requester must answer waits for the requester.
    let mine = |request: &&Request| match request.status {
        _ if sees_tasks && !request.tasks.is_empty() => true,
        RequestStatus::InfoRequested => person.is_asker(*request),
        _ => !request.awaits_decision() || authority::apart(Effect::Decide, *request, &person.identity()).is_ok(),
    };
    let mut items: Vec<Request> = found.iter().filter(mine).cloned().collect();
    items.sort_by_key(|request| (request.deadline.unwrap_or(request.created_at), request.id.clone()));
    items.dedup_by(|a, b| a.id == b.id);
    let items: Vec<_> = items.into_iter().map(RequestView::from).collect();
    let next = places.pop().filter(|_| more);
    Ok(json(StatusCode::OK, &Page { items, next }))
}
