//! Shows one import: how far it is, what became of its rows, and where its requests stand.

use contraflow_domain::authority::Effect;
use contraflow_domain::bulk::{ImportState, Shown};
use contraflow_domain::identity::Identity;
use maud::{Markup, html};

use super::list::{percent, state};
use crate::form::segment;
use crate::limits;
use crate::locale::{say, woven};
use crate::parts::layout::{Frame, csrf, page};
use crate::parts::{money, time};
use crate::session::Session;

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, import: &Shown) -> Markup {
    let address = format!("/imports/{}", segment(&import.id));
    let runs = import.state == ImportState::Running;
    let is_own = Identity::read(&import.by).is(&session.person.identity());
    let may_cancel = runs && (is_own || frame.may(Effect::Withdraw));
    let body = html! {
        div.title {
            div { h1 { (say!("imports-one")) } p.quiet { (woven!("imports-sent-by", who = html! { bdi { (import.by) } }, when = time::both(import.at, frame.now))) } }
            div.buttons {
                @if import.state != ImportState::Uploading { a.button href=(format!("{address}/result")) download { (say!("imports-result")) } }
                @if may_cancel { form method="post" action=(format!("{address}/cancel")) { (csrf(session)) button.danger { (say!("imports-cancel")) } } }
            }
        }
        (now(import, &address, frame))
        section.card.below aria-labelledby="file" {
            h2 #file { (say!("imports-file")) }
            dl.facts {
                dt { (say!("imports-size")) } dd { (say!("imports-bytes", count = money::grouped(&import.bytes.to_string()))) }
                @if let Some(template) = &import.template { dt { (say!("imports-template")) } dd { (template) } }
                @if !import.sha256.is_empty() { dt { (say!("imports-fingerprint")) } dd.mono.break { (import.sha256) } }
                @if let Some(until) = import.kept_until { dt { (say!("imports-kept")) } dd { (time::absolute(until)) } }
            }
        }
    };
    page(frame, &say!("imports-one"), body)
}

/// Draws all that changes while it runs: then the page asks again by itself, and without a script there is a link.
fn now(import: &Shown, address: &str, frame: &Frame<'_>) -> Markup {
    let runs = matches!(import.state, ImportState::Running | ImportState::Uploading);
    let again = format!("every {}s", limits::IMPORT_ASKED_AGAIN);
    html! {
        div #now hx-get=[runs.then_some(address)] hx-trigger=[runs.then_some(again)] hx-select=[runs.then_some("#now")] hx-swap=[runs.then_some("outerHTML")] {
            (standing(import, address, runs, frame))
            section.card.below aria-labelledby="rows" {
                h2 #rows { (say!("imports-what-became")) }
                (rows(import))
                @if let Some(requests) = import.requests {
                    h3 { (say!("imports-requests-now")) }
                    dl.facts {
                        dt { (say!("imports-working")) } dd { (money::grouped(&requests.working.to_string())) }
                        dt { (say!("imports-waiting")) } dd { (money::grouped(&requests.waiting_for_people.to_string())) }
                        dt { (say!("imports-ended")) } dd { (money::grouped(&requests.ended.to_string())) }
                    }
                }
            }
        }
    }
}

/// Draws where it stands.
fn standing(import: &Shown, address: &str, runs: bool, frame: &Frame<'_>) -> Markup {
    html! {
        section.card aria-labelledby="state" aria-live="polite" {
            h2 #state { (state(import)) }
            @if runs {
                progress max="100" value=(percent(import)) aria-label=(say!("imports-progress")) { (percent(import)) " %" }
                p {
                    (say!("imports-left", left = money::grouped(&import.left.to_string()), rows = money::grouped(&import.rows.to_string())))
                    @if let Some(at) = import.expected_at { " " (say!("imports-expected", when = time::distance(at, frame.now))) }
                }
                p { a href=(address) { (say!("imports-again")) } }
            }
            @if let Some(cancelled) = &import.cancelled {
                p { (woven!("imports-cancelled-by", who = html! { bdi { (cancelled.by) } }, when = time::both(cancelled.at, frame.now))) @if !cancelled.why.is_empty() { " " span dir="auto" { (cancelled.why) } } }
            }
            @if import.is_done == Some(true) { p { (say!("imports-is-done")) } }
        }
    }
}

fn rows(import: &Shown) -> Markup {
    let count = |number: u32| money::grouped(&number.to_string());
    html! {
        dl.facts {
            dt { (say!("imports-rows")) } dd { (count(import.rows)) }
            dt { (say!("imports-accepted")) } dd { (count(import.counts.accepted)) }
            dt { (say!("imports-already")) } dd { (count(import.counts.already_there)) }
            dt { (say!("imports-failed")) } dd.overdue[import.counts.failed > 0] { (count(import.counts.failed)) @if import.counts.failed > 0 { " · " (say!("imports-failed-hint")) } }
            @for sum in &import.amounts { dt { (say!("imports-asked-in", currency = sum.asked.currency.code())) } dd { (money::money(sum.asked)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::layout::Place;
    use crate::preview::desk::import;
    use crate::preview::{frame, session};

    #[test]
    fn while_it_runs_every_number_is_asked_for_again_and_then_none() {
        let who = session("bob", &["requester"]);
        let html = |state| render(&frame(&who, Place::Imports), &who, &import(state, 1000, 250)).into_string();
        let running = html(ImportState::Running);
        let (_, asked_again) = running.split_once("hx-select=\"#now\"").expect("a part that asks again");
        assert!(asked_again.contains("id=\"state\"") && asked_again.contains("id=\"rows\""), "{asked_again}");
        assert!(!html(ImportState::Stored).contains("hx-select"));
    }
}
