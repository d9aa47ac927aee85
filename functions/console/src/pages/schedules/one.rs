//! Shows one schedule: what it asks for, when it comes next, what it waits for, and what happened to it.

use contraflow_domain::authority::Effect;
use contraflow_domain::chronicle::Entry;
use contraflow_domain::identity::Identity;
use contraflow_domain::limits as bounds;
use contraflow_domain::schedule::{Missed, ScheduleView, ScheduleWait};
use maud::{Markup, html};

use super::{Shown, list, when};
use crate::form::segment;
use crate::locale::named::Named as _;
use crate::locale::{say, woven};
use crate::parts::layout::{Frame, csrf, page};
use crate::parts::words::humane;
use crate::parts::{foreign, money, time};
use crate::session::Session;

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, shown: &Shown) -> Markup {
    let schedule = &shown.schedule;
    let address = format!("/schedules/{}", segment(&schedule.id));
    let goes_on = schedule.next.is_some();
    let body = html! {
        div.title {
            div { h1 dir="auto" { (schedule.name) } p.quiet { (when(schedule.plan.rule.as_deref(), &schedule.plan.start, &schedule.plan.words)) " · " (schedule.plan.time_zone) } }
            div.state { (list::status(schedule)) }
        }
        div.columns {
            div.main-column {
                @if !schedule.waits_for.is_empty() { (waiting(schedule, frame, session, &address)) }
                (asks(schedule))
                (coming(schedule, frame))
                (events(&shown.events.items, frame))
            }
            div.side-column {
                (keeping(schedule, frame))
                @if goes_on && frame.may(Effect::KeepSchedules) { (changing(session, &address)) }
            }
        }
    };
    page(frame, &schedule.name, body)
}

/// Draws what the schedule waits for, each with the button that sees to it.
fn waiting(schedule: &ScheduleView, frame: &Frame<'_>, session: &Session, address: &str) -> Markup {
    let me = session.person.identity();
    let is_own = [&schedule.made_by, &schedule.kept_by].iter().any(|name| !Identity::read(name).is_surely_not(&me));
    html! {
        section.card.attention aria-labelledby="waiting" {
            h2 #waiting { (say!("schedules-waits")) }
            @for wait in &schedule.waits_for {
                @match wait {
                    ScheduleWait::Confirmation => {
                        p { (say!("schedules-confirm-hint")) }
                        @if is_own { p.quiet { (say!("schedules-confirm-own")) } }
                        @else if frame.may(Effect::ConfirmSchedules) {
                            form method="post" action=(format!("{address}/confirm")) {
                                (csrf(session))
                                input type="hidden" name="revision" value=(schedule.revision);
                                button.primary { (say!("schedules-confirm")) }
                            }
                        }
                    },
                    ScheduleWait::Keeper => {
                        p { (woven!("schedules-keeper-left", who = html! { bdi { (schedule.kept_by) } })) }
                        @if frame.may(Effect::KeepSchedules) { form method="post" action=(format!("{address}/take-over")) { (csrf(session)) button.primary { (say!("schedules-take-over")) } } }
                    },
                    ScheduleWait::MissedRuns => @if let Some(passed) = &schedule.passed_over {
                        p { (say!("schedules-passed", count = passed.count, first = passed.first.to_string(), last = passed.last.to_string())) }
                        @if frame.may(Effect::KeepSchedules) {
                            form.note-form method="post" action=(format!("{address}/close-missed")) {
                                (csrf(session))
                                label for="close-note" { (say!("schedules-note")) }
                                input #close-note name="note" maxlength=(bounds::NOTE_CHARS) dir="auto" autocomplete="off";
                                button.primary { (say!("schedules-close-missed")) }
                            }
                        }
                    },
                }
            }
        }
    }
}

fn asks(schedule: &ScheduleView) -> Markup {
    let ask = &schedule.request;
    html! {
        section.card aria-labelledby="asks" {
            h2 #asks { (say!("schedules-asks")) }
            p.figure { (money::maybe(ask.amount)) }
            dl.facts {
                dt { (say!("schedules-kind")) } dd { (ask.kind.said()) }
                @if ask.kind.direction().is_none() { dt { (say!("schedules-direction")) } dd { (ask.direction.said()) } }
                @if let Some(customer) = &ask.customer { dt { (say!("schedules-customer")) } dd { a href=(format!("/customers/{}", segment(customer))) { bdi { (customer) } } } }
                @if !ask.reason.is_empty() { dt { (say!("schedules-reason")) } dd { (humane(&ask.reason)) } }
                dt { (say!("schedules-destination")) } dd { (ask.destination.said()) }
            }
            @if !ask.note.is_empty() { (foreign::quote(&ask.note)) }
        }
    }
}

