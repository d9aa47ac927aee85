//! Serves lists: requests by their indexes, and a request's events.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::Request;
use contraflow_domain::request::event::Event;
use contraflow_domain::request::view::RequestView;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::look;
use contraflow_guest::view::Page;
use contraflow_guest::{keys, limits, store};
use http::StatusCode;

use crate::readable;

/// Serves `GET /v1/requests?status=…&customer=…&cursor=…&limit=…`: returns a page of requests, newest first.
pub async fn requests(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    let limit = incoming.page_limit()?;
    let status = incoming.parameter("status").filter(|status| !status.is_empty());
    let customer = incoming.parameter("customer").filter(|customer| !customer.is_empty());
    if let Some(status) = status.as_deref().filter(|status| RequestStatus::named(status).is_none()) {
        let known: Vec<_> = RequestStatus::ALL.iter().map(|status| status.name()).collect();
        let detail = format!("`{status}` is no status; use one of {}.", known.join(", "));
        return Err(Problem::parameter("status", detail));
    }
    // The narrowest index is walked. What this index does not tell apart is filtered afterwards, and then more entries
    // are read than the page needs.
    let reads_all = person.may(Effect::ReadRequests).is_ok();
    let (prefix, filters) = match (&customer, &status) {
        _ if !reads_all => (keys::requester_prefix(&person.identity().key()), customer.is_some() || status.is_some()),
        (Some(customer), status) => (keys::customer_prefix(customer), status.is_some()),
        (None, Some(status)) => (keys::status_prefix(status), false),
        (None, None) => (keys::all_prefix(), false),
    };
    let at_once = if filters { limit.max(limits::PAGE) } else { limit };
    let start = format!("{prefix}{}", incoming.cursor(keys::place)?.unwrap_or_default());
    let wanted = |request: &Request| {
        status.as_deref().is_none_or(|status| request.status.name() == status)
            && (customer.is_none() || request.customer == customer)
    };
    let (found, next) = fill(&prefix, start, (limit, at_once), wanted).await?;
    let items: Vec<_> = found.into_iter().map(RequestView::from).collect();
    let next = next.as_deref().and_then(|next| next.strip_prefix(&prefix)).map(str::to_owned);
    Ok(json(StatusCode::OK, &Page { items, next }))
}

/// Walks an index from `start` on, and reads `at_once` entries at a time, until it has found `limit` requests that are
/// wanted, or has looked at [`limits::LIST_SCAN`] entries. Returns the requests with the index key to go on from.
async fn fill(
    prefix: &str,
    start: String,
    (limit, at_once): (u32, u32),
    wanted: impl Fn(&Request) -> bool,
) -> Result<(Vec<Request>, Option<String>), Problem> {
    let (mut found, mut next, mut looked_at) = (Vec::new(), Some(start), 0);
    let wide = limit as usize;
    while let Some(start) = next.take() {
        if found.len() == wide || looked_at >= limits::LIST_SCAN {
            return Ok((found, Some(start)));
        }
        let page = store::scan(start, store::end_of(prefix), at_once).await?;
        looked_at += page.entries.len();
        next = page.next;
        let ids: Vec<_> = page.entries.iter().map(|entry| keys::request(keys::id_of(&entry.key))).collect();
        for (entry, request) in page.entries.into_iter().zip(look::<Request>(&ids).await?) {
            let Some(request) = request.filter(&wanted) else { continue };
            if found.len() == wide {
                // The first request that no longer fits begins the next page.
                return Ok((found, Some(entry.key)));
            }
            found.push(request);
        }
    }
    Ok((found, None))
}

/// Serves `GET /v1/requests/{id}/events`: returns a page of the request's events, oldest first.
pub async fn events(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    let request = readable(id, person).await?;
    let after: u64 = incoming.cursor(|cursor| cursor.parse().ok())?.unwrap_or_default();
    let limit = u64::from(incoming.page_limit()?);
    let last = request.sequence.min(after.saturating_add(limit));
    let wanted: Vec<_> = (after.saturating_add(1)..=last).map(|sequence| keys::event(id, sequence)).collect();
    let items: Vec<Event> = look::<Event>(&wanted).await?.into_iter().flatten().collect();
    let next = (last < request.sequence).then(|| last.to_string());
    Ok(json(StatusCode::OK, &Page { items, next }))
}
