//! Serves the forms of a request's page: each makes one call to the api, and leads back to the page.

use contraflow_domain::approval::Verdict;
use contraflow_domain::request::view::RequestView;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use serde_json::{Value, json};

use super::request;
use crate::api_client;
use crate::form::{Form, segment};
use crate::locale::say;
use crate::parts::layout::Frame;
use crate::reply;
use crate::session::Session;

/// Holds what a form asks of the api.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    /// The path of the call, below the request's address or from `/` on.
    path: String,
    /// The body of the call.
    body: Value,
    /// The sentence that the page says afterwards.
    done: String,
}

/// Serves `POST /requests/{id}/{what}…`; returns `None` when there is no such form.
///
/// # Errors
/// The problem that the api answered, when even the request can't be shown again.
pub async fn post(
    frame: &Frame<'_>,
    session: &Session,
    id: &str,
    what: &[&str],
    form: &Form,
) -> Result<Option<Answer>, Problem> {
    let Some(change) = change(what, form) else { return Ok(None) };
    let address = format!("/requests/{}", segment(id));
    let path = match change.path.strip_prefix('/') {
        Some(elsewhere) => format!("/v1/{elsewhere}"),
        None => format!("/v1{address}/{}", change.path),
    };
    let Err(problem) = api_client::post(session, &path, &change.body).await else {
        return Ok(Some(reply::see_other_saying(session, &address, change.done)));
    };
    let shown = request::load(session, id).await?;
    if has_decided(&shown.request, &session.person.name, form.get("decision"), form.get("content_hash")) {
        return Ok(Some(reply::see_other_saying(session, &address, change.done)));
    }
    Ok(Some(request::refused(frame, session, &shown, form, problem)))
}

fn change(what: &[&str], form: &Form) -> Option<Change> {
    let note = form.get("note");
    let (path, body, done) = match what {
        ["decide"] => {
            let decision = form.get("decision");
            (
                "decisions".into(),
                json!({"decision": decision, "note": note, "content_hash": form.get("content_hash")}),
                decided(decision),
            )
        }
        ["withdraw"] => ("withdraw".into(), json!({"note": note}), say!("decide-done-withdraw")),
        ["reply"] => {
            let evidence: Vec<_> =
                form.some("evidence").map(|url| json!({"kind": "link", "url": url})).into_iter().collect();
            ("reply".into(), json!({"note": note, "evidence": evidence}), say!("decide-done-reply"))
        }
        ["retry"] => ("retry".into(), json!({"destination": form.some("destination").unwrap_or("auto")}), say!("decide-done-retry")),
        ["reverse"] => {
            ("reverse".into(), json!({"note": note, "allow_partial": form.some("allow_partial").is_some()}), say!("decide-done-reverse"))
        }
        ["confirm-schedule"] => {
            (format!("/schedules/{}/confirm", segment(form.get("schedule"))), json!({}), say!("decide-done-confirm-schedule"))
        }
        ["confirm", leg] => {
            (format!("legs/{}/confirm", segment(leg)), json!({"reference": form.get("reference")}), say!("decide-done-confirm"))
        }
        _ => return None,
    };
    Some(Change { path, body, done })
}

/// Says that a decision was made.
fn decided(decision: &str) -> String {
    match Verdict::named(decision) {
        Some(Verdict::Reject) => say!("decide-done-reject"),
        Some(Verdict::RequestInfo) => say!("decide-done-request-info"),
        Some(Verdict::Escalate) => say!("decide-done-escalate"),
        Some(Verdict::Approve) | None => say!("decide-done-approve"),
    }
}

/// Tells whether the same decision by the same person stands already. Then the button was pressed twice, which does no
/// harm and is no error.
pub fn has_decided(request: &RequestView, name: &str, decision: &str, hash: &str) -> bool {
    let last = request.approvals.decisions.iter().rev().find(|made| made.by == name);
    !hash.is_empty() && last.is_some_and(|made| made.decision.name() == decision && made.content_hash == hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::fixtures;

    #[test]
    fn a_decision_is_bound_to_the_content_that_was_seen() {
        let form = Form::from([("decision", "approve"), ("note", " fine "), ("content_hash", "abc")]);
        let change = change(&["decide"], &form).expect("a form of the page");
        assert_eq!(change.path, "decisions");
        assert_eq!(change.body, json!({"decision": "approve", "note": "fine", "content_hash": "abc"}));
    }

    #[test]
    fn pressing_twice_is_recognised_only_for_the_same_person_decision_and_content() {
        let mut request = fixtures::pending();
        request.approvals.decisions.push(fixtures::approval("ann", "manager", "", "abc"));
        assert!(has_decided(&request, "ann", "approve", "abc"));
        assert!(!has_decided(&request, "bob", "approve", "abc"));
        assert!(!has_decided(&request, "ann", "reject", "abc"));
        assert!(!has_decided(&request, "ann", "approve", "other"));
        assert!(!has_decided(&request, "ann", "", ""));
    }

    #[test]
    fn a_form_that_no_page_has_is_refused_and_names_stay_in_their_place() {
        assert_eq!(change(&["delete"], &Form::default()), None);
        let change = change(&["confirm", "../x"], &Form::default()).expect("a form of the page");
        assert_eq!(change.path, "legs/..%2Fx/confirm");
        let change =
            super::change(&["confirm-schedule"], &Form::from([("schedule", "../x")])).expect("a form of the page");
        assert_eq!(change.path, "/schedules/..%2Fx/confirm");
    }
}
