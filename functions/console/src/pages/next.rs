//! Leads from one request of the queue to the next: after a decision, by "skip", and by the arrows beside the place.

use contraflow_domain::request::row::RequestRow;
use contraflow_domain::request::view::RequestView;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::{Answer, Incoming};
use contraflow_guest::view::Page;
use maud::{Markup, html};

use super::queue::skipped;
use super::queue::wanted::{View, Wanted};
use crate::api_client;
use crate::form::{Form, with_query};
use crate::limits;
use crate::locale::say;
use crate::parts::layout::Frame;
use crate::parts::rows;
use crate::parts::totals::counted;
use crate::parts::words::short_id;
use crate::reply;
use crate::session::Session;

/// Says where in a queue a request stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    at: Timestamp,
    id: String,
}

impl Place {
    /// Returns the place of a request.
    pub fn of(request: &RequestView) -> Self {
        Self { at: request.due_at.or(request.deadline).unwrap_or(request.created_at), id: request.id.clone() }
    }

    #[cfg(test)]
    fn of_row(row: &RequestRow) -> Self {
        Self { at: row.queue_time(), id: row.id.clone() }
    }

    /// Reads a place as [`Place::written`] writes it.
    pub fn read(written: &str) -> Option<Self> {
        let (at, id) = written.split_once('~')?;
        Some(Self { at: at.parse().ok()?, id: id.to_owned() })
    }

    /// Writes the place.
    pub fn written(&self) -> String {
        format!("{}~{}", self.at, self.id)
    }

    fn is_before(&self, row: &RequestRow) -> bool {
        (self.at, self.id.as_str()) < (row.queue_time(), row.id.as_str())
    }
}

/// Says what the next request must not be.
struct Passing<'a> {
    session: &'a Session,
    now: Timestamp,
    skipped: &'a [String],
    here: Option<&'a Place>,
}

impl Passing<'_> {
    /// Tells whether a request may be the next one: it is not this one, was not skipped, and nobody else looks at it.
    fn takes(&self, row: &RequestRow) -> bool {
        let is_taken =
            row.taken.as_ref().is_some_and(|taken| taken.until > self.now && taken.by != self.session.person.name);
        let is_here = self.here.is_some_and(|here| here.id == row.id);
        !is_here && !is_taken && !self.skipped.contains(&row.id)
    }

    fn first<'a>(&self, rows: &'a [RequestRow]) -> Option<&'a RequestRow> {
        rows.iter().find(|row| self.takes(row) && self.here.is_none_or(|here| here.is_before(row)))
    }
}

/// Returns the address of the next request of a queue behind a place; where there is none any more, of the first that
/// was passed over, and where there is none at all, of the queue.
pub async fn address(session: &Session, query: &str, here: Option<&Place>, skipped: &[String]) -> String {
    let wanted = Wanted::read(query, session);
    let passing = Passing { session, now: contraflow_guest::now(), skipped, here };
    let mut cursor = wanted.trail.cursor.clone();
    let mut first = None;
    for _ in 0..limits::LOOKED_THROUGH {
        let Ok(list) = api_client::get::<Page<RequestRow>>(session, &wanted.page(&cursor)).await else { break };
        if let Some(next) = passing.first(&list.items) {
            return rows::address(&next.id, query);
        }
        if cursor.is_empty() {
            first = Some(list.items);
        }
        match list.next {
            Some(next) => cursor = next,
            None => break,
        }
    }
    let beginning = Wanted { trail: Default::default(), ..wanted };
    let first = match first {
        Some(known) => known,
        None => {
            let list = api_client::get::<Page<RequestRow>>(session, &beginning.page("")).await;
            list.map(|list| list.items).unwrap_or_default()
        }
    };
    first
        .into_iter()
        .find(|row| passing.takes(row))
        .map_or_else(|| beginning.address(), |row| rows::address(&row.id, &beginning.query()))
}

/// Serves `GET /queue/next?queue=…&after=…&skip=…`.
pub async fn get(incoming: &Incoming, session: &Session, query: &Form) -> Answer {
    let skipped = skipped::with(skipped::of(incoming, session), query.get("skip"));
    let here = Place::read(query.get("after"));
    let next = address(session, query.get("queue"), here.as_ref(), &skipped).await;
    // Once everything was skipped, all of it is offered again.
    let is_over = next.starts_with("/queue");
    let kept = if is_over { Vec::new() } else { skipped };
    reply::with_cookie(reply::see_other(&next), skipped::cookie(&kept, session))
}

/// Holds what stands around a request in the queue that it was opened from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Around {
    /// The query of the queue; empty for a request that was opened otherwise.
    pub query: String,
    /// Its number in the queue, from 1; `None` where that is not known.
    pub number: Option<usize>,
    /// The request before.
    pub before: Option<String>,
    /// The request behind.
    pub behind: Option<String>,
}

