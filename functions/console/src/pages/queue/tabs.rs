//! Draws the parts of the queue as tabs, each with how much waits in it.

use maud::{Markup, html};

use super::Shown;
use super::wanted::View;
use crate::form::with_query;
use crate::locale::say;
use crate::parts::layout::Frame;
use crate::parts::totals::counted;
use crate::session::Session;

/// Draws the tabs, and behind them the lists that the person keeps.
pub fn tabs(frame: &Frame<'_>, session: &Session, shown: &Shown) -> Markup {
    let here = shown.wanted.view;
    let kept = shown.wanted.query();
    let is_kept = shown.views.iter().any(|view| view.view.query == kept);
    html! {
        nav.tabs aria-label=(say!("queue-parts")) {
            @for view in View::ALL.into_iter().filter(|view| view.is_for(session) || *view == here) {
                a href=(with_query("/queue", &[("view", view.name())])) aria-current=[(view == here && !is_kept).then_some("page")] {
                    (view.said())
                    @if let Some(count) = view.count(frame.counts) { " " span.count { (counted(count)) } }
                }
            }
            @for view in &shown.views {
                a.kept href=(format!("/queue?{}", view.view.query)) aria-current=[(view.view.query == kept).then_some("page")] {
                    bdi { (view.view.name) }
                }
            }
        }
    }
}
