//! What concerns whoever is signed in alone: their settings, and signing out.

use super::{Asked, Routed};
use crate::pages::sign_in;

/// Answers with a page.
pub async fn get(asked: &Asked<'_>, path: &[&str]) -> Routed {
    Ok(Some(match path {
        ["sign-out"] => sign_in::ask_out(asked.frame, asked.session),
        _ => return Ok(None),
    }))
}

/// Takes a form.
pub async fn post(asked: &Asked<'_>, path: &[&str]) -> Routed {
    Ok(Some(match path {
        ["sign-out"] => sign_in::out(asked.incoming, asked.session).await?,
        _ => return Ok(None),
    }))
}
