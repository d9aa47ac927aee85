//! Shows dry runs: what another text of the policy would have decided on the requests of a period.

use contraflow_domain::dry_run::{AmountSum, Difference, DryRunView, RunState};
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};

use super::addresses::address_of;
use super::{Part, around, simulate, titled};
use crate::api_client;
use crate::asked::Asked;
use crate::form::{segment, with_query};
use crate::locale::named::Named as _;
use crate::locale::{say, woven};
use crate::parts::chips::{self, Tone};
use crate::parts::layout::{Frame, csrf};
use crate::parts::{foreign, money, pager, time, totals};
use crate::reply;
use crate::session::Session;

fn state(state: RunState) -> Markup {
    match state {
        RunState::Running => chips::chip(Tone::Active, &say!("policy-run-running")),
        RunState::Done => chips::chip(Tone::Good, &say!("policy-run-done")),
        RunState::Ended => chips::chip(Tone::Quiet, &say!("policy-run-ended")),
    }
}

/// Returns on how many requests it would be decided otherwise.
const fn different(run: &DryRunView) -> u64 {
    run.would_pass.requests
        + run.would_wait.requests
        + run.would_be_refused.requests
        + run.would_be_taken.requests
        + run.other_deciders.requests
}

/// Serves `GET /policy/dry-runs`.
///
/// # Errors
/// The problem that the api answered.
pub async fn list(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let list: Page<DryRunView> = api_client::get(asked.session, "/v1/policy/dry-runs").await?;
    Ok(reply::page(StatusCode::OK, render_list(asked.frame, &list.items)))
}

/// Draws the list.
pub fn render_list(frame: &Frame<'_>, runs: &[DryRunView]) -> Markup {
    let body = html! {
        div.title { h1 { (say!("policy-runs")) } }
        @if runs.is_empty() {
            div.card.empty { h2 { (say!("policy-runs-none")) } p { (say!("policy-runs-none-hint")) } p.actions { a.button href="/policy/versions" { (say!("policy-versions")) } } }
        } @else {
            div.card.flush {
                table.rows {
                    caption.hidden { (say!("policy-runs-caption")) }
                    thead { tr {
                        th scope="col" { (say!("policy-run-of")) } th scope="col" { (say!("policy-run-by")) } th scope="col" { (say!("policy-run-state")) }
                        th.number scope="col" { (say!("policy-run-looked-at")) } th.number scope="col" { (say!("policy-run-otherwise")) }
                    } }
                    tbody { @for run in runs {
                        tr {
                            th scope="row" data-label=(say!("policy-run-of")) { a.cover href=(format!("/policy/dry-runs/{}", segment(&run.id))) { (titled(run.number, &run.policy)) } }
                            td data-label=(say!("policy-run-by")) { (foreign::name(&run.by)) span.second { (time::relative(run.at, frame.now)) } }
                            td data-label=(say!("policy-run-state")) { (state(run.state)) }
                            td.number data-label=(say!("policy-run-looked-at")) { (run.looked_at) }
                            td.number data-label=(say!("policy-run-otherwise")) { (different(run)) }
                        }
                    } }
                }
            }
        }
    };
    around(frame, Part::DryRuns, &say!("policy-runs"), body)
}

/// Serves `GET /policy/dry-runs/{id}`.
///
/// # Errors
/// The problem that the api answered.
pub async fn one(asked: &Asked<'_>, id: &str) -> Result<Answer, Problem> {
    let path = format!("/v1/policy/dry-runs/{}", segment(id));
    let cursor = asked.form.get("cursor");
    let listed = with_query(&format!("{path}/differences"), &[("cursor", cursor)]);
    let (run, differences) =
        futures::join!(api_client::get(asked.session, &path), api_client::get(asked.session, &listed));
    Ok(reply::page(StatusCode::OK, render(asked.frame, asked.session, &run?, &differences?, cursor)))
}

/// Draws the page of one run.
pub fn render(
    frame: &Frame<'_>,
    session: &Session,
    run: &DryRunView,
    differences: &Page<Difference>,
    cursor: &str,
) -> Markup {
    let here = format!("/policy/dry-runs/{}", segment(&run.id));
    let body = html! {
        div.title {
            div {
                h1 { (say!("policy-run")) }
                p.quiet { (woven!("policy-run-what", text = html! { a href=(address_of(run.number)) { (titled(run.number, &run.policy)) } }, who = foreign::name(&run.by), when = time::relative(run.at, frame.now))) }
                p.quiet {
                    @match run.from {
                        Some(from) => (woven!("policy-run-period", from = html! { (time::absolute(from)) }, until = html! { (time::absolute(run.until)) })),
                        None => (woven!("policy-run-until", until = html! { (time::absolute(run.until)) })),
                    }
                }
            }
        }
        (now(session, run, &here))
        @if !differences.items.is_empty() { (listed(frame, differences)) }
        (pager::pager(&here, &[], cursor, differences.next.as_deref()))
        section.card.below aria-labelledby="assumptions" {
            h2 #assumptions { (say!("policy-run-assumptions")) }
            ul.sentences { @for sentence in &run.assumptions { li { (foreign::record(sentence)) } } }
        }
    };
    around(frame, Part::DryRuns, &say!("policy-run"), body)
}

