//! Sends one decision on several requests, and shows what became of each.

use contraflow_domain::request::row::RequestRow;
use contraflow_domain::request::slot::Slot;
use contraflow_domain::request::view::RequestView;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::{BatchAnswer, BatchItem};
use futures::StreamExt as _;
use http::StatusCode;
use maud::{Markup, html};
use serde_json::json;

use super::queue::{self, Choice};
use super::request_actions::has_decided;
use crate::api_client;
use crate::form::{Form, segment};
use crate::limits;
use crate::parts::layout::{Frame, page};
use crate::parts::notice::{self, Notice};
use crate::parts::rows::PICKED;
use crate::parts::{chips, money, words};
use crate::reply;
use crate::session::Session;

/// Holds one request of the batch, and what became of it.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The request as it is now; `None` when it can't be read.
    pub request: Option<RequestRow>,
    /// The id of the request.
    pub id: String,
    /// The reason why the decision was not taken; `None` when it was.
    pub problem: Option<Problem>,
}

/// Serves `POST /queue/decide`.
///
/// # Errors
/// The problem that the api answered, when even the queue can't be shown again.
pub async fn post(frame: &Frame<'_>, session: &Session, form: &Form) -> Result<Answer, Problem> {
    let decision = form.get("decision");
    let choice = Choice {
        ticked: form.all(PICKED).map(str::to_owned).collect(),
        all: decision == "all",
        note: form.get("note").into(),
    };
    let again = async |notice: Option<Problem>| {
        let status = notice.as_ref().map_or(StatusCode::OK, reply::status_of);
        let frame = Frame { notice: notice.map(Notice::Failed), ..frame.clone() };
        queue::show(status, &frame, session, form.get("cursor"), &choice).await
    };
    if !matches!(decision, "approve" | "reject") {
        return again(None).await;
    }
    let picked: Vec<(&str, &str)> = form.all(PICKED).filter_map(|value| value.split_once(' ')).collect();
    if picked.is_empty() {
        let detail = "Nothing is selected, so nothing was decided. Tick the requests that you mean.";
        return again(Some(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "nothing-selected", detail))).await;
    }
    let decisions: Vec<_> = picked
        .iter()
        .map(|(id, hash)| json!({"request": id, "decision": decision, "note": choice.note, "content_hash": hash}))
        .collect();
    let body = json!({"decisions": decisions});
    let answer: BatchAnswer = match api_client::ask(session, "/v1/decisions", &body).await {
        Ok(answer) => answer,
        Err(problem) => return again(Some(problem)).await,
    };
    let outcomes = outcomes(session, decision, &picked, answer.items).await;
    Ok(reply::page(StatusCode::OK, render(frame, decision, &outcomes)))
}

/// Returns each outcome with its request as it is now, in the order in which the decisions were sent.
async fn outcomes(session: &Session, decision: &str, picked: &[(&str, &str)], items: Vec<BatchItem>) -> Vec<Outcome> {
    let read = async |item: BatchItem, hash: &str| {
        let request: Option<RequestView> =
            api_client::get(session, &format!("/v1/requests/{}", segment(&item.request))).await.ok();
        let stands = request.as_ref().is_some_and(|request| has_decided(request, &session.person.name, decision, hash));
        Outcome { request: request.map(RequestRow::from), id: item.request, problem: item.problem.filter(|_| !stands) }
    };
    let each = items.into_iter().zip(picked).map(|(item, (_, hash))| read(item, hash));
    futures::stream::iter(each).buffered(limits::READS_AT_ONCE).collect().await
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, decision: &str, outcomes: &[Outcome]) -> Markup {
    let done = outcomes.iter().filter(|outcome| outcome.problem.is_none()).count();
    let verb = if decision == "approve" { "approved" } else { "rejected" };
    let title =
        if done == outcomes.len() { format!("{done} {verb}") } else { format!("{done} of {} {verb}", outcomes.len()) };
    let body = html! {
        div.title {
            h1 { (title) }
            a.button.primary href="/queue" { "Back to the queue" }
        }
        @if done < outcomes.len() {
            div.notice.notice-bad role="alert" tabindex="-1" autofocus {
                span.sign aria-hidden="true" { "!" }
                p { strong { (outcomes.len() - done) " not " (verb) "." } " Each says why; the others are done and need nothing more." }
            }
        } @else {
            div.notice.notice-good role="status" { span.sign aria-hidden="true" { "✓" } p { "Your decision is recorded on each of them." } }
        }
        div.card.flush {
            table.rows {
                caption.hidden { "What became of each" }
                thead { tr { th scope="col" { "Request" } th scope="col" { "For" } th.result scope="col" { "Result" } th.number scope="col" { "Amount" } } }
                tbody { @for outcome in outcomes { (row(outcome, verb)) } }
            }
        }
    };
    page(frame, &title, body)
}

fn row(outcome: &Outcome, verb: &str) -> Markup {
    let request = outcome.request.as_ref();
    let kind = request.map_or("Request", |request| request.kind.title());
    html! {
        tr {
            th scope="row" data-label="Request" {
                a.cover href=(format!("/requests/{}", segment(&outcome.id))) { (kind) }
                span.second.mono { "…" (words::short_id(&outcome.id)) }
            }
            td data-label="For" { (request.and_then(|request| request.invoice.as_deref().or(request.customer.as_deref())).unwrap_or("–")) }
            td data-label="Result" {
                div {
                    @if let Some(problem) = &outcome.problem {
                        (chips::refused(&format!("Not {verb}"))) span.second { strong { (notice::heading(problem)) ": " } (words::sentence(&problem.detail)) }
                        @for error in &problem.errors { span.second { (error.detail) } }
                    } @else {
                        (chips::done(&words::sentence(verb)))
                        @if let Some(request) = request { span.second { "Now " (request.status.title().to_lowercase()) @if let Some(level) = &request.approvals.next { ", needs " (Slot::read(level).title()) } } }
                    }
                }
            }
            td.number data-label="Amount" { (money::maybe(request.and_then(|request| request.amount))) }
        }
    }
}
