//! What waits for whoever is signed in.

use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::{Answer, Incoming};
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};

use crate::api_client;
use crate::form::{Form, with_query};
use crate::limits;
use crate::model::{List, RequestView};
use crate::parts::layout::{Frame, page};
use crate::parts::{pager, rows};
use crate::reply;
use crate::session::Session;

/// `GET /queue`.
///
/// # Errors
/// The api's.
pub async fn get(incoming: &Incoming, frame: &Frame<'_>, session: &Session) -> Result<Answer, Problem> {
    let query = Form::parse(incoming.query.as_bytes());
    let cursor = query.get("cursor");
    let address = with_query("/v1/queue", &[("limit", &limits::PAGE.to_string()), ("cursor", cursor)]);
    let list = api_client::get(session, &address).await?;
    Ok(reply::page(StatusCode::OK, render(frame, &list, cursor)))
}

/// The page.
pub fn render(frame: &Frame<'_>, list: &List<RequestView>, cursor: &str) -> Markup {
    let overdue = list.items.iter().filter(|request| is_past(request, frame.now)).count();
    let body = html! {
        div.title {
            h1 { "Queue" }
            @if !list.items.is_empty() {
                p.quiet {
                    (list.items.len()) @if list.next.is_some() { " on this page, more follow" } @else { " waiting for you" } ", the oldest deadline first"
                    @if overdue > 0 { ", " strong.overdue { (overdue) " overdue" } }
                }
            }
        }
        @if list.items.is_empty() {
            div.card.empty {
                p.big aria-hidden="true" { "✓" }
                h2 { "Nothing waits for you" }
                p { "Requests that need your decision appear here. You can look at all requests, or make one." }
                p.actions { a.button href="/requests" { "All requests" } a.button.primary href="/new" { "New request" } }
            }
        } @else {
            (rows::table("Requests that wait for you", &list.items, rows::When::Deadline, frame.now))
            (pager::pager("/queue", &[], cursor, list.next.as_deref()))
        }
    };
    page(frame, "Queue", body)
}

fn is_past(request: &RequestView, now: Timestamp) -> bool {
    request.deadline.as_deref().and_then(|text| text.parse::<Timestamp>().ok()).is_some_and(|deadline| deadline <= now)
}
