//! Shows requests as rows of a table, which become cards on a phone.

use contraflow_domain::request::row::RequestRow;
use contraflow_domain::request::slot::Slot;
use contraflow_domain::time::Timestamp;
use maud::{Markup, html};

use super::words::{humane, short_id};
use super::{chips, money, time};
use crate::form::segment;

/// Says what the first column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The time that is left to decide.
    Deadline,
    /// The time since the request came in.
    Received,
}

/// Names every box that can be ticked.
pub const PICKED: &str = "picked";

/// Holds a row's box that can be ticked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// The value that is sent when the box is ticked.
    pub value: String,
    /// True when the box is ticked.
    pub is_ticked: bool,
}

/// Names a function that says which box a row has, if any.
pub type Picks<'a> = &'a dyn Fn(&RequestRow) -> Option<Pick>;

/// Draws the table. Its caption names it for people who can't see the heading.
pub fn table(caption: &str, requests: &[RequestRow], when: When, now: Timestamp, picks: Option<Picks<'_>>) -> Markup {
    html! {
        div.card.flush {
            table.rows.pickable[picks.is_some()] {
                caption.hidden { (caption) }
                thead {
                    tr {
                        @if picks.is_some() { th.pick scope="col" { span.hidden { "Select" } } }
                        th scope="col" { "Request" }
                        th scope="col" { "For" }
                        th scope="col" { "Asked by" }
                        th scope="col" { "Status" }
                        th scope="col" { "Findings" }
                        th scope="col" { @if when == When::Deadline { "Deadline" } @else { "Received" } }
                        th.number scope="col" { "Amount" }
                    }
                }
                tbody { @for request in requests { (row(request, when, now, picks)) } }
            }
        }
    }
}

fn row(request: &RequestRow, when: When, now: Timestamp, picks: Option<Picks<'_>>) -> Markup {
    html! {
        tr {
            @if let Some(picks) = picks { td.pick { @if let Some(pick) = picks(request) { (pick_box(request, &pick)) } } }
            th scope="row" data-label="Request" {
                a.cover href=(format!("/requests/{}", segment(&request.id))) { (request.kind.title()) }
                span.second { @if !request.reason.is_empty() { (humane(&request.reason)) " · " } span.mono { "…" (short_id(&request.id)) } }
            }
            td data-label="For" {
                span { (request.invoice.as_deref().or(request.customer.as_deref()).unwrap_or("–")) }
                @if let (Some(_), Some(customer)) = (&request.invoice, &request.customer) { span.second { (customer) } }
            }
            td data-label="Asked by" { span.clip { (request.requester) } }
            td data-label="Status" {
                (chips::status(request.status))
                @if let Some(level) = &request.approvals.next { span.second { "needs " (Slot::read(level).title()) } }
            }
            td data-label="Findings" { (chips::worst(&request.findings)) }
            td data-label=(if when == When::Deadline { "Deadline" } else { "Received" }) {
                @match (when, request.due_at.or(request.deadline)) {
                    (When::Deadline, Some(deadline)) => (time::deadline(deadline, now)),
                    _ => (time::relative(request.created_at, now)),
                }
            }
            td.number data-label="Amount" { (money::maybe(request.amount)) }
        }
    }
}

fn pick_box(request: &RequestRow, pick: &Pick) -> Markup {
    let name = format!("Select {} {}", request.kind.title(), short_id(&request.id));
    // The label makes the space around the box part of it, because a finger is wider than a box.
    html! { label { input type="checkbox" name=(PICKED) value=(pick.value) checked[pick.is_ticked] aria-label=(name); } }
}
