//! Shows what waits for whoever is signed in, and lets them decide on several requests at once.

use std::collections::BTreeSet;

use contraflow_domain::authority::Effect;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits as bounds;
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::{Answer, Incoming};
use contraflow_guest::problem::Problem;
use contraflow_guest::view::{Page, UnreadView};
use http::StatusCode;
use maud::{Markup, html};

use super::{decide, unread};
use crate::api_client;
use crate::form::{Form, with_query};
use crate::limits;
use crate::parts::layout::{Frame, csrf, page};
use crate::parts::{pager, rows};
use crate::reply;
use crate::session::Session;

/// Holds what was chosen on the page so far.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// The values of the boxes that are ticked.
    pub ticked: BTreeSet<String>,
    /// True when all boxes are ticked.
    pub all: bool,
    /// The note that was typed for the decision.
    pub note: String,
}

/// Serves `GET /queue`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(incoming: &Incoming, frame: &Frame<'_>, session: &Session) -> Result<Answer, Problem> {
    let query = Form::parse(incoming.query.as_bytes());
    show(StatusCode::OK, frame, session, query.get("cursor"), &Choice::default()).await
}

/// Answers with the page as it is now, with what was chosen on it.
///
/// # Errors
/// The problem that the api answered.
pub async fn show(
    status: StatusCode,
    frame: &Frame<'_>,
    session: &Session,
    cursor: &str,
    choice: &Choice,
) -> Result<Answer, Problem> {
    let address = with_query("/v1/queue", &[("limit", &limits::PAGE.to_string()), ("cursor", cursor)]);
    let (list, unread) = futures::join!(api_client::get(session, &address), unread::first(frame, session));
    Ok(reply::page(status, render(frame, session, &list?, cursor, choice, &unread?)))
}

/// Draws the page.
pub fn render(
    frame: &Frame<'_>,
    session: &Session,
    list: &Page<RequestRow>,
    cursor: &str,
    choice: &Choice,
    unread: &[UnreadView],
) -> Markup {
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
        (unread::card(frame, session, unread))
        @if list.items.is_empty() && list.next.is_none() {
            div.card.empty {
                p.big aria-hidden="true" { "✓" }
                h2 { "Nothing waits for you" }
                p { "Requests that need your decision appear here." }
                p.actions { a.button href="/requests" { "All requests" } @if frame.may(Effect::Ask) { " " a.button.primary href="/new" { "New request" } } }
            }
        } @else {
            @if list.items.is_empty() { (pager::nothing_here()) } @else { (waiting(frame, session, list, cursor, choice)) }
            (pager::pager("/queue", &[], cursor, list.next.as_deref()))
        }
    };
    page(frame, "Queue", body)
}

fn is_past(request: &RequestRow, now: Timestamp) -> bool {
    request.due_at.or(request.deadline).is_some_and(|due| due <= now)
}

/// Returns what a ticked box sends: the request, and the hash of the content that the decider saw.
fn sent(request: &RequestRow) -> String {
    format!("{} {}", request.id, request.content_hash)
}

fn waiting(frame: &Frame<'_>, session: &Session, list: &Page<RequestRow>, cursor: &str, choice: &Choice) -> Markup {
    let decidable = |request: &RequestRow| {
        let awaits = request.awaits_decision() && request.status != RequestStatus::InfoRequested;
        awaits && decide::why_not(session, request).is_none()
    };
    let pick = |request: &RequestRow| {
        decidable(request).then(|| {
            let value = sent(request);
            rows::Pick { is_ticked: choice.all || choice.ticked.contains(&value), value }
        })
    };
    let any = list.items.iter().any(decidable);
    let table = |picks| rows::table("Requests that wait for you", &list.items, rows::When::Deadline, frame.now, picks);
    html! {
        @if any {
            form.several method="post" action="/queue/decide" {
                (csrf(session))
                input type="hidden" name="cursor" value=(cursor);
                // The enter key presses a form's first button, and this one decides nothing.
                button.hidden name="decision" value="" tabindex="-1" aria-hidden="true" { "Keep what is selected" }
                p.select { button name="decision" value="all" { "Select all" } @if choice.all { " " a href=(with_query("/queue", &[("cursor", cursor)])) { "Select none" } } }
                (table(Some(&pick)))
                (decision(choice))
            }
        } @else {
            (table(None))
        }
    }
}

fn decision(choice: &Choice) -> Markup {
    html! {
        section.card.together aria-labelledby="together" {
            h2 #together { "Decide on all that are selected" }
            label for="together-note" { "Note " span.quiet { "(the same for each; whoever asked reads it when you reject)" } }
            textarea #together-note name="note" rows="2" maxlength=(bounds::NOTE_CHARS) placeholder="Why." { (choice.note) }
            div.buttons {
                button.primary name="decision" value="approve" { "Approve selected" }
                button.danger name="decision" value="reject" { "Reject selected" }
            }
        }
    }
}
