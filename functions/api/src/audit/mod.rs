//! The record: exports it for `contraflow audit verify`, seals what is new in it, and keeps the checkpoints that the
//! host signs over it.

mod checkpoints;
mod log;
mod seal;

pub use checkpoints::checkpoint;
pub use log::Log;
pub use seal::seal;

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_guest::http_io::{Answer, Incoming, text};
use contraflow_guest::problem::Problem;
use contraflow_guest::{keys, limits, store};
use http::{HeaderValue, StatusCode};

const EVENTS: &str = "event/";
/// Lists what an export holds, in this order: whatever a checkpoint covers was stored before it, so all of that is in
/// the export, also while requests move.
const RANGES: [&str; 3] = [keys::CHECKPOINTS, keys::HEADS, EVENTS];
/// Sorts before every key of a range.
const BEGINNING: &str = "-";

/// Returns the range that a cursor lies in, and the key where the page begins.
fn place(cursor: &str) -> Option<(usize, String)> {
    let place = keys::place(cursor)?;
    match RANGES.iter().position(|range| place.starts_with(range)) {
        Some(range) => Some((range, place)),
        // An event is named by its request and its number alone.
        None => Some((RANGES.len() - 1, format!("{EVENTS}{place}"))),
    }
}

/// Serves `GET /v1/audit?cursor=…`: returns a page of all checkpoints, the log of heads, and the events of all
/// requests; the header `Next-Cursor` says where to go on.
pub async fn export(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ExportRecord)?;
    let (mut range, mut start) = incoming.cursor(place)?.unwrap_or_else(|| (0, keys::CHECKPOINTS.to_owned()));
    let mut lines = Vec::new();
    let mut room = limits::AUDIT_PAGE;
    let next = loop {
        let Some(prefix) = RANGES.get(range) else { break None };
        let page = store::scan(start, store::end_of(prefix), room).await?;
        for entry in &page.entries {
            lines.extend_from_slice(&entry.value);
            lines.push(b'\n');
        }
        room = room.saturating_sub(u32::try_from(page.entries.len()).unwrap_or(u32::MAX));
        if page.next.is_some() {
            break page.next;
        }
        range += 1;
        let Some(following) = RANGES.get(range) else { break None };
        start = format!("{following}{BEGINNING}");
        if room == 0 || lines.len() >= limits::AUDIT_BYTES {
            break Some(start);
        }
    };
    let mut answer = text(StatusCode::OK, "application/x-ndjson", lines);
    let cursor = next.map(|next| match next.strip_prefix(EVENTS) {
        Some(event) if event != BEGINNING => event.to_owned(),
        _ => next,
    });
    if let Some(cursor) = cursor.and_then(|cursor| HeaderValue::from_str(&cursor).ok()) {
        answer.headers_mut().insert("next-cursor", cursor);
    }
    Ok(answer)
}
