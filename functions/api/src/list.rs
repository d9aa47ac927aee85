//! Serves lists: requests by their indexes, and a request's events.

use contraflow_domain::approval::Person;
use contraflow_domain::request::event::Event;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::decode;
use contraflow_guest::view::Page;
use contraflow_guest::{keys, limits, store};
use http::StatusCode;

use crate::shown::only_asks;
use crate::sorted::{Sort, sorted};
use crate::wanted::Wanted;
use crate::{readable, rows};

/// Serves `GET /v1/requests`: returns a page of the requests that are wanted, newest first, or sorted as `sort` says.
pub async fn requests(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    let wanted = Wanted::read(incoming, &["sort", "cursor", "limit"]).await?;
    let limit = incoming.page_limit()?;
    let sort = Sort::read(incoming)?;
    if sort != Sort::Newest {
        return sorted(incoming, &wanted, sort, person).await;
    }
    let behind = incoming.cursor(keys::place)?.unwrap_or_default();
    let walk = wanted.walk(person).await?.behind(&behind);
    // What the index does not tell apart is filtered afterwards, and then more is read than the page needs.
    let at_once = if wanted.filter.is_empty() { limit } else { limit.max(limits::PAGE) };
    let page = rows::page(walk, (limit, at_once), person, |_, request| wanted.fits(request)).await?;
    Ok(json(StatusCode::OK, &page))
}

/// Serves `GET /v1/requests/{id}/events`: returns a page of the request's events, oldest first. It ends by bytes as
/// well as by count. Whoever only asked for the request does not read how requests are watched.
pub async fn events(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    let request = readable(id, person).await?;
    let only_asks = only_asks(&request, person);
    let after: u64 = incoming.cursor(|cursor| cursor.parse().ok())?.unwrap_or_default();
    let limit = u64::from(incoming.page_limit()?);
    let last = request.sequence.min(after.saturating_add(limit));
    let wanted: Vec<_> = (after.saturating_add(1)..=last).map(|sequence| keys::event(id, sequence)).collect();
    let (mut items, mut bytes, mut shown) = (Vec::new(), 0, after);
    'page: for some in wanted.chunks(limits::ROWS_AT_ONCE) {
        for entry in store::get(some.to_vec()).await? {
            let Some(entry) = entry else {
                shown += 1;
                continue;
            };
            bytes += entry.value.len();
            if bytes > limits::LIST_BYTES && !items.is_empty() {
                break 'page;
            }
            let event = decode::<Event>(&entry.key, &entry.value)?;
            if !only_asks || event.is_for_askers() {
                items.push(event);
            }
            shown += 1;
        }
    }
    let next = (shown < request.sequence).then(|| shown.to_string());
    Ok(json(StatusCode::OK, &Page { items, next }))
}