/// Draws how far it is and what it has found. While it is under way, this part asks for itself again where scripts run.
fn now(session: &Session, run: &DryRunView, here: &str) -> Markup {
    let moving = run.state == RunState::Running;
    html! {
        div #now hx-get=[moving.then_some(here)] hx-trigger=[moving.then_some("every 3s")] hx-select=[moving.then_some("#now")] hx-swap=[moving.then_some("outerHTML")] {
            (progress(session, run, moving, here)) (found(run))
        }
    }
}

fn progress(session: &Session, run: &DryRunView, moving: bool, here: &str) -> Markup {
    html! {
        section.card aria-labelledby="progress-title" {
            h2 #progress-title { (say!("policy-run-progress")) }
            p { (state(run.state)) " " (say!("policy-run-so-far", count = run.looked_at)) }
            @if run.undecided > 0 { p.quiet { (say!("policy-run-undecided", count = run.undecided)) } }
            @if run.unreadable > 0 { p.overdue { (say!("policy-run-unreadable", count = run.unreadable)) } }
            @if moving {
                p.actions { a.button href=(here) { (say!("policy-run-refresh")) } }
                form method="post" action=(format!("{here}/end")) { (csrf(session)) button { (say!("policy-run-end")) } }
            }
        }
    }
}

fn found(run: &DryRunView) -> Markup {
    let sums: [(String, &AmountSum); 7] = [
        (say!("policy-sum-same"), &run.same),
        (say!("policy-mind-passes"), &run.would_pass),
        (say!("policy-mind-waits"), &run.would_wait),
        (say!("policy-mind-refused"), &run.would_be_refused),
        (say!("policy-mind-taken"), &run.would_be_taken),
        (say!("policy-mind-others"), &run.other_deciders),
        (say!("policy-sum-unknown"), &run.unknown),
    ];
    html! {
        div.card.flush.below {
            table.rows {
                caption.hidden { (say!("policy-run-found")) }
                thead { tr { th scope="col" { (say!("policy-run-found")) } th.number scope="col" { (say!("policy-run-requests")) } th.number scope="col" { (say!("policy-run-amount")) } } }
                tbody { @for (what, sum) in &sums {
                    tr {
                        th scope="row" data-label=(say!("policy-run-found")) { (what) }
                        td.number data-label=(say!("policy-run-requests")) { (sum.requests) }
                        td.number data-label=(say!("policy-run-amount")) { @if sum.amounts.is_empty() { span.quiet { "–" } } @else { (totals::sums(&sum.amounts)) } }
                    }
                } }
            }
        }
    }
}

fn listed(frame: &Frame<'_>, differences: &Page<Difference>) -> Markup {
    html! {
        div.card.flush.below {
            table.rows {
                caption { (say!("policy-run-differences")) }
                thead { tr {
                    th scope="col" { (say!("policy-run-request")) } th scope="col" { (say!("policy-run-how")) } th scope="col" { (say!("policy-run-then")) }
                    th scope="col" { (say!("policy-run-would")) } th.number scope="col" { (say!("policy-run-amount")) }
                } }
                tbody { @for one in &differences.items {
                    tr {
                        th scope="row" data-label=(say!("policy-run-request")) {
                            a.cover href=(format!("/requests/{}", segment(&one.request))) { (one.kind.said()) }
                            span.second { @if let Some(customer) = &one.customer { (foreign::name(customer)) " · " } (time::relative(one.created_at, frame.now)) }
                        }
                        td data-label=(say!("policy-run-how")) { (simulate::otherwise(one.otherwise)) }
                        td data-label=(say!("policy-run-then")) { div { (simulate::decided(&one.then)) } }
                        td data-label=(say!("policy-run-would")) { div { (simulate::decided(&one.would)) } }
                        td.number data-label=(say!("policy-run-amount")) { (money::maybe(one.amount)) }
                    }
                } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::{office, session};

    #[test]
    fn while_it_is_under_way_what_it_has_found_is_asked_for_again_too() {
        let ada = session("ada", &["admin"]);
        let html = |state| now(&ada, &office::run(state), "/policy/dry-runs/1").into_string();
        let running = html(RunState::Running);
        assert!(running.starts_with("<div id=\"now\" hx-get") && running.contains(">1201<"), "{running}");
        assert!(!html(RunState::Done).contains("hx-"));
    }
}
