//! The work on requests: the queue, the requests, and the decisions on them.

use super::{Asked, Routed};
use crate::form::segment;
use crate::pages::{batches, next, outbox, queue, request, requests, unread};
use crate::parts::navigation;
use crate::reply;

/// Answers with a page.
pub async fn get(asked: &Asked<'_>, path: &[&str]) -> Routed {
    let Asked { incoming, frame, session, ref form } = *asked;
    Ok(Some(match path {
        ["counts"] => reply::fragment(navigation::news(frame, crate::api_client::waiting(session).await)),
        ["queue"] => queue::get(frame, session, form).await?,
        ["queue", "next"] => next::get(incoming, session, form).await,
        ["queue", "decide"] | ["batches"] => reply::see_other("/queue"),
        ["outbox"] => outbox::get(asked).await?,
        ["outbox", ..] => reply::see_other("/outbox"),
        ["batches", id] => batches::get(frame, session, id, form).await?,
        ["batches", id, ..] => reply::see_other(&format!("/batches/{}", segment(id))),
        ["requests"] => requests::get(frame, session, form).await?,
        ["requests.csv"] => requests::csv(session, form).await?,
        ["requests", id] => request::get(frame, session, id, form).await?,
        ["requests", id, "live"] => request::live::get(frame, session, id, form).await?,
        ["requests", id, "print"] => request::print(frame, session, id).await?,
        ["requests", id, "files", sha256] => request::file(session, id, sha256).await?,
        ["requests", id, "dispute-evidence"] => request::evidence(session, id).await?,
        // A form was sent to this address. Whoever reloads it after signing in again lands on the request.
        ["requests", id, ..] => reply::see_other(&format!("/requests/{}", segment(id))),
        _ => return Ok(None),
    }))
}

/// Takes a form.
pub async fn post(asked: &Asked<'_>, path: &[&str]) -> Routed {
    let Asked { frame, session, ref form, .. } = *asked;
    Ok(Some(match path {
        ["queue", "decide"] => batches::ticked(frame, session, form).await?,
        ["batches"] => batches::freeze(session, form).await?,
        ["batches", id, "decide"] => batches::decide(session, id, form).await?,
        ["unread", id, "close"] => unread::close(session, id).await?,
        ["outbox", id, message] => outbox::act::post(asked, id, message).await?,
        ["requests", id, what @ ..] => return request::actions::post(asked, id, what).await,
        _ => return Ok(None),
    }))
}
