//! Serves the queue: what waits for the caller, what is due first before the others.

mod counts;
mod indexes;

pub use counts::{counted, totals};
pub use indexes::decided_from;

use contraflow_domain::approval::Person;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use contraflow_guest::{keys, limits, now};
use http::StatusCode;

use crate::rows::Rows;
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
    let mut walk = indexes.walk(incoming, now())?.behind(&behind);
    let mut rows = Rows::at_most(limit, person);
    let (mut last, mut looked_at) = (None, 0);
    let next = loop {
        let places = walk.portion(limit.max(limits::PAGE)).await?;
        let fits = |place: &str, request: &_| {
            indexes.stands_first(place, request) && indexes.is_mine(request) && wanted.fits(request)
        };
        let dealt_with = rows.take(&places, fits).await?;
        looked_at += dealt_with;
        last = dealt_with.checked_sub(1).and_then(|place| places.get(place).cloned()).or(last);
        let ended_early = dealt_with < places.len();
        if ended_early || !walk.is_done() && (rows.is_full() || looked_at >= limits::LIST_SCAN) {
            break last;
        }
        if walk.is_done() {
            break None;
        }
    };
    let mut items = rows.items;
    items.sort_by_key(|row| (row.queue_time(), row.id.clone()));
    Ok(json(StatusCode::OK, &Page { items, next }))
}