fn coming(schedule: &ScheduleView, frame: &Frame<'_>) -> Markup {
    let coming = schedule.upcoming.as_deref().unwrap_or_default();
    html! {
        section.card aria-labelledby="coming" {
            h2 #coming { (say!("schedules-coming")) }
            @if coming.is_empty() { p.quiet { (say!("schedules-comes-no-more")) } }
            ol.dates { @for next in coming { li { (time::both(next.at, frame.now)) } } }
            @if let Some(made) = &schedule.last {
                p { (woven!("schedules-last-made", period = html! { (made.period) }, request = html! { a href=(format!("/requests/{}", segment(&made.request))) { (say!("schedules-last-request")) } })) }
            }
            @if !schedule.plan.except.is_empty() {
                p.quiet { (say!("schedules-except-days", days = schedule.plan.except.iter().map(|day| time::day(*day)).collect::<Vec<_>>().join(", "))) }
            }
        }
    }
}

fn keeping(schedule: &ScheduleView, frame: &Frame<'_>) -> Markup {
    html! {
        section.card aria-labelledby="keeping" {
            h2 #keeping { (say!("schedules-keeping")) }
            dl.facts {
                dt { (say!("schedules-keeper")) } dd { bdi { (schedule.kept_by) } }
                dt { (say!("schedules-made")) } dd { bdi { (schedule.made_by) } ", " (time::relative(schedule.created_at, frame.now)) }
                @if let Some(changed) = &schedule.changed { dt { (say!("schedules-changed")) } dd { bdi { (changed.by) } ", " (time::relative(changed.at, frame.now)) } }
                @if let Some(confirmed) = &schedule.confirmed { dt { (say!("schedules-confirmed")) } dd { bdi { (confirmed.by) } ", " (time::relative(confirmed.at, frame.now)) } }
                @if let Some(end) = &schedule.ended { dt { (say!("schedules-ended")) } dd { bdi { (end.by) } ", " (time::relative(end.at, frame.now)) @if !end.note.is_empty() { (foreign::quote(&end.note)) } } }
                dt { (say!("schedules-version")) } dd { (schedule.revision) }
                dt { (say!("schedules-missed")) } dd { (missed(schedule.missed)) }
            }
        }
    }
}

/// Says what is made of runs that were missed.
pub fn missed(missed: Missed) -> String {
    match missed {
        Missed::Each => say!("schedules-missed-each"),
        Missed::Once => say!("schedules-missed-once"),
        Missed::Skip => say!("schedules-missed-skip"),
    }
}

fn changing(session: &Session, address: &str) -> Markup {
    html! {
        section.card aria-labelledby="changing" {
            h2 #changing { (say!("schedules-changing")) }
            p { a.button href=(format!("{address}/change")) { (say!("schedules-change")) } }
            details {
                summary { (say!("schedules-end")) }
                form.note-form method="post" action=(format!("{address}/end")) {
                    (csrf(session))
                    label for="end-note" { (say!("schedules-note")) }
                    input #end-note name="note" maxlength=(bounds::NOTE_CHARS) dir="auto" autocomplete="off";
                    button.danger { (say!("schedules-end-now")) }
                }
            }
        }
    }
}

fn events(events: &[Entry], frame: &Frame<'_>) -> Markup {
    html! {
        section.card aria-labelledby="events" {
            h2 #events { (say!("schedules-events")) }
            ol.timeline reversed {
                @for event in events.iter().rev() {
                    li {
                        p { strong { (happened(&event.what)) } span.quiet { " · " bdi { (event.actor) } " · " (time::relative(event.at, frame.now)) } }
                        @if !event.why.is_empty() { (foreign::quote(&event.why)) }
                    }
                }
            }
        }
    }
}

fn happened(what: &str) -> String {
    match what {
        "schedule_made" => say!("schedules-happened-made"),
        "schedule_changed" => say!("schedules-happened-changed"),
        "schedule_confirmed" => say!("schedules-happened-confirmed"),
        "schedule_ended" => say!("schedules-happened-ended"),
        "schedule_taken_over" => say!("schedules-happened-taken-over"),
        "schedule_keeper_left" => say!("schedules-happened-left"),
        "schedule_missed_closed" => say!("schedules-happened-closed"),
        "schedule_runs_passed_over" => say!("schedules-happened-passed"),
        other => humane(other),
    }
}
