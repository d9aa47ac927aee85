//! Serves the forms of tasks: each makes one call to the api, and leads back to the page that it stood on.

use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::request::view::RequestView;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use serde_json::{Value, json};

use super::{Filter, list, render};
use crate::api_client;
use crate::asked::Asked;
use crate::form::{Form, segment};
use crate::locale::say;
use crate::reply;
use crate::session::Session;

/// Holds what a form asks of the api.
#[derive(Debug, Clone, PartialEq)]
struct Call {
    /// The path of the call.
    path: String,
    /// The body of the call.
    body: Value,
    /// The key of what is said once it is done.
    done: &'static str,
}

/// Does what a card's form says, and leads back to the page that it stands on.
///
/// # Errors
/// The problem that the api answered, or that the form has; then the page is shown again.
pub async fn done(asked: &Asked<'_>, id: &str) -> Result<Answer, Problem> {
    let Asked { session, ref form, .. } = *asked;
    let call = call(id, form)?;
    match api_client::post(session, &call.path, &call.body).await {
        Err(problem) if !was_confirmed(session, id, form).await => Err(problem),
        _ => Ok(reply::see_other_saying(session, &back(id, form), say!(call.done))),
    }
}

/// Returns the page that the form stood on.
fn back(id: &str, form: &Form) -> String {
    match form.get("back") {
        "dispute" => format!("/disputes/{}", segment(id)),
        _ => Filter::of(form).address(),
    }
}

/// Answers with the list again, with what was typed and why it was refused.
///
/// # Errors
/// The problem that the api answered, when the list can't be shown again.
pub async fn again(asked: &Asked<'_>, problem: Problem) -> Result<Answer, Problem> {
    let status = reply::status_of(&problem);
    let frame = asked.frame.failed(problem);
    let filter = Filter::of(&asked.form);
    let listed = list::load(asked.session, &filter).await?;
    Ok(reply::page(status, render(&frame, asked.session, &listed, &filter, &asked.form)))
}

/// Tells whether a payout was confirmed under the same reference already: then the button was pressed twice, which does
/// no harm and is no error.
async fn was_confirmed(session: &Session, id: &str, form: &Form) -> bool {
    if form.get("what") != "confirm" {
        return false;
    }
    let request = api_client::get::<RequestView>(session, &format!("/v1/requests/{}", segment(id))).await;
    request.is_ok_and(|request| is_confirmed(&request, form.get("subject"), form.get("reference")))
}

/// Tells whether a leg was paid under that reference.
pub fn is_confirmed(request: &RequestView, leg: &str, reference: &str) -> bool {
    let is_paid = |status: LegStatus| status == LegStatus::Succeeded;
    let leg = request.legs.iter().find(|known| known.id == leg);
    leg.is_some_and(|leg| is_paid(leg.status) && leg.gateway_reference.as_deref() == Some(reference))
}

fn call(id: &str, form: &Form) -> Result<Call, Problem> {
    let request = format!("/v1/requests/{}", segment(id));
    let (subject, reference, note) = (form.get("subject"), form.get("reference"), form.get("note"));
    let needed = |field: &str, key: &'static str| {
        Err(Problem::invalid(vec![FieldError { pointer: format!("/{field}"), detail: say!(key) }]))
    };
    match form.get("what") {
        "retry" => Ok(Call { path: format!("{request}/retry"), body: json!({}), done: "tasks-said-retried" }),
        "again" => {
            let body = json!({"leg": subject});
            Ok(Call { path: format!("{request}/retry"), body, done: "tasks-said-retried" })
        }
        "reroute" => {
            let destination = form.some("destination").unwrap_or("auto");
            let done = if destination == "auto" { "tasks-said-retried" } else { "tasks-said-elsewhere" };
            let body = json!({"leg": subject, "destination": destination});
            Ok(Call { path: format!("{request}/retry"), body, done })
        }
        "confirm" if reference.is_empty() => needed("reference", "tasks-reference-needed"),
        "confirm" => {
            let path = format!("{request}/legs/{}/confirm", segment(subject));
            Ok(Call { path, body: json!({"reference": reference}), done: "tasks-said-confirmed" })
        }
        "close" if note.is_empty() => needed("note", "tasks-note-needed"),
        "close" => {
            let reference = form.some("reference");
            let body = json!({"code": form.get("code"), "subject": subject, "note": note, "reference": reference});
            Ok(Call { path: format!("{request}/tasks/close"), body, done: "tasks-said-closed" })
        }
        _ => Err(Problem::not_found("page")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::fixtures;

    #[test]
    fn nothing_is_closed_without_a_note_and_nothing_is_paid_without_a_reference() {
        for form in
            [Form::from([("what", "close"), ("note", " ")]), Form::from([("what", "confirm"), ("subject", "l1")])]
        {
            assert_eq!(call("r", &form).expect_err("refused").status, 422);
        }
        let form = Form::from([("what", "close"), ("code", "dispute.evidence"), ("subject", "l1"), ("note", "sent")]);
        let call = call("a/b", &form).expect("a call");
        assert_eq!(call.path, "/v1/requests/a%2Fb/tasks/close");
        assert_eq!(call.body, json!({"code": "dispute.evidence", "subject": "l1", "note": "sent", "reference": null}));
    }

    #[test]
    fn only_a_leg_that_is_lost_is_named_when_it_is_tried_again() {
        let retry = Form::from([("what", "retry"), ("subject", "l1")]);
        assert_eq!(call("r", &retry).expect("a call").body, json!({}));
        let credit = Form::from([("what", "reroute"), ("subject", "l1"), ("destination", "store_credit")]);
        let call = call("r", &credit).expect("a call");
        assert_eq!(call.body, json!({"leg": "l1", "destination": "store_credit"}));
        assert_eq!(call.done, "tasks-said-elsewhere");
    }

    #[test]
    fn pressing_twice_is_recognised_by_the_reference_alone() {
        let request = fixtures::completed();
        assert!(is_confirmed(&request, "l1", "re_3PqLr2eZvKYlo2C1abcdef"));
        assert!(!is_confirmed(&request, "l1", "other"));
        assert!(!is_confirmed(&request, "l2", "re_3PqLr2eZvKYlo2C1abcdef"));
        assert!(!is_confirmed(&fixtures::attention(), "l1", "re_1"), "it is not paid");
    }
}
