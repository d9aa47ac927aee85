//! What concerns whoever is signed in alone: their settings, and signing out.

use super::{Asked, Routed};
use crate::pages::{settings, sign_in};
use crate::reply;

/// Answers with a page.
pub async fn get(asked: &Asked<'_>, path: &[&str]) -> Routed {
    Ok(Some(match path {
        ["sign-out"] => sign_in::ask_out(asked.frame, asked.session),
        ["settings"] => settings::get(asked.frame, asked.session, &asked.form).await?,
        ["settings", ..] => reply::see_other("/settings"),
        _ => return Ok(None),
    }))
}

/// Takes a form.
pub async fn post(asked: &Asked<'_>, path: &[&str]) -> Routed {
    Ok(Some(match path {
        ["sign-out"] => sign_in::out(asked.incoming, asked.session).await?,
        ["settings"] => settings::post(asked.frame, asked.session, &asked.form).await?,
        ["settings", "views"] => settings::keep_view(asked.frame, asked.session, &asked.form).await?,
        ["settings", "views", "remove"] => settings::remove_view(asked.session, &asked.form).await?,
        _ => return Ok(None),
    }))
}
