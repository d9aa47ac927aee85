//! Lists the versions of the policy.

use contraflow_domain::authority::Effect;
use contraflow_domain::policy::{VersionState, VersionView};
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};

use super::addresses::{self, address_of};
use super::{Part, around};
use crate::asked::Asked;
use crate::listed;
use crate::locale::say;
use crate::parts::chips::{self, Tone};
use crate::parts::layout::Frame;
use crate::parts::{foreign, pager, time};
use crate::reply;

/// Draws where a version stands.
pub fn state(state: VersionState) -> Markup {
    let (tone, words) = match state {
        VersionState::Proposed => (Tone::Waiting, say!("policy-state-proposed")),
        VersionState::Scheduled => (Tone::Active, say!("policy-state-scheduled")),
        VersionState::InForce => (Tone::Good, say!("policy-state-in-force")),
        VersionState::Past => (Tone::Quiet, say!("policy-state-past")),
    };
    chips::chip(tone, &words)
}

/// Serves `GET /policy/versions`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let cursor = asked.form.get("cursor");
    let list = listed::page(asked.session, "/v1/policy/versions", &[], cursor).await?;
    Ok(reply::page(StatusCode::OK, render(asked.frame, &list, cursor)))
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, list: &Page<VersionView>, cursor: &str) -> Markup {
    let body = html! {
        div.title {
            h1 { (say!("policy-versions")) }
            @if frame.may(Effect::ProposePolicy) { a.button.primary href=(addresses::PROPOSE) { (say!("policy-propose")) } }
        }
        @if list.items.is_empty() && list.next.is_none() {
            div.card.empty { h2 { (say!("policy-versions-none")) } p { (say!("policy-versions-none-hint")) } p.actions { a.button href="/policy/versions/file" { (say!("policy-file-show")) } } }
        } @else {
            div.card.flush {
                table.rows {
                    caption.hidden { (say!("policy-versions-caption")) }
                    thead { tr {
                        th scope="col" { (say!("policy-column-version")) } th scope="col" { (say!("policy-column-state")) } th scope="col" { (say!("policy-column-proposed")) }
                        th scope="col" { (say!("policy-column-why")) } th scope="col" { (say!("policy-column-in-force")) }
                    } }
                    tbody { @for version in &list.items { (row(frame, version)) } }
                }
            }
            (pager::pager("/policy/versions", &[], cursor, list.next.as_deref()))
        }
    };
    around(frame, Part::Versions, &say!("policy-versions"), body)
}

fn row(frame: &Frame<'_>, version: &VersionView) -> Markup {
    html! {
        tr {
            th scope="row" data-label=(say!("policy-column-version")) { a.cover href=(address_of(Some(version.number))) { (version.number) } span.second { (foreign::name(&version.policy)) } }
            td data-label=(say!("policy-column-state")) { (state(version.state)) }
            td data-label=(say!("policy-column-proposed")) { (foreign::name(&version.proposed_by)) span.second { (time::relative(version.proposed_at, frame.now)) } }
            td data-label=(say!("policy-column-why")) { (foreign::name(&version.note)) }
            td data-label=(say!("policy-column-in-force")) { @match version.in_force_at { Some(at) => (time::relative(at, frame.now)), None => span.quiet { (say!("policy-never")) } } }
        }
    }
}
