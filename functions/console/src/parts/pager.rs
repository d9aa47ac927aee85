//! Leads from one page of a list to the next.

use maud::{Markup, html};

use crate::form::with_query;

/// Says that a page has no rows while more pages follow.
pub fn nothing_here() -> Markup {
    html! { div.card.empty { h2 { "Nothing on this page" } p { "The list goes on: look at the next page." } } }
}

/// Draws links to the first and the next page; `parameters` are the filters that stay.
pub fn pager(path: &str, parameters: &[(&str, &str)], cursor: &str, next: Option<&str>) -> Markup {
    if cursor.is_empty() && next.is_none() {
        return html! {};
    }
    let mut onward = parameters.to_vec();
    onward.push(("cursor", next.unwrap_or_default()));
    html! {
        nav.pager aria-label="Pages" {
            @if cursor.is_empty() { span.button.disabled aria-disabled="true" { "First page" } }
            @else { a.button href=(with_query(path, parameters)) { "First page" } }
            @if next.is_some() { a.button rel="next" href=(with_query(path, &onward)) { "Next page" } }
            @else { span.button.disabled aria-disabled="true" { "Last page" } }
        }
    }
}
