//! Guides somebody through the answer to a dispute: what the bank wants to see, what is known, and what to say once it
//! is done.

use contraflow_domain::authority::Effect;
use contraflow_domain::catalogue::TaskCode;
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::request::view::RequestView;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};

use super::evidence::{self, Evidence};
use super::of;
use crate::api_client;
use crate::asked::Asked;
use crate::form::{Form, segment};
use crate::locale::{say, woven};
use crate::pages::tasks::Filter;
use crate::pages::tasks::card::{self, Shown, due_at};
use crate::parts::layout::{Frame, page};
use crate::parts::task::{About, Way, payee};
use crate::parts::{foreign, money, time};
use crate::reply;
use crate::session::Session;

/// Serves `GET /disputes/{id}`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>, id: &str) -> Result<Answer, Problem> {
    show(StatusCode::OK, asked.frame, asked.session, id, &Form::default()).await
}

/// Answers with the page again, with what was typed and why it was refused.
///
/// # Errors
/// The problem that the api answered, when the page can't be shown again.
pub async fn again(asked: &Asked<'_>, id: &str, problem: Problem) -> Result<Answer, Problem> {
    let status = reply::status_of(&problem);
    show(status, &asked.frame.failed(problem), asked.session, id, &asked.form).await
}

/// Answers with the page as it is now; `typed` is what a refused form held.
///
/// # Errors
/// The problem that the api answered.
pub async fn show(
    status: StatusCode,
    frame: &Frame<'_>,
    session: &Session,
    id: &str,
    typed: &Form,
) -> Result<Answer, Problem> {
    let path = format!("/v1/requests/{}", segment(id));
    let file = format!("{path}/dispute-evidence");
    let (request, evidence) =
        futures::join!(api_client::get::<RequestView>(session, &path), api_client::get::<Evidence>(session, &file));
    Ok(reply::page(status, render(frame, session, &request?.into(), &evidence?, typed)))
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, row: &RequestRow, evidence: &Evidence, typed: &Form) -> Markup {
    let tasks: Vec<_> = of(row).collect();
    let request = format!("/requests/{}", segment(&row.id));
    let body = html! {
        div.title {
            div {
                h1 { (woven!("disputes-one", who = foreign::name(payee(row)))) @if let Some(amount) = row.amount { " " span.amount { (money::money(amount)) } } }
                p.quiet { a href=(request) { (say!("disputes-request")) } @if let Some(invoice) = &row.invoice { " · " (say!("disputes-invoice", invoice = invoice.as_str())) } }
            }
            a.button href="/disputes" { (say!("disputes-back")) }
        }
        @if tasks.is_empty() { div.notice.notice-good { span.sign aria-hidden="true" { "✓" } p { (say!("disputes-nothing")) } } }
        ol.tasks aria-label=(say!("disputes-tasks")) {
            @for (place, about) in tasks.iter().enumerate() { (step(frame, session, row, about, place, typed)) }
        }
        @if tasks.iter().any(|about| needs_answer(about.task.code)) { (guide(row)) }
        (evidence::disputes(evidence))
    };
    page(frame, &say!("disputes-title-one"), body)
}

/// Tells whether a task is seen to by answering the bank.
const fn needs_answer(code: TaskCode) -> bool {
    matches!(code, TaskCode::DisputeEvidence | TaskCode::DisputeOpen)
}

fn step(
    frame: &Frame<'_>,
    session: &Session,
    row: &RequestRow,
    about: &About<'_>,
    place: usize,
    typed: &Form,
) -> Markup {
    let filter = Filter::default();
    let shown = Shown { frame, session, row, about, place, filter: &filter, back: "dispute", typed };
    let may = session.person.may(Effect::Retry).is_ok();
    html! {
        li.card.task {
            div.task-said {
                p.task-what { strong { (about.happened()) } }
                p { (about.remedy()) }
                p.quiet {
                    (woven!("disputes-stands-since", when = time::relative(about.task.since, frame.now)))
                    @if let Some(due) = due_at(row, about) { " · " (time::deadline(due, frame.now)) }
                }
            }
            div.task-do {
                @match Way::of(about.task.code) {
                    Way::Close => (card::close(&shown)),
                    Way::Retry(words) if may => (card::form(&shown, "retry", html! { button.primary { (say!(words)) } })),
                    Way::Retry(_) => p.hint { (say!("tasks-not-yours")) },
                    _ => p.hint { (say!("tasks-by-itself")) },
                }
            }
        }
    }
}

/// Draws what the bank wants to see, step by step.
fn guide(row: &RequestRow) -> Markup {
    let file = format!("/requests/{}/dispute-evidence", segment(&row.id));
    html! {
        section.card aria-labelledby="guide" {
            h2 #guide { (say!("disputes-guide")) }
            ol.guide {
                li { p { (say!("disputes-guide-file")) } p.actions { a.button.primary href=(file) download { (say!("disputes-guide-download")) } } }
                li {
                    p { (say!("disputes-guide-shows")) }
                    ul { @for shows in [say!("disputes-shows-sold"), say!("disputes-shows-back"), say!("disputes-shows-memo"), say!("disputes-shows-twice")] { li { (shows) } } }
                }
                li { p { (say!("disputes-guide-send")) } }
                li { p { (say!("disputes-guide-say")) } }
            }
            p.hint { (say!("disputes-deadline")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::layout::Place;
    use crate::preview::{fixtures, frame, session};

    fn html(code: TaskCode, roles: &[&str]) -> String {
        let mut view = fixtures::attention();
        view.tasks.truncate(1);
        view.tasks[0].code = code;
        let who = session("fina", roles);
        render(&frame(&who, Place::Disputes), &who, &view.into(), &Evidence::default(), &Form::default()).into_string()
    }

    #[test]
    fn the_evidence_task_is_closed_with_a_note_and_never_by_a_retry() {
        let html = html(TaskCode::DisputeEvidence, &["finance"]);
        assert!(
            html.contains("value=\"close\"")
                && html.contains("name=\"note\"")
                && html.contains("dispute-evidence\" download")
        );
        assert!(!html.contains("value=\"retry\""), "{html}");
    }

    #[test]
    fn each_task_of_a_dispute_has_the_one_form_that_sees_to_it() {
        for (code, what) in [
            (TaskCode::DisputeConfirm, Some("retry")),
            (TaskCode::DisputeContradicted, Some("retry")),
            (TaskCode::DisputeUnbooked, Some("retry")),
            (TaskCode::DisputeOpen, None),
            (TaskCode::DisputeEvidence, Some("close")),
            (TaskCode::DisputeCurrency, Some("close")),
            (TaskCode::DisputeGivenBack, Some("close")),
            (TaskCode::DisputeReinstated, Some("close")),
        ] {
            let html = html(code, &["finance"]);
            let has = |form: &str| html.contains(&format!("name=\"what\" value=\"{form}\""));
            assert_eq!((has("retry"), has("close")), (what == Some("retry"), what == Some("close")), "{code:?}");
        }
    }

    #[test]
    fn whoever_may_only_read_gets_no_button() {
        let html = html(TaskCode::DisputeConfirm, &["auditor"]);
        assert!(!html.contains("action=\"/tasks/"), "{html}");
    }
}
