//! Serves searches of the ERP: invoices and customers by what somebody knows of them.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::find::{self, Found, InvoiceSummary, Search};
use contraflow_domain::invoice::Customer;
use contraflow_domain::limits;
use contraflow_guest::http_io::{Answer, Incoming, ask, json};
use contraflow_guest::problem::Problem;
use http::StatusCode;
use serde::de::DeserializeOwned;

/// Serves `GET /v1/invoices?find=…&limit=…`: returns the invoices in which all the words are found.
///
/// # Errors
/// When the caller may not, there is nothing or too much to look for, or the ERP does not answer.
pub async fn invoices(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::Find)?;
    let mut found: Found<InvoiceSummary> = find_there("invoices", incoming).await?;
    if person.may(Effect::ReadInvoices).is_err() {
        found.items = found.items.into_iter().map(InvoiceSummary::for_asker).collect();
    }
    Ok(json(StatusCode::OK, &found))
}

/// Serves `GET /v1/customers?find=…&limit=…`: returns the customers in whose id, name or e-mail address all the words
/// are found.
///
/// # Errors
/// As [`invoices`].
pub async fn customers(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::Find)?;
    let mut found: Found<Customer> = find_there("customers", incoming).await?;
    if person.may(Effect::ReadInvoices).is_err() {
        found.items = found.items.into_iter().map(find::for_asker).collect();
    }
    Ok(json(StatusCode::OK, &found))
}

/// Asks the ERP, through the component that reads it.
async fn find_there<T: DeserializeOwned>(what: &str, incoming: &Incoming) -> Result<Found<T>, Problem> {
    let text = incoming.parameter("find").unwrap_or_default();
    let words = find::words(&text).map_err(|error| Problem::parameter("find", format!("{error}.")))?;
    let search = Search { words, limit: incoming.page_limit()?.min(limits::FOUND) };
    ask("invoice-lookup", &format!("/find/{what}"), &search).await
}
