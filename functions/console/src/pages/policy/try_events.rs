//! Shows what the rules of a text of the policy would make of events. Nothing is stored.

use bytes::Bytes;
use contraflow_domain::dry_run::{EventTrial, EventTrials, RuleTrial};
use contraflow_domain::request::Severity;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};

use super::addresses::{address_of, named};
use super::simulate::decided;
use super::{Part, around, titled, version};
use crate::api_client;
use crate::asked::Asked;
use crate::form::segment;
use crate::locale::{say, woven};
use crate::parts::chips::{self, Tone};
use crate::parts::layout::Frame;
use crate::parts::words::spoken;
use crate::parts::{foreign, money};
use crate::reply;

/// Returns the content type of what somebody pasted: a list of events, or one.
fn kind_of(pasted: &str) -> &'static str {
    if pasted.trim_start().starts_with('[') {
        "application/cloudevents-batch+json"
    } else {
        "application/cloudevents+json"
    }
}

/// Serves `POST /policy/versions/{number}/try-events`.
///
/// # Errors
/// The problem that the api answered, when even the page can't be shown again.
pub async fn post(asked: &Asked<'_>, name: &str) -> Result<Answer, Problem> {
    named(name)?;
    let (path, pasted) = (format!("/v1/policy/versions/{}/try-events", segment(name)), asked.form.get("events"));
    let body = Bytes::copy_from_slice(pasted.as_bytes());
    match api_client::ask_as::<EventTrials>(asked.session, &path, kind_of(pasted), body).await {
        Ok(trials) => Ok(reply::page(StatusCode::OK, render(asked.frame, &trials))),
        Err(problem) => {
            let status = reply::status_of(&problem);
            version::show(status, &asked.frame.failed(problem), asked.session, name, &asked.form).await
        }
    }
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, trials: &EventTrials) -> Markup {
    let text = titled(trials.number, &trials.policy);
    let body = html! {
        div.title {
            div {
                h1 { (say!("policy-events-tried")) }
                p.quiet { a href=(address_of(trials.number)) { (text) } " · " (say!("policy-try-hint")) }
            }
        }
        @for (place, trial) in trials.items.iter().enumerate() { (event(place + 1, trial)) }
        @if trials.items.is_empty() { div.card.empty { h2 { (say!("policy-events-none")) } } }
    };
    around(frame, Part::Versions, &say!("policy-events-tried"), body)
}

fn event(place: usize, trial: &EventTrial) -> Markup {
    let heading = format!("tried-{place}");
    html! {
        section.card aria-labelledby=(heading) {
            h2 id=(heading) {
                (say!("policy-event", place = place))
                @if let Some(id) = &trial.id { " " (foreign::name(id)) }
                @if let Some(kind) = &trial.kind { " " span.quiet { (foreign::name(kind)) } }
            }
            @if trial.known { p { (chips::chip(Tone::Quiet, &say!("policy-event-known"))) } }
            @if !trial.errors.is_empty() {
                p { (chips::refused(&say!("policy-event-nothing"))) }
                ul.told {
                    @for error in &trial.errors {
                        li { @if !error.pointer.is_empty() { code { (error.pointer) } " " } (foreign::record(&spoken(&error.detail))) }
                    }
                }
            }
            @if let Some(why) = &trial.why { p { (chips::chip(Tone::Quiet, &say!("policy-event-nothing"))) " " (foreign::record(&spoken(why))) } }
            @for made in &trial.made { (request(made)) }
            @if !trial.nothing.is_empty() {
                h3 { (say!("policy-event-passed")) }
                ul.plain { @for (rule, why) in &trial.nothing { li { strong { (foreign::name(rule)) } ": " (foreign::record(why)) } } }
            }
        }
    }
}

fn request(made: &RuleTrial) -> Markup {
    let simulation = &made.simulation;
    let amount = simulation.quote.as_ref().and_then(|quote| quote.amount);
    let customer = simulation.quote.as_ref().and_then(|quote| quote.customer.as_deref());
    html! {
        h3 {
            (woven!("policy-event-made", rule = foreign::name(&made.rule)))
            @if let Some(amount) = amount { " " (money::money(amount)) }
            @if let Some(customer) = customer { " " (foreign::name(customer)) }
        }
        @if let Some(over) = &made.over { p { (chips::severity(Severity::Warning)) " " (foreign::record(&spoken(over))) } }
        p { (decided(&simulation.would)) }
        @if !simulation.findings.is_empty() {
            ul.told {
                @for finding in &simulation.findings { li { (chips::severity(finding.severity)) " " (foreign::record(&spoken(&finding.message))) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::{frame, office, session};

    #[test]
    fn what_was_pasted_is_one_event_or_a_list_of_them() {
        assert_eq!(kind_of(" {\"id\": \"1\"}"), "application/cloudevents+json");
        assert_eq!(kind_of("\n [{}]"), "application/cloudevents-batch+json");
        assert_eq!(kind_of(""), "application/cloudevents+json");
    }

    #[test]
    fn each_event_says_what_would_be_made_and_what_is_wrong_with_it() {
        let ada = session("ada", &["admin"]);
        let frame = frame(&ada, crate::parts::layout::Place::Policy);
        let html = render(&frame, &office::event_trials("late-delivery")).into_string();
        for part in ["late-delivery", "Passes by itself", "3 of 2 requests", "/data/total", "takes events of type"] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}
