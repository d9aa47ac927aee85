//! Serves the forms of a request's page: each makes one call to the api, and leads back to the page, or on to the next.

use contraflow_domain::approval::Verdict;
use contraflow_domain::request::view::RequestView;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::{Answer, Incoming};
use contraflow_guest::problem::Problem;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{files, load, refused};
use crate::api_client;
use crate::asked::Asked;
use crate::flash::Flash;
use crate::form::{Form, segment};
use crate::locale::say;
use crate::pages::decide::said;
use crate::pages::next::{self, Place};
use crate::pages::queue::skipped;
use crate::pages::tasks::act::is_confirmed;
use crate::parts::layout::Frame;
use crate::parts::notice::{Late, Notice};
use crate::parts::time;
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
pub async fn post(asked: &Asked<'_>, id: &str, what: &[&str]) -> Result<Option<Answer>, Problem> {
    let Asked { incoming, frame, session, ref form } = *asked;
    let address = format!("/requests/{}", segment(id));
    match what {
        ["decide"] => return decide(incoming, frame, session, id, form).await.map(Some),
        ["links"] => return link(session, id).await.map(Some),
        ["files"] => return files::send(asked, id).await.map(Some),
        _ => {}
    }
    let Some(change) = change(what, form) else { return Ok(None) };
    let path = match change.path.strip_prefix('/') {
        Some(elsewhere) => format!("/v1/{elsewhere}"),
        None => format!("/v1{address}/{}", change.path),
    };
    if let Err(problem) = api_client::post(session, &path, &change.body).await {
        let shown = load(session, id, "").await?;
        if !was_done(&shown.request, what, form) {
            return Ok(Some(refused(frame, session, &shown, form, problem)));
        }
    }
    Ok(Some(match change.done.as_str() {
        "" => reply::see_other(&address),
        done => reply::see_other_saying(session, &address, done.to_owned()),
    }))
}

/// Tells whether a button was pressed twice, which does no harm and is no error: the payout was confirmed already,
/// under the same reference.
fn was_done(request: &RequestView, what: &[&str], form: &Form) -> bool {
    matches!(what, ["confirm", leg] if is_confirmed(request, leg, form.get("reference")))
}

/// Decides, and leads to the next request of the queue that this one was opened from, or back to the request.
async fn decide(
    incoming: &Incoming,
    frame: &Frame<'_>,
    session: &Session,
    id: &str,
    form: &Form,
) -> Result<Answer, Problem> {
    let (decision, hash, queue) = (form.get("decision"), form.get("content_hash"), form.get("queue"));
    let path = format!("/v1/requests/{}/decisions", segment(id));
    let body = json!({"decision": decision, "note": form.get("note"), "content_hash": hash});
    let request = match api_client::ask::<RequestView>(session, &path, &body).await {
        Ok(request) => request,
        Err(problem) => {
            let shown = load(session, id, queue).await?;
            // The button was pressed twice, which does no harm and is no error.
            if has_decided(&shown.request, &session.person.name, decision, hash) {
                shown.request
            } else {
                let late = late(&shown.request, session, form.get("note")).filter(|_| problem.status == 409);
                return Ok(match late {
                    Some(late) => {
                        let status = reply::status_of(&problem);
                        let frame = Frame { notice: Some(Notice::Late(late)), ..frame.clone() };
                        reply::page(status, super::render(&frame, session, &shown, form))
                    }
                    None => refused(frame, session, &shown, form, problem),
                });
            }
        }
    };
    let verdict = Verdict::named(decision).unwrap_or(Verdict::Approve);
    let said = said::decided(verdict, &request);
    let here = format!("/requests/{}", segment(id));
    if queue.is_empty() {
        return Ok(reply::see_other_saying(session, &here, said));
    }
    let place = Place::read(form.get("after"));
    let passed = skipped::of(incoming, session);
    let (address, left) =
        futures::join!(next::address(session, queue, place.as_ref(), &passed), next::left(session, queue));
    let said = left.map_or_else(|| said.clone(), |left| format!("{said} {left}"));
    Ok(reply::see_other_saying(session, &address, Flash::from(said).leading_to(&here, say!("decide-look-again"))))
}

/// A link to decide that was just made.
#[derive(Debug, Deserialize)]
struct Made {
    path: String,
    expires_at: Timestamp,
}

