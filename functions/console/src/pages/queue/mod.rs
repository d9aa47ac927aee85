//! Shows what waits for whoever is signed in, part by part, and lets them decide on several requests at once.

mod bulk;
pub mod skipped;
mod tabs;
pub mod wanted;

use std::collections::BTreeSet;

use contraflow_domain::authority::Effect;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::preferences::{OwnedView, ViewPlace};
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::totals::ListTotals;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::{Page, UnreadView};
use http::StatusCode;
use maud::{Markup, html};

use super::{decidable, unread, views};
use crate::api_client;
use crate::form::Form;
use crate::listed;
use crate::locale::say;
use crate::parts::layout::{Frame, page};
use crate::parts::totals::totals;
use crate::parts::{filters, pager, rows};
use crate::reply;
use crate::session::Session;
use wanted::{View, Wanted};

/// Holds what was chosen on the page so far.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// The values of the boxes that are ticked.
    pub ticked: BTreeSet<String>,
    /// True when all boxes are ticked.
    pub all: bool,
    /// True when those with warnings are not ticked.
    pub calm: bool,
    /// The note that was typed for the decision.
    pub note: String,
}

/// Holds what the page shows.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Which part of the queue it is.
    pub wanted: Wanted,
    /// The requests of this page.
    pub list: Page<RequestRow>,
    /// What the whole list comes to, as far as that is known.
    pub totals: Option<ListTotals>,
    /// Messages that could not be read.
    pub unread: Vec<UnreadView>,
    /// The lists that the person keeps or sees.
    pub views: Vec<OwnedView>,
}

/// Serves `GET /queue`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(frame: &Frame<'_>, session: &Session, query: &Form) -> Result<Answer, Problem> {
    show(StatusCode::OK, frame, session, Wanted::of(query, session), &Choice::default()).await
}

/// Answers with the page as it is now, with what was chosen on it.
///
/// # Errors
/// The problem that the api answered.
pub async fn show(
    status: StatusCode,
    frame: &Frame<'_>,
    session: &Session,
    wanted: Wanted,
    choice: &Choice,
) -> Result<Answer, Problem> {
    let (address, sums) = (wanted.page(&wanted.trail.cursor), wanted.api("/v1/queue/totals", &[]));
    let unread =
        async { if wanted.view == View::Tasks { unread::first(frame, session).await } else { Ok(Vec::new()) } };
    let (list, totals, unread, views) = futures::join!(
        api_client::get(session, &address),
        api_client::get(session, &sums),
        unread,
        views::of(session, ViewPlace::Queue)
    );
    let (list, problem) = listed::or_fault(list)?;
    let shown = Shown { wanted, list, totals: totals.ok(), unread: unread?, views };
    Ok(match problem {
        Some(problem) => {
            let status = reply::status_of(&problem);
            reply::page(status, render(&frame.failed(problem), session, &shown, choice))
        }
        None => reply::page(status, render(frame, session, &shown, choice)),
    })
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, shown: &Shown, choice: &Choice) -> Markup {
    let Shown { wanted, list, .. } = shown;
    let title = wanted.view.said();
    let body = html! {
        div.title {
            h1 { (say!("queue-title")) ": " (title) }
            @if let Some(all) = &shown.totals { p.quiet { (totals(all)) } }
        }
        (tabs::tabs(frame, session, shown))
        (filter_form(shown))
        (filters::chips("/queue", &[("view", wanted.view.name())], &wanted.filters))
        (unread::card(frame, session, &shown.unread))
        @if list.items.is_empty() && list.next.is_none() {
            (nothing(frame, wanted))
        } @else {
            @if list.items.is_empty() { (pager::nothing_here()) } @else { (waiting(frame, session, shown, choice)) }
            (pager::trail("/queue", &wanted.parameters(), &wanted.trail, list.next.as_deref()))
        }
    };
    page(frame, &format!("{}: {title}", say!("queue-title")), body)
}

fn nothing(frame: &Frame<'_>, wanted: &Wanted) -> Markup {
    html! {
        div.card.empty {
            p.big aria-hidden="true" { "✓" }
            @if wanted.filters.is_empty() {
                h2 { (say!("queue-empty")) }
                p { (say!("queue-empty-hint")) }
            } @else {
                h2 { (say!("queue-none-fits")) }
            }
            p.actions { a.button href="/requests" { (say!("error-all-requests")) } @if frame.may(Effect::Ask) { " " a.button.primary href="/new" { (say!("frame-new")) } } }
        }
    }
}

fn filter_form(shown: &Shown) -> Markup {
    let Wanted { view, filters, .. } = &shown.wanted;
    html! {
        details.filter-box open[!filters.is_empty()] {
            summary { (say!("filter-title")) }
            form.filters method="get" action="/queue" {
                input type="hidden" name="view" value=(view.name());
                @for name in wanted::FILTERS {
                    @if (name == "exception") == (*view == View::Exceptions) || name != "exception" { (filters::field(filters, name)) }
                }
                button { (say!("filter-apply")) }
            }
            (views::save_form(ViewPlace::Queue, &shown.wanted.query(), &shown.views))
        }
    }
}

/// Tells whether a person may decide on a request of the queue right from its row.
pub fn is_decidable(session: &Session, request: &RequestRow) -> bool {
    let awaits = request.awaits_decision() && request.status != RequestStatus::InfoRequested;
    awaits && decidable::why_not(session, request).is_none()
}

/// Returns what a ticked box sends: the request, and the hash of the content that the decider saw.
fn sent(request: &RequestRow) -> String {
    format!("{} {}", request.id, request.content_hash)
}

fn waiting(frame: &Frame<'_>, session: &Session, shown: &Shown, choice: &Choice) -> Markup {
    let pick = |request: &RequestRow| {
        is_decidable(session, request).then(|| {
            let value = sent(request);
            let is_left_out = choice.calm && rows::is_warned(&request.findings);
            rows::Pick { is_ticked: (choice.all || choice.ticked.contains(&value)) && !is_left_out, value }
        })
    };
    let query = shown.wanted.query();
    let caption = say!("queue-caption");
    let any = shown.list.items.iter().any(|request| is_decidable(session, request));
    let look = rows::Look {
        caption: &caption,
        when: rows::When::Deadline,
        now: frame.now,
        picks: if any { Some(&pick) } else { None },
        queue: &query,
        sorted: None,
        me: &session.person.name,
    };
    let table = rows::looking(look, &shown.list.items);
    html! { @if any { (bulk::form(session, shown, choice, table)) } @else { (table) } }
}
