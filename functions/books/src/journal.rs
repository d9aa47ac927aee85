//! Serves `GET /v1/books/journal`, as JSON and as Beancount.

use contraflow_guest::http_io::{self, Answer, Incoming};
use contraflow_guest::limits;
use contraflow_guest::problem::Problem;
use http::StatusCode;

use crate::bindings::contract::JournalEntry;
use crate::bindings::contraflow::erp::books;
use crate::{beancount, unreadable, wire};

const BEANCOUNT: &str = "text/x-beancount";

/// Returns the journal in the form that was asked for.
pub async fn show(incoming: &Incoming) -> Result<Answer, Problem> {
    let after = incoming.cursor(|cursor| cursor.parse().ok())?.unwrap_or_default();
    if !wants_beancount(incoming)? {
        let (entries, next) = read(after, incoming.page_limit()? as usize).await?;
        let items: Result<_, _> = entries.iter().map(wire::entry).collect();
        let page = wire::Page { items: items.map_err(unreadable)?, next: next.map(|next| next.to_string()) };
        return Ok(http_io::json(StatusCode::OK, &page));
    }
    // An export is the whole journal, unless the caller asks for a page.
    let most = match incoming.parameter("limit") {
        Some(_) => incoming.page_limit()? as usize,
        None => limits::BEANCOUNT_ENTRIES,
    };
    let (entries, next) = read(after, most).await?;
    let file = beancount::file(&entries, next).map_err(unreadable)?;
    Ok(http_io::text(StatusCode::OK, "text/x-beancount; charset=utf-8", file))
}

/// Reads at most so many entries, with the sequence after which more follow.
async fn read(mut after: u64, most: usize) -> Result<(Vec<JournalEntry>, Option<u64>), Problem> {
    let mut entries: Vec<JournalEntry> = vec![];
    // One entry more than wanted tells whether any follow.
    while entries.len() <= most {
        let wanted = u32::try_from(most + 1 - entries.len()).unwrap_or(u32::MAX).min(limits::JOURNAL_READ);
        let page = books::journal_page(after, wanted).await?;
        let is_last = page.len() < wanted as usize;
        entries.extend(page);
        after = entries.last().map_or(after, |entry| entry.sequence);
        if is_last {
            break;
        }
    }
    let more = entries.len() > most;
    entries.truncate(most);
    let next = entries.last().filter(|_| more).map(|entry| entry.sequence);
    Ok((entries, next))
}

/// Tells whether the caller wants Beancount; `format` counts before `Accept`.
fn wants_beancount(incoming: &Incoming) -> Result<bool, Problem> {
    match incoming.parameter("format").as_deref() {
        Some("beancount") => Ok(true),
        Some("json") => Ok(false),
        Some(_) => Err(Problem::parameter("format", "`format` must be json or beancount.")),
        None => Ok(incoming.header("accept").is_some_and(|accepted| accepted.contains(BEANCOUNT))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incoming(query: &str, accept: Option<&'static str>) -> Incoming {
        let accept = accept.map(|accept| (http::header::ACCEPT, http::HeaderValue::from_static(accept)));
        Incoming {
            method: http::Method::GET,
            path: "/v1/books/journal".to_owned(),
            query: query.to_owned(),
            headers: accept.into_iter().collect(),
            body: Default::default(),
        }
    }

    #[test]
    fn the_form_is_chosen_by_the_query_and_then_by_accept() {
        let wants = |query: &str, accept| wants_beancount(&incoming(query, accept)).map_err(|problem| problem.status);
        assert_eq!(wants("", None), Ok(false));
        assert_eq!(wants("", Some("text/x-beancount, */*")), Ok(true));
        assert_eq!(wants("format=beancount", None), Ok(true));
        assert_eq!(wants("format=json", Some("text/x-beancount")), Ok(false));
        assert_eq!(wants("format=xml", None), Err(422));
    }
}
