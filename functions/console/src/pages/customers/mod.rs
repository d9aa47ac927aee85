//! Serves the pages about customers: finding them, what one was credited, and the store credit that they have.

pub mod changes;
pub mod credit;
pub mod one;
pub mod statement;

use contraflow_domain::account::CustomerBalanceView;
use contraflow_domain::find::Found;
use contraflow_domain::invoice::Customer;
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
use crate::pages::search::{self, Search};
use crate::parts::layout::{Frame, page};
use crate::parts::months;
use crate::reply;
use crate::session::Session;

/// Serves `GET /customers`.
///
/// # Errors
/// The problem that the api answered.
pub async fn list(frame: &Frame<'_>, session: &Session, query: &Form) -> Result<Answer, Problem> {
    let wanted = query.get("find");
    let found = search::customers(session, wanted).await?;
    Ok(reply::page(StatusCode::OK, render(frame, wanted, &found)))
}

/// Draws the search.
pub fn render(frame: &Frame<'_>, wanted: &str, found: &Search<Customer>) -> Markup {
    let body = html! {
        div.title { h1 { (say!("customers-title")) } }
        (search::bar("/customers", &say!("customers-find"), &say!("customers-find-hint"), wanted, &[]))
        (search::found_customers(found, |id| format!("/customers/{}", segment(id))))
    };
    page(frame, &say!("customers-title"), body)
}

/// Returns the customer as the ERP knows them; `None` when it does not, or can't be asked.
pub async fn known(session: &Session, id: &str) -> Option<Customer> {
    let path = with_query("/v1/customers", &[("find", id), ("limit", &limits::FOUND.to_string())]);
    let found = api_client::get::<Found<Customer>>(session, &path).await.ok()?;
    found.items.into_iter().find(|customer| customer.id == id)
}

/// Returns the customer's name; `None` when it is not known.
pub async fn name_of(session: &Session, id: &str) -> Option<String> {
    known(session, id).await.map(|customer| customer.name).filter(|name| !name.is_empty())
}

/// Serves `GET /customers/{id}`.
///
/// # Errors
/// The problem that the api answered.
pub async fn one(frame: &Frame<'_>, session: &Session, id: &str) -> Result<Answer, Problem> {
    let balance = format!("/v1/customers/{}/balance", segment(id));
    let requests = with_query("/v1/requests", &[("customer", id), ("limit", &limits::CUSTOMER_REQUESTS.to_string())]);
    let (from, most) = (months::first_day(frame.now), limits::PICTURED_REQUESTS.to_string());
    let done = [
        ("customer", id),
        ("status", "completed,partially_completed"),
        ("from", from.as_str()),
        ("limit", most.as_str()),
    ];
    let done = with_query("/v1/requests", &done);
    let (customer, balance, requests, done) = futures::join!(
        known(session, id),
        api_client::get::<CustomerBalanceView>(session, &balance),
        api_client::get::<Page<RequestRow>>(session, &requests),
        api_client::get::<Page<RequestRow>>(session, &done),
    );
    let shown = one::Shown { customer, balance: balance?, requests: requests?, done: done.ok() };
    Ok(reply::page(StatusCode::OK, one::render(frame, id, &shown)))
}
