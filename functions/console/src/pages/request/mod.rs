//! Shows one request: what was asked, what the checks found, where its money goes, who decides, and what happened.

pub mod actions;
pub mod around;
mod files;
pub mod live;
mod messages;
mod paper;

use contraflow_domain::account::InvoiceCredits;
use contraflow_domain::authority::Effect;
use contraflow_domain::request::ask::Direction;
use contraflow_domain::request::event::Event;
use contraflow_domain::request::message::view::MessageView;
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::request::spending::SpendingLeft;
use contraflow_domain::request::view::{DocumentView, RequestView};
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::{Page, Twins};
use http::StatusCode;
use maud::{Markup, html};

use super::decide::{self, action};
use super::next::{self, Around};
use crate::api_client;
use crate::form::{Form, segment, with_query};
use crate::limits;
use crate::locale::named::Named as _;
use crate::locale::{say, woven};
use crate::parts::layout::{Frame, page};
use crate::parts::{approvals, chips, findings, flow, foreign, money, packet, rows, steps, time, timeline, words};
use crate::reply;
use crate::session::Session;

/// Holds a request with what is shown beside it, as far as it is known.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The request as the api shows it.
    pub request: RequestView,
    /// One page of the request's events.
    pub events: Page<Event>,
    /// Requests that may be the same.
    pub twins: Option<Twins>,
    /// The newest requests of the customer.
    pub history: Option<Page<RequestRow>>,
    /// What is left of the invoice, and what is not.
    pub invoice: Option<InvoiceCredits>,
    /// What was told of it, oldest first; `None` where that can't be read.
    pub messages: Option<Vec<MessageView>>,
    /// What is left of the bounds on what people approve; `None` where the person decides nothing on it.
    pub spending: Option<SpendingLeft>,
    /// What stands around it in the queue that it was opened from.
    pub around: Around,
}

impl Shown {
    /// Returns how the invoice stands, seen from the request.
    fn standing(&self) -> Option<flow::Standing> {
        around::standing(self.invoice.as_ref()?, &self.request)
    }

    fn told(&self) -> messages::Told<'_> {
        messages::Told { messages: self.messages.as_deref(), events: &self.events.items }
    }
}

/// Serves `GET /requests/{id}`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(frame: &Frame<'_>, session: &Session, id: &str, query: &Form) -> Result<Answer, Problem> {
    let shown = load(session, id, query.get("queue")).await?;
    Ok(reply::page(StatusCode::OK, render(frame, session, &shown, &Form::default())))
}

/// Serves `GET /requests/{id}/print`.
///
/// # Errors
/// The problem that the api answered.
pub async fn print(frame: &Frame<'_>, session: &Session, id: &str) -> Result<Answer, Problem> {
    let (request, events) = futures::join!(one(session, id), events(session, id));
    let (request, events) = (request?, events?);
    let invoice = around::invoice(session, &request).await;
    let (messages, spending, around) = (None, None, Around::default());
    let shown = Shown { request, events, twins: None, history: None, invoice, messages, spending, around };
    Ok(reply::page(StatusCode::OK, paper::render(frame, session, &shown)))
}

/// Serves `GET /requests/{id}/dispute-evidence`: the file for the bank.
///
/// # Errors
/// The problem that the api answered.
pub async fn evidence(session: &Session, id: &str) -> Result<Answer, Problem> {
    let file = api_client::file(session, &format!("/v1/requests/{}/dispute-evidence", segment(id))).await?;
    Ok(reply::download(&format!("dispute-evidence-{}.json", segment(id)), file))
}

/// Serves `GET /requests/{id}/files/{sha256}`: a stored file, to be saved and never shown.
///
/// # Errors
/// The problem that the api answered.
pub async fn file(session: &Session, id: &str, sha256: &str) -> Result<Answer, Problem> {
    files::get(session, id, sha256).await
}

async fn one(session: &Session, id: &str) -> Result<RequestView, Problem> {
    api_client::get(session, &format!("/v1/requests/{}", segment(id))).await
}

/// Reads one page of what happened to the request.
async fn events(session: &Session, id: &str) -> Result<Page<Event>, Problem> {
    let path = format!("/v1/requests/{}/events", segment(id));
    api_client::get(session, &with_query(&path, &[("limit", &limits::EVENTS.to_string())])).await
}

/// Reads the request from the api, with what is shown beside it; `queue` is the query of the queue that it was opened
/// from.
///
/// # Errors
/// The problem that the api answered.
pub async fn load(session: &Session, id: &str, queue: &str) -> Result<Shown, Problem> {
    let reads = session.person.may(Effect::ReadRequests).is_ok();
    let twins = async {
        if !reads {
            return None;
        }
        api_client::get::<Twins>(session, &format!("/v1/requests/{}/duplicates", segment(id))).await.ok()
    };
    let (request, events, twins, messages, around) = futures::join!(
        one(session, id),
        events(session, id),
        twins,
        messages::load(session, id),
        next::around(session, id, queue)
    );
    let request = request?;
    let (history, invoice, spending) = futures::join!(
        around::history(session, &request, reads),
        around::invoice(session, &request),
        decide::spending::load(session, &request)
    );
    Ok(Shown { request, events: events?, twins, history, invoice, messages, spending, around })
}

