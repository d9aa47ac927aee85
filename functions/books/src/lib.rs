//! Serves the embedded ERP's own interface, below `/v1/books/`: takes in invoices and payments, posts drafts, and
//! shows documents and the journal.

mod beancount;
mod bindings;
mod drafts;
mod import;
mod journal;
mod judge;
mod parse;
mod payments;
mod rates;
mod wire;

#[cfg(test)]
mod samples;

use bytes::Bytes;
use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_guest::http_io::{self, Answer, Incoming};
use contraflow_guest::problem::Problem;
use contraflow_guest::{auth, limits};
use http::{Method, StatusCode};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

use bindings::contract::Fault;
use bindings::contraflow::erp::books;

#[http_service]
async fn handle(request: Request) -> anyhow::Result<impl IntoResponse> {
    Ok(http_io::answered(answer(request).await))
}

async fn answer(request: Request) -> Result<Answer, Problem> {
    let incoming = Incoming::read(request, limits::BOOKS_BYTES).await?;
    match incoming.segments()[..] {
        ["v1", "books", "invoices"] => {
            may(&incoming, "POST", Effect::ImportBooks).await?;
            import::take_in(&incoming.body).await
        }
        ["v1", "books", "rates"] => {
            may(&incoming, "POST", Effect::ImportBooks).await?;
            rates::take_in(&incoming.body).await
        }
        ["v1", "books", "invoices", number] => {
            may_read_invoice(&incoming, number).await?;
            invoice(http_io::unescape(number)).await
        }
        ["v1", "books", "invoices", number, "payments"] => {
            may(&incoming, "POST", Effect::ImportBooks).await?;
            payments::add(http_io::unescape(number), &incoming.body).await
        }
        ["v1", "books", "credit-memos"] => {
            may(&incoming, "GET", Effect::ReadBooks).await?;
            credit_memos(&incoming).await
        }
        ["v1", "books", "credit-memos", reference, "post"] => {
            may(&incoming, "POST", Effect::PostDrafts).await?;
            drafts::post(http_io::unescape(reference)).await
        }
        ["v1", "books", "credit-memos", reference, "void"] => {
            may(&incoming, "POST", Effect::PostDrafts).await?;
            drafts::void(http_io::unescape(reference)).await
        }
        ["v1", "books", "journal"] => {
            may(&incoming, "GET", Effect::ReadBooks).await?;
            journal::show(&incoming).await
        }
        _ => Err(Problem::not_found("such address")),
    }
}

/// Refuses other methods, and callers who may not cause the effect.
async fn may(incoming: &Incoming, method: &'static str, effect: Effect) -> Result<(), Problem> {
    incoming.only(method)?;
    Ok(person(incoming).await?.may(effect)?)
}

/// Returns the person who calls. The api knows whether their token was ended.
async fn person(incoming: &Incoming) -> Result<Person, Problem> {
    let named = auth::named(&incoming.headers).await?;
    ask_api(incoming, "/v1/me").await?;
    Ok(named)
}

/// Asks the api in the caller's name; its refusal is ours.
async fn ask_api(incoming: &Incoming, path: &str) -> Result<(), Problem> {
    let answer = http_io::call("api", Method::GET, path, &incoming.headers, Bytes::new()).await;
    let (parts, body) = answer.map_err(Problem::unavailable)?.into_parts();
    if parts.status.is_success() {
        return Ok(());
    }
    Err(serde_json::from_slice(&body).unwrap_or_else(|_| Problem::unavailable("The api gave no answer. Try again.")))
}

/// Refuses callers who may not read the invoice. Which invoices somebody's own requests are about, the api knows.
async fn may_read_invoice(incoming: &Incoming, number: &str) -> Result<(), Problem> {
    incoming.only("GET")?;
    if person(incoming).await?.may(Effect::ReadInvoices).is_ok() {
        return Ok(());
    }
    ask_api(incoming, &format!("/v1/me/invoices/{number}")).await
}

async fn invoice(number: String) -> Result<Answer, Problem> {
    let state = books::invoice_with_amounts(number).await?;
    let state = state.ok_or_else(|| Problem::not_found("invoice of that number"))?;
    Ok(http_io::json(StatusCode::OK, &wire::invoice(state).map_err(unreadable)?))
}

/// Returns credit and debit memos in the order in which they were made.
async fn credit_memos(incoming: &Incoming) -> Result<Answer, Problem> {
    let limit = incoming.page_limit()?;
    // One document more than wanted tells whether any follow.
    let after = incoming.cursor(|cursor| Some(cursor.to_owned()))?;
    let mut documents = books::credit_documents_page(after, limit + 1).await.map_err(|fault| match fault {
        Fault::InvalidArgument(detail) => Problem::parameter("cursor", format!("{detail}.")),
        other => other.into(),
    })?;
    let more = documents.len() > limit as usize;
    documents.truncate(limit as usize);
    let next = documents.last().filter(|_| more).map(|ledger| ledger.document.reference.clone());
    let items: Result<_, _> = documents.iter().map(wire::document).collect();
    Ok(http_io::json(StatusCode::OK, &wire::Page { items: items.map_err(unreadable)?, next }))
}

fn unreadable(error: wire::Unreadable) -> Problem {
    Problem::internal(format!("The books hold what cannot be shown: {}", error.0))
}
