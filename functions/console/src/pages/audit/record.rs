//! Gives the record out in files: parts of so many lines that together are all of it.

use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};

use crate::api_client;
use crate::asked::Asked;
use crate::form::with_query;
use crate::limits;
use crate::locale::say;
use crate::parts::layout::{Frame, page};
use crate::reply;
use crate::session::Session;

/// Reads one part of the record, and where the next one begins.
async fn part(session: &Session, cursor: &str) -> Result<(Vec<u8>, Option<String>), Problem> {
    let (mut lines, mut cursor) = (Vec::new(), cursor.to_owned());
    for _ in 0..limits::RECORD_PAGES {
        let (more, next) = api_client::part(session, &with_query("/v1/audit", &[("cursor", &cursor)])).await?;
        lines.extend_from_slice(&more);
        match next {
            Some(next) => cursor = next,
            None => return Ok((lines, None)),
        }
    }
    Ok((lines, Some(cursor)))
}

/// Returns the number of the part that an address names.
fn number(text: &str) -> u32 {
    text.parse().ok().filter(|number| *number > 0).unwrap_or(1)
}

/// Serves `GET /audit/record`: leads from part to part.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let cursor = asked.form.get("cursor");
    let (lines, next) = part(asked.session, cursor).await?;
    let shown = Part { number: number(asked.form.get("part")), cursor, bytes: lines.len(), next: next.as_deref() };
    Ok(reply::page(StatusCode::OK, render(asked.frame, &shown)))
}

/// Serves `GET /audit/record.ndjson`: gives one part.
///
/// # Errors
/// The problem that the api answered.
pub async fn file(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let (lines, _) = part(asked.session, asked.form.get("cursor")).await?;
    let name = format!("record-{:04}.ndjson", number(asked.form.get("part")));
    Ok(reply::file(&name, "application/x-ndjson", lines.into()))
}

/// Holds what is known of a part.
pub struct Part<'a> {
    /// 1, 2, 3, …
    pub number: u32,
    /// Where it begins.
    pub cursor: &'a str,
    /// How long it is.
    pub bytes: usize,
    /// Where the next one begins; `None` where it is the last.
    pub next: Option<&'a str>,
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, part: &Part<'_>) -> Markup {
    let address =
        |path: &str, number: u32, cursor: &str| with_query(path, &[("part", &number.to_string()), ("cursor", cursor)]);
    let body = html! {
        div.title { h1 { (say!("audit-part", number = part.number)) } a.button href="/audit" { (say!("audit-back")) } }
        section.card aria-label=(say!("audit-record")) {
            p { (say!("audit-part-size", kilobytes = part.bytes.div_ceil(1024))) }
            p.actions {
                a.button.primary href=(address("/audit/record.ndjson", part.number, part.cursor)) download { (say!("audit-part-download", number = part.number)) }
                @if let Some(next) = part.next { a.button rel="next" href=(address("/audit/record", part.number + 1, next)) { (say!("audit-part-next", number = part.number + 1)) } }
            }
            p.hint { @if part.next.is_some() { (say!("audit-part-more")) } @else { (say!("audit-part-last")) } }
            p.hint { (say!("audit-part-verify")) }
        }
    };
    page(frame, &say!("audit-record"), body)
}
