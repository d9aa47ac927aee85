//! Shows who people are: their roles, where they were last seen, and whether they are still here.

pub mod act;
pub mod one;

use std::collections::BTreeSet;

use contraflow_domain::access::PersonView;
use contraflow_domain::authority::Effect;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};

use crate::asked::Asked;
use crate::form::segment;
use crate::listed;
use crate::locale::say;
use crate::parts::chips::{self, Tone};
use crate::parts::layout::{Frame, page};
use crate::parts::{foreign, pager, time, words};
use crate::reply;

/// Serves `GET /people`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let cursor = asked.form.get("cursor");
    let list = listed::page(asked.session, "/v1/people", &[], cursor).await?;
    Ok(reply::page(StatusCode::OK, render(asked.frame, &list, cursor)))
}

/// Draws whether somebody is still here.
fn standing(person: &PersonView) -> Markup {
    if person.left.is_some() {
        chips::chip(Tone::Bad, &say!("people-left"))
    } else if person.last_seen_at.is_none() {
        chips::chip(Tone::Quiet, &say!("people-never-here"))
    } else {
        chips::chip(Tone::Good, &say!("people-here"))
    }
}

/// Draws roles, those that an admin gives here first.
fn roles(person: &PersonView) -> Markup {
    let all: BTreeSet<&String> = person.roles.union(&person.seen_roles).collect();
    let all: Vec<_> = all.into_iter().map(|role| words::role(role)).collect();
    html! { @if all.is_empty() { span.quiet { (say!("people-no-roles")) } } @else { (foreign::name(&all.join(", "))) } }
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, list: &Page<PersonView>, cursor: &str) -> Markup {
    let body = html! {
        div.title { div {
            h1 { (say!("people-title")) }
            p.quiet { (say!("people-hint")) }
        } }
        @if list.items.is_empty() && list.next.is_none() {
            div.card.empty { h2 { (say!("people-none")) } p { (say!("people-none-hint")) } }
        } @else {
            div.card.flush {
                table.rows {
                    caption.hidden { (say!("people-caption")) }
                    thead { tr {
                        th scope="col" { (say!("people-name")) } th scope="col" { (say!("people-roles")) } th scope="col" { (say!("people-language")) }
                        th scope="col" { (say!("people-accounts")) } th scope="col" { (say!("people-status")) } th scope="col" { (say!("people-last-seen")) }
                    } }
                    tbody { @for person in &list.items { (row(frame, person)) } }
                }
            }
            (pager::pager("/people", &[], cursor, list.next.as_deref()))
        }
        @if frame.may(Effect::KeepPeople) { (adding()) }
    };
    page(frame, &say!("people-title"), body)
}

fn row(frame: &Frame<'_>, person: &PersonView) -> Markup {
    html! {
        tr {
            th scope="row" data-label=(say!("people-name")) {
                a.cover href=(format!("/people/{}", segment(&person.name))) { (foreign::name(person.full_name.as_deref().unwrap_or(&person.name))) }
                @if person.full_name.is_some() { span.second { (person.name) } }
            }
            td data-label=(say!("people-roles")) { (roles(person)) }
            td data-label=(say!("people-language")) { span { (person.locale.as_deref().unwrap_or("–")) } }
            td data-label=(say!("people-accounts")) { span { (person.accounts.len()) } }
            td data-label=(say!("people-status")) { (standing(person)) }
            td data-label=(say!("people-last-seen")) { @match person.last_seen_at { Some(at) => (time::relative(at, frame.now)), None => span.quiet { (say!("people-never")) } } }
        }
    }
}

/// Draws the field that leads to the page of somebody who is not in the list yet.
fn adding() -> Markup {
    html! {
        section.card.panel aria-labelledby="add" {
            h2 #add { (say!("people-add")) }
            p.hint { (say!("people-add-hint")) }
            form.inline-form method="get" action="/people" {
                label for="new" { (say!("people-sign-in-name")) }
                input #new name="new" required autocomplete="off" spellcheck="false";
                button { (say!("people-add-button")) }
            }
        }
    }
}
