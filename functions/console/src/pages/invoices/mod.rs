//! Serves the pages about invoices: finding them, and what happened to one.

pub mod one;

use contraflow_domain::account::InvoiceCredits;
use contraflow_domain::request::row::RequestRow;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};

use crate::api_client;
use crate::form::{Form, segment, with_query};
use crate::limits;
use crate::locale::say;
use crate::pages::search::{self, FoundInvoice, Search};
use crate::parts::layout::{Frame, page};
use crate::reply;
use crate::session::Session;

/// Serves `GET /invoices`.
///
/// # Errors
/// The problem that the api answered.
pub async fn list(frame: &Frame<'_>, session: &Session, query: &Form) -> Result<Answer, Problem> {
    let wanted = query.get("find");
    let found = search::invoices(session, wanted).await?;
    Ok(reply::page(StatusCode::OK, render(frame, wanted, &found)))
}

/// Draws the search.
pub fn render(frame: &Frame<'_>, wanted: &str, found: &Search<FoundInvoice>) -> Markup {
    let body = html! {
        div.title { h1 { (say!("invoices-title")) } }
        (search::bar("/invoices", &say!("invoices-find"), &say!("invoices-find-hint"), wanted, &[]))
        (search::found_invoices(found, |number| format!("/invoices/{}", segment(number))))
    };
    page(frame, &say!("invoices-title"), body)
}

/// Serves `GET /invoices/{number}`.
///
/// # Errors
/// The problem that the api answered.
pub async fn one(frame: &Frame<'_>, session: &Session, number: &str) -> Result<Answer, Problem> {
    let path = format!("/v1/invoices/{}", segment(number));
    let limit = limits::CUSTOMER_REQUESTS.to_string();
    let requests = with_query("/v1/requests", &[("invoice", number), ("limit", &limit)]);
    let (state, requests) = futures::join!(
        api_client::get::<InvoiceCredits>(session, &path),
        api_client::get::<Page<RequestRow>>(session, &requests)
    );
    Ok(reply::page(StatusCode::OK, one::render(frame, &state?, &requests?)))
}
