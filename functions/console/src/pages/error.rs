//! Shows pages for what went wrong.

use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::header::{ALLOW, HeaderValue};
use maud::{DOCTYPE, Markup, html};

use crate::parts::layout::{Frame, head, page};
use crate::parts::notice::heading;
use crate::parts::words::sentence;
use crate::reply;

/// Answers with the problem as a page of its own.
pub fn answer(frame: &Frame<'_>, problem: &Problem) -> Answer {
    let mut answer = reply::page(reply::status_of(problem), render(frame, problem));
    if let Some(allowed) = problem.allow {
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    }
    answer
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, problem: &Problem) -> Markup {
    let title = heading(problem);
    let body = html! {
        div.card.alone role="alert" {
            p.code aria-hidden="true" { (problem.status) }
            h1 { (title) }
            p { (sentence(&problem.detail)) }
            p.actions {
                @if frame.session.is_some() { a.button.primary href="/queue" { "To the queue" } a.button href="/requests" { "All requests" } }
                @else { a.button.primary href="/sign-in" { "Sign in" } }
            }
        }
    };
    page(frame, &title, body)
}

/// Draws a page that leads back to the same address. A browser keeps the session's cookie back when another site led
/// here, and sends it on a step that this site makes.
pub fn once_more(address: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head("One moment", html! { meta http-equiv="refresh" content=(format!("0;url={address}")); }))
            body { main { div.card.alone { h1 { "One moment" } p { a.button.primary href=(address) { "Go on" } } } } }
        }
    }
}
