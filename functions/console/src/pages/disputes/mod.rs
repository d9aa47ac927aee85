//! Shows what disputed payments ask of people.

pub mod evidence;
pub mod one;

use contraflow_domain::request::row::RequestRow;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};

use super::tasks::card::due_at;
use super::tasks::list::{self, Listed};
use crate::asked::Asked;
use crate::form::segment;
use crate::locale::say;
use crate::parts::layout::{Frame, page};
use crate::parts::task::{About, Group, payee};
use crate::parts::{foreign, money, time};
use crate::reply;

/// Serves `GET /disputes`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let listed = list::of_codes(asked.session, Group::Disputes.codes()).await?;
    Ok(reply::page(StatusCode::OK, render(asked.frame, &listed)))
}

/// Returns the tasks of a request that come from disputes.
pub fn of(row: &RequestRow) -> impl Iterator<Item = About<'_>> {
    About::all(row).filter(|about| Group::of(about.task.code) == Group::Disputes)
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, listed: &Listed) -> Markup {
    let all: Vec<_> = listed.rows.iter().flat_map(|row| of(row).map(move |about| (row, about))).collect();
    let body = html! {
        div.title { div {
            h1 { (say!("disputes-title")) }
            @if !all.is_empty() { p.quiet { (say!("disputes-count", count = all.len())) } }
        } }
        @if all.is_empty() && listed.is_complete {
            div.card.empty {
                p.big aria-hidden="true" { "✓" }
                h2 { (say!("disputes-none")) }
                p { (say!("disputes-none-hint")) }
            }
        } @else if !all.is_empty() {
            div.card.flush {
                table.rows {
                    caption.hidden { (say!("disputes-caption")) }
                    thead { tr {
                        th scope="col" { (say!("disputes-what")) } th scope="col" { (say!("disputes-customer")) } th scope="col" { (say!("disputes-since")) }
                        th scope="col" { (say!("disputes-due")) } th.number scope="col" { (say!("disputes-amount")) }
                    } }
                    tbody { @for (row, about) in &all { (line(frame, row, about)) } }
                }
            }
            p.hint { (say!("disputes-deadline")) }
        }
        @if !listed.is_complete { p.hint { (say!("disputes-more")) } }
    };
    page(frame, &say!("disputes-title"), body)
}

fn line(frame: &Frame<'_>, row: &RequestRow, about: &About<'_>) -> Markup {
    html! {
        tr {
            th.sentence scope="row" data-label=(say!("disputes-what")) {
                a.cover href=(format!("/disputes/{}", segment(&row.id))) { (about.happened()) }
                span.second { (about.remedy()) }
            }
            td data-label=(say!("disputes-customer")) { (foreign::name(payee(row))) @if let Some(invoice) = &row.invoice { span.second { (invoice) } } }
            td data-label=(say!("disputes-since")) { (time::relative(about.task.since, frame.now)) }
            td data-label=(say!("disputes-due")) { @match due_at(row, about) { Some(due) => (time::deadline(due, frame.now)), None => span.quiet { "–" } } }
            td.number data-label=(say!("disputes-amount")) { (money::maybe(about.at_stake())) }
        }
    }
}
