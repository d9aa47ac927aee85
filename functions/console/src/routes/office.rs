//! Running the house: home, tasks, disputes, payouts, documents, policy, people, programs, audit, patterns, messages.

use super::{Asked, Routed};
use crate::reply;

/// Answers with a page.
pub async fn get(asked: &Asked<'_>, path: &[&str]) -> Routed {
    Ok(Some(match path {
        [] if asked.incoming.path == "/" => reply::see_other("/queue"),
        _ => return Ok(None),
    }))
}

/// Takes a form.
pub async fn post(_: &Asked<'_>, _: &[&str]) -> Routed {
    Ok(None)
}
