//! Shows the record of what happened: how far it is sealed, files of it, and whether everything agrees.

pub mod doctor;
pub mod journal;
pub mod record;

use contraflow_domain::authority::Effect;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;

use crate::api_client;
use crate::asked::Asked;
use crate::form::with_query;
use crate::limits;
use crate::locale::{say, woven};
use crate::parts::layout::{Frame, page};
use crate::parts::time;
use crate::reply;
use crate::session::Session;

/// Names the form of a line of the record that is a checkpoint.
const FORM: &str = "checkpoint/1";

/// Holds a signed statement about the whole record at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Checkpoint {
    record: String,
    /// 1, 2, 3, …
    pub number: u64,
    /// When it was signed.
    pub at: Timestamp,
    /// How many requests it covers.
    pub requests: u64,
    /// How many events it covers.
    pub events: u64,
    /// The public key of who signed it.
    pub key: String,
}

/// Returns the last checkpoint of a page of the record, and whether the page ends within them.
fn last_of(lines: &[u8]) -> (Option<Checkpoint>, bool) {
    let mut last = None;
    for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        match serde_json::from_slice::<Checkpoint>(line) {
            Ok(checkpoint) if checkpoint.record == FORM => last = Some(checkpoint),
            _ => return (last, false),
        }
    }
    (last, true)
}

/// Reads the last checkpoint: they stand at the beginning of the record.
async fn sealed(session: &Session) -> Result<Option<Checkpoint>, Problem> {
    let (mut last, mut cursor) = (None, String::new());
    for _ in 0..limits::CHECKPOINT_PAGES {
        let (lines, next) = api_client::part(session, &with_query("/v1/audit", &[("cursor", &cursor)])).await?;
        let (found, is_within) = last_of(&lines);
        last = found.or(last);
        match next.filter(|_| is_within) {
            Some(next) => cursor = next,
            None => break,
        }
    }
    Ok(last)
}

/// Serves `GET /audit`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let last = sealed(asked.session).await?;
    Ok(reply::page(StatusCode::OK, render(asked.frame, last.as_ref())))
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, last: Option<&Checkpoint>) -> Markup {
    let body = html! {
        div.title { div { h1 { (say!("audit-title")) } p.quiet { (say!("audit-hint")) } } }
        div.halves {
            section.card aria-labelledby="sealed" {
                h2 #sealed { (say!("audit-sealed")) }
                @match last {
                    Some(checkpoint) => {
                        p { (woven!("audit-sealed-last", number = html! { (checkpoint.number) }, when = time::relative(checkpoint.at, frame.now))) }
                        dl.facts {
                            dt { (say!("audit-requests")) } dd { (checkpoint.requests) }
                            dt { (say!("audit-events")) } dd { (checkpoint.events) }
                            dt { (say!("audit-key")) } dd.mono.break { (checkpoint.key) }
                        }
                        p.hint { (say!("audit-sealed-hint")) }
                    },
                    None => p { (say!("audit-never-sealed")) },
                }
            }
            section.card aria-labelledby="doctor" {
                h2 #doctor { (say!("audit-doctor")) }
                p { (say!("audit-doctor-hint")) }
                @if frame.may(Effect::Examine) { p.actions { a.button.primary href="/audit/doctor?run=yes" { (say!("audit-doctor-start")) } } }
            }
        }
        section.card aria-labelledby="files" {
            h2 #files { (say!("audit-files")) }
            p { (say!("audit-record-hint")) }
            p.actions { a.button href="/audit/record" { (say!("audit-record")) } }
            @if frame.has_books && frame.may(Effect::ReadBooks) {
                form.inline-form method="get" action="/audit/journal.csv" {
                    label for="after" { (say!("audit-journal-after")) }
                    input #after name="after" inputmode="numeric" pattern="[0-9]*" autocomplete="off" aria-describedby="after-hint";
                    button { (say!("audit-journal")) }
                }
                p.hint #after-hint { (say!("audit-journal-hint", count = limits::JOURNAL_PAGES * limits::JOURNAL_PAGE)) }
            }
        }
    };
    page(frame, &say!("audit-title"), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint(number: u64) -> String {
        format!(
            "{{\"record\":\"checkpoint/1\",\"number\":{number},\"at\":\"2026-11-21T12:00:00.000Z\",\"requests\":7,\"events\":90,\"key\":\"ed25519:ab\",\"root\":\"x\"}}\n"
        )
    }

    #[test]
    fn the_last_checkpoint_is_the_one_before_the_events_begin() {
        let events = "{\"record\":\"heads/1\",\"first\":0,\"heads\":[]}\n{\"request\":\"r\"}\n";
        let lines = format!("{}{}{events}", checkpoint(1), checkpoint(2));
        let (last, is_within) = last_of(lines.as_bytes());
        assert_eq!((last.map(|last| last.number), is_within), (Some(2), false));
        let (last, is_within) = last_of(checkpoint(3).as_bytes());
        assert_eq!((last.map(|last| last.number), is_within), (Some(3), true));
        assert_eq!(last_of(events.as_bytes()), (None, false));
        assert_eq!(last_of(b""), (None, true));
    }
}
