//! Shows what happened to the policy.

use contraflow_domain::chronicle::Entry;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};

use super::{Part, around};
use crate::asked::Asked;
use crate::listed;
use crate::locale::say;
use crate::parts::layout::Frame;
use crate::parts::{chronicle, pager};
use crate::reply;

/// Serves `GET /policy/events`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let cursor = asked.form.get("cursor");
    let list = listed::page(asked.session, "/v1/policy/events", &[], cursor).await?;
    Ok(reply::page(StatusCode::OK, render(asked.frame, &list, cursor)))
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, list: &Page<Entry>, cursor: &str) -> Markup {
    let body = html! {
        div.title { h1 { (say!("policy-history")) } }
        (chronicle::chronicle(frame, &list.items))
        (pager::pager("/policy/events", &[], cursor, list.next.as_deref()))
    };
    around(frame, Part::History, &say!("policy-history"), body)
}
