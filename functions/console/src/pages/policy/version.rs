//! Shows one text of the policy with its line numbers, and what may be done with it.

use contraflow_domain::authority::Effect;
use contraflow_domain::identity::Identity;
use contraflow_domain::limits as bounds;
use contraflow_domain::policy::{VersionState, VersionView};
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};

use super::addresses::{self, address_of, named};
use super::{Part, Text, around, read, titled, versions};
use crate::asked::Asked;
use crate::form::Form;
use crate::limits;
use crate::locale::{current, say, woven};
use crate::parts::layout::{Frame, csrf};
use crate::parts::{foreign, time};
use crate::reply;
use crate::session::Session;

/// An event as one is pasted.
const SAMPLE: &str = r#"{"specversion": "1.0", "id": "42", "source": "/shop", "type": "delivery.late", "data": {}}"#;

/// Serves `GET /policy/versions/{number}`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>, name: &str) -> Result<Answer, Problem> {
    show(StatusCode::OK, asked.frame, asked.session, name, &Form::default()).await
}

/// Answers with the page as it is now; `typed` is what a refused form held.
///
/// # Errors
/// The problem that the api answered.
pub async fn show(
    status: StatusCode,
    frame: &Frame<'_>,
    session: &Session,
    name: &str,
    typed: &Form,
) -> Result<Answer, Problem> {
    let text = read(session, named(name)?).await?;
    Ok(reply::page(status, render(frame, session, &text, typed)))
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, text: &Text, typed: &Form) -> Markup {
    let version = text.version.as_ref();
    let number = version.map(|version| version.number);
    let title = titled(number, version.map_or("", |version| version.policy.as_str()));
    let here = address_of(number);
    let body = html! {
        div.title {
            div {
                h1 { (title) }
                @if let Some(version) = version { p.quiet { (about(frame, version)) } }
            }
            p.actions {
                @if let Some(version) = version { (versions::state(version.state)) }
                a.button href=(format!("{here}/diff")) { (say!("policy-differences")) }
                @if frame.may(Effect::ProposePolicy) { a.button href=(addresses::to_propose(number)) { (say!("policy-edit")) } }
            }
        }
        div.columns {
            div.main-column { (source(&text.text)) }
            aside.side-column aria-label=(say!("policy-actions")) {
                @if frame.may(Effect::ActivatePolicy) { (activation(session, text, &here, typed)) }
                (trying(frame, session, &here, typed))
                @if let Some(version) = version.filter(|version| may_withdraw(session, version)) { (withdrawal(session, version, &here)) }
            }
        }
    };
    around(frame, Part::Versions, &title, body)
}

fn about(frame: &Frame<'_>, version: &VersionView) -> Markup {
    let (who, when) = (foreign::name(&version.proposed_by), time::relative(version.proposed_at, frame.now));
    html! {
        (woven!("policy-proposed-by", who = who, when = when)) " " (foreign::name(&version.note))
        @if let Some(at) = version.in_force_at { " · " (woven!("policy-first-in-force", when = time::relative(at, frame.now))) }
    }
}

/// Draws a text with a number at each line.
pub fn source(text: &str) -> Markup {
    html! {
        ol.source.card tabindex="0" aria-label=(say!("policy-text")) {
            @for line in text.lines() { li { code { (line) } } }
        }
    }
}

/// Tells whether a version was proposed by whoever looks at it.
fn is_own(session: &Session, version: &VersionView) -> bool {
    !Identity::read(&version.proposed_by).is_surely_not(&session.person.identity())
}

fn may_withdraw(session: &Session, version: &VersionView) -> bool {
    let may = |effect| session.person.may(effect).is_ok();
    version.state == VersionState::Proposed
        && may(Effect::ProposePolicy)
        && (is_own(session, version) || may(Effect::ActivatePolicy))
}

fn activation(session: &Session, text: &Text, here: &str, typed: &Form) -> Markup {
    let version = text.version.as_ref();
    let again = version.is_some_and(|version| version.in_force_at.is_some());
    html! {
        section.card.panel aria-labelledby="activate" {
            h2 #activate { @if again { (say!("policy-activate-again")) } @else { (say!("policy-activate")) } }
            @if version.is_some_and(|version| version.state == VersionState::InForce) {
                p.hint { (say!("policy-in-force-already")) }
            } @else if version.is_some_and(|version| is_own(session, version)) {
                p.hint { (say!("policy-own-proposal")) }
            } @else {
                form method="post" action=(format!("{here}/activate")) {
                    (csrf(session))
                    @if version.is_none() { input type="hidden" name="hash" value=(text.hash); }
                    label for="from" { (say!("policy-from")) }
                    input #from type="datetime-local" name="from" value=(typed.get("from")) aria-describedby="from-hint";
                    p.hint #from-hint { (say!("policy-from-hint", zone = current().zone.to_string())) }
                    label for="note" { (say!("policy-why-optional")) }
                    textarea #note name="note" rows="2" maxlength=(bounds::NOTE_CHARS) dir="auto" { (typed.get("note")) }
                    div.buttons { button.primary { (say!("policy-activate-button")) } }
                }
            }
        }
    }
}

/// Draws the forms that try the text on requests, without any effect.
fn trying(frame: &Frame<'_>, session: &Session, here: &str, typed: &Form) -> Markup {
    html! {
        @if frame.may(Effect::ReadRequests) {
            section.card.panel aria-labelledby="try" {
                h2 #try { (say!("policy-try")) }
                p.hint { (say!("policy-try-hint")) }
                form method="get" action=(format!("{here}/simulate")) {
                    label for="request" { (say!("policy-try-request")) }
                    input #request name="request" required autocomplete="off" spellcheck="false" aria-describedby="which-hint";
                    p.hint #which-hint { (say!("policy-try-which-hint")) }
                    div.buttons { button { (say!("policy-try-one")) } }
                }
                form method="post" action=(format!("{here}/dry-runs")) {
                    (csrf(session))
                    label for="days" { (say!("policy-try-period")) }
                    select #days name="days" {
                        @for days in [30_u32, 90, 365] { option value=(days) selected[days == 90] { (say!("policy-try-days", days = days)) } }
                    }
                    div.buttons { button { (say!("policy-try-all")) } }
                }
                form method="post" action=(format!("{here}/try-events")) {
                    (csrf(session))
                    label for="events" { (say!("policy-try-events")) }
                    textarea #events.mono name="events" rows="5" required spellcheck="false" maxlength=(limits::PASTED_CHARS) aria-describedby="events-hint" placeholder=(SAMPLE) { (typed.get("events")) }
                    p.hint #events-hint { (say!("policy-try-events-hint")) }
                    div.buttons { button { (say!("policy-try-events-button")) } }
                }
            }
        }
    }
}

fn withdrawal(session: &Session, version: &VersionView, here: &str) -> Markup {
    html! {
        details.card.panel {
            summary { (say!("policy-withdraw")) }
            p.hint { (say!("policy-withdraw-hint")) }
            form method="post" action=(format!("{here}/withdraw")) {
                (csrf(session))
                label for="withdraw-note" { (say!("policy-why-optional")) }
                input #withdraw-note name="note" maxlength=(bounds::NOTE_CHARS) autocomplete="off";
                div.buttons { button.danger { (say!("policy-withdraw-button", number = version.number)) } }
            }
        }
    }
}
