//! Shows pages for what went wrong.

use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::header::{ALLOW, HeaderValue};
use maud::{DOCTYPE, Markup, html};

use crate::locale::{current, named, say};
use crate::parts::foreign;
use crate::parts::layout::{Frame, head, page};
use crate::parts::notice::heading;
use crate::parts::words::spoken;
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
            @if let Some(said) = named::problem(&problem.kind) { p { (said) } }
            p { (foreign::record(&spoken(&problem.detail))) }
            p.actions {
                @if frame.session.is_some() { a.button.primary href="/queue" { (say!("error-to-the-queue")) } a.button href="/requests" { (say!("error-all-requests")) } }
                @else { a.button.primary href="/sign-in" { (say!("error-sign-in")) } }
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
        html lang=(current().language.tag()) {
            (head(&say!("error-one-moment"), html! { meta http-equiv="refresh" content=(format!("0;url={address}")); }))
            body { main { div.card.alone { h1 { (say!("error-one-moment")) } p { a.button.primary href=(address) { (say!("error-go-on")) } } } } }
        }
    }
}
