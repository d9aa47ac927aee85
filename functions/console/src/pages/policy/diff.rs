//! Shows what two texts of the policy differ in: in words, and line by line.

use contraflow_domain::policy::{ChangeKind, DiffLine, LineChange, PolicyDiff};
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;

use super::addresses::{address_of, named};
use super::{Part, around};
use crate::api_client;
use crate::asked::Asked;
use crate::form::{segment, with_query};
use crate::locale::{say, woven};
use crate::parts::chips::{self, Tone};
use crate::parts::foreign;
use crate::parts::layout::Frame;
use crate::reply;

/// Holds what two texts differ in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Compared {
    /// The earlier text: a number, or `file`.
    pub before: String,
    /// The later text.
    pub after: String,
    /// What they differ in.
    #[serde(flatten)]
    pub diff: PolicyDiff,
}

/// Serves `GET /policy/versions/{number}/diff`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>, name: &str) -> Result<Answer, Problem> {
    named(name)?;
    let with = asked.form.get("with");
    let address = with_query(&format!("/v1/policy/versions/{}/diff", segment(name)), &[("with", with)]);
    let compared: Compared = api_client::get(asked.session, &address).await?;
    Ok(reply::page(StatusCode::OK, render(asked.frame, &compared, with)))
}

fn link(name: &str) -> Markup {
    let number = name.parse().ok();
    let words = number.map_or_else(|| say!("policy-the-file"), |number: u32| say!("policy-number", number = number));
    html! { a href=(address_of(number)) { (words) } }
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, compared: &Compared, with: &str) -> Markup {
    let diff = &compared.diff;
    let action = format!("/policy/versions/{}/diff", segment(&compared.after));
    let body = html! {
        div.title {
            div {
                h1 { (say!("policy-differences")) }
                p.quiet { (woven!("policy-compared", before = link(&compared.before), after = link(&compared.after))) }
            }
            form.filters method="get" action=(action) {
                div { label for="with" { (say!("policy-compare-with")) } input #with name="with" value=(with) placeholder="file" autocomplete="off" inputmode="numeric"; }
                button { (say!("policy-compare")) }
            }
        }
        section.card aria-labelledby="changes" {
            h2 #changes { (say!("policy-changes")) }
            @if diff.changes.is_empty() { p.quiet { (say!("policy-changes-none")) } }
            ul.plain {
                @for change in &diff.changes { li.finding { (kind(change.change)) p { (foreign::record(&change.words)) } } }
            }
            @if diff.more_changes > 0 { p.quiet { (say!("policy-changes-more", count = diff.more_changes)) } }
        }
        @if !diff.lines.is_empty() {
            section.card.flush aria-labelledby="lines" {
                h2 #lines { (say!("policy-lines")) }
                (lines(&diff.lines))
                @if diff.more_lines > 0 { p.pad.quiet { (say!("policy-lines-more", count = diff.more_lines)) } }
            }
        }
    };
    around(frame, Part::Versions, &say!("policy-differences"), body)
}

fn kind(kind: ChangeKind) -> Markup {
    match kind {
        ChangeKind::Added => chips::chip(Tone::Good, &say!("policy-change-added")),
        ChangeKind::Removed => chips::chip(Tone::Bad, &say!("policy-change-removed")),
        ChangeKind::Changed => chips::chip(Tone::Active, &say!("policy-change-changed")),
        ChangeKind::Moved => chips::chip(Tone::Quiet, &say!("policy-change-moved")),
    }
}

fn lines(lines: &[DiffLine]) -> Markup {
    html! {
        div.diff-scroll tabindex="0" role="region" aria-label=(say!("policy-lines")) {
            table.diff {
                caption.hidden { (say!("policy-lines")) }
                thead.hidden { tr { th scope="col" { (say!("policy-line-before")) } th scope="col" { (say!("policy-line-after")) } th scope="col" { (say!("policy-line-change")) } th scope="col" { (say!("policy-line-text")) } } }
                tbody { @for line in lines {
                    @let (class, sign, said) = match line.change {
                        LineChange::Same => ("same", "", String::new()),
                        LineChange::Removed => ("removed", "\u{2212}", say!("policy-change-removed")),
                        LineChange::Added => ("added", "+", say!("policy-change-added")),
                    };
                    tr class=(class) {
                        td.number { @if let Some(number) = line.before { (number) } }
                        td.number { @if let Some(number) = line.after { (number) } }
                        td.sign { span aria-hidden="true" { (sign) } span.hidden { (said) } }
                        td { code { (line.text) } }
                    }
                } }
            }
        }
    }
}
