//! Asking for credits, and what goes with it: new requests, invoices, customers, imports, schedules, deputies, help.

use super::{Asked, Routed};
use crate::pages::{customer, new};

/// Answers with a page.
pub async fn get(asked: &Asked<'_>, path: &[&str]) -> Routed {
    let Asked { incoming, frame, session, .. } = *asked;
    Ok(Some(match path {
        ["customers", id] => customer::get(frame, session, id).await?,
        ["new"] => new::get(incoming, frame, session),
        _ => return Ok(None),
    }))
}

/// Takes a form.
pub async fn post(asked: &Asked<'_>, path: &[&str]) -> Routed {
    let Asked { frame, session, ref form, .. } = *asked;
    Ok(Some(match path {
        ["new"] => new::post(frame, session, form).await,
        _ => return Ok(None),
    }))
}
