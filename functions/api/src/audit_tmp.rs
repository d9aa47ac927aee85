//! Exports the record as a file with one event a line, for `contraflow audit verify`.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_guest::http_io::{Answer, Incoming, text};
use contraflow_guest::problem::Problem;
use contraflow_guest::{keys, limits, store};
use http::{HeaderValue, StatusCode};

/// Serves `GET /v1/audit?cursor=…`: returns a page of the events of all requests; the header `Next-Cursor` says where
/// to go on.
pub async fn export(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ExportRecord)?;
    let start = format!("event/{}", incoming.cursor(keys::place)?.unwrap_or_default());
    let page = store::scan(start, store::end_of("event/"), limits::AUDIT_PAGE).await?;
    let mut lines = Vec::new();
    for entry in &page.entries {
        lines.extend_from_slice(&entry.value);
        lines.push(b'\n');
    }
    let mut answer = text(StatusCode::OK, "application/x-ndjson", lines);
    let next = page.next.and_then(|next| next.strip_prefix("event/").map(str::to_owned));
    if let Some(next) = next.and_then(|next| HeaderValue::from_str(&next).ok()) {
        answer.headers_mut().insert("next-cursor", next);
    }
    Ok(answer)
}
