//! Shows all requests, with filters.

use contraflow_domain::authority::Effect;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::row::RequestRow;
use contraflow_guest::http_io::{Answer, Incoming};
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};

use crate::api_client;
use crate::form::{Form, with_query};
use crate::limits;
use crate::parts::layout::{Frame, page};
use crate::parts::{pager, rows};
use crate::reply;
use crate::session::Session;

/// Holds the filters that were asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The state that is wanted; empty for all states.
    pub status: String,
    /// The customer who is wanted; empty for all customers.
    pub customer: String,
    /// The cursor at which the page begins; empty for the newest request.
    pub cursor: String,
}

/// Serves `GET /requests`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(incoming: &Incoming, frame: &Frame<'_>, session: &Session) -> Result<Answer, Problem> {
    let query = Form::parse(incoming.query.as_bytes());
    let filter = Filter {
        status: query.get("status").into(),
        customer: query.get("customer").into(),
        cursor: query.get("cursor").into(),
    };
    let list = api_client::get(session, &address(&filter)).await?;
    Ok(reply::page(StatusCode::OK, render(frame, &list, &filter)))
}

fn address(filter: &Filter) -> String {
    let limit = limits::PAGE.to_string();
    with_query(
        "/v1/requests",
        &[("status", &filter.status), ("customer", &filter.customer), ("cursor", &filter.cursor), ("limit", &limit)],
    )
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, list: &Page<RequestRow>, filter: &Filter) -> Markup {
    let filtered = !filter.status.is_empty() || !filter.customer.is_empty();
    let body = html! {
        div.title { h1 { "Requests" } @if frame.may(Effect::Ask) { a.button.primary href="/new" { "New request" } } }
        (filters(filter, filtered))
        @if list.items.is_empty() && list.next.is_none() {
            div.card.empty {
                h2 { @if filtered { "No request fits the filters" } @else { "There are no requests yet" } }
                p { @if filtered { "Take a filter away, or look at all of them." } @else { "Make the first one, or let a helpdesk send it." } }
                p.actions { @if filtered { a.button href="/requests" { "All requests" } } @if frame.may(Effect::Ask) { a.button.primary href="/new" { "New request" } } }
            }
        } @else {
            @if list.items.is_empty() { (pager::nothing_here()) }
            @else { (rows::table("Requests, the newest first", &list.items, rows::When::Received, frame.now, None)) }
            (pager::pager("/requests", &[("status", &filter.status), ("customer", &filter.customer)], &filter.cursor, list.next.as_deref()))
        }
    };
    page(frame, "Requests", body)
}

fn filters(filter: &Filter, filtered: bool) -> Markup {
    html! {
        form.filters method="get" action="/requests" role="search" aria-label="Filter requests" {
            div {
                label for="status" { "Status" }
                select #status name="status" {
                    option value="" { "All" }
                    @for status in RequestStatus::ALL {
                        option value=(status.name()) selected[filter.status == status.name()] { (status.title()) }
                    }
                }
            }
            div {
                label for="customer" { "Customer" }
                input #customer name="customer" value=(filter.customer) placeholder="CUST-7" autocomplete="off" spellcheck="false";
            }
            button { "Filter" }
            @if filtered { a.button href="/requests" { "Clear" } }
        }
    }
}
