//! Serves lists: requests by their indexes, and a request's events.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::identity::Identity;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::making;
use contraflow_domain::request::Request;
use contraflow_domain::request::event::Event;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::decode;
use contraflow_guest::view::Page;
use contraflow_guest::{keys, limits, store};
use http::StatusCode;

use crate::readable;
use crate::rows::Rows;
use crate::shown::only_asks;

/// Serves `GET /v1/requests?status=…&customer=…&rule=…&cursor=…&limit=…`: returns a page of requests, newest first.
pub async fn requests(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    let limit = incoming.page_limit()?;
    let status = incoming.parameter("status").filter(|status| !status.is_empty());
    let customer = incoming.parameter("customer").filter(|customer| !customer.is_empty());
    let rule = incoming.parameter("rule").filter(|rule| !rule.is_empty());
    if let Some(status) = status.as_deref().filter(|status| RequestStatus::named(status).is_none()) {
        let known: Vec<_> = RequestStatus::ALL.iter().map(|status| status.name()).collect();
        let detail = format!("`{status}` is no status; use one of {}.", known.join(", "));
        return Err(Problem::parameter("status", detail));
    }
    // The narrowest index is walked. What this index does not tell apart is filtered afterwards, and then more entries
    // are read than the page needs.
    let reads_all = person.may(Effect::ReadRequests).is_ok();
    let (prefix, filters) = match (&customer, &status, &rule) {
        _ if !reads_all => {
            let filters = customer.is_some() || status.is_some() || rule.is_some();
            (keys::requester_prefix(&person.identity().key()), filters)
        }
        (customer, status, Some(rule)) => {
            let asker = Identity::read(&making::asker(rule));
            (keys::requester_prefix(&asker.key()), customer.is_some() || status.is_some())
        }
        (Some(customer), status, None) => (keys::customer_prefix(customer), status.is_some()),
        (None, Some(status), None) => (keys::status_prefix(status), false),
        (None, None, None) => (keys::all_prefix(), false),
    };
    let at_once = if filters { limit.max(limits::PAGE) } else { limit };
    let wanted = |_: &str, request: &Request| {
        status.as_deref().is_none_or(|status| request.status.name() == status)
            && (customer.is_none() || request.customer == customer)
            && rule.as_ref().is_none_or(|rule| request.rule.as_ref().is_some_and(|made| made.by.rule == *rule))
    };
    let start = format!("{prefix}{}", incoming.cursor(keys::place)?.unwrap_or_default());
    let (mut rows, mut next, mut looked_at) = (Rows::at_most(limit, person), Some(start), 0);
    while let Some(start) = next.take() {
        if rows.is_full() || looked_at >= limits::LIST_SCAN {
            next = Some(start);
            break;
        }
        let page = store::scan(start, store::end_of(&prefix), at_once).await?;
        let mut places: Vec<String> = page.entries.into_iter().map(|entry| entry.key).collect();
        let dealt_with = rows.take(&places, wanted).await?;
        looked_at += dealt_with;
        if dealt_with < places.len() {
            // The first request that no longer fits begins the next page.
            next = Some(places.swap_remove(dealt_with));
            break;
        }
        next = page.next;
    }
    let next = next.as_deref().and_then(|next| next.strip_prefix(&prefix)).map(str::to_owned);
    Ok(json(StatusCode::OK, &Page { items: rows.items, next }))
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