/// Finds out what stands around a request in the queue that it was opened from.
pub async fn around(session: &Session, id: &str, query: &str) -> Around {
    if query.is_empty() {
        return Around::default();
    }
    let wanted = Wanted::read(query, session);
    let list = api_client::get::<Page<RequestRow>>(session, &wanted.page(&wanted.trail.cursor)).await;
    let rows = list.map(|list| list.items).unwrap_or_default();
    let is_first_page = wanted.trail.cursor.is_empty();
    within(&rows, id, query, is_first_page)
}

fn within(rows: &[RequestRow], id: &str, query: &str, is_first_page: bool) -> Around {
    let index = rows.iter().position(|row| row.id == id);
    let at = |index: usize| rows.get(index).map(|row| row.id.clone());
    Around {
        query: query.to_owned(),
        number: index.filter(|_| is_first_page).map(|index| index + 1),
        before: index.and_then(|index| at(index.checked_sub(1)?)),
        behind: index.and_then(|index| at(index + 1)),
    }
}

/// Draws the way through the queue: back to it, the request before, the number, the request behind, and "skip".
pub fn bar(frame: &Frame<'_>, session: &Session, request: &RequestView, around: &Around) -> Markup {
    if around.query.is_empty() {
        return html! {};
    }
    let wanted = Wanted::read(&around.query, session);
    let count = wanted.view.count(frame.counts).filter(|_| wanted.filters.is_empty());
    let back = format!("{}#{}", wanted.address(), short_id(&request.id));
    let skip = with_query(
        "/queue/next",
        &[("queue", &around.query), ("after", &Place::of(request).written()), ("skip", &request.id)],
    );
    let arrow = |to: &Option<String>, sign: &str, said: String, key: &str| match to {
        Some(id) => {
            html! { a.button href=(rows::address(id, &around.query)) data-key=(key) aria-label=(said) { (sign) } }
        }
        None => html! { span.button.disabled aria-hidden="true" { (sign) } },
    };
    html! {
        nav.way aria-label=(say!("through-way")) {
            a href=(back) data-key="u" { "← " (say!("through-back", view = wanted.view.said())) }
            span.way-arrows {
                (arrow(&around.before, "‹", say!("through-previous"), "p"))
                @if let Some(number) = around.number {
                    span.number { @match count { Some(count) => { (say!("through-of", number = number, count = counted(count))) }, None => (number) } }
                }
                (arrow(&around.behind, "›", say!("through-next"), "n"))
                @if wanted.view == View::Decisions { a.button href=(skip) data-key="s" { (say!("through-skip")) } }
            }
        }
    }
}

/// Returns what waits in the view behind, for the sentence that says what was done: "70 left".
pub async fn left(session: &Session, query: &str) -> Option<String> {
    let wanted = Wanted::read(query, session);
    if query.is_empty() || !wanted.filters.is_empty() {
        return None;
    }
    let count = wanted.view.count(api_client::counts(session).await)?;
    Some(say!("through-left", count = counted(count)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::{fixtures, now, session};
    use contraflow_domain::request::taken::Taken;

    fn rows() -> Vec<RequestRow> {
        let mut rows: Vec<RequestRow> = fixtures::many(6).into_iter().map(RequestRow::from).collect();
        rows.sort_by_key(|row| (row.queue_time(), row.id.clone()));
        rows
    }

    #[test]
    fn the_next_is_the_first_behind_that_was_not_skipped_and_that_nobody_looks_at() {
        let bob = session("bob", &["finance"]);
        let mut rows = rows();
        let here = Place::of_row(&rows[0]);
        let next = |rows: &[RequestRow], skipped: &[String]| {
            let passing = Passing { session: &bob, now: now(), skipped, here: Some(&here) };
            passing.first(rows).map(|row| row.id.clone())
        };
        assert_eq!(next(&rows, &[]), Some(rows[1].id.clone()));
        assert_eq!(next(&rows, &[rows[1].id.clone()]), Some(rows[2].id.clone()));
        let taken = |by: &str| Some(Taken { by: by.into(), at: now(), until: now().plus_ms(60_000) });
        rows[1].taken = taken("mia");
        assert_eq!(next(&rows, &[]), Some(rows[2].id.clone()));
        rows[1].taken = taken("bob");
        assert_eq!(next(&rows, &[]), Some(rows[1].id.clone()));
        // The one that was decided is gone from the list; the next is still the one behind its place.
        assert_eq!(next(&rows[1..], &[]), Some(rows[1].id.clone()));
    }

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let place = Place::of_row(&rows()[2]);
        assert_eq!(Place::read(&place.written()), Some(place));
        assert_eq!(Place::read("x"), None);
        assert_eq!(Place::read("x~y"), None);
    }

    #[test]
    fn the_number_counts_from_the_first_page_only() {
        let rows = rows();
        let found = within(&rows, &rows[2].id, "view=decisions", true);
        assert_eq!(
            (found.number, found.before.as_ref(), found.behind.as_ref()),
            (Some(3), Some(&rows[1].id), Some(&rows[3].id))
        );
        assert_eq!(within(&rows, &rows[2].id, "q", false).number, None);
        assert_eq!(within(&rows, "gone", "q", true), Around { query: "q".into(), ..Around::default() });
    }
}
