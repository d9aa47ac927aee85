//! Decides by a link, without signing in: the page shows what is decided on, and a button confirms it. Opening the link
//! decides nothing, because mail programs open links by themselves.

use contraflow_domain::approval::Verdict;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits as bounds;
use contraflow_domain::request::view::RequestView;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use crate::api_client;
use crate::form::{Form, segment};
use crate::locale::named::Named as _;
use crate::locale::{say, woven};
use crate::parts::layout::{Frame, page};
use crate::parts::{findings, flow, foreign, money, packet, time, words};
use crate::reply;
use crate::session::Session;

/// What the api shows of a link.
#[derive(Debug, Clone, Deserialize)]
pub struct Opened {
    /// Who decides by it.
    pub person: String,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// What is decided on.
    pub request: RequestView,
}

/// Serves `GET /decide/{token}`: shows what the link opens.
///
/// # Errors
/// The problem that the api answered: the link was used, or is over.
pub async fn get(frame: &Frame<'_>, token: &str) -> Result<Answer, Problem> {
    let opened: Opened = api_client::get(&Session::of_link(token)?, "/v1/link").await?;
    Ok(reply::page(StatusCode::OK, render(frame, token, &opened, "")))
}

/// Serves `POST /decide/{token}`: decides.
///
/// # Errors
/// The problem that the api answered, where the link opens nothing any more.
pub async fn post(frame: &Frame<'_>, token: &str, form: &Form) -> Result<Answer, Problem> {
    let session = Session::of_link(token)?;
    let body = json!({"decision": form.get("decision"), "note": form.get("note")});
    match api_client::ask::<RequestView>(&session, "/v1/link/decision", &body).await {
        Ok(request) => Ok(reply::page(StatusCode::OK, done(frame, &request))),
        Err(problem) => {
            let Ok(opened) = api_client::get::<Opened>(&session, "/v1/link").await else { return Err(problem) };
            let status = reply::status_of(&problem);
            Ok(reply::page(status, render(&frame.failed(problem), token, &opened, form.get("note"))))
        }
    }
}

/// Draws what is decided on, and the buttons; `note` is what a refused form held.
pub fn render(frame: &Frame<'_>, token: &str, opened: &Opened, note: &str) -> Markup {
    let request = &opened.request;
    let kind = request.kind.said();
    let button = |verdict: Verdict, class: &str| {
        html! { button class=[Some(class).filter(|class| !class.is_empty())] name="decision" value=(verdict.name()) formnovalidate[verdict.has_to_say().is_none()] { (verdict.said()) } }
    };
    let body = html! {
        div.title {
            div {
                h1 { (kind) @if let Some(amount) = request.amount { " " span.amount { (money::money(amount)) } } }
                p.quiet {
                    @if let Some(invoice) = &request.invoice { (woven!("packet-invoice", number = foreign::name(invoice))) " · " }
                    @if let Some(customer) = &request.customer { (foreign::name(customer)) " · " }
                    (woven!("request-asked-by", name = foreign::name(&request.requester), when = time::relative(request.created_at, frame.now)))
                }
            }
        }
        div.columns {
            div.main-column {
                section.card aria-labelledby="asked" {
                    h2 #asked { (say!("request-asked")) }
                    @if !request.note.is_empty() { blockquote.prose dir="auto" { (request.note) } }
                    dl.facts {
                        @if !request.reason.is_empty() { dt { (say!("request-reason")) } dd dir="auto" { (words::humane(&request.reason)) } }
                        dt { (say!("request-destination")) } dd { (request.destination.said()) }
                        dt { (say!("request-evidence")) } dd { (packet::evidence(&request.evidence, None)) }
                    }
                }
                (findings::findings(&request.findings))
                (flow::flow(request, None))
            }
            aside.side-column aria-label=(say!("request-aside")) {
                section.card.panel aria-labelledby="decide" {
                    h2 #decide { (woven!("link-title", name = foreign::name(&opened.person))) }
                    p.hint { (say!("link-once", until = time::absolute(opened.expires_at))) }
                    form method="post" action=(format!("/decide/{}", segment(token))) {
                        label for="note" { (say!("decide-note")) }
                        textarea #note name="note" rows="3" maxlength=(bounds::NOTE_CHARS) required dir="auto" placeholder=(say!("decide-note-hint")) { (note) }
                        div.buttons {
                            @if request.status != RequestStatus::InfoRequested { (button(Verdict::Approve, "primary")) }
                            (button(Verdict::Reject, "danger"))
                            @if request.status != RequestStatus::InfoRequested && request.redirect.is_none() { (button(Verdict::RequestInfo, "")) }
                        }
                    }
                }
            }
        }
    };
    page(frame, &say!("link-page", kind = kind), body)
}

fn done(frame: &Frame<'_>, request: &RequestView) -> Markup {
    let body = html! {
        div.card.alone {
            h1 { (say!("link-done")) }
            p { (request.kind.said()) @if let Some(amount) = request.amount { " " (money::money(amount)) } ": " (request.status.said()) "." }
            p.quiet { (say!("link-used")) " " a href=(format!("/requests/{}", segment(&request.id))) { (say!("link-follow")) } }
        }
    };
    page(frame, &say!("link-done"), body)
}