/// Answers with the page again after something was refused, with what was typed.
pub fn refused(frame: &Frame<'_>, session: &Session, shown: &Shown, typed: &Form, problem: Problem) -> Answer {
    let status = reply::status_of(&problem);
    reply::page(status, render(&frame.failed(problem), session, shown, typed))
}

/// Draws the page; `typed` is what a refused form held.
pub fn render(frame: &Frame<'_>, session: &Session, shown: &Shown, typed: &Form) -> Markup {
    let request = &shown.request;
    let kind = request.kind.said();
    let body = html! {
        (next::bar(frame, session, request, &shown.around))
        (heading(request, frame))
        (live::poll(request, frame, 0))
        div #progress { (steps::steps(request)) }
        div.columns {
            div.main-column {
                (decide::tasks::tasks(frame, session, request, typed))
                (asked(request))
                (findings::findings(&request.findings))
                (around::twins(shown.twins.as_ref(), frame))
                @if let Some(risk) = &request.risk { (findings::risk(risk)) }
                div #money { (flow::flow(request, shown.standing())) }
                (around::customer(shown.history.as_ref(), request, frame))
            }
            aside.side-column aria-label=(say!("request-aside")) {
                (decide::panel(frame, session, request, (&shown.around, shown.spending.as_ref()), typed))
                (approvals::approvals(request, frame.now))
                @if let Some(memo) = &request.credit_memo { (document(memo)) }
                p.hide-on-paper { a href=(action(request, "print")) { (say!("request-print")) } }
            }
            div.main-column {
                div #back { (flow::legs(&request.legs)) }
                (files::list(session, request))
                (packet::packet(request, frame.now))
                (messages::section(frame, session, shown.told(), typed))
                (timeline::timeline(&shown.events.items, shown.events.next.is_some(), frame.now))
            }
        }
    };
    page(frame, &format!("{kind} {}", rows::about(request)), body)
}

fn heading(request: &RequestView, frame: &Frame<'_>) -> Markup {
    html! {
        div.title {
            div {
                h1 {
                    (request.kind.said())
                    @if let Some(amount) = request.amount { " " span.amount { (money::money(amount)) } }
                }
                p.quiet {
                    @if let Some(customer) = &request.customer {
                        a href=(format!("/customers/{}", segment(customer))) { (foreign::name(rows::customer_name(request).unwrap_or(customer))) } " · "
                    }
                    @if let Some(invoice) = &request.invoice { a href=(format!("/invoices/{}", segment(invoice))) { (woven!("packet-invoice", number = foreign::name(invoice))) } " · " }
                    @if !request.reason.is_empty() { bdi { (words::humane(&request.reason)) } " · " }
                    (woven!("request-asked-by", name = html! { strong { (foreign::name(&request.requester)) } }, when = time::relative(request.created_at, frame.now)))
                }
            }
            (live::state(request, frame, false))
        }
    }
}

/// Draws what was asked.
fn asked(request: &RequestView) -> Markup {
    html! {
        section.card aria-labelledby="asked" {
            h2 #asked { (say!("request-asked")) }
            @if !request.note.is_empty() { blockquote.prose dir="auto" { (request.note) } }
            dl.facts {
                @if !request.reason.is_empty() { dt { (say!("request-reason")) } dd dir="auto" { (words::humane(&request.reason)) } }
                @if request.direction == Direction::Debit { dt { (say!("request-direction")) } dd { (say!("request-debit")) } }
                dt { (say!("request-destination")) } dd { (request.destination.said()) }
                dt { (say!("request-evidence")) } dd { (packet::evidence(&request.evidence, Some(&action(request, "files")))) }
                dt { (say!("request-source")) }
                dd {
                    (words::channel(&request.source.channel))
                    @if let Some(reference) = &request.source.reference { " " (foreign::name(reference)) }
                    @if let Some(link) = &request.source.link { " " (packet::link(link)) }
                }
                @if let Some(other) = &request.corrects { dt { (say!("request-corrects")) } dd { a href=(format!("/requests/{}", segment(other))) { (say!("request-the-refused")) } } }
                dt { (say!("request-changed")) } dd { (time::absolute(request.updated_at)) }
                dt { (say!("request-id")) } dd.mono.break { (request.id) }
            }
        }
    }
}

fn document(memo: &DocumentView) -> Markup {
    html! {
        section.card aria-labelledby="memo" {
            h2 #memo { (say!("request-memo")) }
            dl.facts {
                dt { (say!("request-memo-number")) } dd { @match &memo.number { Some(number) => strong { (number) }, None => span.quiet { (say!("request-memo-later")) } } }
                dt { (say!("request-status")) } dd { (chips::status(memo.status)) }
                dt { (say!("request-memo-total")) } dd { (money::money(memo.total)) }
                @if !memo.issued_on.is_empty() { dt { (say!("request-memo-day")) } dd { (memo.issued_on) } }
                @if let Some(hand_off) = memo.hand_off { dt { (say!("request-memo-erp")) } dd { (chips::status(hand_off)) } }
                @if let Some(reference) = &memo.erp_reference { dt { (say!("request-memo-reference")) } dd.mono.break { (reference) } }
                @if let Some(refusal) = &memo.refusal { dt { (say!("request-memo-refused")) } dd.overdue dir="auto" { (refusal) } }
            }
        }
    }
}
