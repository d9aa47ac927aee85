//! Finds invoices and customers in the ERP, for whoever the api asks for.

use contraflow_domain::find::{Found, Search, Word};
use contraflow_domain::limits::FOUND;
use contraflow_guest::contract::faults::Fault;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::limits;
use contraflow_guest::problem::Problem;
use spin_sdk::http::StatusCode;

use crate::bindings::contraflow::erp::invoices::{self, SearchWord};
use crate::transform;

/// Serves `POST /find/invoices` and `POST /find/customers`; `POST /find/customer`, which takes the id of one; and `POST
/// /find/invoice`, which takes the number of one.
///
/// # Errors
/// When the ERP does not answer, or with what can't be read.
pub async fn answer(request: spin_sdk::http::Request) -> Result<Answer, Problem> {
    let incoming = Incoming::read(request, limits::BODY_BYTES).await?;
    incoming.only("POST")?;
    if let ["find", "customer"] = incoming.segments()[..] {
        let found = invoices::find_customer(incoming.json()?).await;
        let found = found.map_err(|fault| Problem::unavailable(fault.words()))?;
        return Ok(json(StatusCode::OK, &transform::customer(found)));
    }
    if let ["find", "invoice"] = incoming.segments()[..] {
        let found = invoices::find(incoming.json()?).await.map_err(|fault| Problem::unavailable(fault.words()))?;
        return Ok(json(StatusCode::OK, &found.map(transform::invoice).transpose().map_err(Problem::unavailable)?));
    }
    let Search { words, limit } = incoming.json()?;
    let words = words.into_iter().map(word).collect();
    let limit = limit.clamp(1, FOUND);
    let unread = |fault: Fault| Problem::unavailable(fault.words());
    match incoming.segments()[..] {
        ["find", "invoices"] => {
            let found = invoices::search_invoices(words, limit + 1).await.map_err(unread)?;
            let read: Result<Vec<_>, _> = found.into_iter().map(transform::summary).collect();
            Ok(json(StatusCode::OK, &first(read.map_err(Problem::unavailable)?, limit)))
        }
        ["find", "customers"] => {
            let found = invoices::search_customers(words, limit + 1).await.map_err(unread)?;
            Ok(json(StatusCode::OK, &first(found.into_iter().map(transform::person).collect(), limit)))
        }
        _ => Err(Problem::not_found("such address")),
    }
}

fn word(word: Word) -> SearchWord {
    SearchWord { text: word.text, amounts: word.amounts.iter().map(ToString::to_string).collect() }
}

/// Returns as much as is wanted; one more was asked for, to tell whether there is more.
fn first<T>(mut items: Vec<T>, limit: u32) -> Found<T> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > most;
    items.truncate(most);
    Found { items, more }
}
