//! Lists: requests by their indexes, and a request's events.

use contraflow_domain::approval::Person;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::Request;
use contraflow_domain::request::event::Event;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, look};
use contraflow_guest::{auth, keys, store, view};
use http::StatusCode;
use serde_json::json;

use crate::{READERS, may_read};

/// Refuses a cursor that this list did not give.
fn position(prefix: &str, cursor: Option<String>) -> Result<String, Problem> {
    let Some(cursor) = cursor else { return Ok(prefix.to_owned()) };
    if cursor.bytes().all(|byte| byte.is_ascii_graphic()) && cursor.len() <= 200 {
        return Ok(format!("{prefix}{cursor}"));
    }
    Err(Problem::new(StatusCode::BAD_REQUEST, "invalid-parameter", "`cursor` must be the `next` of the page before."))
}

/// `GET /v1/requests?status=…&customer=…&cursor=…&limit=…`, newest first.
pub async fn requests(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    let limit = incoming.page_limit()?;
    let status = incoming.parameter("status").filter(|status| !status.is_empty());
    let customer = incoming.parameter("customer").filter(|customer| !customer.is_empty());
    if let Some(status) = status.as_deref().filter(|status| RequestStatus::named(status).is_none()) {
        let known: Vec<_> = RequestStatus::ALL.iter().map(|status| status.name()).collect();
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "invalid-parameter",
            format!("`{status}` is no status; use one of {}.", known.join(", ")),
        ));
    }
    // The narrowest index is walked; what it does not tell apart is filtered, so a page may hold fewer than `limit`.
    let reads_all = auth::has_role(person, &READERS);
    let prefix = match (&customer, &status) {
        _ if !reads_all => keys::requester_prefix(&person.name),
        (Some(customer), _) => keys::customer_prefix(customer),
        (None, Some(status)) => keys::status_prefix(status),
        (None, None) => keys::all_prefix(),
    };
    let start = position(&prefix, incoming.parameter("cursor"))?;
    let page = store::scan(start, store::end_of(&prefix), limit).await?;
    let wanted: Vec<_> = page.entries.iter().map(|entry| keys::request(keys::id_of(&entry.key))).collect();
    let found: Vec<Request> = look::<Request>(&wanted).await?.into_iter().flatten().collect();
    let items: Vec<_> = found
        .iter()
        .filter(|request| status.as_deref().is_none_or(|status| request.status.name() == status))
        .filter(|request| customer.is_none() || request.customer == customer)
        .map(view::request)
        .collect();
    let next = page.next.and_then(|next| next.strip_prefix(&prefix).map(str::to_owned));
    Ok(json(StatusCode::OK, &json!({"items": items, "next": next})))
}

/// `GET /v1/requests/{id}/events`, oldest first.
pub async fn events(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    let request = Unit::default().request(id).await?;
    may_read(&request, person)?;
    let after: u64 = match incoming.parameter("cursor") {
        None => 0,
        Some(cursor) => cursor.parse().map_err(|_| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "invalid-parameter",
                "`cursor` must be the `next` of the page before.",
            )
        })?,
    };
    let limit = u64::from(incoming.page_limit()?);
    let last = request.sequence.min(after.saturating_add(limit));
    let wanted: Vec<_> = (after.saturating_add(1)..=last).map(|sequence| keys::event(id, sequence)).collect();
    let items: Vec<Event> = look::<Event>(&wanted).await?.into_iter().flatten().collect();
    let next = (last < request.sequence).then(|| last.to_string());
    Ok(json(StatusCode::OK, &json!({"items": items, "next": next})))
}
