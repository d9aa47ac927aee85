//! Shows the policy: what is in force, in words; its versions; and what another version would decide.

pub mod act;
mod addresses;
pub mod diff;
pub mod dry_run;
pub mod history;
pub mod propose;
pub mod simulate;
pub mod try_events;
pub mod version;
pub mod versions;
pub mod words;

use contraflow_domain::authority::Effect;
use contraflow_domain::limits as bounds;
use contraflow_domain::policy::{Activation, FileView, Policy, StandingView, VersionView};
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;

use self::addresses::address_of;
use crate::api_client;
use crate::asked::Asked;
use crate::locale::{say, woven};
use crate::parts::layout::{Frame, csrf, page};
use crate::parts::{chips, foreign, time};
use crate::reply;
use crate::session::Session;

/// Holds a text of the policy with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Text {
    /// What is known of the version; `None` for the file.
    pub version: Option<VersionView>,
    /// SHA-256 of the text, in hex.
    pub hash: String,
    /// The text.
    pub text: String,
}

/// Names a part of the policy's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What is in force, in words.
    InForce,
    /// All versions.
    Versions,
    /// What versions would have decided.
    DryRuns,
    /// What happened to the policy.
    History,
}

/// Draws a page of the policy with the links to its parts.
pub fn around(frame: &Frame<'_>, part: Part, title: &str, body: Markup) -> Markup {
    let parts = [
        (Part::InForce, "/policy", say!("policy-part-in-force")),
        (Part::Versions, "/policy/versions", say!("policy-part-versions")),
        (Part::DryRuns, "/policy/dry-runs", say!("policy-part-dry-runs")),
        (Part::History, "/policy/events", say!("policy-part-history")),
    ];
    let all = html! {
        nav.tabs aria-label=(say!("policy-title")) {
            @for (one, address, name) in parts { a href=(address) aria-current=[(one == part).then_some("page")] { (name) } }
        }
        (body)
    };
    page(frame, title, all)
}

/// Names a text: `Version 7 “default-2”`, or the file.
pub fn titled(number: Option<u32>, name: &str) -> String {
    match number {
        Some(number) => say!("policy-version", number = number, name = name),
        None => say!("policy-the-file"),
    }
}

/// Serves `GET /policy`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let standing: StandingView = api_client::get(asked.session, "/v1/policy").await?;
    let text = match standing.in_force.fault {
        Some(_) => None,
        None => Some(read(asked.session, standing.in_force.number).await?.text),
    };
    Ok(reply::page(StatusCode::OK, render(asked.frame, asked.session, &standing, text.as_deref())))
}

/// Reads a text of the policy.
///
/// # Errors
/// The problem that the api answered.
pub async fn read(session: &Session, number: Option<u32>) -> Result<Text, Problem> {
    let name = number.map_or_else(|| "file".to_owned(), |number| number.to_string());
    api_client::get(session, &format!("/v1/policy/versions/{name}")).await
}

/// Draws the page; `text` is the text that is in force, where it can be used.
pub fn render(frame: &Frame<'_>, session: &Session, standing: &StandingView, text: Option<&str>) -> Markup {
    let policy = text.and_then(|text| Policy::parse(text).ok());
    let in_force = &standing.in_force;
    let title = titled(in_force.number, &in_force.policy);
    let body = html! {
        div.title {
            div {
                h1 { (title) }
                p.quiet { (since(in_force.activation.as_ref())) }
            }
            p.actions {
                a.button href=(address_of(in_force.number)) { (say!("policy-show-text")) }
                @if frame.may(Effect::ProposePolicy) { a.button.primary href=(addresses::to_propose(in_force.number)) { (say!("policy-propose")) } }
            }
        }
        @if let Some(fault) = &in_force.fault {
            div.notice.notice-bad role="alert" { span.sign aria-hidden="true" { "!" } div { p { strong { (say!("policy-faulty")) } } p { (foreign::record(fault)) } } }
        }
        @if let Some(next) = &standing.next { (planned(frame, session, next)) }
        (file(&standing.file))
        @if let Some(policy) = &policy { (words::draw(policy)) }
    };
    around(frame, Part::InForce, &say!("policy-title"), body)
}

fn since(activation: Option<&Activation>) -> Markup {
    html! {
        @match activation {
            Some(known) => {
                (woven!("policy-since", when = html! { (time::absolute(known.from)) }, who = foreign::name(&known.by)))
                @if !known.note.is_empty() { " " (foreign::name(&known.note)) }
            },
            None => (say!("policy-since-ever")),
        }
    }
}

fn planned(frame: &Frame<'_>, session: &Session, next: &Activation) -> Markup {
    html! {
        section.card aria-labelledby="next" {
            h2 #next { (say!("policy-next")) }
            p {
                (woven!("policy-next-from", what = html! { a href=(address_of(next.number)) { (titled(next.number, &next.policy)) } }, when = html! { (time::absolute(next.from)) }, who = foreign::name(&next.by)))
            }
            @if frame.may(Effect::ActivatePolicy) {
                form.inline-form method="post" action="/policy/cancel" {
                    (csrf(session))
                    label for="cancel-note" { (say!("policy-why-optional")) }
                    input #cancel-note name="note" maxlength=(bounds::NOTE_CHARS) autocomplete="off";
                    button.danger { (say!("policy-cancel")) }
                }
            }
        }
    }
}

/// Says how the file stands, where that is of interest: while a version decides, or when the file can't be used.
fn file(file: &FileView) -> Markup {
    html! {
        @if !file.in_force || file.fault.is_some() {
            section.card aria-labelledby="file" {
                h2 #file { (say!("policy-file")) }
                @if let Some(fault) = &file.fault { p { (chips::refused(&say!("policy-file-faulty"))) " " (foreign::record(fault)) } }
                @else if let Some(name) = &file.policy { p { (woven!("policy-file-says", name = foreign::name(name))) } }
                @if !file.in_force { p.hint { (say!("policy-file-without-effect")) } }
                p { a href="/policy/versions/file" { (say!("policy-file-show")) } }
            }
        }
    }
}