/// Makes a link to decide, and shows it once.
async fn link(session: &Session, id: &str) -> Result<Answer, Problem> {
    let path = format!("/v1/requests/{}/links", segment(id));
    let made: Made = api_client::ask(session, &path, &json!({})).await?;
    let said = Flash::from(say!("decide-link-made", until = time::absolute(made.expires_at)));
    let said = said.leading_to(&made.path, made.path.clone());
    Ok(reply::see_other_saying(session, &format!("/requests/{}", segment(id)), said))
}

fn change(what: &[&str], form: &Form) -> Option<Change> {
    let note = form.get("note");
    let (path, body, done) = match what {
        ["withdraw"] => ("withdraw".into(), json!({"note": note}), say!("decide-done-withdraw")),
        ["reply"] => {
            let evidence: Vec<_> =
                form.some("evidence").map(|url| json!({"kind": "link", "url": url})).into_iter().collect();
            ("reply".into(), json!({"note": note, "evidence": evidence}), say!("decide-done-reply"))
        }
        ["retry"] => {
            let destination = form.some("destination").unwrap_or("auto");
            ("retry".into(), json!({"destination": destination, "leg": form.some("leg")}), say!("decide-done-retry"))
        }
        ["tasks", "close"] => {
            let body = json!({
                "code": form.get("code"), "subject": form.get("subject"), "note": note, "reference": form.some("reference"),
            });
            ("tasks/close".into(), body, say!("decide-done-task"))
        }
        ["take"] => ("take".into(), json!({"over": form.some("over").is_some()}), String::new()),
        ["release"] => ("release".into(), json!({}), String::new()),
        ["reassign"] => {
            let mut body = json!({"to": form.get("to"), "note": note});
            if let (Some(of), Some(members)) = (form.some("of"), body.as_object_mut()) {
                members.insert("of".into(), of.into());
            }
            ("reassign".into(), body, say!("decide-done-reassign", name = form.get("to")))
        }
        ["reverse"] => {
            let body = json!({"note": note, "allow_partial": form.some("allow_partial").is_some()});
            ("reverse".into(), body, say!("decide-done-reverse"))
        }
        ["confirm-schedule"] => (
            format!("/schedules/{}/confirm", segment(form.get("schedule"))),
            json!({}),
            say!("decide-done-confirm-schedule"),
        ),
        ["confirm", leg] => (
            format!("legs/{}/confirm", segment(leg)),
            json!({"reference": form.get("reference")}),
            say!("decide-done-confirm"),
        ),
        _ => return None,
    };
    Some(Change { path, body, done })
}

/// Says who was faster, when somebody has decided meanwhile: somebody else, or the same person in another window.
fn late(request: &RequestView, session: &Session, note: &str) -> Option<Late> {
    let last = request.approvals.decisions.last()?;
    Some(Late {
        by: (last.by != session.person.name).then(|| last.by.clone()),
        verdict: last.decision,
        at: last.at,
        theirs: last.note.clone(),
        mine: note.to_owned(),
    })
}

/// Tells whether the same decision by the same person stands already.
pub fn has_decided(request: &RequestView, name: &str, decision: &str, hash: &str) -> bool {
    let last = request.approvals.decisions.iter().rev().find(|made| made.by == name);
    !hash.is_empty() && last.is_some_and(|made| made.decision.name() == decision && made.content_hash == hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::{fixtures, session};

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
    fn confirming_twice_is_no_error_under_the_same_reference_alone() {
        let request = fixtures::completed();
        let done = |what: &[&str], reference: &str| was_done(&request, what, &Form::from([("reference", reference)]));
        assert!(done(&["confirm", "l1"], "re_3PqLr2eZvKYlo2C1abcdef"));
        assert!(!done(&["confirm", "l1"], "other"));
        assert!(!done(&["withdraw"], "re_3PqLr2eZvKYlo2C1abcdef"));
    }

    #[test]
    fn whoever_is_late_reads_who_was_faster_and_keeps_what_they_typed() {
        let bob = session("bob", &["finance"]);
        let mut request = fixtures::pending();
        assert_eq!(late(&request, &bob, "mine"), None);
        request.approvals.decisions.push(fixtures::approval("ann", "manager", "theirs", "abc"));
        let told = late(&request, &bob, "mine").expect("somebody was faster");
        assert_eq!((told.by.as_deref(), told.theirs.as_str(), told.mine.as_str()), (Some("ann"), "theirs", "mine"));
        request.approvals.decisions.push(fixtures::approval("bob", "manager", "", "abc"));
        let told = late(&request, &bob, "mine").expect("it was decided in another window");
        assert_eq!((told.by.as_deref(), told.mine.as_str()), (None, "mine"));
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
