//! Lets somebody propose a text of the policy, and shows where it is not right.

use contraflow_domain::limits as bounds;
use contraflow_domain::policy::{StandingView, VersionView};
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};
use serde_json::json;

use super::addresses::{address_of, named};
use super::{Part, around, read};
use crate::api_client;
use crate::asked::Asked;
use crate::form::Form;
use crate::locale::say;
use crate::parts::foreign;
use crate::parts::layout::{Frame, csrf};
use crate::reply;
use crate::session::Session;

/// Serves `GET /policy/propose`: the form begins with the text that the address names, or with the one in force.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let from = match asked.form.some("from") {
        Some(name) => named(name)?,
        None => api_client::get::<StandingView>(asked.session, "/v1/policy").await?.in_force.number,
    };
    let text = read(asked.session, from).await?.text;
    let typed = Form::default().with("text", &text);
    Ok(reply::page(StatusCode::OK, render(asked.frame, asked.session, &typed, &[])))
}

/// Serves `POST /policy/propose`.
///
/// # Errors
/// None: what the api refuses is shown with what was typed.
pub async fn post(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let Asked { frame, session, ref form, .. } = *asked;
    // A browser sends every line break as two characters.
    let text = form.raw("text").replace("\r\n", "\n");
    let body = json!({"text": text, "note": form.get("note")});
    match api_client::ask::<VersionView>(session, "/v1/policy/versions", &body).await {
        Ok(version) => {
            let said = say!("policy-said-proposed", number = version.number);
            Ok(reply::see_other_saying(session, &address_of(Some(version.number)), said))
        }
        Err(mut problem) => {
            let errors: Vec<_> = std::mem::take(&mut problem.errors).into_iter().map(|error| error.detail).collect();
            if !errors.is_empty() {
                problem.detail = say!("policy-not-right");
            }
            let status = reply::status_of(&problem);
            let typed = form.clone().with("text", &text);
            Ok(reply::page(status, render(&frame.failed(problem), session, &typed, &errors)))
        }
    }
}

/// Returns the line that an error is about: it begins with `line 12, column 5: …`.
fn line_of(error: &str) -> Option<usize> {
    error.strip_prefix("line ")?.split(',').next()?.parse().ok()
}

/// Draws the page; `errors` are the mistakes of the text.
pub fn render(frame: &Frame<'_>, session: &Session, typed: &Form, errors: &[String]) -> Markup {
    let text = typed.raw("text");
    let body = html! {
        div.title { h1 { (say!("policy-propose")) } }
        form.card.wide-form.whole method="post" action="/policy/propose" {
            (csrf(session))
            @if !errors.is_empty() {
                ul.mistakes #mistakes {
                    @for error in errors {
                        li {
                            span.field-error { (foreign::record(error)) }
                            @if let Some(line) = line_of(error).and_then(|line| text.lines().nth(line.saturating_sub(1))) { pre tabindex="0" { (line) } }
                        }
                    }
                }
            }
            div.field {
                label for="text" { (say!("policy-text")) }
                textarea #text.mono name="text" rows="28" spellcheck="false" autocomplete="off" required maxlength=(bounds::POLICY_BYTES)
                    aria-invalid=[(!errors.is_empty()).then_some("true")] aria-describedby=[(!errors.is_empty()).then_some("mistakes")] { "\n" (text) }
            }
            div.field {
                label for="note" { (say!("policy-propose-why")) }
                textarea #note name="note" rows="2" required maxlength=(bounds::NOTE_CHARS) dir="auto" { (typed.get("note")) }
                p.hint { (say!("policy-propose-hint")) }
            }
            div.buttons { button.primary { (say!("policy-propose-button")) } a.button href="/policy" { (say!("policy-leave")) } }
        }
    };
    around(frame, Part::Versions, &say!("policy-propose"), body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::layout::Place;
    use crate::preview::{frame, session};

    #[test]
    fn a_mistake_is_shown_with_the_line_that_it_is_in_and_the_text_stays() {
        assert_eq!((line_of("line 12, column 5: x"), line_of("no line")), (Some(12), None));
        let who = session("ada", &["admin"]);
        let typed = Form::default().with("text", "a = 1\n<b> = 2\n");
        let errors = ["line 2, column 1: unknown member".to_owned()];
        let html = render(&frame(&who, Place::Policy), &who, &typed, &errors).into_string();
        assert_eq!(html.matches("&lt;b&gt; = 2").count(), 2, "in its place and beside the mistake: {html}");
        assert!(html.contains("aria-invalid=\"true\""));
    }
}
