//! Leads from one page of a list to the next, and back.

use maud::{Markup, html};

use crate::form::{Form, with_query};
use crate::limits;
use crate::locale::say;

/// Says where in a list a page begins, and where the pages before it do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trail {
    /// The cursor of this page; empty for the first.
    pub cursor: String,
    /// The cursors of the pages between the first one and this, in order.
    pub before: Vec<String>,
}

impl Trail {
    /// Reads it from the query of an address.
    pub fn of(query: &Form) -> Self {
        Self { cursor: query.get("cursor").into(), before: query.all("before").map(str::to_owned).collect() }
    }

    /// Returns the parameters of the page that begins at a cursor, which follows this one.
    fn onward(&self, next: &str) -> Vec<(&'static str, String)> {
        let here = Some(&self.cursor).filter(|cursor| !cursor.is_empty());
        let passed: Vec<_> = self.before.iter().chain(here).collect();
        // Whoever goes on for so long comes back by the first page.
        let kept = passed.len().saturating_sub(limits::TRAIL);
        let passed = passed.into_iter().skip(kept).map(|cursor| ("before", cursor.clone()));
        [("cursor", next.to_owned())].into_iter().chain(passed).collect()
    }

    /// Returns the parameters of the page before; none of them for the first.
    fn back(&self) -> Vec<(&'static str, String)> {
        let Some((last, rest)) = self.before.split_last() else { return Vec::new() };
        let rest = rest.iter().map(|cursor| ("before", cursor.clone()));
        [("cursor", last.clone())].into_iter().chain(rest).collect()
    }

    /// Returns the parameters of this page.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let before = self.before.iter().map(|cursor| ("before", cursor.clone()));
        [("cursor", self.cursor.clone())].into_iter().filter(|(_, cursor)| !cursor.is_empty()).chain(before).collect()
    }
}

/// Says that a page has no rows while more pages follow.
pub fn nothing_here() -> Markup {
    html! { div.card.empty { h2 { (say!("pager-empty")) } p { (say!("pager-empty-more")) } } }
}

/// Draws links to the first, the previous and the next page; `parameters` are the filters that stay.
pub fn trail(path: &str, parameters: &[(&str, &str)], trail: &Trail, next: Option<&str>) -> Markup {
    if trail.cursor.is_empty() && next.is_none() {
        return html! {};
    }
    let to = |more: Vec<(&'static str, String)>| {
        let more = more.iter().map(|(name, value)| (*name, value.as_str()));
        with_query(path, &parameters.iter().copied().chain(more).collect::<Vec<_>>())
    };
    html! {
        nav.pager aria-label=(say!("pager-pages")) {
            @if trail.cursor.is_empty() { span.button.disabled aria-disabled="true" { (say!("pager-first")) } }
            @else {
                span.buttons {
                    a.button href=(with_query(path, parameters)) { (say!("pager-first")) }
                    a.button rel="prev" href=(to(trail.back())) data-key="[" { (say!("pager-previous")) }
                }
            }
            @match next {
                Some(next) => a.button rel="next" href=(to(trail.onward(next))) data-key="]" { (say!("pager-next")) },
                None => span.button.disabled aria-disabled="true" { (say!("pager-last")) },
            }
        }
    }
}

/// Draws links to the first and the next page, for a list that keeps no trail.
pub fn pager(path: &str, parameters: &[(&str, &str)], cursor: &str, next: Option<&str>) -> Markup {
    trail(path, parameters, &Trail { cursor: cursor.to_owned(), before: Vec::new() }, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_every_page_the_one_before_is_found_again() {
        let mut here = Trail::default();
        let mut passed = vec![here.clone()];
        for next in ["b", "c", "d"] {
            let query = with_query(
                "",
                &here.onward(next).iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>(),
            );
            here = Trail::of(&Form::parse(query.trim_start_matches('?').as_bytes()));
            passed.push(here.clone());
        }
        while let Some(expected) = passed.pop() {
            assert_eq!(here, expected);
            let query =
                with_query("", &here.back().iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>());
            here = Trail::of(&Form::parse(query.trim_start_matches('?').as_bytes()));
        }
    }

    #[test]
    fn a_trail_does_not_grow_without_end() {
        let long = Trail { cursor: "z".into(), before: vec!["x".into(); limits::TRAIL] };
        assert_eq!(long.onward("a").len(), 1 + limits::TRAIL);
    }
}
