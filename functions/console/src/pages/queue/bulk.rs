//! Draws the form that decides on all requests that are ticked, or on all of a view.

use contraflow_domain::limits as bounds;
use contraflow_domain::request::row::RequestRow;
use contraflow_guest::new_id;
use maud::{Markup, html};

use super::wanted::View;
use super::{Choice, Shown, is_decidable, sent};
use crate::assets;
use crate::locale::say;
use crate::parts::layout::csrf;
use crate::parts::{rows, totals};
use crate::session::Session;

/// Draws the form around the table.
pub fn form(session: &Session, shown: &Shown, choice: &Choice, table: Markup) -> Markup {
    html! {
        form.several method="post" action="/queue/decide" {
            (csrf(session))
            input type="hidden" name="key" value=(new_id());
            input type="hidden" name="queue" value=(shown.wanted.query());
            // The enter key presses a form's first button, and this one decides nothing.
            button.hidden name="decision" value="" tabindex="-1" aria-hidden="true" { (say!("queue-keep")) }
            p.select {
                button name="decision" value="all" { (say!("queue-select-all")) } " "
                button name="decision" value="none" { (say!("queue-select-none")) }
            }
            (table)
            (bar(session, shown, choice))
        }
        (whole(session, shown))
        script src=(assets::address("picked.js")) defer {}
    }
}

/// Returns the requests whose boxes are ticked.
fn ticked<'a>(session: &Session, shown: &'a Shown, choice: &Choice) -> Vec<&'a RequestRow> {
    let is_ticked = |request: &&RequestRow| {
        is_decidable(session, request)
            && (choice.all || choice.ticked.contains(&sent(request)))
            && !(choice.calm && rows::is_warned(&request.findings))
    };
    shown.list.items.iter().filter(is_ticked).collect()
}

fn bar(session: &Session, shown: &Shown, choice: &Choice) -> Markup {
    let ticked = ticked(session, shown, choice);
    let warned = ticked.iter().filter(|request| rows::is_warned(&request.findings)).count();
    let sums = totals::added(ticked.iter().filter_map(|request| request.amount));
    html! {
        section.card.together aria-labelledby="together" {
            h2.hidden #together { (say!("queue-together")) }
            div.bar-line {
                p.tally role="status" data-words=(say!("queue-selected")) {
                    (ticked.len()) " " (say!("queue-selected")) @if !sums.is_empty() { " · " (totals::sums(&sums)) }
                }
                p.warned hidden[warned == 0] {
                    span.wait-sign aria-hidden="true" { "▲" } " " span.many { (warned) } " " (say!("queue-with-warnings")) " "
                    button.plain-button name="decision" value="calm" { (say!("queue-leave-out")) }
                }
                span.buttons {
                    button.primary name="decision" value="approve" { (say!("queue-approve")) }
                    button.danger name="decision" value="reject" { (say!("queue-reject")) }
                }
            }
            details open[!choice.note.is_empty()] {
                summary { (say!("queue-note")) }
                label.hidden for="together-note" { (say!("queue-note")) }
                textarea #together-note name="note" rows="2" dir="auto" maxlength=(bounds::NOTE_CHARS) { (choice.note) }
            }
        }
    }
}

/// Draws the offer to decide on all of a view, also what stands on other pages. It is only made where the api can
/// freeze exactly this list.
fn whole(session: &Session, shown: &Shown) -> Markup {
    let Some(all) = shown.totals.as_ref().filter(|_| shown.wanted.view == View::Decisions) else { return html! {} };
    let on_page = u64::try_from(shown.list.items.len()).unwrap_or(u64::MAX);
    if all.count <= on_page || super::wanted::frozen(&shown.wanted).is_none() {
        return html! {};
    }
    html! {
        form.card.whole method="post" action="/batches" {
            (csrf(session))
            input type="hidden" name="key" value=(new_id());
            input type="hidden" name="queue" value=(shown.wanted.query());
            p { (say!("queue-whole")) " " strong { (totals::totals(all)) } }
            p.hint { (say!("queue-whole-hint")) }
            div.buttons { button { (say!("queue-whole-go")) } }
        }
    }
}
