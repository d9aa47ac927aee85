//! The work on requests: the queue, the requests, and the decisions on them.

use super::{Asked, Routed};
use crate::form::segment;
use crate::pages::{queue, request, request_actions, requests, together, unread};
use crate::parts::navigation;
use crate::reply;

/// Answers with a page.
pub async fn get(asked: &Asked<'_>, path: &[&str]) -> Routed {
    let Asked { incoming, frame, session, .. } = *asked;
    Ok(Some(match path {
        ["counts"] => reply::fragment(navigation::news(crate::api_client::counts(session).await)),
        ["queue"] => queue::get(incoming, frame, session).await?,
        ["queue", "decide"] => reply::see_other("/queue"),
        ["requests"] => requests::get(incoming, frame, session).await?,
        ["requests", id] => request::get(frame, session, id).await?,
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
        ["queue", "decide"] => together::post(frame, session, form).await?,
        ["unread", id, "close"] => unread::close(session, id).await?,
        ["requests", id, what @ ..] => return request_actions::post(frame, session, id, what, form).await,
        _ => return Ok(None),
    }))
}
