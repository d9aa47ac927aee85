//! Asking for credits, and what goes with it: new requests, invoices, customers, imports, schedules, deputies, help.

use http::StatusCode;

use super::{Asked, Routed};
use crate::form::segment;
use crate::pages::{asking, customers, help, imports, invoices, loans, schedules, ticket};
use crate::reply;

/// Answers with a page.
pub async fn get(asked: &Asked<'_>, path: &[&str]) -> Routed {
    let Asked { incoming, frame, session, ref form } = *asked;
    Ok(Some(match path {
        ["new"] => asking::get(frame, session, form).await?,
        ["invoices"] => invoices::list(frame, session, form).await?,
        ["invoices", number] => invoices::one(frame, session, number).await?,
        ["customers"] => customers::list(frame, session, form).await?,
        ["customers", id] => customers::one(frame, session, id).await?,
        ["customers", id, "statement"] => customers::statement::get(frame, session, id, form).await?,
        ["customers", id, "credit"] => customers::changes::get(frame, session, id).await?,
        // A form was sent to such an address. Whoever reloads it lands on the page that has it.
        ["customers", id, "credit", ..] => reply::see_other(&format!("/customers/{}/credit", segment(id))),
        ["imports"] => imports::all(frame, session, form).await?,
        ["imports", "new"] => imports::send::get(incoming, frame, session).await,
        ["imports", "sample"] => imports::file(session, "/v1/imports/sample.csv", "requests.csv").await?,
        ["imports", "templates"] => imports::templates::get(frame, session, form).await,
        ["imports", id] => imports::one(frame, session, id).await?,
        ["imports", id, "result"] => {
            let (path, name) = (format!("/v1/imports/{}/result", segment(id)), format!("import-{id}.csv"));
            imports::file(session, &path, &name).await?
        }
        ["schedules"] => schedules::all(frame, session, form).await?,
        ["schedules", "new"] => schedules::edit::get(frame, session, None, form).await?,
        ["schedules", id, "change"] => schedules::edit::get(frame, session, Some(id), form).await?,
        ["schedules", id] => schedules::get(frame, session, id).await?,
        ["schedules", id, _] => reply::see_other(&format!("/schedules/{}", segment(id))),
        ["delegations"] => loans::get(frame, session, form).await?,
        ["delegations", ..] => reply::see_other("/delegations"),
        ["help"] => reply::page(StatusCode::OK, help::render(frame)),
        ["panel", helpdesk] => ticket::get(frame, session, helpdesk, form).await?,
        _ => return Ok(None),
    }))
}

/// Takes a form.
pub async fn post(asked: &Asked<'_>, path: &[&str]) -> Routed {
    let Asked { incoming, frame, session, ref form } = *asked;
    Ok(Some(match path {
        ["new"] => asking::post(incoming, frame, session, form).await?,
        ["customers", id, "credit", rest @ ..] => {
            return customers::changes::post(frame, session, id, rest, form).await;
        }
        ["imports"] => imports::send::post(incoming, frame, session, form).await,
        ["imports", "templates"] => imports::templates::post(frame, session, form).await?,
        ["imports", id, "cancel"] => imports::cancel(session, id).await?,
        ["schedules"] => schedules::edit::post(incoming, frame, session, None, form).await?,
        ["schedules", id, "change"] => schedules::edit::post(incoming, frame, session, Some(id), form).await?,
        ["schedules", id, what] => return schedules::act(frame, session, id, what, form).await,
        ["delegations", rest @ ..] => return loans::post(frame, session, rest, form).await,
        _ => return Ok(None),
    }))
}
