//! Serves the queue: what waits for the caller, what is due first before the others.

mod counts;
mod indexes;

pub use counts::{counted, totals};
pub use indexes::decided_from;

use contraflow_domain::approval::Person;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::{keys, limits, now};
use http::StatusCode;

use crate::rows;
use crate::wanted::Wanted;
use indexes::Indexes;

/// The parameters that the queue takes besides the filters of lists.
const PARAMETERS: [&str; 5] = ["view", "exception", "overdue", "cursor", "limit"];

/// Serves `GET /v1/queue`: returns the requests that the caller may decide or must answer, those of whose risk they are
/// told, and, for finance, those with tasks that only a person can do; or one of these views of it, or what waits in
/// one queue of exceptions.
pub async fn waiting(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    let wanted = Wanted::read(incoming, &PARAMETERS).await?;
    let limit = incoming.page_limit()?;
    let behind = incoming.cursor(keys::place)?.unwrap_or_default();
    let indexes = Indexes::asked_for(incoming, person).await?;
    let walk = indexes.walk(incoming, now())?.behind(&behind);
    let fits = |place: &str, request: &_| {
        indexes.stands_first(place, request) && indexes.is_mine(request) && wanted.fits(request)
    };
    let mut page = rows::page(walk, (limit, limit.max(limits::PAGE)), person, fits).await?;
    page.items.sort_by_key(|row| (row.queue_time(), row.id.clone()));
    Ok(json(StatusCode::OK, &page))
}
