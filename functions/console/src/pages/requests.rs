//! Shows all requests, with search, filters and what they come to.

use contraflow_domain::authority::Effect;
use contraflow_domain::preferences::{OwnedView, ViewPlace};
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::totals::ListTotals;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};

use super::views;
use crate::api_client;
use crate::form::{Form, with_query};
use crate::limits;
use crate::listed;
use crate::locale::say;
use crate::parts::filters::{self, Filters};
use crate::parts::layout::{Frame, page};
use crate::parts::pager::{self, Trail};
use crate::parts::rows;
use crate::parts::totals::totals;
use crate::reply;
use crate::session::Session;

/// Lists the filters that most people use.
const USUAL: [&str; 4] = ["q", "status", "kind", "customer"];
/// Lists the filters that are seldom wanted.
const MORE: [&str; 10] =
    ["invoice", "requester", "reason", "currency", "min", "max", "from", "until", "channel", "task"];

/// Holds what the page shows.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The filters that are set.
    pub filters: Filters,
    /// True when the oldest come first.
    pub oldest_first: bool,
    /// Where the page begins.
    pub trail: Trail,
    /// The requests of this page.
    pub list: Page<RequestRow>,
    /// What the whole list comes to, as far as that is known.
    pub totals: Option<ListTotals>,
    /// The lists that the person keeps or sees.
    pub views: Vec<OwnedView>,
}

fn all_filters(query: &Form) -> Filters {
    Filters::of(query, &[&USUAL[..], &MORE[..]].concat())
}

fn sort(oldest_first: bool) -> &'static str {
    if oldest_first { "oldest" } else { "" }
}

/// Serves `GET /requests`.
///
/// # Errors
/// The problem that the api answered, unless it is one of what was typed: then the form is shown again.
pub async fn get(frame: &Frame<'_>, session: &Session, query: &Form) -> Result<Answer, Problem> {
    let (filters, trail) = (all_filters(query), Trail::of(query));
    let oldest_first = query.get("sort") == "oldest";
    let asked = filters.asked();
    let asked: Vec<_> = asked.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let limit = limits::PAGE.to_string();
    let place = [("sort", sort(oldest_first)), ("limit", &limit), ("cursor", &trail.cursor)];
    let address = with_query("/v1/requests", &asked.iter().copied().chain(place).collect::<Vec<_>>());
    let sums = with_query("/v1/requests/totals", &asked);
    let (list, totals, views) = futures::join!(
        api_client::get(session, &address),
        api_client::get(session, &sums),
        views::of(session, ViewPlace::Requests)
    );
    let (list, problem) = listed::or_fault(list)?;
    let shown = Shown { filters, oldest_first, trail, list, totals: totals.ok(), views };
    Ok(match problem {
        Some(problem) => reply::page(reply::status_of(&problem), render(&frame.failed(problem), &shown)),
        None => reply::page(StatusCode::OK, render(frame, &shown)),
    })
}

/// Serves `GET /requests.csv`: a file of what the same filters leave.
///
/// # Errors
/// The problem that the api answered.
pub async fn csv(session: &Session, query: &Form) -> Result<Answer, Problem> {
    let asked = all_filters(query).asked();
    let asked: Vec<_> = asked.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let file = api_client::file(session, &with_query("/v1/requests.csv", &asked)).await?;
    Ok(reply::file("requests.csv", "text/csv; charset=utf-8", file))
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, shown: &Shown) -> Markup {
    let Shown { filters, list, trail, .. } = shown;
    let sorted = ("sort", sort(shown.oldest_first));
    let kept: Vec<_> =
        filters.parameters().into_iter().chain([sorted]).filter(|(_, value)| !value.is_empty()).collect();
    let here = with_query("", &kept).trim_start_matches('?').to_owned();
    let heading = received(shown);
    let look = rows::Look {
        caption: &say!("requests-caption"),
        when: rows::When::Received,
        now: frame.now,
        picks: None,
        queue: "",
        sorted: Some(&heading),
        me: "",
    };
    let body = html! {
        div.title {
            h1 { (say!("frame-requests")) }
            p.quiet {
                @if let Some(all) = &shown.totals { (totals(all)) " · " }
                a href=(with_query("/requests.csv", &filters.parameters())) download { (say!("requests-csv")) }
            }
        }
        (kept_lists(shown, &here))
        form.filters method="get" action="/requests" {
            @for name in USUAL { (filters::field(filters, name)) }
            details.filter-more open[MORE.iter().any(|name| !filters.get(name).is_empty())] {
                summary { (say!("filter-more")) }
                div.filters { @for name in MORE { (filters::field(filters, name)) } }
            }
            @if shown.oldest_first { input type="hidden" name="sort" value="oldest"; }
            button.primary { (say!("filter-apply")) }
        }
        (filters::chips("/requests", &[], filters))
        (views::save_form(ViewPlace::Requests, &here, &shown.views))
        @if list.items.is_empty() && list.next.is_none() {
            div.card.empty {
                h2 { (say!("requests-none")) }
                p { @if filters.is_empty() { (say!("requests-none-yet")) } @else { (say!("requests-none-fit")) } }
                p.actions { @if frame.may(Effect::Ask) { a.button.primary href="/new" { (say!("frame-new")) } } }
            }
        } @else {
            @if list.items.is_empty() { (pager::nothing_here()) } @else { (rows::looking(look, &list.items)) }
            (pager::trail("/requests", &kept, trail, list.next.as_deref()))
        }
    };
    page(frame, &say!("frame-requests"), body)
}

/// Draws the heading of the column by which the list is sorted: it turns the order round.
fn received(shown: &Shown) -> Markup {
    let turned = ("sort", sort(!shown.oldest_first));
    let address = with_query("/requests", &shown.filters.parameters().into_iter().chain([turned]).collect::<Vec<_>>());
    let (order, sign) = if shown.oldest_first { ("ascending", "↑") } else { ("descending", "↓") };
    html! { th scope="col" aria-sort=(order) { a href=(address) { (say!("row-received")) " " span aria-hidden="true" { (sign) } } } }
}

fn kept_lists(shown: &Shown, here: &str) -> Markup {
    html! {
        @if !shown.views.is_empty() {
            nav.tabs aria-label=(say!("requests-lists")) {
                a href="/requests" aria-current=[here.is_empty().then_some("page")] { (say!("requests-all")) }
                @for view in &shown.views {
                    a.kept href=(format!("/requests?{}", view.view.query)) aria-current=[(view.view.query == here).then_some("page")] { bdi { (view.view.name) } }
                }
            }
        }
    }
}
