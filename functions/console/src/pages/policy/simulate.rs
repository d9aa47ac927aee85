//! Shows what a text of the policy would decide on one request. Nothing is stored.

use contraflow_domain::dry_run::{Decided, Mind, Outcome, Simulation};
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};
use serde_json::json;

use super::addresses::{address_of, named};
use super::words::listed_slots;
use super::{Part, around};
use crate::api_client;
use crate::asked::Asked;
use crate::form::segment;
use crate::locale::{say, woven};
use crate::parts::chips::{self, Tone};
use crate::parts::layout::Frame;
use crate::parts::{findings, foreign, words};
use crate::reply;

/// Draws what is decided.
pub fn outcome(outcome: Outcome) -> Markup {
    match outcome {
        Outcome::Passes => chips::chip(Tone::Good, &say!("policy-outcome-passes")),
        Outcome::Waits => chips::chip(Tone::Waiting, &say!("policy-outcome-waits")),
        Outcome::Refused => chips::chip(Tone::Bad, &say!("policy-outcome-refused")),
    }
}

/// Says in which way it is decided otherwise.
pub fn otherwise(mind: Mind) -> String {
    match mind {
        Mind::Passes => say!("policy-mind-passes"),
        Mind::Waits => say!("policy-mind-waits"),
        Mind::Refused => say!("policy-mind-refused"),
        Mind::Taken => say!("policy-mind-taken"),
        Mind::Others => say!("policy-mind-others"),
    }
}

/// Draws a decision with its rule and its deciders.
pub fn decided(decided: &Decided) -> Markup {
    html! {
        (outcome(decided.outcome))
        @if !decided.required.is_empty() {
            span.second {
                @match decided.any {
                    Some(any) => (woven!("policy-any-of", count = html! { (any) }, who = listed_slots(&decided.required))),
                    None => (listed_slots(&decided.required)),
                }
            }
        }
        @if !decided.rule.is_empty() { span.second { (woven!("policy-by-rule", rule = foreign::name(&decided.rule))) } }
    }
}

/// Returns the id of a request from what somebody pasted: the id, or the address of its page.
fn id_of(pasted: &str) -> &str {
    let path = pasted.split(['?', '#']).next().unwrap_or_default();
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// Serves `GET /policy/versions/{number}/simulate?request=…`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>, name: &str) -> Result<Answer, Problem> {
    let number = named(name)?;
    let id = id_of(asked.form.get("request"));
    let path = format!("/v1/policy/versions/{}/simulate", segment(name));
    let found: Simulation = api_client::ask(asked.session, &path, &json!({"request": id})).await?;
    Ok(reply::page(StatusCode::OK, render(asked.frame, number, id, &found)))
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, number: Option<u32>, id: &str, found: &Simulation) -> Markup {
    let request = html! { a.mono href=(format!("/requests/{}", segment(id))) { "…" (words::short_id(id)) } };
    let text = number.map_or_else(|| say!("policy-the-file"), |number| say!("policy-number", number = number));
    let body = html! {
        div.title {
            div {
                h1 { (say!("policy-tried")) }
                p.quiet { (woven!("policy-tried-on", text = html! { a href=(address_of(number)) { (text) } }, request = request)) }
            }
        }
        section.card aria-labelledby="would" {
            h2 #would { (say!("policy-would")) }
            p { (decided(&found.would)) }
            @if let Some(unknown) = &found.unknown { p { (chips::chip(Tone::Quiet, &say!("policy-unsure"))) " " (foreign::record(unknown)) } }
            @match (&found.then, found.otherwise) {
                (Some(then), Some(mind)) => { p { strong { (otherwise(mind)) } } p.quiet { (say!("policy-then")) ": " } p { (decided(then)) } },
                (Some(_), None) => p { (say!("policy-same-as-then")) },
                (None, _) => p.quiet { (say!("policy-not-decided-then")) },
            }
        }
        @if !found.passed_over.is_empty() {
            section.card aria-labelledby="passed" {
                h2 #passed { (say!("policy-passed-over")) }
                ul.plain { @for passed in &found.passed_over { li { strong { (foreign::name(&passed.rule)) } ": " (foreign::record(&passed.why)) } } }
            }
        }
        (findings::findings(&found.findings))
    };
    around(frame, Part::Versions, &say!("policy-tried"), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_may_be_pasted_as_the_address_of_its_page() {
        for pasted in ["0199-1", "https://a.example/requests/0199-1", "/requests/0199-1/?x=1#y"] {
            assert_eq!(id_of(pasted), "0199-1", "{pasted}");
        }
        assert_eq!(id_of(""), "");
    }
}
