//! Shows what stands out over time.

use contraflow_domain::patterns::{Pattern, PatternKind, Patterns};
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};

use crate::api_client;
use crate::asked::Asked;
use crate::form::with_query;
use crate::locale::named::Named as _;
use crate::locale::{say, woven};
use crate::parts::layout::{Frame, page};
use crate::parts::{foreign, money, time};
use crate::reply;

/// Serves `GET /patterns`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let found: Patterns = api_client::get(asked.session, "/v1/patterns").await?;
    Ok(reply::page(StatusCode::OK, render(asked.frame, &found)))
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, found: &Patterns) -> Markup {
    let body = html! {
        div.title {
            div {
                h1 { (say!("patterns-title")) }
                @if let Some(until) = found.until { p.quiet { (woven!("patterns-until", day = html! { (time::day(until)) }, count = html! { (found.days) })) } }
            }
        }
        @if found.items.is_empty() {
            div.card.empty { h2 { (say!("patterns-none")) } p { @if found.until.is_some() { (say!("patterns-none-hint")) } @else { (say!("patterns-not-yet")) } } }
        }
        @for kind in PatternKind::ALL { (of_kind(*kind, found)) }
        p.hint { (say!("patterns-prove-nothing")) }
    };
    page(frame, &say!("patterns-title"), body)
}

fn of_kind(kind: PatternKind, found: &Patterns) -> Markup {
    let items: Vec<_> = found.items.iter().filter(|pattern| pattern.kind == kind).collect();
    html! {
        @if !items.is_empty() {
            section.stack aria-labelledby=(kind.name()) {
                h2 id=(kind.name()) { (kind.said()) }
                div.card.flush {
                    table.rows {
                        caption.hidden { (kind.said()) }
                        thead { tr { th scope="col" { (say!("patterns-about")) } th scope="col" { (say!("patterns-days")) } th.number scope="col" { (say!("patterns-usual")) } th.number scope="col" { (say!("patterns-counted")) } } }
                        tbody { @for pattern in items { (row(pattern)) } }
                    }
                }
            }
        }
    }
}

/// Writes what was counted: a number, or worth in hundredths of the unit of the policy's bounds.
fn counted(kind: PatternKind, count: i64) -> String {
    match kind {
        PatternKind::RequesterWorth => money::grouped(&format!("{}.{:02}", count / 100, count.rem_euclid(100))),
        PatternKind::RequesterRate | PatternKind::ProductReturns => money::grouped(&count.to_string()),
    }
}

fn row(pattern: &Pattern) -> Markup {
    let is_requester = pattern.kind != PatternKind::ProductReturns;
    html! {
        tr {
            th scope="row" data-label=(say!("patterns-about")) {
                @if is_requester { a href=(with_query("/requests", &[("requester", &pattern.about)])) { (foreign::name(&pattern.about)) } }
                @else { (foreign::name(&pattern.about)) }
            }
            td data-label=(say!("patterns-days")) { span { (pattern.days) } }
            td.number data-label=(say!("patterns-usual")) { (counted(pattern.kind, pattern.usual)) }
            td.number data-label=(say!("patterns-counted")) { strong { (counted(pattern.kind, pattern.counted)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worth_is_written_with_its_hundredths_and_counts_without() {
        assert_eq!(counted(PatternKind::RequesterWorth, 123_405), "1,234.05");
        assert_eq!(counted(PatternKind::RequesterRate, 1_234), "1,234");
    }
}
