//! Shows schedules: what each asks for, when it comes next, who keeps it, and what it waits for.

use contraflow_domain::authority::Effect;
use contraflow_domain::schedule::{ScheduleView, ScheduleWait};
use contraflow_guest::view::Page;
use maud::{Markup, html};

use super::when;
use crate::form::segment;
use crate::locale::named::Named as _;
use crate::locale::say;
use crate::parts::layout::{Frame, page};
use crate::parts::{money, pager, time};

/// Says what a schedule waits for.
pub fn waits(wait: ScheduleWait) -> String {
    match wait {
        ScheduleWait::Confirmation => say!("schedules-waits-confirmation"),
        ScheduleWait::Keeper => say!("schedules-waits-keeper"),
        ScheduleWait::MissedRuns => say!("schedules-waits-missed"),
    }
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, schedules: &Page<ScheduleView>, waiting: bool, cursor: &str) -> Markup {
    let filter: &[(&str, &str)] = if waiting { &[("waiting", "true")] } else { &[] };
    let may_make = frame.may(Effect::KeepSchedules);
    let body = html! {
        div.title { h1 { (say!("schedules-title")) } @if may_make { a.button.primary href="/schedules/new" { (say!("schedules-new")) } } }
        nav.ways aria-label=(say!("schedules-which")) {
            a href="/schedules" aria-current=[(!waiting).then_some("page")] { (say!("schedules-all")) }
            a href="/schedules?waiting=true" aria-current=[waiting.then_some("page")] { (say!("schedules-waiting")) }
        }
        @if schedules.items.is_empty() && schedules.next.is_none() {
            div.card.empty {
                h2 { @if waiting { (say!("schedules-none-waiting")) } @else { (say!("schedules-none")) } }
                p { (say!("schedules-none-hint")) }
                @if may_make { p.actions { a.button.primary href="/schedules/new" { (say!("schedules-new")) } } }
            }
        } @else {
            @if schedules.items.is_empty() { (pager::nothing_here()) } @else { div.card.flush { (table(&schedules.items, frame)) } }
            (pager::pager("/schedules", filter, cursor, schedules.next.as_deref()))
        }
    };
    page(frame, &say!("schedules-title"), body)
}

fn table(schedules: &[ScheduleView], frame: &Frame<'_>) -> Markup {
    html! {
        table.rows {
            caption.hidden { (say!("schedules-caption")) }
            thead { tr {
                th scope="col" { (say!("schedules-name")) } th scope="col" { (say!("schedules-when")) } th scope="col" { (say!("schedules-next")) }
                th scope="col" { (say!("schedules-keeper")) } th scope="col" { (say!("schedules-status")) } th.number scope="col" { (say!("schedules-amount")) }
            } }
            tbody { @for schedule in schedules { (row(schedule, frame)) } }
        }
    }
}

fn row(schedule: &ScheduleView, frame: &Frame<'_>) -> Markup {
    html! {
        tr {
            th scope="row" data-label=(say!("schedules-name")) {
                a.cover href=(format!("/schedules/{}", segment(&schedule.id))) dir="auto" { (schedule.name) }
                span.second { (schedule.request.kind.said()) @if let Some(customer) = &schedule.request.customer { " · " bdi { (customer) } } }
            }
            td data-label=(say!("schedules-when")) { span { (when(schedule.plan.rule.as_deref(), &schedule.plan.start, &schedule.plan.words)) } }
            td data-label=(say!("schedules-next")) {
                @match &schedule.next {
                    Some(next) => span { (time::day(next.on)) span.second { (time::distance(next.at, frame.now)) } },
                    None => span.quiet { (say!("schedules-over")) },
                }
            }
            td data-label=(say!("schedules-keeper")) { bdi { (schedule.kept_by) } }
            td data-label=(say!("schedules-status")) { span { (status(schedule)) } }
            td.number data-label=(say!("schedules-amount")) { (money::maybe(schedule.request.amount)) }
        }
    }
}

/// Says where a schedule stands.
pub fn status(schedule: &ScheduleView) -> Markup {
    html! {
        @if schedule.waits_for.is_empty() {
            @match (&schedule.ended, &schedule.next) {
                (Some(_), _) => (say!("schedules-ended")),
                (None, None) => (say!("schedules-over")),
                (None, Some(_)) => (say!("schedules-confirmed")),
            }
        }
        @for wait in &schedule.waits_for { span.second.soon { (waits(*wait)) } }
    }
}
