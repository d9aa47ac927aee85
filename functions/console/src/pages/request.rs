//! Shows one request: what was asked, what the checks found, where its money goes, who decides, and what happened.

use contraflow_domain::authority::Effect;
use contraflow_domain::request::ask::Direction;
use contraflow_domain::request::event::Event;
use contraflow_domain::request::view::{DocumentView, RequestView};
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};

use super::decide;
use crate::api_client;
use crate::form::{Form, segment, with_query};
use crate::limits;
use crate::parts::layout::{Frame, page};
use crate::parts::{approvals, chips, findings, flow, money, packet, steps, time, timeline, words};
use crate::reply;
use crate::session::Session;

/// Holds a request with its events.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The request as the api shows it.
    pub request: RequestView,
    /// One page of the request's events.
    pub events: Page<Event>,
}

/// Serves `GET /requests/{id}`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(frame: &Frame<'_>, session: &Session, id: &str) -> Result<Answer, Problem> {
    let shown = load(session, id).await?;
    Ok(reply::page(StatusCode::OK, render(frame, session, &shown, &Form::default())))
}

/// Serves `GET /requests/{id}/dispute-evidence`: the file for the bank.
///
/// # Errors
/// The problem that the api answered.
pub async fn evidence(session: &Session, id: &str) -> Result<Answer, Problem> {
    let file = api_client::file(session, &format!("/v1/requests/{}/dispute-evidence", segment(id))).await?;
    Ok(reply::download(&format!("dispute-evidence-{}.json", segment(id)), file))
}

/// Reads the request and its events from the api.
///
/// # Errors
/// The problem that the api answered.
pub async fn load(session: &Session, id: &str) -> Result<Shown, Problem> {
    let path = format!("/v1/requests/{}", segment(id));
    let events = with_query(&format!("{path}/events"), &[("limit", &limits::EVENTS.to_string())]);
    let (request, events) = futures::join!(api_client::get(session, &path), api_client::get(session, &events));
    Ok(Shown { request: request?, events: events? })
}

/// Answers with the page again after something was refused, with what was typed.
pub fn refused(frame: &Frame<'_>, session: &Session, shown: &Shown, typed: &Form, problem: Problem) -> Answer {
    let status = reply::status_of(&problem);
    reply::page(status, render(&frame.failed(problem), session, shown, typed))
}

/// Draws the page; `typed` is what a refused form held.
pub fn render(frame: &Frame<'_>, session: &Session, shown: &Shown, typed: &Form) -> Markup {
    let request = &shown.request;
    let kind = request.kind.title();
    let may_read_evidence = session.person.may(Effect::ReadDisputeEvidence).is_ok();
    let body = html! {
        (heading(request, kind, frame))
        (steps::steps(request))
        div.columns {
            div.main-column {
                (findings::tasks(&request.tasks, frame.now))
                (asked(request, frame))
                (findings::findings(&request.findings))
                @if let Some(risk) = &request.risk { (findings::risk(risk)) }
                (flow::flow(request))
            }
            aside.side-column aria-label="Decision" {
                (decide::panel(session, request, typed))
                (approvals::approvals(request, frame.now))
                @if let Some(memo) = &request.credit_memo { (document(memo)) }
            }
            div.main-column {
                (flow::legs(&request.legs))
                @if may_read_evidence && request.legs.iter().any(|leg| leg.dual_payout_risk) {
                    p { a href=(format!("/requests/{}/dispute-evidence", segment(&request.id))) download { "Evidence for the bank" } }
                }
                (packet::packet(request, frame.now))
                (timeline::timeline(&shown.events.items, shown.events.next.is_some(), frame.now))
            }
        }
    };
    page(frame, &format!("{kind} {}", words::short_id(&request.id)), body)
}

fn heading(request: &RequestView, kind: &str, frame: &Frame<'_>) -> Markup {
    html! {
        div.title {
            div {
                h1 {
                    (kind)
                    @if let Some(amount) = request.amount { " " span.amount { (money::money(amount)) } }
                }
                p.quiet {
                    @if let Some(invoice) = &request.invoice { "Invoice " strong { (invoice) } " · " }
                    @if let Some(customer) = &request.customer { a href=(format!("/customers/{}", segment(customer))) { (customer) } " · " }
                    "asked by " strong.break { (request.requester) } " " (time::relative(request.created_at, frame.now))
                }
            }
            div.state {
                (chips::status(request.status))
                @if let Some(deadline) = request.deadline.filter(|_| request.status.awaits_people()) {
                    span.second { (time::deadline(deadline, frame.now)) " to decide" }
                }
            }
        }
    }
}

fn asked(request: &RequestView, frame: &Frame<'_>) -> Markup {
    html! {
        section.card aria-labelledby="asked" {
            h2 #asked { "What is asked" }
            @if !request.note.is_empty() { blockquote.prose { (request.note) } }
            dl.facts {
                @if !request.reason.is_empty() { dt { "Reason" } dd { (words::humane(&request.reason)) } }
                @if request.direction == Direction::Debit { dt { "Direction" } dd { "Debit: the customer owes more" } }
                dt { "Destination" } dd { (request.destination.title()) }
                dt { "Evidence" } dd { (packet::evidence(&request.evidence)) }
                dt { "Came by" }
                dd {
                    (request.source.channel)
                    @if let Some(reference) = &request.source.reference { " " (reference) }
                    @if let Some(link) = &request.source.link { " " (packet::link(link)) }
                }
                dt { "Changed" } dd { (time::relative(request.updated_at, frame.now)) }
                dt { "Id" } dd.mono.break { (request.id) }
            }
        }
    }
}

fn document(memo: &DocumentView) -> Markup {
    html! {
        section.card aria-labelledby="memo" {
            h2 #memo { "Credit memo" }
            dl.facts {
                dt { "Number" } dd { @match &memo.number { Some(number) => strong { (number) }, None => span.quiet { "given when it is issued" } } }
                dt { "Status" } dd { (chips::status(memo.status)) }
                dt { "Total" } dd { (money::money(memo.total)) }
                @if !memo.issued_on.is_empty() { dt { "Date" } dd { (memo.issued_on) } }
                @if let Some(hand_off) = memo.hand_off { dt { "In the ERP" } dd { (chips::status(hand_off)) } }
                @if let Some(reference) = &memo.erp_reference { dt { "ERP reference" } dd.mono.break { (reference) } }
                @if let Some(refusal) = &memo.refusal { dt { "Refused" } dd.overdue { (refusal) } }
            }
        }
    }
}
