//! Keeps the page of a request that moves by itself up to date: with a script it asks from time to time whether it has
//! moved on, less often each time, and puts what has changed where it stood. Without one there is a link.

use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::view::RequestView;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};

use crate::api_client;
use crate::form::{Form, segment};
use crate::limits;
use crate::locale::named::Named as _;
use crate::locale::say;
use crate::parts::layout::Frame;
use crate::parts::{chips, flow, steps, time};
use crate::reply;
use crate::session::Session;

/// Tells whether the request is moving by itself just now.
fn is_moving(request: &RequestView, frame: &Frame<'_>) -> bool {
    let moving = matches!(
        request.status,
        RequestStatus::Received
            | RequestStatus::Validated
            | RequestStatus::AutoApproved
            | RequestStatus::Approved
            | RequestStatus::Executing
    );
    moving && request.tasks.is_empty() && frame.now.ms_since(request.updated_at) < limits::REFRESH_FOR_MS
}

/// Returns the seconds until the page asks for the `turn`th time.
const fn delay(turn: u32) -> u32 {
    match turn {
        0 | 1 => 2,
        2 | 3 => 4,
        4..=6 => 8,
        _ => 20,
    }
}

/// Draws what asks whether the request has moved on; nothing where it does not move.
pub fn poll(request: &RequestView, frame: &Frame<'_>, turn: u32) -> Markup {
    let here = format!("/requests/{}", segment(&request.id));
    html! {
        @if is_moving(request, frame) {
            p #moving.quiet { (say!("request-moving")) " " a href=(here) { (say!("request-refresh")) } }
            p #moved role="status" aria-live="polite" {}
            (asking(request, turn))
        }
    }
}

fn asking(request: &RequestView, turn: u32) -> Markup {
    let ask = format!("/requests/{}/live?version={}&turn={}", segment(&request.id), request.version, turn + 1);
    html! {
        span #ask hidden hx-get=(ask) hx-trigger=(format!("load delay:{}s", delay(turn))) hx-swap="outerHTML" {}
    }
}

/// Draws where the request stands; `is_news` puts it where it stood before.
pub fn state(request: &RequestView, frame: &Frame<'_>, is_news: bool) -> Markup {
    html! {
        div.state #state hx-swap-oob=[is_news.then_some("true")] {
            (chips::status(request.status))
            @if let Some(deadline) = request.deadline.filter(|_| request.status.awaits_people()) {
                span.second { (time::deadline(deadline, frame.now)) " " (say!("request-to-decide")) }
            }
        }
    }
}

/// Serves `GET /requests/{id}/live?version=…&turn=…`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(frame: &Frame<'_>, session: &Session, id: &str, query: &Form) -> Result<Answer, Problem> {
    let request: RequestView = api_client::get(session, &format!("/v1/requests/{}", segment(id))).await?;
    let turn = query.get("turn").parse().unwrap_or(limits::REFRESHES);
    let known = query.get("version").parse().unwrap_or(0);
    let goes_on = is_moving(&request, frame) && turn < limits::REFRESHES;
    let status = if goes_on { StatusCode::OK } else { reply::enough() };
    Ok(reply::page(status, news(&request, frame, (known, turn, goes_on))))
}

/// Draws what has changed since a version, each part to be put where it stood.
fn news(request: &RequestView, frame: &Frame<'_>, (known, turn, goes_on): (u64, u32, bool)) -> Markup {
    let here = format!("/requests/{}", segment(&request.id));
    html! {
        @if goes_on { (asking(request, turn)) } @else { span #ask hidden {} }
        @if request.version != known {
            (state(request, frame, true))
            div #progress hx-swap-oob="true" { (steps::steps(request)) }
            div #back hx-swap-oob="true" { (flow::legs(&request.legs)) }
            p #moved role="status" aria-live="polite" hx-swap-oob="innerHTML" {
                (say!("request-now", status = request.status.said())) " " a href=(here) { (say!("request-show-all")) }
            }
        }
        @if !goes_on { p #moving.quiet hx-swap-oob="true" { a href=(here) { (say!("request-refresh")) } } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::layout::Place;
    use crate::preview::{fixtures, frame, now, session};

    #[test]
    fn what_moves_is_asked_for_less_and_less_often_and_at_last_no_more() {
        let bob = session("bob", &["finance"]);
        let frame = frame(&bob, Place::Requests);
        let moving = RequestView { status: RequestStatus::Executing, updated_at: now(), ..fixtures::pending() };
        let drawn = poll(&moving, &frame, 0).into_string();
        assert!(drawn.contains("load delay:2s") && drawn.contains("aria-live=\"polite\""), "{drawn}");
        assert!((1..limits::REFRESHES).all(|turn| delay(turn) >= delay(turn - 1)));
        let same = news(&moving, &frame, (moving.version, 3, true)).into_string();
        assert!(same.contains("turn=4") && !same.contains("hx-swap-oob"), "{same}");
        let done = news(&fixtures::completed(), &frame, (1, 3, false)).into_string();
        assert!(!done.contains("hx-get") && done.contains("Now: Completed") && done.contains("id=\"back\""), "{done}");
        assert!(poll(&fixtures::completed(), &frame, 0).into_string().is_empty());
    }
}
