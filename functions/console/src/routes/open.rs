//! Pages that are open to somebody who is not signed in.

use contraflow_guest::http_io::Incoming;

use super::Routed;
use crate::form::Form;
use crate::pages::{decide_link, provider, sign_in};
use crate::parts::layout::Frame;

/// Answers with a page.
pub async fn get(incoming: &Incoming, frame: &Frame<'_>, path: &[&str], query: &Form) -> Routed {
    Ok(Some(match path {
        ["sign-in"] => sign_in::get(frame, query).await,
        ["sign-in", "provider"] => provider::begin(incoming, query).await?,
        ["sign-out"] if frame.session.is_none() => sign_in::already_out(incoming),
        ["sign-out", "provider"] => provider::leave().await?,
        ["decide", token] => decide_link::get(frame, token).await?,
        ["sign-in", "callback"] => provider::finish(incoming, frame, query).await,
        _ => return Ok(None),
    }))
}

/// Takes a form.
pub async fn post(incoming: &Incoming, frame: &Frame<'_>, path: &[&str], form: &Form) -> Routed {
    Ok(Some(match path {
        ["sign-in"] => sign_in::post(incoming, frame, form).await,
        ["sign-out"] if frame.session.is_none() => sign_in::already_out(incoming),
        ["decide", token] => decide_link::post(frame, token, form).await?,
        _ => return Ok(None),
    }))
}
