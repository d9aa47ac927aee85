//! Shows imports, the newest first, with how far each is.

use contraflow_domain::authority::Effect;
use contraflow_domain::bulk::{ImportState, Shown};
use contraflow_guest::view::Page;
use maud::{Markup, html};

use crate::form::segment;
use crate::locale::say;
use crate::parts::layout::{Frame, page};
use crate::parts::{money, pager, time};

/// Names the state of an import.
pub fn state(import: &Shown) -> String {
    match import.state {
        ImportState::Uploading => say!("imports-uploading"),
        ImportState::Running => say!("imports-running"),
        ImportState::Stored => say!("imports-stored"),
        ImportState::Cancelled => say!("imports-cancelled"),
    }
}

/// Returns how much of an import is dealt with, of a hundred.
pub fn percent(import: &Shown) -> u64 {
    let (rows, left) = (u64::from(import.rows), u64::from(import.left));
    (rows.saturating_sub(left) * 100).checked_div(rows).unwrap_or(0)
}

/// Draws how far an import is.
pub fn progress(import: &Shown) -> Markup {
    let done = percent(import);
    html! {
        span {
            (state(import))
            @if import.state == ImportState::Running {
                progress max="100" value=(done) aria-label=(say!("imports-progress")) { (done) " %" }
            }
            @if import.counts.failed > 0 { span.second.overdue { (say!("imports-failed-count", count = import.counts.failed)) } }
        }
    }
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, imports: &Page<Shown>, mine: bool, cursor: &str) -> Markup {
    let filter: &[(&str, &str)] = if mine { &[("mine", "true")] } else { &[] };
    let body = html! {
        div.title {
            h1 { (say!("imports-title")) }
            div.buttons {
                @if frame.may(Effect::Ask) { a.button.primary href="/imports/new" { (say!("imports-new")) } }
                a.button href="/imports/templates" { (say!("imports-templates")) }
            }
        }
        @if frame.may(Effect::ReadRequests) {
            nav.ways aria-label=(say!("imports-whose")) {
                a href="/imports" aria-current=[(!mine).then_some("page")] { (say!("imports-all")) }
                a href="/imports?mine=true" aria-current=[mine.then_some("page")] { (say!("imports-mine")) }
            }
        }
        @if imports.items.is_empty() && imports.next.is_none() {
            div.card.empty { h2 { (say!("imports-none")) } p { (say!("imports-none-hint")) } @if frame.may(Effect::Ask) { p.actions { a.button.primary href="/imports/new" { (say!("imports-new")) } } } }
        } @else {
            @if imports.items.is_empty() { (pager::nothing_here()) } @else { div.card.flush { (table(&imports.items, frame)) } }
            (pager::pager("/imports", filter, cursor, imports.next.as_deref()))
        }
    };
    page(frame, &say!("imports-title"), body)
}

fn table(imports: &[Shown], frame: &Frame<'_>) -> Markup {
    html! {
        table.rows {
            caption.hidden { (say!("imports-caption")) }
            thead { tr {
                th scope="col" { (say!("imports-file")) } th scope="col" { (say!("imports-by")) } th scope="col" { (say!("imports-how-far")) }
                th.number scope="col" { (say!("imports-rows")) } th.number scope="col" { (say!("imports-asked")) }
            } }
            tbody {
                @for import in imports {
                    tr {
                        th scope="row" data-label=(say!("imports-file")) { a.cover href=(format!("/imports/{}", segment(&import.id))) { (time::absolute(import.at)) } span.second { (time::distance(import.at, frame.now)) @if let Some(template) = &import.template { " · " (template) } } }
                        td data-label=(say!("imports-by")) { bdi { (import.by) } }
                        td data-label=(say!("imports-how-far")) { (progress(import)) }
                        td.number data-label=(say!("imports-rows")) { span { (money::grouped(&import.rows.to_string())) } }
                        td.number data-label=(say!("imports-asked")) { @if import.amounts.is_empty() { span.quiet { "–" } } @for sum in &import.amounts { span.second.sum { (money::money(sum.asked)) } } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::desk::import;

    #[test]
    fn progress_is_of_the_rows_that_ask_for_something() {
        let running = import(ImportState::Running, 1000, 250);
        assert_eq!(percent(&running), 75);
        assert!(progress(&running).into_string().contains("value=\"75\""));
        assert_eq!(percent(&import(ImportState::Running, 0, 0)), 0);
        assert!(!progress(&import(ImportState::Stored, 10, 0)).into_string().contains("<progress"));
    }
}
