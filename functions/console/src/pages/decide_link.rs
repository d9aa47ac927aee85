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
use crate::parts::layout::{Frame, page};
use crate::parts::{findings, flow, money, packet, time, words};
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
    let kind = request.kind.title();
    let button = |verdict: Verdict, class: &str| {
        html! { button class=[Some(class).filter(|class| !class.is_empty())] name="decision" value=(verdict.name()) { (verdict.title()) } }
    };
    let body = html! {
        div.title {
            div {
                h1 { (kind) @if let Some(amount) = request.amount { " " span.amount { (money::money(amount)) } } }
                p.quiet {
                    @if let Some(invoice) = &request.invoice { "Invoice " strong { (invoice) } " · " }
                    @if let Some(customer) = &request.customer { (customer) " · " }
                    "asked by " strong.break { (request.requester) } " " (time::relative(request.created_at, frame.now))
                }
            }
        }
        div.columns {
            div.main-column {
                section.card aria-labelledby="asked" {
                    h2 #asked { "What is asked" }
                    @if !request.note.is_empty() { blockquote.prose { (request.note) } }
                    dl.facts {
                        @if !request.reason.is_empty() { dt { "Reason" } dd { (words::humane(&request.reason)) } }
                        dt { "Destination" } dd { (request.destination.title()) }
                        dt { "Evidence" } dd { (packet::evidence(&request.evidence)) }
                    }
                }
                (findings::findings(&request.findings))
                (flow::flow(request))
            }
            aside.side-column aria-label="Decision" {
                section.card.panel aria-labelledby="decide" {
                    h2 #decide { "Your decision, " (opened.person) }
                    p.hint { "This link decides once. It is good until " (time::absolute(opened.expires_at)) "." }
                    form method="post" action=(format!("/decide/{}", segment(token))) {
                        label for="note" { "Note" }
                        textarea #note name="note" rows="3" maxlength=(bounds::NOTE_CHARS) placeholder="Why. The requester reads it when you reject or ask." { (note) }
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
    page(frame, &format!("Decide on {kind}"), body)
}

fn done(frame: &Frame<'_>, request: &RequestView) -> Markup {
    let body = html! {
        div.card.alone {
            h1 { "Your decision is recorded" }
            p { (request.kind.title()) @if let Some(amount) = request.amount { " of " (money::money(amount)) } " stands at “" (request.status.title()) "”." }
            p.quiet { "The link is used up. " a href=(format!("/requests/{}", segment(&request.id))) { "Sign in to follow the request" } "." }
        }
    };
    page(frame, "Decided", body)
}
